"""Saved searches: files from which a later search continues.

A saved search names each state by the state it was found from and the position of the move among those that were
possible there.  So it holds no data: resuming makes one move for each state that was found, and checks the laws again.

A file is not believed.  It is of one script, with the same services, options and rules, or it is refused; its digest
shows damage.  That the moves which it leaves out lead to nothing new is tried of `MOST_TRIED` of them: of all in a
small search, and of moves drawn at random in a larger one.
"""

from __future__ import annotations

import random
import time
from collections.abc import Iterator, Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import msgspec
from msgspec import Struct

from airspec.checker.explore.search import Found, Search
from airspec.checker.model.moves import possible_moves
from airspec.checker.model.world import World
from airspec.checker.writing import write_file
from airspec.semantics.network.state import Move

MOST_TRIED = 20_000
"""Moves that a file leaves out, and that are made to see that they lead to nothing new."""

OFTEN = 5.0
"""Seconds between two saves of a search that goes on, unless saving takes long."""

SHARE = 20
"""A search is this many times as long without saving as the last save took."""

CODE = ("airspec.spec", "airspec.semantics", "airspec.checker.model", "airspec.checker.explore")
"""The packages that decide what a search finds."""

Subject = Mapping[str, str]
"""What a search is of: fingerprints of its ``script``, ``services``, ``options`` and ``rules``."""

OTHER = {
    "script": "for another script",
    "services": "with other answers of services",
    "options": "with other options",
    "rules": "by another version of the rules or of airspec",
}


class SavedSearchError(ValueError):
    """A saved search that cannot be read or written, is damaged, or belongs to another script, options or rules."""


class SavedSearch(Struct, frozen=True):
    """The states that a search has found, each as the move that leads to it, and how many of them it has explored.

    `subject` is what the search is of.  `steps` has, for each state but the first, the number of the state before it
    and the position of the move among the possible moves of that state.  The first `explored` states have had all their
    moves made; those that a bound of depth has cut off are not among them.
    """

    subject: dict[str, str]
    explored: int
    steps: tuple[tuple[int, int], ...]


class Sealed(Struct, frozen=True):
    """A saved search with its digest, as in the file."""

    digest: str
    search: SavedSearch


def options_of(world: World) -> tuple[object, ...]:
    """Return the options that a world was made with, besides its script and services, to compare two worlds by them."""
    return world.particle, world.edition.value, world.signs, world.topology


def subject_of(search: Search, services: str) -> Subject:
    """Return the fingerprints of what a search is of: script, services, options and rules.

    `services` is the fingerprint of all that answers calls, but for annotations, which are in the script.
    """
    return {
        "script": search.world.script.digest,
        "services": services,
        "options": repr((*options_of(search.world), search.faults, sorted(search.bad_ends))),
        "rules": rules_fingerprint(),
    }


@cache
def rules_fingerprint() -> str:
    """Return a SHA-256 digest, in hexadecimal, of the source code that decides what a search finds."""
    told = sha256()
    for package in CODE:
        for file in _sources(files(package)):
            told.update(file.read_bytes())
    return told.hexdigest()


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for place in sorted(folder.iterdir(), key=lambda place: place.name):
        if place.is_dir():
            yield from _sources(place)
        elif place.name.endswith((".py", ".peg", ".txt")):
            yield place


class Saver:
    """A writer that saves a search to a file, from time to time while it goes on, and when it was cut off."""

    def __init__(self, search: Search, subject: Subject, path: Path) -> None:
        self.search = search
        self.subject = subject
        self.path = path
        self.due = time.monotonic() + OFTEN

    def keep(self) -> None:
        """Save the search if it is time to, as the last save is long enough ago; raises `SavedSearchError`."""
        if time.monotonic() < self.due:
            return
        began = time.monotonic()
        self.save()
        ended = time.monotonic()
        self.due = ended + max(OFTEN, SHARE * (ended - began))

    def save(self) -> None:
        """Write the progress of the search to the file; raises `SavedSearchError` when it cannot be written.

        Nothing is written if the search is settled by a violation, as it has nothing to continue.
        """
        search = self.search
        if search.is_settled():
            return
        steps = tuple((found.parent, found.ordinal) for found in search.found[1:])
        saved = SavedSearch(dict(self.subject), search.explored, steps)
        try:
            write_file(self.path, msgspec.json.encode(Sealed(digest_of(saved), saved)))
        except OSError as error:
            raise SavedSearchError(f"{self.path}: cannot be written: {error.strerror or error}") from None


def digest_of(saved: SavedSearch) -> str:
    """Return the SHA-256 digest of a saved search, in hexadecimal."""
    return sha256(msgspec.json.encode(saved)).hexdigest()


def resume(search: Search, subject: Subject, path: Path) -> None:
    """Bring a new search to the point that a saved one in a file had reached.

    Raises `SavedSearchError` for a file that cannot be read, is damaged or is of another subject, and `NoAnswerError`
    at a call that no service answers.  Laws that are broken on the way are among the violations of the search.
    """
    saved = _read(path)
    for part in OTHER:
        if saved.subject.get(part) != subject[part]:
            raise SavedSearchError(f"{path}: was saved {OTHER[part]}; without --resume the search begins anew")
    if not 0 <= saved.explored <= len(saved.steps) + 1:
        raise _damaged(path, "it counts more states than it has")
    if any(later <= earlier for earlier, later in zip(saved.steps, saved.steps[1:], strict=False)):
        raise _damaged(path, "its states are not in the order of a search")
    for parent, ordinal in saved.steps:
        if not 0 <= parent < len(search.states):
            raise _damaged(path, f"it refers to state {parent} before it was found")
        moves = possible_moves(search.world, search.states[parent], search.faults)
        if not 0 <= ordinal < len(moves):
            raise _damaged(path, f"state {parent} has no move {ordinal}")
        moved = search.make(parent, moves[ordinal])
        if search.knows(moved.state):
            raise _damaged(path, f"move {ordinal} of state {parent} leads to a state that was found before")
        search.check(parent, moves[ordinal], moved)
        search.add(moved.state, Found(parent, moves[ordinal], search.found[parent].depth + 1, ordinal))
    for number, move in _left_out(search, saved):
        moved = search.make(number, move)
        if not search.knows(moved.state):
            raise _damaged(path, f"it counts state {number} as explored, and leaves out where one of its moves leads")
        search.check(number, move, moved)
    search.explored = saved.explored
    search.look_at_ends(saved.explored)


def _left_out(search: Search, saved: SavedSearch) -> list[tuple[int, Move]]:
    """Moves of explored states that lead to no state of their own; the search counts all moves of these states."""
    steps = set(saved.steps)
    left_out: list[tuple[int, Move]] = []
    for number in range(saved.explored):
        moves = possible_moves(search.world, search.states[number], search.faults)
        search.moves += len(moves)
        left_out += [(number, move) for ordinal, move in enumerate(moves) if (number, ordinal) not in steps]
    # What is drawn must not be foreseen by whoever wrote the file.
    return left_out if len(left_out) <= MOST_TRIED else random.SystemRandom().sample(left_out, MOST_TRIED)


def _read(path: Path) -> SavedSearch:
    try:
        sealed = msgspec.json.decode(path.read_bytes(), type=Sealed)
    except OSError as error:
        raise SavedSearchError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise SavedSearchError(f"{path}: is no saved search: {error}") from None
    if digest_of(sealed.search) != sealed.digest:
        raise _damaged(path, "its digest is of something else")
    return sealed.search


def _damaged(path: Path, why: str) -> SavedSearchError:
    return SavedSearchError(f"{path}: is damaged: {why}; without --resume the search begins anew")
