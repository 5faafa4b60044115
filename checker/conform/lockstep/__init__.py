"""Comparing interpreters: the same moves are made on both, and every field of every outcome is compared."""
