"""A fault of a script as its author is told it."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

from msgspec import Struct

LIKENESS = 0.6
"""How like two words must be, from 0 to 1, for one to be offered in place of the other."""

LONGEST_COMPARED = 80
"""Longer words are compared with no others, as a comparison takes the product of both lengths."""

LONGEST_SHOWN = 40
"""Longer words are cut where a message shows them, in characters."""


class Fault(Struct, frozen=True):
    """A fault of a script, as it is explained to the author.

    `message` says in one sentence what is wrong, `offset` is the character offset at which it is, and `remedy` says
    what to do, empty where that is not known.
    """

    message: str
    offset: int
    remedy: str = ""


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the word among `known` that is most similar to another word; None if none is similar enough."""
    if len(word) > LONGEST_COMPARED:
        return None
    candidates = [other for other in known if other != word and len(other) <= LONGEST_COMPARED]
    return next(iter(get_close_matches(word, candidates, 1, LIKENESS)), None)


def quoted(word: str) -> str:
    """Return a piece of a script as messages show it: in backquotes, shortened, with spaces for control characters."""
    shown = "".join(char if char.isprintable() else " " for char in word[: LONGEST_SHOWN + 1])
    return f"`{shown}`" if len(word) <= LONGEST_SHOWN else f"`{shown[:LONGEST_SHOWN]}…`"
