"""Refinement: the machine, run by a peer that only observes, computes the join of whole traces that is proved."""
