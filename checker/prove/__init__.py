"""Proofs: rules read from their source as terms of Z3, and the laws that are proved of them."""
