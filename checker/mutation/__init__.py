"""Seeded faults: rules that are wrong in one place each, and the trial that has to notice every one of them."""
