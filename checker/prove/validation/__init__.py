"""What was read is compared with what runs, on generated inputs and in real runs."""
