"""Values and messages for people: on one line, with nothing invisible, and shortened with a mark if they are long.

What describes an error is never shortened: its message may name the one thing that is asked for.
"""

from __future__ import annotations

import re
from typing import Final

from airspec.checker.report.visible import on_one_line

LONGEST_VALUE: Final = 72
"""Longer values are shortened to about so many characters."""

LEAD: Final = 24
"""Characters that are shown before the first one in which two long values differ."""

ERROR: Final = re.compile(r'"(error_code|ret_code)":')
"""A member that only objects have which describe errors: those of the registers, and stored failures."""


def describes_error(json: str) -> bool:
    """Return whether a JSON text contains an object that describes an error, judged by the names of members."""
    return ERROR.search(json) is not None


def shorten(text: str) -> str:
    """Return a text on one line, cut after 72 characters with a mark, unless it describes an error."""
    return _part(text, 0)


def shorten_both(left: str, right: str) -> tuple[str, str]:
    """Return two different texts, each shortened to a part that shows where they first differ."""
    start = 0
    if max(len(left), len(right)) > LONGEST_VALUE:
        pairs = zip(left, right, strict=False)
        same = next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(left), len(right)))
        start = max(0, same - LEAD) if same > LONGEST_VALUE - LEAD else 0
    return _part(left, start), _part(right, start)


def _part(text: str, start: int) -> str:
    """A text from an offset on, as long as values are shown; the marks count what is left out on both sides."""
    if len(text) <= LONGEST_VALUE or describes_error(text):
        return on_one_line(text)
    end = start + LONGEST_VALUE
    before = f"({start} characters) …" if start else ""
    after = f"… ({len(text) - end} more characters)" if len(text) > end else ""
    return f"{before}{on_one_line(text[start:end])}{after}"
