"""The wire format of AquaVM 0.62: data, call requests and call results as bytes (section 5.1 of the reference)."""
