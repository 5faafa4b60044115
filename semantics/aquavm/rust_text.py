"""Texts as Rust's debugging output writes them, which is part of AquaVM's error messages."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Final

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def quoted(text: str) -> str:
    """A string in quotation marks."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([_ESCAPES.get(character) or _visible(character) for character in text]) + '"'


def _visible(character: str) -> str:
    # Marks that would combine with the character before them are escaped too.
    if character.isprintable() and unicodedata.category(character) not in ("Mn", "Me"):
        return character
    return f"\\u{{{ord(character):x}}}"


def quoted_list(texts: Iterable[str]) -> str:
    """Several strings in brackets."""
    return f"[{', '.join([quoted(text) for text in texts])}]"
