"""Texts as Rust's debugging output writes them, which is part of AquaVM's error messages."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Final

_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def quoted(text: str) -> str:
    """Return a string as Rust's debugging output writes it: in quotation marks, with escapes."""
    if text.isascii() and text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join([_ESCAPES.get(character) or _visible(character) for character in text]) + '"'


def _visible(character: str) -> str:
    code = ord(character)
    begins, ends = _escaped_ranges()
    i = bisect_right(begins, code) - 1
    return f"\\u{{{code:x}}}" if i >= 0 and code <= ends[i] else character


@cache
def _escaped_ranges() -> tuple[list[int], list[int]]:
    """Return the first and the last code point of each range of characters that are written as escapes.

    Python's own tables do not say it, as each version of Python has those of another version of Unicode.
    """
    text = resources.files(__package__).joinpath("escaped_characters.txt").read_text(encoding="utf-8")
    ranges = [line.partition("-") for line in text.splitlines() if not line.startswith("#")]
    return [int(begin, 16) for begin, _, _ in ranges], [int(end or begin, 16) for begin, _, end in ranges]


def quoted_list(texts: Iterable[str]) -> str:
    """Return strings as Rust's debugging output writes a list of them, in square brackets."""
    return f"[{', '.join([quoted(text) for text in texts])}]"
