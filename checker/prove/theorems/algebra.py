"""Algebras, which the laws of the join are about: elements with a partial join, an equivalence and an order.

The same laws are stated for tables of states, for the states of leaves, and for the parts of trees.  Each of these is
an `Algebra` over terms of Z3; they differ only in the functions of the operations.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from types import ModuleType
from typing import Any, Final

import z3
from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.reading.translation import Translation
from airspec.semantics.merge import equivalence, join, tree
from airspec.spec import faults
from airspec.spec.states import Ap, CanonExecuted, CanonSent, Executed, Failed, Fold, Par, Sent, State

VARIABLES: Final = ("a", "b", "c", "d")


class Algebra(Struct, frozen=True, eq=False, dict=True):
    """A set of elements with a partial join, an equivalence and an order; laws are about its variables `a` to `d`.

    `of` says whether a term is an element.  `joining` gives the result of joining two elements, which `met` says to be
    a join or not; `joined` returns the join.  `unit` is the unit of the join, or None; `chosen` are the four variables.
    """

    name: str
    translation: Translation
    of: Callable[[Term], Term]
    joining: Callable[[Term, Term], Term]
    met: Callable[[Term], Term]
    joined: Callable[[Term], Term]
    same: Callable[[Term, Term], Term]
    order: Callable[[Term, Term], Term]
    unit: Term | None
    chosen: tuple[Term, ...]

    @property
    def terms(self) -> Any:
        """Return the `Terms` over which the algebra is."""
        return self.translation.terms

    @property
    def a(self) -> Term:
        """Return the first variable."""
        return self.chosen[0]

    @property
    def b(self) -> Term:
        """Return the second variable."""
        return self.chosen[1]

    @property
    def c(self) -> Term:
        """Return the third variable."""
        return self.chosen[2]

    @property
    def d(self) -> Term:
        """Return the fourth variable."""
        return self.chosen[3]

    def at(self, chosen: Sequence[Term]) -> Algebra:
        """Return the algebra with the given terms in place of its first variables."""
        return replace(self, chosen=(*chosen, *self.chosen[len(chosen) :]))

    def own(self, *things: Term) -> Term:
        """Return the formula that all the terms are elements of this algebra."""
        return z3.And(*(self.of(thing) for thing in things))

    def defined(self, left: Term, right: Term) -> Term:
        """Return the formula that two elements have a join."""
        return self.met(self.joining(left, right))

    def join(self, left: Term, right: Term) -> Term:
        """Return the term ``left ⊔ right``, the join of two elements that have one."""
        return self.joined(self.joining(left, right))

    def alike(self, left: Term, right: Term) -> Term:
        """Return the formula ``left ≈ right``: that two elements are equivalent."""
        return self.same(left, right)

    def below(self, left: Term, right: Term) -> Term:
        """Return the formula ``left ⊑ right``: that the left element is below the right one."""
        return self.order(left, right)


class Table(Struct, frozen=True, eq=False):
    """A function of rules (a table) that joins the states of one kind of instruction."""

    name: str
    function: Callable[..., object]
    kinds: tuple[type[Struct], ...]
    empty: State | None = None
    """The state that stands for none, in the tables that join no states but return the windows of each side."""


TABLES: Final = (
    ("call", "join_call", (Sent, Executed, Failed), None),
    ("ap", "join_ap", (Ap,), None),
    ("canon", "join_canon", (CanonSent, CanonExecuted), None),
    ("par", "join_par", (Par,), Par(0, 0)),
    ("fold", "join_fold", (Fold,), Fold(())),
)
"""Each kind of instruction, its table in `semantics.merge.join`, and the states of that kind."""


class TableAlgebra(Algebra, frozen=True, eq=False):
    """The algebra of the states of one kind of instruction, and nothing (no state), joined by a table."""

    table: Table

    def of_kind(self, state: Term) -> Term:
        """Return the formula that a state is of the table's kind."""
        parts = (z3.And(self.terms.is_record(k, state), self.terms.typed(state, k)) for k in self.table.kinds)
        return z3.Or(*parts)

    def any_state(self, *states: Term) -> Term:
        """Return the formula that each term is a state of any kind, or nothing."""
        return z3.And(*(self.terms.typed(s, State | None) for s in states))

    def result(self, left: Term, right: Term) -> Term:
        """Return the term of the table applied to two states; it may be a failure."""
        return self.joining(left, right)

    @property
    def kind(self) -> Term:
        """The name of the kind of instruction whose states the table joins."""
        return self.terms.encode(self.table.name)

    @property
    def conditions(self) -> tuple[Term, ...]:
        """Return the condition of each case of the table, for the states `a` and `b`."""
        leaves = self.translation.leaves(self.table.function, (self.a, self.b))
        return tuple(leaf.reached for leaf in leaves)

    @cached_property
    def sources(self) -> dict[str, Term]:
        """Return the terms of the members of `faults.Source`, the sides that a state may come from, by name."""
        return {source.name: self.terms.encode(source) for source in faults.Source}


def tables(module: ModuleType = join) -> tuple[Table, ...]:
    """Return the tables of the join, with the functions of the given module."""
    return tuple(Table(name, getattr(module, function), kinds, empty) for name, function, kinds, empty in TABLES)


def variables(translation: Translation) -> tuple[Term, ...]:
    """Return the variables `a` to `d`, about which laws are stated."""
    return tuple(z3.Const(name, translation.terms.sort) for name in VARIABLES)


def of_table(translation: Translation, table: Table) -> TableAlgebra:
    """Return the algebra of the states that a table joins."""
    terms = translation.terms

    def of(state: Term) -> Term:
        kinds = [z3.And(terms.is_record(kind, state), terms.typed(state, kind)) for kind in table.kinds]
        return z3.Or(state == terms.nothing, *kinds)

    def joined(result: Term) -> Term:
        state = terms.field(join.Joined, "state", result)
        return z3.If(terms.is_record(join.NotMet, result), terms.nothing, state)

    return TableAlgebra(
        name=table.name,
        translation=translation,
        of=of,
        joining=lambda left, right: translation.call(table.function, (left, right)),
        met=lambda result: z3.Or(terms.is_record(join.NotMet, result), terms.is_record(join.Joined, result)),
        joined=joined,
        same=_holds(translation, equivalence.alike),
        order=_holds(translation, equivalence.below),
        unit=terms.nothing,
        chosen=variables(translation),
        table=table,
    )


def of_leaves(translation: Translation) -> Algebra:
    """Return the algebra of the states of a tree's leaves, each joined by the table of its kind."""
    terms = translation.terms
    return Algebra(
        name="state",
        translation=translation,
        of=lambda state: terms.typed(state, tree.LeafState),
        joining=lambda left, right: translation.call(tree.join_states, (left, right)),
        met=lambda result: terms.is_record(join.Joined, result),
        joined=lambda result: terms.field(join.Joined, "state", result),
        same=_holds(translation, equivalence.alike),
        order=_holds(translation, equivalence.below),
        unit=None,
        chosen=variables(translation),
    )


class Part(Struct, frozen=True, eq=False):
    """A type of parts of a tree (forest, node or iterations), with the functions that join and compare them."""

    name: str
    hint: Any
    kinds: tuple[type[Struct], ...]
    join: Callable[..., object]
    alike: Callable[..., object]
    below: Callable[..., object]


FOREST: Final = Part(
    "forest", tree.Forest, (tree.Nil, tree.Cons), tree.join_forests, tree.alike_forests, tree.below_forests
)
NODE: Final = Part(
    "node", tree.Node, (tree.Leaf, tree.ParNode, tree.FoldNode), tree.join_nodes, tree.alike_nodes, tree.below_nodes
)
ITERATIONS: Final = Part(
    "iterations",
    tree.Iterations,
    (tree.Nil, tree.Iteration),
    tree.join_iterations,
    tree.alike_iterations,
    tree.below_iterations,
)
PARTS: Final = (FOREST, NODE, ITERATIONS)


def of_part(translation: Translation, part: Part) -> Algebra:
    """Return the algebra of the elements of such a type."""
    terms = translation.terms
    return Algebra(
        name=part.name,
        translation=translation,
        of=lambda thing: terms.typed(thing, part.hint),
        joining=lambda left, right: translation.call(part.join, (left, right)),
        met=lambda result: z3.Not(terms.is_record(tree.Clash, result)),
        joined=lambda result: result,
        same=_holds(translation, part.alike),
        order=_holds(translation, part.below),
        unit=terms.make(tree.Nil, ()) if tree.Nil in part.kinds else None,
        chosen=variables(translation),
    )


def _holds(translation: Translation, relation: Callable[..., object]) -> Callable[[Term, Term], Term]:
    return lambda left, right: translation.terms.is_true(translation.call(relation, (left, right)))
