"""The model: networks of peers with their services, schedules and faults.

A world numbers what it has seen and remembers every invocation (`world`), `moves` has the moves that a state allows, a
schedule is a list of moves as a short text (`schedule`), and playing it gives a story (`story`).
"""
