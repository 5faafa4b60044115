"""The laws of cases: of the functions of rules, of the tables of the join, and of the left sides of *Step*."""

from __future__ import annotations

from itertools import combinations
from typing import Final, Protocol

import z3
from msgspec import Struct

from airspec.checker.prove.formulas import Stated
from airspec.checker.prove.reading.symbols import Symbols
from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra_symbols import three_cases


class HasCases(Protocol):
    """An object with a condition for each of its cases."""

    @property
    def conditions(self) -> tuple[Term, ...]:
        """Return the condition under which each case applies."""


class Cases(Struct, frozen=True, eq=False):
    """The premise (`given`) about some arguments, and the condition under which each case applies to them."""

    given: Term
    conditions: tuple[Term, ...]


def some_applies(m: HasCases) -> Term:
    """Return the formula that some case applies."""
    return z3.Or(*m.conditions)


def no_two_apply(m: HasCases) -> Term:
    """Return the formula that no two cases apply together."""
    return z3.And(*(z3.Not(z3.And(one, other)) for one, other in combinations(m.conditions, 2)))


def first_applies(m: HasCases) -> Term:
    """Return the formula that the first case applies; each case is asked about by itself."""
    return m.conditions[0]


def given(m: Cases) -> Term:
    """Return the premise about the arguments."""
    return m.given


def _three() -> Stated:
    symbols = Symbols()
    return Stated("three", symbols, Cases(z3.BoolVal(True), three_cases(symbols, "x")))


THREE: Final = (_three(),)
"""Three cases of anything: a law is printed as it is stated of them, and stands for any number."""

TOTAL: Final = Proposition(
    "total",
    "Some case of a rule applies to any arguments of the declared types, and some rule of Step to any configuration.",
    given,
    some_applies,
    THREE,
)
NOT_SHADOWED: Final = Proposition(
    "not-shadowed",
    "No case of a rule is shut out by the cases before it, and no rule of Step by others.",
    given,
    first_applies,
    THREE,
    claimed="witnessed",
)
DISJOINT: Final = Proposition(
    "disjoint", "No two rules of Step apply to the same configuration.", given, no_two_apply, THREE
)
REACHABLE: Final = Proposition(
    "reachable", "Each case of a table applies to some two states.", given, first_applies, THREE, claimed="witnessed"
)
