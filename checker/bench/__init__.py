"""Benchmarks: the specification beside AquaVM, in one run on one machine (``make bench``)."""
