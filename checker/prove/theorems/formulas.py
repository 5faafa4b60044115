"""Formulas of the laws of the join, printed from the functions that state them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Final

import z3

from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.theorems.algebra import VARIABLES, Algebra

_THINGS: Final = z3.DeclareSort("things")
_BOOLEAN: Final = z3.BoolSort()
_OWN: Final = z3.Function("own", _THINGS, _BOOLEAN)
_DEFINED: Final = z3.Function("defined", _THINGS, _BOOLEAN)
_SYMBOLIC: Final = Algebra(
    name="symbols",
    translation=None,  # type: ignore[arg-type]  # nothing is read here
    of=_OWN,
    joining=z3.Function("⊔", _THINGS, _THINGS, _THINGS),
    met=_DEFINED,
    joined=lambda result: result,
    same=z3.Function("≈", _THINGS, _THINGS, _BOOLEAN),
    order=z3.Function("⊑", _THINGS, _THINGS, _BOOLEAN),
    unit=z3.Const("∅", _THINGS),
    chosen=tuple(z3.Const(name, _THINGS) for name in VARIABLES),
)
"""An algebra whose operations are symbols, so that statements about it can be printed."""

_CONNECTIVES: Final = {z3.Z3_OP_AND: ("and", 3), z3.Z3_OP_IMPLIES: ("⇒", 1), z3.Z3_OP_EQ: ("=", 4)}
"""How connectives are written, and how strongly they bind."""


def printed(premise: Callable[[Algebra], Term], conclusion: Callable[[Algebra], Term]) -> str:
    """Return a law as a formula, without the premise that the elements are of the declared types."""
    given = [term for term in _conjuncts(premise(_SYMBOLIC)) if not (z3.is_app(term) and term.decl().eq(_OWN))]
    stated = conclusion(_SYMBOLIC)
    return _text(z3.Implies(z3.And(*given), stated) if given else stated, 0)


def _conjuncts(term: Any) -> Iterator[Any]:
    if z3.is_and(term):
        for part in term.children():
            yield from _conjuncts(part)
    else:
        yield term


def _text(term: Any, outer: int) -> str:
    """Return a term, in parentheses if it binds no more tightly than its context."""
    if z3.is_and(term):
        parts = list(_conjuncts(term))
        return _enclosed(" and ".join(_text(part, 3) for part in parts), 3 if len(parts) > 1 else 9, outer)
    arguments = term.children()
    if not arguments:
        return str(term)
    if len(arguments) == 1:
        return _text(arguments[0], 4) + (" ∈ T" if term.decl().eq(_OWN) else " is defined")
    sign, strength = _CONNECTIVES.get(term.decl().kind(), (term.decl().name(), 5 if term.sort() == _THINGS else 4))
    if sign == "=" and z3.is_bool(arguments[0]):
        sign, strength = "⇔", 2
    return _enclosed(f" {sign} ".join(_text(argument, strength) for argument in arguments), strength, outer)


def _enclosed(text: str, strength: int, outer: int) -> str:
    return f"({text})" if strength <= outer else text
