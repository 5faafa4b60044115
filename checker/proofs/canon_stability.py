"""Canon stability: what was canonicalised never changes, is the same for everyone, and was in its maker's stream.

One canon of a script is followed through a network.  Each datum, kept by a peer or on its way, has there a state of
the canon or none.  The *assignment* of the canon is the content id that its peer gave it, or nothing so far.  The
invariant says that a datum has no other contents than the assigned ones, and that the peer that assigned them keeps
them.  It holds when a particle starts, as nobody has a state; copying, losing and delivering data change no state;
and it survives each invocation, which is what the obligations show: there the rules of ``canon`` are read as they
run, on any configuration, with symbols for all that they call.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, Final

import z3
from msgspec import Struct

from checker.proofs.abstraction import Abstraction
from checker.proofs.obligation import Obligation, about
from checker.proofs.statement import Law
from checker.proofs.terms import Term, Terms
from semantics import registers
from semantics.configuration import Config, Halt, Memory, Throw
from semantics.merge import join, sliders
from semantics.resolve.values import resolve_string
from semantics.rules import canon, control
from semantics.stores import Tracked, track_canon
from semantics.streams import contents, find
from spec import syntax
from spec.states import CanonExecuted, CanonSent, State
from spec.values import Tetraplet

INLINED: Final[tuple[Callable[..., object], ...]] = (
    canon.canon,
    canon.canon_first,
    canon.canon_owed,
    canon.canon_wait,
    canon.canon_perform,
    canon.canon_executed,
    canon.canon_known,
    canon.canon_bind,
    join.join_canon,
    sliders.take,
    sliders.push,
    sliders.locate,
    control.fail_in_trace,
    registers.raise_,
    registers.stop,
    registers.wait_or_stop,
)
"""What the proof reads; all else are symbols."""


class CanonRun:
    """One evaluation of a canon, by any peer on any data."""

    def __init__(self, terms: Terms, kind: type[Struct], stream: type[Struct]) -> None:
        self.terms = terms
        self.kind = kind
        self.stream = stream
        self.translation = Abstraction(terms, INLINED)
        self.before, self.instruction = (z3.Const(name, terms.sort) for name in ("c", "instr"))
        self.assigned = z3.Const("assigned", terms.sort)
        self.other = z3.Const("other", terms.sort)

    @cached_property
    def after(self) -> Term:
        """The configuration after the canon was evaluated."""
        return self.translation.body(canon.canon, (self.before, self.instruction))

    def of(self, function: Callable[..., object], *arguments: Any) -> Term:
        """What a function gives."""
        return self.translation.call(function, arguments)

    def memory(self, field: str, config: Term | None = None) -> Term:
        """A field of a configuration's memory."""
        owner = self.terms.field(Config, "memory", self.before if config is None else config)
        return self.terms.field(Memory, field, owner)

    @cached_property
    def kept(self) -> Term:
        """What the data that the peer kept have for the canon."""
        return self.of(sliders.peek, self.memory("prev"))

    @cached_property
    def arrived(self) -> Term:
        """What the data that reached it have for the canon."""
        return self.of(sliders.peek, self.memory("current"))

    @cached_property
    def recorded(self) -> Term:
        """What the new data have for the canon, or nothing."""
        wrote = z3.Not(self.memory("result", self.after) == self.memory("result"))
        return z3.If(wrote, self.terms.sort.head(self.memory("result", self.after)), self.terms.nothing)

    @cached_property
    def stopped(self) -> Term:
        """The evaluation ended in an error."""
        outcome = self.terms.field(Config, "control", self.after)
        return z3.Or(self.terms.is_record(Throw, outcome), self.terms.is_record(Halt, outcome))

    @cached_property
    def looking(self) -> Term:
        """The configuration that resolves the peer: one state was taken from each side."""
        taken = self.of(sliders.take, self.terms.field(Config, "memory", self.before), join.join_canon)
        values = {name: self.terms.field(Config, name, self.before) for name in self.terms.names[Config]}
        return self.terms.make(
            Config, list({**values, "memory": self.terms.field(sliders.Taken, "memory", taken)}.values())
        )

    @cached_property
    def here(self) -> Term:
        """The peer that evaluates is the one that the script names."""
        peer = self.of(resolve_string, self.looking, self.terms.field(self.kind, "peer", self.instruction))
        return peer == self.terms.field(Config, "me", self.before)

    @cached_property
    def made(self) -> Term:
        """The content id of what the stream of this peer holds."""
        me = self.terms.field(Config, "me", self.before)
        name = self.terms.field(self.stream, "name", self.terms.field(self.kind, "stream", self.instruction))
        start = self.terms.field(syntax.Span, "start", self.terms.field(self.kind, "span", self.instruction))
        found = self.of(find, self.terms.field(Config, "streams", self.before), name, start)
        held = z3.If(found == self.terms.nothing, self.terms.nil, self.of(contents, found))
        elements = self.of(canon.canon_elements, self.looking, self.instruction, held)
        empty = self.terms.encode("")
        origin = self.terms.make(Tetraplet, (me, empty, empty, empty))
        tracked = self.of(track_canon, self.terms.field(Config, "stores", self.before), elements, origin)
        return self.terms.field(Tracked, "cid", tracked)

    @cached_property
    def then_assigned(self) -> Term:
        """The assignment after the evaluation: the peer of the canon assigns what it records, if nothing was."""
        fixes = z3.And(self.here, self.terms.is_record(CanonExecuted, self.recorded))
        first = z3.And(self.assigned == self.terms.nothing, fixes)
        return z3.If(first, self.terms.field(CanonExecuted, "cid", self.recorded), self.assigned)

    def agrees(self, state: Term, assigned: Term) -> Term:
        """A state of the canon, or none, has no other contents than the assigned ones."""
        own = z3.Or(*(self.terms.is_record(kind, state) for kind in (CanonSent, CanonExecuted)))
        contents_ = self.terms.field(CanonExecuted, "cid", state)
        right = z3.Implies(
            self.terms.is_record(CanonExecuted, state), z3.And(assigned != self.terms.nothing, contents_ == assigned)
        )
        return z3.Or(state == self.terms.nothing, z3.And(own, right))

    def keeps(self, state: Term, assigned: Term) -> Term:
        """If the canon is assigned, the state holds it."""
        return z3.Or(assigned == self.terms.nothing, state == self.terms.make(CanonExecuted, (assigned,)))

    def invariant(self) -> Term:
        """The invariant, of the data that this evaluation sees."""
        seen = z3.And(self.agrees(self.kept, self.assigned), self.agrees(self.arrived, self.assigned))
        return z3.And(seen, z3.Implies(self.here, self.keeps(self.kept, self.assigned)))

    def given(self) -> Term:
        """The evaluation is one of such an instruction, on states as declared."""
        return z3.And(
            self.terms.is_record(Config, self.before),
            self.terms.is_record(self.kind, self.instruction),
            self.terms.typed(self.kept, State | None),
            self.terms.typed(self.arrived, State | None),
            z3.Or(self.assigned == self.terms.nothing, self.terms.sort.is_text(self.assigned)),
        )


def _invariant(run: CanonRun) -> Term:
    return z3.And(run.given(), run.invariant())


def _kept(run: CanonRun) -> Term:
    """What was executed on either side is recorded as it was, unless the evaluation stops."""
    executed = [z3.Implies(run.terms.is_record(CanonExecuted, s), run.recorded == s) for s in (run.kept, run.arrived)]
    return z3.Or(run.stopped, z3.And(*executed))


def _same(run: CanonRun) -> Term:
    """What is recorded agrees with the assignment, and so does everything that did before."""
    others = z3.Implies(run.agrees(run.other, run.assigned), run.agrees(run.other, run.then_assigned))
    return z3.And(run.agrees(run.recorded, run.then_assigned), others)


def _owner_keeps(run: CanonRun) -> Term:
    return z3.Implies(z3.And(run.here, z3.Not(run.stopped)), run.keeps(run.recorded, run.then_assigned))


def _fixed_by_peer(run: CanonRun) -> Term:
    """Contents that neither side had are made by the peer that the script names, from its own stream."""
    new = z3.And(
        run.terms.is_record(CanonExecuted, run.recorded),
        z3.Not(run.terms.is_record(CanonExecuted, run.kept)),
        z3.Not(run.terms.is_record(CanonExecuted, run.arrived)),
    )
    return z3.Implies(new, z3.And(run.here, run.terms.field(CanonExecuted, "cid", run.recorded) == run.made))


def _never_conflicts(run: CanonRun) -> Term:
    joined = run.translation.body(join.join_canon, (run.kept, run.arrived))
    return z3.Not(run.terms.is_record(join.Conflict, joined))


def _starts(run: CanonRun) -> Term:
    """With no state anywhere and nothing assigned the invariant holds."""
    nothing = run.terms.nothing
    return z3.And(run.agrees(nothing, nothing), run.keeps(nothing, nothing))


def _elements(run: CanonRun) -> Term:
    """The values of the stream are fixed in their order; a map that becomes a scalar is fixed as one object."""
    values = z3.Const("values", run.terms.sort)
    elements = run.translation.body(canon.canon_elements, (run.before, run.instruction, values))
    return (
        elements == values if run.kind is not syntax.CanonMapScalar else run.terms.sort.tail(elements) == run.terms.nil
    )


LAWS: Final = (
    Law(
        "canon-start",
        "When a particle starts, nothing is assigned and no datum has the canon.",
        "Inv(∅)",
        lambda run: run.given(),
        _starts,
    ),
    Law(
        "canon-kept",
        "Contents once executed are recorded as they are by whoever evaluates the canon.",
        "executed(s) ⇒ s ∈ {prev, current} ⇒ new = s",
        _invariant,
        _kept,
        given="the invariant holds of both data",
    ),
    Law(
        "canon-same-everywhere",
        "No datum has other contents than those that the canon's peer assigned.",
        "Inv(prev) and Inv(current) ⇒ Inv(new)",
        _invariant,
        _same,
        given="the invariant holds of both data",
    ),
    Law(
        "canon-assigned-once",
        "The peer that assigned the contents keeps them, and so never assigns others.",
        "assigned ⇒ kept = assigned",
        _invariant,
        _owner_keeps,
        given="the invariant holds of both data",
    ),
    Law(
        "canon-from-own-stream",
        "New contents are made by the canon's peer alone, of what its stream holds then.",
        "new(s) ⇒ me = peer and s = canon(stream)",
        lambda run: run.given(),
        _fixed_by_peer,
    ),
    Law(
        "canon-elements",
        "What is fixed are the values that the stream holds, in their order.",
        "canon(stream) = stream",
        lambda run: run.given(),
        _elements,
    ),
    Law(
        "canon-never-conflicts",
        "Data that agree with the assignment never conflict about the canon.",
        "Inv(prev) and Inv(current) ⇒ prev ⊔ current defined",
        _invariant,
        _never_conflicts,
        given="the invariant holds of both data",
    ),
)


KINDS: Final = (
    (syntax.Canon, syntax.Stream),
    (syntax.CanonMap, syntax.StreamMap),
    (syntax.CanonMapScalar, syntax.StreamMap),
)
"""The instructions that canonicalise, and what each reads."""


def obligations(terms: Terms, laws: Iterable[Law] = LAWS) -> Iterator[Obligation]:
    """The start and the step of the induction, for each law and each instruction."""
    for law in laws:
        for kind, stream in KINDS:
            run = CanonRun(terms, kind, stream)
            premise, goal = law.premise(run), law.conclusion(run)
            facts = tuple(run.translation.facts.values())
            reads = tuple(sorted(f"{entry.module}.{entry.name}" for entry in run.translation.read))
            yield about(law, "canons", premise, goal, part=kind.__name__, facts=facts, reads=reads)
