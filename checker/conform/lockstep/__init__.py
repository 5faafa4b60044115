"""Comparing interpreters: the same moves are played on both, and every field of every outcome is compared."""
