"""What may be shown on a terminal: scripts and values can hold characters that would steer it."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, Final

from rich.console import Console
from rich.text import Text

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls other than tabulators and line feeds, those of the direction of writing, and lone surrogates."""


def visible(text: str) -> str:
    r"""Return a text with each character that would steer a terminal as its escape, such as ``\u001b``."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


HIDDEN: Final = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""The categories of characters that a terminal obeys, or does not show."""


def on_one_line(text: str) -> str:
    """Return a text on one line, in full, with each character that a terminal does not show as an escape."""
    if text.isascii() and text.isprintable():
        return text
    return "".join(_escaped(char) if unicodedata.category(char) in HIDDEN else char for char in text)


def _escaped(char: str) -> str:
    return {"\n": "\\n", "\t": "\\t", "\r": "\\r"}.get(char, f"\\u{ord(char):04x}")


class Terminal(Console):
    """A console that prints texts with the characters that would steer the terminal escaped."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text as rich renders it, with the characters that would steer the terminal escaped."""
        return super().render_str(visible(text), **options)
