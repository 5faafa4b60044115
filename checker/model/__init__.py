"""The model: networks of peers with their services, schedules and faults.

A `world` numbers data and requests, and computes each invocation once; `moves` lists the moves that a state allows; a
`schedule` is a list of moves as a short text; a `story` is a run of one schedule, with its messages and calls.
"""
