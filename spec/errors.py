"""Errors of bad input, each with the place where it was found; AIR's own errors are in `spec.codes`."""

from __future__ import annotations

from msgspec import Struct


class Place(Struct, frozen=True):
    """A position in a text: its line and its column, both counted from 1, and the text of that line."""

    line: int
    column: int
    text: str


def place_of(text: str, offset: int) -> Place:
    """Return the line and column of a character offset in a text; only line feeds end lines, as in AquaVM."""
    begin = text.rfind("\n", 0, offset) + 1
    end = text.find("\n", offset)
    line = text[begin:] if end < 0 else text[begin:end]
    return Place(text.count("\n", 0, offset) + 1, offset - begin + 1, line)


def offset_of(text: str, place: Place) -> int:
    """Return the character offset of a place in its text. Raise ValueError if the text has too few lines."""
    begin = 0
    for _ in range(place.line - 1):
        begin = text.index("\n", begin) + 1
    return begin + place.column - 1


class ScriptError(ValueError):
    """A script that is not valid AIR.

    `message` is one sentence; `place` says where, when a place is known; `source` names the file; `remedy` says what to
    do, when that is known.
    """

    def __init__(self, message: str, place: Place | None = None, source: str = "<script>", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.place = place
        self.source = source
        self.remedy = remedy

    def __str__(self) -> str:
        """Return the message with its place, the line with a caret below the column, and the remedy, where known."""
        remedy = f"\n  help: {self.remedy}" if self.remedy else ""
        if self.place is None:
            return f"{self.source}: {self.message}{remedy}"
        head = f"{self.source}:{self.place.line}:{self.place.column}: {self.message}"
        shown, caret = excerpt(self.place)
        return f"{head}\n  {shown}\n  {' ' * caret}^{remedy}"


class TrappingScriptError(ScriptError):
    """An error in a script for which AquaVM gives no error, as its parser panics on it."""


EXCERPT_WIDTH = 100


def excerpt(place: Place) -> tuple[str, int]:
    """Return the part of a line around a place, and the offset of the place in that part.

    It has at most `EXCERPT_WIDTH` characters. A tab is shown as a space, and what a terminal would not show as one
    visible character (controls, lone surrogates) as ``�``.
    """
    start = max(0, place.column - 1 - EXCERPT_WIDTH // 2)
    part = place.text[start : start + EXCERPT_WIDTH].replace("\t", " ")
    shown = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in part)
    return shown, place.column - 1 - start
