"""The wire format of AquaVM 0.62: data, call requests and call results as bytes.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/`` and ``crates/air-lib/interpreter-interface/src/``.
"""
