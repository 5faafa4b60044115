"""What the laws of stability are printed of: one evaluation of the followed instruction, as symbols."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

import z3
from msgspec import Struct

from airspec.checker.prove.formulas import Stated
from airspec.checker.prove.reading.symbols import BOOLEAN, SymbolicTranslation
from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.theorems.stability import Followed, Function


class SymbolicRun(Followed):
    """One evaluation for printing, in which symbols stand for what the rules compute.

    Subclasses also derive, first, from the class of the evaluation.  What is seen and recorded is explained in words;
    the invariant and its parts are defined below a formula.
    """

    variables: ClassVar[tuple[str, ...]] = ("assigned", "other")

    def __init__(self, kind: type[Struct]) -> None:
        self.kind = kind
        self.symbols = SymbolicTranslation()
        self.terms = self.signs = self.symbols.terms
        self.before, self.after, self.instruction = (z3.Const(name, self.terms.sort) for name in ("c", "c'", "i"))
        self.assigned, self.other = (z3.Const(name, self.terms.sort) for name in self.variables)

    def stated(self) -> Stated:
        """Return the evaluation as a subject from which laws are printed."""
        return Stated(self.kind.__name__, self.signs, self)

    def of(self, function: Function, *arguments: Any) -> Term:
        """Return the symbol of a function, applied to the arguments."""
        return self.symbols.call(function, arguments)

    @cached_property
    def kept(self) -> Term:
        """Return the constant ``prev``."""
        return self.signs.told("prev", Followed.kept)

    @cached_property
    def arrived(self) -> Term:
        """Return the constant ``current``."""
        return self.signs.told("current", Followed.arrived)

    @cached_property
    def recorded(self) -> Term:
        """Return the constant ``new``."""
        return self.signs.told("new", Followed.recorded)

    @cached_property
    def stopped(self) -> Term:
        """Return the Boolean constant ``stopped``."""
        return self.signs.told("stopped", Followed.stopped, sort=BOOLEAN)

    def is_done(self, state: Term) -> Term:
        """Return the formula ``done(state)``."""
        return self.signs.told("done({})", Followed.is_done, state, sort=BOOLEAN)

    def is_own(self, state: Term) -> Term:
        """Return the formula ``own(state)``."""
        return self.signs.told("own({})", Followed.is_own, state, sort=BOOLEAN)

    @cached_property
    def then_assigned(self) -> Term:
        """Return the constant ``assigned'``."""
        return self.signs.abbreviated("assigned'", lambda: super(SymbolicRun, self).then_assigned)

    def agrees(self, state: Term, assigned: Term) -> Term:
        """Return the formula ``state agrees with assigned``."""
        return self.signs.abbreviated("{} agrees with {}", super().agrees, state, assigned)

    def keeps(self, state: Term, assigned: Term) -> Term:
        """Return the formula ``state holds assigned``."""
        return self.signs.abbreviated("{} holds {}", super().keeps, state, assigned)

    def invariant(self) -> Term:
        """Return the Boolean constant ``Inv``."""
        return self.signs.abbreviated("Inv", super().invariant)

    def given(self) -> Term:
        """Return true: declared types are not printed in formulas."""
        return z3.BoolVal(True)
