"""Stability: what an instruction once recorded never changes, and is the same for everyone, in any network.

One call, or one canon, of a script is followed through a network.  Each datum, kept by a peer or on its way, has
there a state of the instruction or none.  The *assignment* of the instruction is what its own peer, the one that the
script names, recorded as done, or nothing so far.  The invariant says that a datum has nothing else done than what is
assigned, and that the peer that assigned it keeps it.  It holds when a particle starts, as nobody has a state;
copying, losing and delivering data change no state; and it survives each invocation, which is what the obligations
show: there the rules are read as they run, on any configuration, with symbols for all that they call.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

import z3
from msgspec import Struct

from checker.proofs.reading.abstraction import Abstraction
from checker.proofs.reading.terms import Term, Terms
from checker.proofs.statement import Law
from semantics import registers
from semantics.configuration import Config, Halt, Throw
from semantics.merge import equivalence, join, sliders
from semantics.merge.memory import Memory
from semantics.rules import control
from spec import faults
from spec.states import State

Function = Callable[..., object]

SHARED: tuple[Function, ...] = (
    sliders.take,
    join.of_kind,
    sliders.push,
    sliders.locate,
    control.fail_in_trace,
    registers.raise_,
    registers.stop,
    registers.wait_or_stop,
    equivalence.alike,
)
"""What is read of the rules of calls as of those of canons."""


class Followed(ABC):
    """One evaluation of the instruction that is followed, by any peer on any data.

    The first of the functions that are `read` evaluates it, the second joins its states; of these, those of the kinds
    `asked` are owed, and those of the kinds `done` are not.
    """

    asked: tuple[type[Struct], ...]
    done: tuple[type[Struct], ...]
    read: tuple[Function, ...]

    def __init__(self, terms: Terms, kind: type[Struct]) -> None:
        self.terms = terms
        self.kind = kind
        self.translation = Abstraction(terms, (*self.read, *SHARED))
        names = ("c", "instr", "assigned", "other")
        self.before, self.instruction, self.assigned, self.other = (z3.Const(name, terms.sort) for name in names)

    @property
    @abstractmethod
    def here(self) -> Term:
        """The peer that evaluates is the one that the script names."""

    def fits(self, state: Term) -> Term:
        """What else the invariant says of a state."""
        return z3.BoolVal(True)

    def of(self, function: Function, *arguments: Any) -> Term:
        """What a function gives."""
        return self.translation.call(function, arguments)

    def field(self, record: type[Struct], name: str, term: Term) -> Term:
        """A field of a record."""
        return self.terms.field(record, name, term)

    @cached_property
    def after(self) -> Term:
        """The configuration after the instruction was evaluated."""
        return self.translation.body(self.read[0], (self.before, self.instruction))

    def memory(self, name: str, config: Term) -> Term:
        """A field of a configuration's memory."""
        return self.field(Memory, name, self.field(Config, "memory", config))

    @cached_property
    def kept(self) -> Term:
        """What the data that the peer kept have for the instruction."""
        return self.of(sliders.peek, self.memory("prev", self.before))

    @cached_property
    def arrived(self) -> Term:
        """What the data that reached it have for the instruction."""
        return self.of(sliders.peek, self.memory("current", self.before))

    @cached_property
    def recorded(self) -> Term:
        """What the new data have for the instruction, or nothing."""
        before, after = self.memory("result", self.before), self.memory("result", self.after)
        return z3.If(after == before, self.terms.nothing, self.terms.sort.head(after))

    @cached_property
    def stopped(self) -> Term:
        """The evaluation ended in an error, and recorded nothing."""
        outcome = self.field(Config, "control", self.after)
        error = z3.Or(self.terms.is_record(Throw, outcome), self.terms.is_record(Halt, outcome))
        return z3.And(error, self.recorded == self.terms.nothing)

    def is_done(self, state: Term) -> Term:
        """The state is a result, or the contents of a canon."""
        return z3.Or(*(self.terms.is_record(kind, state) for kind in self.done))

    def is_own(self, state: Term) -> Term:
        """The state is one of this instruction."""
        return z3.Or(self.is_done(state), *(self.terms.is_record(kind, state) for kind in self.asked))

    def alike(self, left: Term, right: Term) -> Term:
        """Two states are equivalent, ``≈``."""
        return self.terms.is_true(self.of(equivalence.alike, left, right))

    @cached_property
    def then_assigned(self) -> Term:
        """The assignment after the evaluation: the instruction's peer assigns what it records, if nothing was."""
        first = z3.And(self.assigned == self.terms.nothing, self.here, self.is_done(self.recorded))
        return z3.If(first, self.recorded, self.assigned)

    def agrees(self, state: Term, assigned: Term) -> Term:
        """A state of the instruction, or none, has nothing else done than what is assigned."""
        right = z3.And(assigned != self.terms.nothing, self.alike(state, assigned))
        own = z3.And(self.is_own(state), self.fits(state), z3.Implies(self.is_done(state), right))
        return z3.Or(state == self.terms.nothing, own)

    def keeps(self, state: Term, assigned: Term) -> Term:
        """If the instruction is assigned, the state holds that."""
        return z3.Or(assigned == self.terms.nothing, z3.And(self.is_done(state), self.alike(state, assigned)))

    def invariant(self) -> Term:
        """The invariant, of the data that this evaluation sees."""
        seen = z3.And(self.agrees(self.kept, self.assigned), self.agrees(self.arrived, self.assigned))
        return z3.And(self.given(), seen, z3.Implies(self.here, self.keeps(self.kept, self.assigned)))

    def given(self) -> Term:
        """The evaluation is one of such an instruction, on states as declared."""
        assigned = z3.And(self.is_done(self.assigned), self.terms.typed(self.assigned, State))
        return z3.And(
            self.terms.is_record(Config, self.before),
            self.terms.is_record(self.kind, self.instruction),
            self.terms.typed(self.kept, State | None),
            self.terms.typed(self.arrived, State | None),
            z3.Or(self.assigned == self.terms.nothing, assigned),
        )

    def is_new(self) -> Term:
        """What is done now was done on neither side."""
        before = z3.Or(self.is_done(self.kept), self.is_done(self.arrived))
        return z3.And(self.is_done(self.recorded), z3.Not(before))


def _starts(run: Followed) -> Term:
    nothing = run.terms.nothing
    return z3.And(run.agrees(nothing, nothing), run.keeps(nothing, nothing))


def _kept(run: Followed) -> Term:
    """What is done on either side is recorded as it was, unless the evaluation stops."""
    sides = [z3.Implies(run.is_done(side), run.alike(run.recorded, side)) for side in (run.kept, run.arrived)]
    return z3.Or(run.stopped, z3.And(*sides))


def _same(run: Followed) -> Term:
    """What is recorded agrees with the assignment, and so does everything that did before."""
    others = z3.Implies(run.agrees(run.other, run.assigned), run.agrees(run.other, run.then_assigned))
    return z3.And(run.agrees(run.recorded, run.then_assigned), others)


def _owner_keeps(run: Followed) -> Term:
    return z3.Implies(z3.And(run.here, z3.Not(run.stopped)), run.keeps(run.recorded, run.then_assigned))


def _never_conflicts(run: Followed) -> Term:
    joined = run.of(run.read[1], run.kept, run.arrived)
    return z3.Not(run.terms.is_record(faults.Conflict, joined))


def laws(prefix: str, what: str, whose: str) -> tuple[Law, ...]:
    """The laws of an instruction: `what` it records, and `whose` instruction it is, in words."""
    given = "the invariant holds of both data"
    return (
        Law(
            f"{prefix}-start",
            f"When a particle starts, nothing is assigned and no datum has {what}.",
            "Inv(∅)",
            lambda run: run.given(),
            _starts,
        ),
        Law(
            f"{prefix}-kept",
            f"Once known, {what} are recorded as they are by whoever evaluates the {whose}.",
            "done(s) ⇒ s ∈ {prev, current} ⇒ new ≈ s",
            lambda run: run.invariant(),
            _kept,
            given=given,
        ),
        Law(
            f"{prefix}-same-everywhere",
            f"No datum has other {what} than those that the {whose}'s peer assigned.",
            "Inv(prev) and Inv(current) ⇒ Inv(new)",
            lambda run: run.invariant(),
            _same,
            given=given,
        ),
        Law(
            f"{prefix}-assigned-once",
            f"The peer that assigned {what} keeps them, and so never assigns others.",
            "assigned ⇒ kept ≈ assigned",
            lambda run: run.invariant(),
            _owner_keeps,
            given=given,
        ),
        Law(
            f"{prefix}-never-conflicts",
            f"Data that agree with the assignment never conflict about the {whose}.",
            "Inv(prev) and Inv(current) ⇒ prev ⊔ current defined",
            lambda run: run.invariant(),
            _never_conflicts,
            given=given,
        ),
    )
