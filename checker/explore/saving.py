"""Saved searches: files from which a later search continues.

A saved search names each state by the state that it was found from, and by the position of the move among those
possible there.  It holds no data: resuming makes one move for each state that was found.
"""

from __future__ import annotations

from pathlib import Path

import msgspec
from msgspec import Struct

from airspec.checker.explore.search import Found, Search
from airspec.checker.model.moves import make_move, possible_moves


class SavedSearchError(ValueError):
    """An error for a saved search that cannot be read, or belongs to another script or to other options."""


class SavedSearch(Struct, frozen=True):
    """The progress of a search.

    `subject` names the script and the options.  `steps` holds, for each state but the first, the number of the state
    that it was found from and the position of the move there.  All moves of the first `explored` states were made;
    these were `moves` moves.
    """

    subject: tuple[str, ...]
    explored: int
    moves: int
    steps: tuple[tuple[int, int], ...]


def save(search: Search, subject: tuple[str, ...], path: Path) -> None:
    """Write the progress of a search without violations to a file; raises OSError."""
    steps = []
    for found in search.found[1:]:
        assert found.move is not None
        moves = possible_moves(search.world, search.states[found.parent], search.faults)
        steps.append((found.parent, moves.index(found.move)))
    saved = SavedSearch(subject, search.explored, search.moves, tuple(steps))
    path.write_bytes(msgspec.json.encode(saved))


def resume(search: Search, subject: tuple[str, ...], path: Path) -> None:
    """Add the states and counts of a saved search to a new one; raises `SavedSearchError`."""
    try:
        saved = msgspec.json.decode(path.read_bytes(), type=SavedSearch)
    except OSError as error:
        raise SavedSearchError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise SavedSearchError(f"{path}: is no saved search: {error}") from None
    if saved.subject != subject:
        raise SavedSearchError(f"{path}: was saved for another script or with other options")
    if not 0 <= saved.explored <= len(saved.steps) + 1:
        raise SavedSearchError(f"{path}: is damaged: it counts more states than it has")
    for parent, ordinal in saved.steps:
        if not 0 <= parent < len(search.states):
            raise SavedSearchError(f"{path}: is damaged: it refers to state {parent} before it was found")
        state = search.states[parent]
        moves = possible_moves(search.world, state, search.faults)
        if not 0 <= ordinal < len(moves):
            raise SavedSearchError(f"{path}: is damaged: state {parent} has no move {ordinal}")
        moved = make_move(search.world, state, moves[ordinal]).state
        search.add(moved, Found(parent, moves[ordinal], search.found[parent].depth + 1))
    for number in range(saved.explored):
        search.visit_end(number)
    search.explored, search.moves = saved.explored, saved.moves
