"""The network: peers that keep data, particles in flight between them, and calls that their services owe.

A state of the network is an immutable value (`state`); rules say which labels it allows and to which state each leads
(`transition`), by at most one invocation of the interpreter, which they ask of their environment (`environment`).
"""
