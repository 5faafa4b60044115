"""The laws of the join of single states, as statements about terms.

A table gives the join of two states ``a ⊔ b`` where it is defined: the state that it joins to, or nothing where
neither side has one.  Each law is stated for all values of the types that the source declares.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Final

import z3
from msgspec import Struct

from checker.proofs.terms import Term
from checker.proofs.translation import Translation
from semantics.merge import join
from semantics.merge.equivalence import alike, below
from spec.states import Ap, CanonExecuted, CanonSent, Executed, Failed, Sent, State


class Table(Struct, frozen=True, eq=False):
    """A function of rules that joins the states of one kind of instruction."""

    name: str
    function: Callable[..., object]
    kinds: tuple[type[Struct], ...]


KINDS: Final = (
    ("call", "join_call", (Sent, Executed, Failed)),
    ("ap", "join_ap", (Ap,)),
    ("canon", "join_canon", (CanonSent, CanonExecuted)),
)


class Model:
    """One table as terms, with variables for any four states or none."""

    def __init__(self, translation: Translation, table: Table) -> None:
        self.translation = translation
        self.terms = translation.terms
        self.table = table
        self.a, self.b, self.c, self.d = (z3.Const(name, self.terms.sort) for name in "abcd")

    def own(self, *states: Term) -> Term:
        """The states are of the table's kind, or missing."""
        return z3.And(*(z3.Or(s == self.terms.nothing, self.of_kind(s)) for s in states))

    def of_kind(self, state: Term) -> Term:
        """The state is of the table's kind."""
        parts = (z3.And(self.terms.is_record(k, state), self.terms.typed(state, k)) for k in self.table.kinds)
        return z3.Or(*parts)

    def any_state(self, *states: Term) -> Term:
        """The states are states, of whatever kind, or missing."""
        return z3.And(*(self.terms.typed(s, State | None) for s in states))

    def result(self, left: Term, right: Term) -> Term:
        """What the table says of two states."""
        return self.translation.call(self.table.function, (left, right))

    def defined(self, left: Term, right: Term) -> Term:
        """The two states have a join."""
        result = self.result(left, right)
        return z3.Or(self.terms.is_record(join.NotMet, result), self.terms.is_record(join.Joined, result))

    def join(self, left: Term, right: Term) -> Term:
        """The join of two states that have one."""
        result = self.result(left, right)
        state = self.terms.field(join.Joined, "state", result)
        return z3.If(self.terms.is_record(join.NotMet, result), self.terms.nothing, state)

    def alike(self, left: Term, right: Term) -> Term:
        """The two states are equivalent, ``≈``."""
        return self.terms.is_true(self.translation.call(alike, (left, right)))

    def below(self, left: Term, right: Term) -> Term:
        """The left state is below the right one, ``⊑``."""
        return self.terms.is_true(self.translation.call(below, (left, right)))

    @cached_property
    def sources(self) -> dict[str, Term]:
        """The sides that a state may come from."""
        return {source.name: self.terms.encode(source) for source in join.Source}


class Law(Struct, frozen=True, eq=False):
    """A law: `premise` and `conclusion` are over the variables of a model; a refuted law has a countermodel."""

    name: str
    sentence: str
    formula: str
    premise: Callable[[Model], Term]
    conclusion: Callable[[Model], Term]
    holds: bool = True


def _exhaustive(m: Model) -> Term:
    return m.result(m.a, m.b) != m.terms.no_case


def _idempotent(m: Model) -> Term:
    return z3.And(m.defined(m.a, m.a), m.join(m.a, m.a) == m.a)


def _unit(m: Model) -> Term:
    nothing = m.terms.nothing
    left = z3.And(m.defined(nothing, m.a), m.join(nothing, m.a) == m.a)
    return z3.And(left, m.defined(m.a, nothing), m.join(m.a, nothing) == m.a)


def _foreign(m: Model) -> Term:
    return z3.Implies(z3.Not(m.own(m.a, m.b)), z3.Not(m.defined(m.a, m.b)))


def _associates(m: Model) -> Term:
    return m.join(m.join(m.a, m.b), m.c) == m.join(m.a, m.join(m.b, m.c))


def _defined_alike(m: Model) -> Term:
    left = z3.And(m.defined(m.a, m.b), m.defined(m.join(m.a, m.b), m.c))
    return left == z3.And(m.defined(m.b, m.c), m.defined(m.a, m.join(m.b, m.c)))


def _congruent(m: Model) -> Term:
    both = m.defined(m.a, m.b)
    return z3.And(both == m.defined(m.c, m.d), z3.Implies(both, m.alike(m.join(m.a, m.b), m.join(m.c, m.d))))


def _compatible(m: Model) -> Term:
    bounded = z3.And(m.defined(m.a, m.b), m.below(m.join(m.a, m.b), m.c))
    return z3.Implies(z3.And(m.below(m.a, m.c), m.below(m.b, m.c)), bounded)


def _kept_first(m: Model) -> Term:
    """Which state is taken, and that the table says so: prev unless current says more."""
    result, side = m.result(m.a, m.b), m.sources
    kept = z3.And(m.join(m.a, m.b) == m.a, m.terms.field(join.Joined, "source", result) == side["PREVIOUS"])
    taken = z3.And(m.join(m.a, m.b) == m.b, m.terms.field(join.Joined, "source", result) == side["CURRENT"])
    return z3.Implies(m.terms.is_record(join.Joined, result), z3.If(m.below(m.b, m.a), kept, taken))


def _positions(m: Model) -> Term:
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


def _reported(m: Model) -> Term:
    """What a failed join reports: both states; or, when one side has none, the other's side and state."""
    result, terms, side = m.result(m.a, m.b), m.terms, m.sources
    alone = z3.Or(m.a == terms.nothing, m.b == terms.nothing)
    conflict = z3.And(
        terms.is_record(join.Conflict, result),
        terms.field(join.Conflict, "left", result) == m.a,
        terms.field(join.Conflict, "right", result) == m.b,
    )
    unexpected = z3.And(
        terms.is_record(join.Unexpected, result),
        terms.field(join.Unexpected, "expected", result) == terms.encode(m.table.name),
        terms.field(join.Unexpected, "side", result) == z3.If(m.b == terms.nothing, side["PREVIOUS"], side["CURRENT"]),
        terms.field(join.Unexpected, "state", result) == z3.If(m.b == terms.nothing, m.a, m.b),
    )
    return z3.Implies(z3.Not(m.defined(m.a, m.b)), z3.If(alone, unexpected, conflict))


def _met(m: Model) -> Term:
    nobody = z3.And(m.a == m.terms.nothing, m.b == m.terms.nothing)
    return m.terms.is_record(join.NotMet, m.result(m.a, m.b)) == nobody


def _all_defined(m: Model) -> Term:
    return z3.And(
        m.own(m.a, m.b, m.c),
        m.defined(m.a, m.b),
        m.defined(m.join(m.a, m.b), m.c),
        m.defined(m.b, m.c),
        m.defined(m.a, m.join(m.b, m.c)),
    )


def _any_two(m: Model) -> Term:
    return m.any_state(m.a, m.b)


def _joinable(m: Model) -> Term:
    return z3.And(m.own(m.a, m.b), m.defined(m.a, m.b))


def _well_formed(m: Model) -> Term:
    """Joinable states of which each append has exactly one generation: what countermodels should show."""
    sort = m.terms.sort

    def one_generation(state: Term) -> Term:
        generations = m.terms.field(Ap, "generations", state)
        single = z3.And(sort.is_number(sort.head(generations)), sort.tail(generations) == m.terms.nil)
        return z3.Implies(m.terms.is_record(Ap, state), z3.And(sort.is_cons(generations), single))

    return z3.And(_joinable(m), one_generation(m.a), one_generation(m.b))


LAWS: Final = (
    Law("exhaustive", "Some case applies to any two states.", "∃ case", _any_two, _exhaustive),
    Law("idempotent", "A state joined with itself is that state.", "a ⊔ a = a", lambda m: m.own(m.a), _idempotent),
    Law("unit", "Joining with nothing changes nothing.", "a ⊔ ∅ = ∅ ⊔ a = a", lambda m: m.own(m.a), _unit),
    Law("own-kind", "States of another instruction never join.", "a ⊔ b defined ⇒ own(a, b)", _any_two, _foreign),
    Law("not-met", "Only nothing and nothing is not met.", "a ⊔ b not met ⇔ a = b = ∅", _any_two, _met),
    Law(
        "symmetric-definedness",
        "Two states join in both orders or in neither.",
        "a ⊔ b defined ⇔ b ⊔ a defined",
        _any_two,
        lambda m: m.defined(m.a, m.b) == m.defined(m.b, m.a),
    ),
    Law(
        "commutative-up-to-equivalence",
        "The order of joining changes nothing that an observer sees.",
        "a ⊔ b ≈ b ⊔ a",
        _joinable,
        lambda m: m.alike(m.join(m.a, m.b), m.join(m.b, m.a)),
    ),
    Law("associative", "Grouping does not matter.", "(a ⊔ b) ⊔ c = a ⊔ (b ⊔ c)", _all_defined, _associates),
    Law(
        "associative-definedness",
        "Both groupings are defined, or neither is.",
        "(a ⊔ b) ⊔ c defined ⇔ a ⊔ (b ⊔ c) defined",
        lambda m: m.own(m.a, m.b, m.c),
        _defined_alike,
    ),
    Law(
        "left-regular",
        "What was joined already adds nothing, exactly.",
        "(a ⊔ b) ⊔ a = a ⊔ b",
        _joinable,
        lambda m: z3.And(m.defined(m.join(m.a, m.b), m.a), m.join(m.join(m.a, m.b), m.a) == m.join(m.a, m.b)),
    ),
    Law(
        "inflationary",
        "Joining loses nothing of either side.",
        "a ⊑ a ⊔ b and b ⊑ a ⊔ b",
        _joinable,
        lambda m: z3.And(m.below(m.a, m.join(m.a, m.b)), m.below(m.b, m.join(m.a, m.b))),
    ),
    Law(
        "least",
        "States with an upper bound join below it.",
        "a ⊑ c and b ⊑ c ⇒ a ⊔ b ⊑ c",
        lambda m: m.own(m.a, m.b, m.c),
        _compatible,
    ),
    Law(
        "congruence",
        "Equivalent states join to equivalent states.",
        "a ≈ c and b ≈ d ⇒ a ⊔ b ≈ c ⊔ d",
        lambda m: z3.And(m.own(m.a, m.b, m.c, m.d), m.alike(m.a, m.c), m.alike(m.b, m.d)),
        _congruent,
    ),
    Law("kept-first", "The kept state stands unless the other says more.", "b ⊑ a ⇒ a ⊔ b = a", _any_two, _kept_first),
    Law("positions", "A joined state stands for the positions it says.", "seen(a, b)", _any_two, _positions),
    Law("reported", "A failed join reports what each side recorded.", "conflict(a, b)", _any_two, _reported),
    Law(
        "commutative",
        "The order of joining changes nothing at all; false, as each peer keeps its own request or generation.",
        "a ⊔ b = b ⊔ a",
        _well_formed,
        lambda m: m.join(m.a, m.b) == m.join(m.b, m.a),
        holds=False,
    ),
)
