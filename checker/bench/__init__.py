"""Benchmarks: the specification beside the real interpreter, in one run on one machine (``make bench``)."""
