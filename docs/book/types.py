"""The typeset forms of types, in words for readers who do not know Python."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from airspec.book.markup import Piece, joined, spaced, text

NAMES: Mapping[str, str] = {
    "str": "text",
    "int": "integer",
    "bool": "truth value",
    "bytes": "bytes",
    "float": "number",
    "object": "anything",
    "Any": "anything",
}
SEQUENCES: Mapping[str, str] = {
    "tuple": "sequence of",
    "Sequence": "sequence of",
    "Iterable": "sequence of",
    "PVector": "sequence of",
    "List": "stack of",
    "HashTrieSet": "set of",
    "frozenset": "set of",
}
MAPS = ("HashTrieMap", "Mapping", "dict")
CHOICE, ONE = 10, 100


def kind(annotation: ast.expr) -> Piece:
    """Return a type annotation typeset, in words."""
    match annotation:
        case ast.Constant(None):
            return text("∅", "t")
        case ast.Constant(str() as written):
            return kind(ast.parse(written, mode="eval").body)
        case ast.BinOp(left, ast.BitOr(), right):
            return spaced([kind(left), text("or"), kind(right)], CHOICE)
        case ast.Attribute(_, named):
            return text(named, "t")
        case ast.Name(named):
            return text(NAMES.get(named, named), "t")
        case ast.Subscript(ast.Name(named), inner):
            return generic(named, list(inner.elts) if isinstance(inner, ast.Tuple) else [inner])
    return text(ast.unparse(annotation), "t")


def generic(named: str, inner: list[ast.expr]) -> Piece:
    """Return the type of a collection typeset; `named` is its Python name, and `inner` its parameters."""
    if named in MAPS and len(inner) == 2:
        return joined([text("map from "), kind(inner[0]).within(ONE), text(" to "), kind(inner[1]).within(ONE)])
    if named == "tuple" and ast.unparse(inner[-1]) != "...":
        parts = [piece for part in inner for piece in (text(", "), kind(part))][1:]
        return joined([text("⟨"), *parts, text("⟩")])
    if named in SEQUENCES:
        return spaced([text(SEQUENCES[named]), kind(inner[0]).within(ONE)])
    return joined(
        [text(named, "t"), text("["), *[p for part in inner for p in (text(", "), kind(part))][1:], text("]")]
    )


def kind_of_text(written: str) -> Piece:
    """Return a type annotation that is given as text typeset, in words."""
    return kind(ast.parse(written, mode="eval").body)
