"""Exit codes, and errors of the user's input."""

from __future__ import annotations

from typing import Final

HOLDS: Final = 0
INTERNAL_ERROR: Final = 1
BAD_INPUT: Final = 2
UNDECIDED: Final = 3
VIOLATED: Final = 12
INTERRUPTED: Final = 130


class BadInputError(Exception):
    """An error in the user's input; the message is one sentence with its place."""

    exit_code = BAD_INPUT
