"""The network: peers that keep data, particles in flight between them, and calls that their services owe.

A state of the network is an immutable value (`state`); rules say which labels it allows and to which state each leads
(`transition`), by at most one invocation of the interpreter, which is remembered by content (`world`).  `moves` has the
moves that a search makes; a schedule is a list of moves as a short text (`schedule`), and playing it gives a story
(`story`).
"""
