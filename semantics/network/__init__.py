"""The network: peers that keep data, particles in flight between them, and calls that their services owe.

A state of the network is an immutable value (`state`); a move takes one state to the next (`moves`) by at most one
invocation of the interpreter, which is remembered by content (`world`); a schedule is a list of moves as a short text
(`schedule`), and playing it gives a story (`story`).
"""
