"""Seeded faults: rules that are wrong in one place each, and the trial that must notice every one of them."""
