"""Values and messages for people: on one line, with nothing invisible, and shortened with a mark if they are long.

What describes an error is never shortened: its message may name the one thing that is asked for.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

LONGEST_VALUE: Final = 72
"""Longer values are shortened to about so many characters."""

LEAD: Final = 24
"""Characters that are shown before the first one in which two long values differ."""

ERROR: Final = re.compile(r'"(error_code|ret_code)":')
"""A member that only objects have which describe errors: those of the registers, and stored failures."""

HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of characters that a terminal obeys, or does not show."""


def visible(text: str) -> str:
    """Return a message or a value whole, on one line, with control characters as escapes."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) if unicodedata.category(char) in HIDDEN else char for char in text)


def _escaped(char: str) -> str:
    return char.encode("unicode_escape").decode("ascii")


def describes_error(json: str) -> bool:
    """Return whether a JSON text has an object in it that describes an error."""
    return ERROR.search(json) is not None


def shorten(text: str) -> str:
    """Return a text on one line; one that is long and describes no error has its end replaced by a mark."""
    return _part(text, 0)


def shorten_both(left: str, right: str) -> tuple[str, str]:
    """Return two different texts, each shortened so that what differs first can be seen: the results differ."""
    start = 0
    if max(len(left), len(right)) > LONGEST_VALUE:
        pairs = zip(left, right, strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))
        start = max(0, same - LEAD) if same > LONGEST_VALUE - LEAD else 0
    return _part(left, start), _part(right, start)


def _part(text: str, start: int) -> str:
    """A text from an offset on, as long as values are shown; the marks count what is left out on both sides."""
    if len(text) <= LONGEST_VALUE or describes_error(text):
        return visible(text)
    end = start + LONGEST_VALUE
    before = f"({start} characters) …" if start else ""
    after = f"… ({len(text) - end} more characters)" if len(text) > end else ""
    return f"{before}{visible(text[start:end])}{after}"
