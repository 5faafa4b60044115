"""Refinement: the machine, run by an observer that no script names, computes the join that proofs are about."""
