"""Pieces of HTML with the properties that typesetting needs: their precedence and their length."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from msgspec import Struct

ATOM = 100
"""The greatest precedence: that of names, constants, and pieces in brackets."""

WIDE = 66
"""A bracketed list longer than this many characters gets one line for each of its items."""


class Piece(Struct, frozen=True):
    """A piece of typeset text: its HTML, its length in characters, and its precedence."""

    html: str
    width: int
    binds: int = ATOM

    def within(self, least: int) -> Piece:
        """Return the piece, in brackets if its precedence is less than `least`."""
        return self if self.binds >= least else joined([text("("), self, text(")")])

    def binding(self, binds: int) -> Piece:
        """Return the piece with another precedence."""
        return Piece(self.html, self.width, binds)


def text(characters: str, kind: str | None = None) -> Piece:
    """Return plain characters as a piece; `kind` is a CSS class."""
    html = escape(characters)
    return Piece(f'<span class="{kind}">{html}</span>' if kind else html, len(characters))


def keyword(word: str) -> Piece:
    """Return a word or a sign of the notation as a piece, as opposed to a name."""
    return text(word, "k")


def name(identifier: str) -> Piece:
    """Return an identifier as a piece, without the underscore by which Python avoids a keyword.

    The names of records and constants, which begin with a capital, are upright; those of variables are slanted.
    """
    shown = identifier.strip("_") or "–"
    return text(shown, "c" if shown[0].isupper() else "n")


def joined(pieces: Sequence[Piece], binds: int = ATOM) -> Piece:
    """Return pieces one after the other as one piece with the precedence `binds`."""
    return Piece("".join(piece.html for piece in pieces), sum(piece.width for piece in pieces), binds)


def spaced(pieces: Sequence[Piece], binds: int = ATOM) -> Piece:
    """Return pieces with spaces between them, where lines may break, as one piece with the precedence `binds`."""
    return Piece(" ".join(piece.html for piece in pieces), sum(piece.width + 1 for piece in pieces), binds)


def listed(items: Sequence[Piece], opening: str, closing: str) -> Piece:
    """Return items in brackets with commas: on one line when that is short, otherwise on a line each."""
    width = sum(item.width + 2 for item in items) + len(opening) + len(closing)
    start, end = text(opening, "b").html, text(closing, "b").html
    if len(items) > 1 and width > WIDE:
        rows = "".join(f'<span class="row">{item.html},</span>' for item in items[:-1])
        return Piece(f'{start}<span class="rows">{rows}<span class="row">{items[-1].html}{end}</span></span>', width)
    return Piece(start + ", ".join(item.html for item in items) + end, width)


def linked(piece: Piece, target: str) -> Piece:
    """Return a piece as a link to the registered function `target`; its page is found when the book is written."""
    return Piece(f'<a class="f" href="{{{{{target}}}}}">{piece.html}</a>', piece.width, piece.binds)
