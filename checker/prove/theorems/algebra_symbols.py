"""What the laws of the join are printed of: any algebra, and each table, as symbols."""

from __future__ import annotations

from typing import Final

import z3
from msgspec.structs import asdict

from airspec.checker.prove.formulas import MEMBER, Stated
from airspec.checker.prove.reading.symbols import BOOLEAN, JOIN, SymbolicTranslation, Symbols, between
from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.theorems.algebra import VARIABLES, Algebra, Table, TableAlgebra, of_table, tables, variables
from airspec.semantics.merge import equivalence

JOINED: Final = between(JOIN)
DEFINED: Final = "{} is defined"
OUTCOME: Final = "join({}, {})"


def any_algebra() -> Stated:
    """Return a symbolic algebra, in which the join, equivalence and order are written with their signs."""
    translation = SymbolicTranslation()
    terms = translation.terms
    algebra = Algebra(
        name="any",
        translation=translation,
        of=lambda thing: terms.applied(MEMBER, thing, sort=BOOLEAN),
        joining=lambda left, right: terms.applied(JOINED, left, right),
        met=lambda result: terms.applied(DEFINED, result, sort=BOOLEAN),
        joined=lambda result: result,
        same=lambda left, right: terms.is_true(translation.call(equivalence.alike, (left, right))),
        order=lambda left, right: terms.is_true(translation.call(equivalence.below, (left, right))),
        unit=terms.nothing,
        chosen=variables(translation),
    )
    return Stated(algebra.name, terms, algebra)


class SymbolicTable(TableAlgebra, frozen=True, eq=False):
    """The algebra of a table, for printing: the table's result for two states is a symbol.

    The join is defined by that result, below a formula.
    """

    @property
    def symbols(self) -> Symbols:
        """Return the terms, as the `Symbols` that they are."""
        terms = self.terms
        assert isinstance(terms, Symbols)
        return terms

    def own(self, *things: Term) -> Term:
        """Return the formula that each term is an element: ``a ∈ T``."""
        return z3.And(*(self.symbols.abbreviated(MEMBER, self.is_own, thing) for thing in things))

    def is_own(self, state: Term) -> Term:
        """Return the formula that defines ``state ∈ T``."""
        return self.of(state)

    def result(self, left: Term, right: Term) -> Term:
        """Return the term ``join(a, b)``, in place of the names of the different tables."""
        return self.symbols.applied(OUTCOME, left, right)

    def defined(self, left: Term, right: Term) -> Term:
        """Return the formula ``a ⊔ b is defined``."""
        return self.symbols.abbreviated(f"{JOINED} is defined", self._defined, left, right)

    def join(self, left: Term, right: Term) -> Term:
        """Return the term ``a ⊔ b``."""
        return self.symbols.abbreviated(JOINED, self._join, left, right)

    def _defined(self, a: Term, b: Term) -> Term:
        return self.met(self.result(a, b))

    def _join(self, a: Term, b: Term) -> Term:
        return self.joined(self.result(a, b))

    @property
    def conditions(self) -> tuple[Term, ...]:
        """Return the conditions of three cases, which stand in a formula for any number."""
        return three_cases(self.symbols, *VARIABLES[:2])

    @property
    def kind(self) -> Term:
        """Return the constant ``kind``."""
        return self.symbols.told("kind", TableAlgebra.kind)


def three_cases(terms: Symbols, *names: str) -> tuple[Term, ...]:
    """Return the conditions of three cases, as symbols applied to variables with these names."""
    values = [z3.Const(name, terms.sort) for name in names]
    templates = [f"case{sign}({', '.join('{}' for _ in names)})" for sign in "₁₂₃"]
    terms.explain(templates[0], "The first case applies; three stand for any number of cases.", *values)
    return tuple(terms.applied(template, *values, sort=BOOLEAN) for template in templates)


def _symbolic(table: Table) -> Stated:
    algebra = SymbolicTable(**asdict(of_table(SymbolicTranslation(), table)))
    return Stated(table.name, algebra.symbols, algebra)


ANY: Final = (any_algebra(),)
JOINING: Final = tuple(_symbolic(table) for table in tables() if table.empty is None)
WINDOWS: Final = tuple(_symbolic(table) for table in tables() if table.empty is not None)
"""The tables that join states, and those of pars and folds, each as symbols."""
