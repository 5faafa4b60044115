"""The laws of single tables of the join: the case that applies, the side that is kept, and the report of a failure."""

from __future__ import annotations

from typing import Final

import z3

from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra import TableAlgebra
from airspec.checker.prove.theorems.algebra_symbols import JOINING, WINDOWS
from airspec.checker.prove.theorems.cases import no_two_apply
from airspec.semantics.merge import join
from airspec.spec import faults
from airspec.spec.states import Ap, Executed, Fold, Par


def _any_two(m: TableAlgebra) -> Term:
    return m.any_state(m.a, m.b)


def _exhaustive(m: TableAlgebra) -> Term:
    return m.result(m.a, m.b) != m.terms.no_case


def _foreign(m: TableAlgebra) -> Term:
    return z3.Implies(m.defined(m.a, m.b), m.own(m.a, m.b))


def _kept_first(m: TableAlgebra) -> Term:
    """Which state is taken, and that the table says so: prev unless current says more."""
    result, side = m.result(m.a, m.b), m.sources
    kept = z3.And(m.join(m.a, m.b) == m.a, m.terms.field(join.Joined, "source", result) == side["PREVIOUS"])
    taken = z3.And(m.join(m.a, m.b) == m.b, m.terms.field(join.Joined, "source", result) == side["CURRENT"])
    return z3.Implies(m.terms.is_record(join.Joined, result), z3.If(m.below(m.b, m.a), kept, taken))


def _positions(m: TableAlgebra) -> Term:
    """Two executed calls or two appends stand for both positions, a canon for none, all else for that of its source."""
    result, side = m.result(m.a, m.b), m.sources
    seen, source = (m.terms.field(join.Joined, name, result) for name in ("seen", "source"))
    if m.table.name == "canon":
        expected = side["NEITHER"]
    else:
        numbered = Executed if m.table.name == "call" else Ap
        both = z3.And(m.terms.is_record(numbered, m.a), m.terms.is_record(numbered, m.b))
        expected = z3.If(both, side["BOTH"], source)
    return z3.Implies(m.terms.is_record(join.Joined, result), seen == expected)


def _reported(m: TableAlgebra) -> Term:
    """What a failed join reports: both states; or, when one side has none, the other's side and state."""
    result, terms, side = m.result(m.a, m.b), m.terms, m.sources
    alone = z3.Or(m.a == terms.nothing, m.b == terms.nothing)
    conflict = z3.And(
        terms.is_record(faults.Conflict, result),
        terms.field(faults.Conflict, "left", result) == m.a,
        terms.field(faults.Conflict, "right", result) == m.b,
    )
    met = z3.If(m.b == terms.nothing, side["PREVIOUS"], side["CURRENT"]), z3.If(m.b == terms.nothing, m.a, m.b)
    unexpected = result == terms.make(faults.Unexpected, (m.kind, *met))
    return z3.Implies(z3.Not(_decided(m)), z3.If(alone, unexpected, conflict))


def _decided(m: TableAlgebra) -> Term:
    return m.defined(m.a, m.b) if m.table.empty is None else m.own(m.a, m.b)


def _met(m: TableAlgebra) -> Term:
    nobody = z3.And(m.a == m.terms.nothing, m.b == m.terms.nothing)
    return m.terms.is_record(join.NotMet, m.result(m.a, m.b)) == nobody


def _windows(m: TableAlgebra) -> Term:
    """Each side brings its own windows; a side without a state brings empty ones."""
    record = {Par: join.ParWindows, Fold: join.FoldWindows}[m.table.kinds[0]]
    empty, result = m.terms.encode(m.table.empty), m.result(m.a, m.b)
    windows = [z3.If(side == m.terms.nothing, empty, side) for side in (m.a, m.b)]
    shown = result == m.terms.make(record, windows)
    return z3.If(m.own(m.a, m.b), shown, z3.Not(m.terms.is_record(record, result)))


EXHAUSTIVE: Final = Proposition(
    "exhaustive", "Some case applies to any two states.", _any_two, _exhaustive, (*JOINING, *WINDOWS)
)
DETERMINISTIC: Final = Proposition(
    "deterministic", "No two cases apply to the same two states.", _any_two, no_two_apply, (*JOINING, *WINDOWS)
)
REPORTED: Final = Proposition(
    "reported", "A failed join reports what each side recorded.", _any_two, _reported, (*JOINING, *WINDOWS)
)
JOINING_LAWS: Final = (
    EXHAUSTIVE,
    DETERMINISTIC,
    Proposition("own-kind", "States of another instruction never join.", _any_two, _foreign, JOINING),
    Proposition("not-met", "The answer is `not met` exactly when both traces have no state.", _any_two, _met, JOINING),
    Proposition(
        "kept-first",
        "The state of prev data is kept, unless that of current data has more.",
        _any_two,
        _kept_first,
        JOINING,
    ),
    Proposition(
        "positions",
        "Two results, or two appends, stand for the positions of both; a canon for none; else a state for its own.",
        _any_two,
        _positions,
        JOINING,
    ),
    REPORTED,
)
"""The laws of the tables that join states."""

WINDOW_LAWS: Final = (
    EXHAUSTIVE,
    DETERMINISTIC,
    Proposition("windows", "The windows of both sides are those that each recorded.", _any_two, _windows, WINDOWS),
    REPORTED,
)
"""The laws of the tables of pars and folds, whose branches and iterations are joined one by one."""
