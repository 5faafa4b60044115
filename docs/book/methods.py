"""The typeset forms of the methods of immutable collections."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from airspec.book.markup import Piece, joined, keyword, spaced, text

Form = Callable[[Piece, Sequence[Piece]], Piece]
CONS, CALL = 55, 90


def _push_front(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([args[0].within(CONS + 1), keyword("∷"), owner], CONS)


def _drop_first(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([keyword("tail"), owner.within(CALL)], CALL - 1)


def _append(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([owner, keyword("⧺"), args[0].within(CONS + 1)], CONS)


def _get(owner: Piece, args: Sequence[Piece]) -> Piece:
    return joined([owner.within(CALL), text("["), args[0], text("]")])


def _get_or(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([_get(owner, args), keyword("or else"), args[1]], 10)


def _insert(owner: Piece, args: Sequence[Piece]) -> Piece:
    return joined([owner.within(CALL), text("["), spaced([args[0], keyword("↦"), args[1]]), text("]")])


def _insert_one(owner: Piece, args: Sequence[Piece]) -> Piece:
    return joined([owner.within(CALL), text(" ∪ {"), args[0], text("}")], 60)


def _discard(owner: Piece, args: Sequence[Piece]) -> Piece:
    return joined([owner.within(CALL), text(" ∖ {"), args[0], text("}")], 60)


def _update(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([owner, keyword("∪"), args[0]], 60)


def _join(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([args[0].within(CALL), keyword("joined by"), owner], CONS)


def _begins(owner: Piece, args: Sequence[Piece]) -> Piece:
    return spaced([owner, keyword("begins with"), args[0]], 50)


def _view(word: str) -> Form:
    return lambda owner, args: spaced([keyword(word), owner.within(CALL)], CALL - 1)


METHODS: dict[tuple[str, int], Form] = {
    ("push_front", 1): _push_front,
    ("drop_first", 0): _drop_first,
    ("append", 1): _append,
    ("get", 1): _get,
    ("get", 2): _get_or,
    ("set", 2): _insert,
    ("insert", 2): _insert,
    ("insert", 1): _insert_one,
    ("discard", 1): _discard,
    ("remove", 1): _discard,
    ("update", 1): _update,
    ("join", 1): _join,
    ("startswith", 1): _begins,
    ("items", 0): _view("pairs of"),
    ("keys", 0): _view("keys of"),
    ("values", 0): _view("values of"),
}
"""The form of each method by name and number of arguments; others are written as in Python."""
