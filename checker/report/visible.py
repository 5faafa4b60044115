"""What may be shown on a terminal: scripts and values can hold characters that would steer it."""

from __future__ import annotations

import re
from typing import Any

from rich.console import Console
from rich.text import Text

STEERING = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""Controls other than tabulators and line feeds, those of the direction of writing, and lone surrogates."""


def visible(text: str) -> str:
    r"""Return a text with each character that would steer a terminal as its escape, such as ``\u001b``."""
    return STEERING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


class Terminal(Console):
    """A console that shows texts, but is not steered by them."""

    def __init__(self) -> None:
        super().__init__(highlight=False)

    def render_str(self, text: str, **options: Any) -> Text:
        """Return a text as it is shown."""
        return super().render_str(visible(text), **options)
