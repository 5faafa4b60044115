"""Exploration: every order in which the moves of a particle's network can happen, and the laws that each must keep."""
