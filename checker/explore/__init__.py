"""Exploration: all orders in which the moves of a network can happen, checked against the laws of the network."""
