"""Comparisons of the terms read from rules with the rules that run, on generated inputs and in real runs."""
