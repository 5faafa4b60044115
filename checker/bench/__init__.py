"""Benchmarks: the specification compared with AquaVM, in one run on one machine (``make bench``)."""
