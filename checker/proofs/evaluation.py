"""The value of a term without variables, by unfolding the functions that it applies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import z3

from checker.proofs.terms import Term
from checker.proofs.translation import Translation


class Evaluation:
    """Computes with terms, over the functions that a translation keeps."""

    def __init__(self, translation: Translation) -> None:
        self.translation = translation
        self.functions = {symbol.name(): function for function, symbol in translation.kept.items()}
        self.values: dict[int, tuple[Term, Term]] = {}  # by identity of a term, which must live on: term, value

    def call(self, function: Callable[..., object], arguments: Sequence[Term]) -> Term:
        """The value of a kept function for given values."""
        return self.value(self.translation.call(function, arguments))

    def value(self, term: Term) -> Term:
        """The value of a term."""
        known = self.values.get(term.get_id())
        if known is None:
            known = self.values[term.get_id()] = (term, self.computed(term))
            self.values[known[1].get_id()] = (known[1], known[1])
        return known[1]

    def computed(self, term: Term) -> Term:
        """The value of a term that was not met yet."""
        name = term.decl().name()
        if name in self.functions:
            arguments = [self.value(argument) for argument in term.children()]
            return self.value(z3.simplify(self.translation.body(self.functions[name], arguments)))
        if term.decl().kind() == z3.Z3_OP_ITE:
            test, yes, no = term.children()
            return self.value(z3.simplify(yes if z3.is_true(self.value(test)) else no))
        return z3.simplify(term.decl()(*self.arguments(term))) if term.num_args() else term

    def arguments(self, term: Term) -> list[Any]:
        """The values of the arguments; of a conjunction or disjunction no more than what decides it."""
        decisive = {z3.Z3_OP_AND: z3.is_false, z3.Z3_OP_OR: z3.is_true}.get(term.decl().kind())
        values = []
        for argument in term.children():
            values.append(self.value(argument))
            if decisive is not None and decisive(values[-1]):
                return [values[-1]] * term.num_args()
        return values
