"""Stability: what an instruction once recorded never changes, and is the same on all peers, in any network.

One call, or one canon, of a script is followed through a network.  Every datum, kept by a peer or in flight, has one
state of the instruction or none.  The *assignment* of the instruction is the result or contents that its own peer, the
one that the script names, recorded, or nothing so far.  The invariant says that a datum has no other result or contents
than the assignment, and that the peer that made the assignment keeps it.  It holds when a particle starts, as there are
no states; copying, losing and delivering data change no state; and each invocation preserves it, which is what the
obligations show: there the rules are read as they run, on any configuration, with symbols for all functions that they
call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Final

import z3
from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.prove.formulas import Stated
from airspec.checker.prove.obligation import Obligation, stated
from airspec.checker.prove.reading.abstraction import Abstraction, with_helpers
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.reading.transitions import Relation, texts_of
from airspec.checker.prove.statement import Proposition
from airspec.semantics.configuration import Config, Halt, Throw
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.merge import equivalence, join, meeting, sliders
from airspec.semantics.merge.memory import Memory
from airspec.semantics.notation.registry import replacements
from airspec.semantics.notation.sharing import shared
from airspec.semantics.notation.transitions import Left, rules_by_left
from airspec.semantics.rules import failing
from airspec.spec import faults
from airspec.spec.states import State

Function = Callable[..., object]

INLINED: Final[tuple[Function, ...]] = (
    meeting.meet,
    sliders.take,
    join.of_kind,
    sliders.locate,
    failing.premise_fails,
    failing.premise_waits,
    equivalence.alike,
    equivalence.observed,
)
"""The judgements and definitions that are read in the rules of both calls and canons."""


class Followed(ABC):
    """One evaluation of the followed instruction by any peer of an edition, on any data.

    `kinds` are the classes of the instruction.  The `table` joins its states: those of the classes `asked` are
    requests, those of the classes `done` are results or contents.  `inlined` are further functions that are read.
    `before` and `after` are the configurations, `assigned` is the assignment, and `other` any other state of the
    instruction.
    """

    kinds: tuple[type[Struct], ...]
    asked: tuple[type[Struct], ...]
    done: tuple[type[Struct], ...]
    table: Function
    inlined: tuple[Function, ...]

    def __init__(self, terms: Terms, kind: type[Struct], edition: Edition = FAITHFUL) -> None:
        self.terms = terms
        self.kind = kind
        read = (*with_helpers(type(self).table), *self.inlined, *INLINED)
        self.translation = Abstraction(terms, read, edition)
        left = Left("evaluate", kind)
        self.relation = Relation(self.translation, shared(left, rules_by_left(edition)[left], edition))
        self.before, self.instruction = self.relation.parameters
        self.after, self.assigned, self.other = (z3.Const(name, terms.sort) for name in ("after", "assigned", "other"))

    @classmethod
    def functions(cls) -> tuple[Function, ...]:
        """Return all functions of the notation that proofs read for such evaluations, in any edition."""
        rules = (
            read.function
            for edition in Edition
            for kind in cls.kinds
            for entry in rules_by_left(edition)[Left("evaluate", kind)]
            for read in texts_of(entry, replacements(edition))
        )
        return tuple(dict.fromkeys((*rules, *with_helpers(cls.table), *cls.inlined, *INLINED)))

    def obligations(self, laws: Iterable[Proposition], subject: str, part: str) -> Iterator[Obligation]:
        """Yield the obligation of each law for this evaluation, named by `subject` and `part`.

        All have the same facts; each has the functions that were read for it.
        """
        steps = self.relation.step(self.after)
        before = frozenset(self.translation.read)
        found = []
        for law in laws:
            self.translation.read = set(before)
            obligation = stated(law, subject, self, part=part)
            found.append(replace(obligation, reads=self.relation.reads))
        facts = (steps, *self.translation.facts.values())
        yield from (replace(obligation, facts=facts) for obligation in found)

    @property
    @abstractmethod
    def here(self) -> Term:
        """Return the formula that the peer that evaluates is the one that the script names."""

    def fits(self, state: Term) -> Term:
        """Return what the invariant says besides of a state; here nothing (true), which subclasses may override."""
        return z3.BoolVal(True)

    def of(self, function: Function, *arguments: Any) -> Term:
        """Return the term of a function applied to arguments, which are terms or functions."""
        return self.translation.call(function, arguments)

    def field(self, record: type[Struct], name: str, term: Term) -> Term:
        """Return the term of a field of a value, which must be a record of this class."""
        return self.terms.field(record, name, term)

    def memory(self, name: str, config: Term) -> Term:
        """Return the term of a field of a configuration's memory."""
        return self.field(Memory, name, self.field(Config, "memory", config))

    @cached_property
    def kept(self) -> Term:
        """Return the state of the instruction in the previous data, or nothing."""
        return self.of(sliders.peek, self.memory("prev", self.before))

    @cached_property
    def arrived(self) -> Term:
        """Return the state of the instruction in the current data, or nothing."""
        return self.of(sliders.peek, self.memory("current", self.before))

    @cached_property
    def recorded(self) -> Term:
        """Return the state of the instruction in the new data, or nothing."""
        before, after = self.memory("result", self.before), self.memory("result", self.after)
        return z3.If(after == before, self.terms.nothing, self.terms.sort.head(after))

    @cached_property
    def stopped(self) -> Term:
        """Return the formula that the evaluation ended in an error, and recorded nothing."""
        outcome = self.field(Config, "control", self.after)
        error = z3.Or(self.terms.is_record(Throw, outcome), self.terms.is_record(Halt, outcome))
        return z3.And(error, self.recorded == self.terms.nothing)

    def is_done(self, state: Term) -> Term:
        """Return the formula that the state is a result, or the contents of a canon."""
        return z3.Or(*(self.terms.is_record(kind, state) for kind in self.done))

    def is_own(self, state: Term) -> Term:
        """Return the formula that the state is one of this instruction."""
        return z3.Or(self.is_done(state), *(self.terms.is_record(kind, state) for kind in self.asked))

    def alike(self, left: Term, right: Term) -> Term:
        """Return the formula that two states are equivalent, ``≈``."""
        return self.terms.is_true(self.of(equivalence.alike, left, right))

    @cached_property
    def then_assigned(self) -> Term:
        """Return the assignment after the evaluation: the earlier one, or what the instruction's own peer records."""
        first = z3.And(self.assigned == self.terms.nothing, self.here, self.is_done(self.recorded))
        return z3.If(first, self.recorded, self.assigned)

    def agrees(self, state: Term, assigned: Term) -> Term:
        """Return the formula that a state is nothing, or is the instruction's and agrees with the assignment.

        A request agrees with any assignment, a result or contents only with an equivalent one.
        """
        right = z3.And(assigned != self.terms.nothing, self.alike(state, assigned))
        own = z3.And(self.is_own(state), self.fits(state), z3.Implies(self.is_done(state), right))
        return z3.Or(state == self.terms.nothing, own)

    def keeps(self, state: Term, assigned: Term) -> Term:
        """Return the formula that a state is equivalent to the assignment, or that nothing is assigned."""
        return z3.Or(assigned == self.terms.nothing, z3.And(self.is_done(state), self.alike(state, assigned)))

    def invariant(self) -> Term:
        """Return the formula that the invariant holds of the previous and the current data of this evaluation."""
        seen = z3.And(self.agrees(self.kept, self.assigned), self.agrees(self.arrived, self.assigned))
        return z3.And(self.given(), seen, z3.Implies(self.here, self.keeps(self.kept, self.assigned)))

    def given(self) -> Term:
        """Return the premise: the configuration evaluates such an instruction, and states are of the declared types."""
        assigned = z3.And(self.is_done(self.assigned), self.terms.typed(self.assigned, State))
        return z3.And(
            self.relation.left,
            self.terms.typed(self.kept, State | None),
            self.terms.typed(self.arrived, State | None),
            z3.Or(self.assigned == self.terms.nothing, assigned),
        )

    def is_new(self) -> Term:
        """Return the formula that the recorded state is a result or contents, and neither datum had one before."""
        before = z3.Or(self.is_done(self.kept), self.is_done(self.arrived))
        return z3.And(self.is_done(self.recorded), z3.Not(before))


def _starts(run: Followed) -> Term:
    nothing = run.terms.nothing
    return z3.And(run.agrees(nothing, nothing), run.keeps(nothing, nothing))


def _kept(run: Followed) -> Term:
    """Return the formula that a result of either side is recorded as it was, unless the evaluation stops."""
    sides = [z3.Implies(run.is_done(side), run.alike(run.recorded, side)) for side in (run.kept, run.arrived)]
    return z3.Or(run.stopped, z3.And(*sides))


def _same(run: Followed) -> Term:
    """Return the formula that recorded states, and those that agreed before, agree with the new assignment."""
    others = z3.Implies(run.agrees(run.other, run.assigned), run.agrees(run.other, run.then_assigned))
    return z3.And(run.agrees(run.recorded, run.then_assigned), others)


def _owner_keeps(run: Followed) -> Term:
    return z3.Implies(z3.And(run.here, z3.Not(run.stopped)), run.keeps(run.recorded, run.then_assigned))


def _never_conflicts(run: Followed) -> Term:
    joined = run.of(type(run).table, run.kept, run.arrived)
    return z3.Not(run.terms.is_record(faults.Conflict, joined))


def laws(prefix: str, what: str, whose: str, runs: tuple[Stated, ...]) -> tuple[Proposition, ...]:
    """Return the laws of stability of one kind of instruction, named with `prefix`.

    `what` it records (such as ``results``) and `whose` they are (such as ``call``) are the words in sentences.  `runs`
    are the symbolic evaluations from which formulas are printed.
    """
    given = "the invariant holds of both data"

    def step(name: str, sentence: str, conclusion: Callable[[Followed], Term]) -> Proposition:
        """A law of each evaluation on data of which the invariant holds."""
        return Proposition(f"{prefix}-{name}", sentence, lambda run: run.invariant(), conclusion, runs, given=given)

    return (
        Proposition(
            f"{prefix}-start",
            f"When a particle starts, nothing is assigned and no datum has {what}.",
            lambda run: run.given(),
            _starts,
            runs,
        ),
        step("kept", f"Once known, {what} are recorded as they are by whoever evaluates the {whose}.", _kept),
        step("same-everywhere", f"No datum has other {what} than those that the {whose}'s peer assigned.", _same),
        step("assigned-once", f"The peer that assigned {what} keeps them, and so never assigns others.", _owner_keeps),
        step(
            "never-conflicts",
            f"Data that agree with the assignment never conflict about the {whose}.",
            _never_conflicts,
        ),
    )
