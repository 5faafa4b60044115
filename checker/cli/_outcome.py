"""Exit codes, and errors of the user's input."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

HOLDS: Final = 0
INTERNAL_ERROR: Final = 1
BAD_INPUT: Final = 2
UNDECIDED: Final = 3
VIOLATED: Final = 12

WORST_FIRST: Final = (INTERNAL_ERROR, BAD_INPUT, VIOLATED, UNDECIDED, HOLDS)
"""Of the codes of several scripts, the first of these that occurs is the code of all."""


class BadInputError(Exception):
    """An error in the user's input; the message is one sentence, with the place of the error if there is one."""

    exit_code = BAD_INPUT


def worst(codes: Iterable[int]) -> int:
    """Return the exit code of a command by those of its scripts: the worst of them; there has to be at least one."""
    return min(codes, key=WORST_FIRST.index)


def told_internal(error: Exception) -> str:
    """Return the message for an exception that is a fault of airspec itself."""
    return f"airspec: internal error: {type(error).__name__}: {error} (--debug shows where)"
