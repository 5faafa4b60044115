"""The laws of whole traces, by structural induction over trees of any size and depth.

A tree is a forest, a node or the iterations of a fold, each made of smaller ones.  A law is shown for all three
together.  Each obligation is about elements of given shapes.  The functions that walk the tree are function symbols, of
which only the applications that the law itself contains are unfolded, once.  About smaller elements only the *induction
hypothesis* is known, which is the same law for them.  The measure is the sum of the sizes: a hypothesis may keep some
elements of a law as they are, if at least one is replaced by a part of it.  The states of leaves are no trees: of them
the laws of the algebra ``state`` are known, which are proved first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Final

import z3
from msgspec import Struct

from airspec.checker.prove.obligation import Obligation, about
from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.reading.translation import Translation
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra import FOREST, ITERATIONS, NODE, PARTS, Algebra, of_leaves, of_part
from airspec.semantics.merge import equivalence, tree

KEPT: Final = (
    *(function for part in PARTS for function in (part.join, part.alike, part.below)),
    tree.join_states,
    equivalence.alike,
    equivalence.below,
)
"""The functions that stay symbols in the induction."""


class Shape(Struct, frozen=True, eq=False):
    """One of the record classes of a type of elements, with the parts that are elements, as pairs of type and field."""

    record: type[Struct]
    parts: tuple[tuple[str, str], ...] = ()


SHAPES: Final[Mapping[str, tuple[Shape, ...]]] = {
    "forest": (Shape(tree.Nil), Shape(tree.Cons, (("node", "head"), ("forest", "tail")))),
    "node": (
        Shape(tree.Leaf, (("state", "state"),)),
        Shape(tree.ParNode, (("forest", "left"), ("forest", "right"))),
        Shape(tree.FoldNode, (("iterations", "iterations"),)),
    ),
    "iterations": (
        Shape(tree.Nil),
        Shape(tree.Iteration, (("forest", "before"), ("forest", "after"), ("iterations", "rest"))),
    ),
}
"""The shapes of the elements of each type; `tests` compare them with the declared types."""


class Smaller(Struct, frozen=True, eq=False):
    """A part of an element: its type, its field, its term, and the condition that the element has such a part."""

    level: str
    field: str
    thing: Term
    there: Term


class Induction:
    """The proof by induction over trees, for all given laws."""

    def __init__(self, translation: Translation, laws: Sequence[Proposition]) -> None:
        self.translation = translation
        self.terms = translation.terms
        self.laws = {law.name: law for law in laws}
        levels = (of_leaves(translation), *(of_part(translation, part) for part in (FOREST, NODE, ITERATIONS)))
        self.levels = {level.name: level for level in levels}

    def obligations(self, law: Proposition) -> Iterator[Obligation]:
        """Yield all obligations of a law, for each type of elements; of a false claim, only that it is refuted."""
        if not law.holds:
            yield self.witness(law)
            return
        for name in SHAPES:
            level = self.levels[name]
            if law.name == "unit" and level.unit is None:
                continue
            for shapes in self.cases(law, name):
                yield self.step(law, level, shapes)

    def cases(self, law: Proposition, name: str) -> Iterator[tuple[Shape, ...] | None]:
        """Yield the shapes of a law's elements in each case of the induction, for elements of one type.

        There is a case for each shape, which all elements have; and for a law of several elements one more, None, for
        all other combinations of shapes.
        """
        for shape in SHAPES[name]:
            yield (shape,) * law.arity
        if law.arity > 1:
            yield None

    def step(self, law: Proposition, level: Algebra, shapes: tuple[Shape, ...] | None) -> Obligation:
        """Return the obligation for elements with these shapes; None stands for elements of different shapes."""
        chosen = level.chosen[: law.arity]
        if shapes is None:
            alike = [self.shaped(chosen, (shape,) * law.arity) for shape in SHAPES[level.name]]
            case, part = z3.Not(z3.Or(*alike)), "mixed"
        else:
            case, part = self.shaped(chosen, shapes), shapes[0].record.__name__
        premise, goal = law.premise(level), law.conclusion(level)
        types = (self.levels[part.level].of(part.thing) for thing in chosen for part in self.parts(level, thing))
        facts = (*self.unfolded((premise, goal, *types)), *self.hypotheses(law, level), *self.lemmas(law, level))
        return about(
            law,
            "trace",
            z3.And(premise, case),
            goal,
            part=f"{level.name} {part}",
            facts=facts,
            may_be_empty=shapes is None,
        )

    def shaped(self, things: Sequence[Term], shapes: Sequence[Shape]) -> Term:
        """Return the formula that each element has the shape at the same position."""
        return z3.And(*(self.terms.is_record(s.record, thing) for s, thing in zip(shapes, things, strict=True)))

    def unfolded(self, formulas: Iterable[Term]) -> tuple[Term, ...]:
        """Return the equations that define the function applications in the formulas, unfolded once."""
        equations = (self.translation.unfold(application) for application in applications(formulas))
        return tuple(equation for equation in equations if equation is not None)

    def hypotheses(self, law: Proposition, level: Algebra) -> Iterator[Term]:
        """Yield the induction hypotheses: the law for smaller elements, where they exist."""
        for guard, name, smaller in self.smaller(level, level.chosen[: law.arity]):
            yield z3.Implies(guard, self.instance(law, name, smaller))

    def lemmas(self, law: Proposition, level: Algebra) -> Iterator[Term]:
        """Yield the laws that a law uses, stated for its elements and for smaller ones."""
        for name in law.uses:
            lemma = self.laws[name]
            for things in combinations(level.chosen[: law.arity], lemma.arity):
                yield self.instance(lemma, level.name, things)
                for guard, type_, smaller in self.smaller(level, things):
                    yield z3.Implies(guard, self.instance(lemma, type_, smaller))

    def smaller(self, level: Algebra, things: Sequence[Term]) -> Iterator[tuple[Term, str, tuple[Term, ...]]]:
        """Yield smaller elements for elements of one shape: the condition of the shape, their type, and their terms.

        They are the same part of each.  As iterations are matched by path and not by position, they are also the rest
        of some elements and the whole of the others.
        """
        for parts in zip(*(self.parts(level, thing) for thing in things), strict=True):
            guard = z3.And(*(part.there for part in parts))
            inner = tuple(part.thing for part in parts)
            if parts[0].field != "rest":
                yield guard, parts[0].level, inner
            else:
                whole = tuple(things)
                mixed = product(*zip(inner, whole, strict=True))
                yield from ((guard, level.name, chosen) for chosen in mixed if chosen != whole)

    def parts(self, level: Algebra, thing: Term) -> tuple[Smaller, ...]:
        """Return all parts that an element of any shape may have, each with the condition that it has it."""
        return tuple(
            Smaller(
                name, field, self.terms.field(shape.record, field, thing), self.terms.is_record(shape.record, thing)
            )
            for shape in SHAPES[level.name]
            for name, field in shape.parts
        )

    def instance(self, law: Proposition, name: str, things: Sequence[Term]) -> Term:
        """Return the formula of a law for given elements of the type `name`.

        The law ``unit`` is true for a type without a unit.
        """
        level = self.levels[name].at(things)
        if law.name == "unit" and level.unit is None:
            return z3.BoolVal(True)
        return z3.Implies(law.premise(level), law.conclusion(level))

    def witness(self, law: Proposition) -> Obligation:
        """Return the obligation that a false claim fails for some traces of one state each.

        The premise of the claim must hold for the states themselves, too.
        """
        level = self.levels["forest"]
        states = self.levels["state"].chosen[: law.arity]
        nil = self.terms.make(tree.Nil, ())
        forests = [self.terms.make(tree.Cons, (self.terms.make(tree.Leaf, (s,)), nil)) for s in states]
        small = level.at(forests)
        premise = z3.And(law.premise(small), law.premise(self.levels["state"]))
        goal, facts = law.conclusion(small), ()
        for _ in range(4):  # from the forest over its node to the table, and into both
            facts = self.unfolded((premise, goal, *facts))
        return about(law, "trace", premise, goal, part="one state", facts=facts, shown=tuple(states))


def applications(formulas: Iterable[Term]) -> Iterator[Term]:
    """Yield all applications of uninterpreted functions within the formulas, each once."""
    seen: set[int] = set()
    pending = list(formulas)
    while pending:
        term = pending.pop()
        if term.get_id() in seen:
            continue
        seen.add(term.get_id())
        if z3.is_app(term):
            if term.num_args() and term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
                yield term
            pending += term.children()
