"""The typeset forms of the functions of Python and its libraries that the notation allows.

None is shown by its Python name, as readers of the rules need not know Python.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from airspec.book.markup import ATOM, Piece, joined, keyword, listed, spaced, text

CHOICE, OR, COMPARE, CONS, SUM, CALL = 10, 20, 50, 55, 60, 90
WORD = CALL - 1


class Setter(Protocol):
    """The methods of a typesetter that the forms of functions use."""

    def expression(self, node: ast.expr, least: int = 0) -> Piece:
        """Return an expression typeset, in brackets if it binds less tightly than `least`."""

    def items(self, nodes: Sequence[ast.expr]) -> list[Piece]:
        """Return several expressions, each typeset."""

    def drawn(self, generators: Sequence[ast.comprehension]) -> Piece:
        """Return the generators of a comprehension typeset, such as ``x ∈ xs``, with their conditions."""

    def fields(self, node: ast.Call, sign: str) -> list[Piece]:
        """Return the keyword arguments of a call typeset, each with `sign` between its name and its value."""

    def instance(self, node: ast.expr, word: str) -> Piece:
        """Return a call of `isinstance` typeset; `word` is ``is`` or ``is not``."""


Form = Callable[[Setter, ast.Call], Piece | None]

KINDS: Mapping[str, str] = {
    "str": "a text",
    "int": "an integer",
    "bool": "a truth value",
    "tuple": "a sequence",
    "dict": "a map",
    "float": "a number",
    "bytes": "bytes",
}
"""The words for types that are no records."""


def _itself(setter: Setter, node: ast.Call) -> Piece | None:
    """Return the value of a conversion between representations, which means nothing to the reader."""
    return setter.expression(node.args[0]) if node.args else text("⟨⟩")


def _map(setter: Setter, node: ast.Call) -> Piece | None:
    if not node.args:
        return text("{}")
    given = setter.expression(node.args[0])
    is_pairs = isinstance(node.args[0], ast.Call) and isinstance(node.args[0].func, ast.Name)
    return spaced([keyword("map of"), given.within(CALL)], WORD) if is_pairs else given


def _set(setter: Setter, node: ast.Call) -> Piece | None:
    if not node.args:
        return text("{}")
    return joined([text("{…"), setter.expression(node.args[0], CALL), text("}")])


def _word(word: str) -> Form:
    return lambda setter, node: spaced([keyword(word), setter.expression(node.args[0], CALL)], WORD)


def _replace(setter: Setter, node: ast.Call) -> Piece | None:
    """Return a record with other values in some fields."""
    return joined([setter.expression(node.args[0], CALL), listed(setter.fields(node, ":="), "[", "]")])


def _cast(setter: Setter, node: ast.Call) -> Piece | None:
    """Return the value of a cast: its type means nothing to the reader."""
    return setter.expression(node.args[1])


def _len(setter: Setter, node: ast.Call) -> Piece | None:
    return joined([text("|"), setter.expression(node.args[0]), text("|")])


def _isinstance(setter: Setter, node: ast.Call) -> Piece | None:
    return setter.instance(node, "is")


def _quantified(sign: str) -> Form:
    def form(setter: Setter, node: ast.Call) -> Piece | None:
        inner = node.args[0]
        if not isinstance(inner, ast.GeneratorExp):
            return spaced(
                [joined([keyword(sign), text(" x ∈ "), setter.expression(inner, CONS), text(":")]), text("x")]
            )
        drawn = joined([keyword(sign), text(" "), setter.drawn(inner.generators), keyword(":")])
        return spaced([drawn, setter.expression(inner.elt, OR)], CHOICE)

    return form


def _next(setter: Setter, node: ast.Call) -> Piece | None:
    """Return the first element of a comprehension, or something else."""
    first = spaced([keyword("first of"), setter.expression(node.args[0], ATOM)], CHOICE)
    if len(node.args) == 1:
        return first
    return spaced([first, keyword("or else"), setter.expression(node.args[1])], CHOICE)


def _zip(setter: Setter, node: ast.Call) -> Piece | None:
    pieces = [setter.expression(argument, CONS + 1) for argument in node.args]
    return spaced([p for piece in pieces for p in (keyword("∥"), piece)][1:], CONS)


def _extreme(sign: str, word: str) -> Form:
    def form(setter: Setter, node: ast.Call) -> Piece | None:
        if len(node.args) > 1:
            return joined([keyword(sign), listed(setter.items(node.args), "{", "}")])
        found = spaced([keyword(word), setter.expression(node.args[0], CALL)], WORD)
        named = {k.arg: setter.expression(k.value) for k in node.keywords}
        if "key" in named:
            found = spaced([found, keyword("by"), named["key"]], CHOICE)
        return spaced([found, keyword("or else"), named["default"]], CHOICE) if "default" in named else found

    return form


def _sorted(setter: Setter, node: ast.Call) -> Piece | None:
    given = setter.expression(node.args[0], CALL)
    named = {k.arg: setter.expression(k.value) for k in node.keywords}
    return spaced([given, keyword("in order"), *([keyword("of"), named["key"]] if "key" in named else [])], CHOICE + 1)


def _range(setter: Setter, node: ast.Call) -> Piece | None:
    ends = [setter.expression(argument, CONS) for argument in node.args]
    return joined([text("⟨"), *([text("0")] if len(ends) == 1 else ends[:1]), text(" .. "), ends[-1], text("⟩")])


def _mapped(setter: Setter, node: ast.Call) -> Piece | None:
    applied = joined([setter.expression(node.args[0], CALL), text("("), text("x", "n"), text(")")])
    drawn = [text("x", "n"), keyword("∈"), setter.expression(node.args[1], CONS)]
    return joined([text("⟨", "b"), spaced([applied, keyword("|"), *drawn]), text("⟩", "b")])


def _sum(setter: Setter, node: ast.Call) -> Piece | None:
    return spaced([keyword("Σ"), setter.expression(node.args[0], CALL)], SUM)


def _grouped(setter: Setter, node: ast.Call) -> Piece | None:
    given = spaced([keyword("runs of"), setter.expression(node.args[0], CALL)], WORD)
    return spaced([given, keyword("with the same"), setter.expression(node.args[1])], CHOICE)


def _component(setter: Setter, node: ast.Call) -> Piece | None:
    position = node.args[0]
    first = isinstance(position, ast.Constant) and position.value == 0
    return keyword("first part") if first else spaced([keyword("part"), setter.expression(position)])


FUNCTIONS: Mapping[str, Form] = {
    "HashTrieMap": _map,
    "HashTrieSet": _set,
    "List": _itself,
    "accumulate": _word("partial sums of"),
    "all": _quantified("∀"),
    "any": _quantified("∃"),
    "bool": _itself,
    "cast": _cast,
    "dict": _map,
    "enumerate": _word("numbered"),
    "groupby": _grouped,
    "int": _word("integer"),
    "isinstance": _isinstance,
    "itemgetter": _component,
    "len": _len,
    "map": _mapped,
    "max": _extreme("max ", "greatest of"),
    "min": _extreme("min ", "least of"),
    "next": _next,
    "pvector": _itself,
    "range": _range,
    "replace": _replace,
    "reversed": _word("reverse of"),
    "set": _set,
    "sorted": _sorted,
    "str": _word("text of"),
    "sum": _sum,
    "tuple": _itself,
    "zip": _zip,
}
"""The form of each function by name; `semantics.notation.lint` allows no others."""
