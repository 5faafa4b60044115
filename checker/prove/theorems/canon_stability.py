"""Canon stability: fixed contents never change, are the same on all peers, and are from their maker's stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

import z3
from msgspec import Struct

from airspec.checker.prove.obligation import Obligation
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.stability import Followed, laws
from airspec.semantics.configuration import Config
from airspec.semantics.editions import Edition
from airspec.semantics.merge import join, sliders
from airspec.semantics.resolve.values import resolve_string
from airspec.semantics.rules import canon
from airspec.semantics.stores import Tracked, track_canon
from airspec.semantics.streams import contents, find
from airspec.spec import syntax
from airspec.spec.states import CanonExecuted, CanonSent
from airspec.spec.values import Tetraplet

STREAMS: Final[dict[type[Struct], type[Struct]]] = {
    syntax.Canon: syntax.Stream,
    syntax.CanonMap: syntax.StreamMap,
    syntax.CanonMapScalar: syntax.StreamMap,
}
"""The instructions that canonicalise, each with the class of its stream or map."""


class FollowedCanon(Followed):
    """One evaluation of a canon."""

    kinds = tuple(STREAMS)
    asked = (CanonSent,)
    done = (CanonExecuted,)
    table = join.join_canon
    inlined = (canon.fix, canon.held, join.is_canon)

    @cached_property
    def looking(self) -> Term:
        """Return the configuration that resolves the peer: one state was taken from each side."""
        taken = self.of(sliders.take, self.field(Config, "memory", self.before), join.join_canon)
        values = {name: self.field(Config, name, self.before) for name in self.terms.names[Config]}
        values["memory"] = self.field(sliders.Taken, "memory", taken)
        return self.terms.make(Config, list(values.values()))

    @cached_property
    def here(self) -> Term:
        """Return the formula that the peer that evaluates is the one that the script names."""
        peer = self.of(resolve_string, self.looking, self.field(self.kind, "peer", self.instruction))
        return peer == self.field(Config, "me", self.before)

    @cached_property
    def made(self) -> Term:
        """Return the content id of the contents of this peer's stream."""
        name = self.field(STREAMS[self.kind], "name", self.field(self.kind, "stream", self.instruction))
        start = self.field(syntax.Span, "start", self.field(self.kind, "span", self.instruction))
        found = self.of(find, self.field(Config, "streams", self.before), name, start)
        held = z3.If(found == self.terms.nothing, self.terms.nil, self.of(contents, found))
        elements = self.of(canon.canon_elements, self.looking, self.instruction, held)
        empty = self.terms.encode("")
        origin = self.terms.make(Tetraplet, (self.field(Config, "me", self.before), empty, empty, empty))
        tracked = self.of(track_canon, self.field(Config, "stores", self.before), elements, origin)
        return self.field(Tracked, "cid", tracked)


def _from_own_stream(run: FollowedCanon) -> Term:
    made = run.field(CanonExecuted, "cid", run.recorded) == run.made
    return z3.Implies(run.is_new(), z3.And(run.here, made))


def _elements(run: FollowedCanon) -> Term:
    """Return the formula that the fixed values are those of the stream in order; for a map as a scalar, one object."""
    values = z3.Const("values", run.terms.sort)
    elements = run.translation.body(canon.canon_elements, (run.before, run.instruction, values))
    one = run.terms.sort.tail(elements) == run.terms.nil
    return one if run.kind is syntax.CanonMapScalar else elements == values


LAWS: Final = (
    *laws("canon", "contents", "canon"),
    Proposition(
        "canon-from-own-stream",
        "New contents are made by the canon's peer alone, of what its stream holds then.",
        "new(s) ⇒ me = peer and s = canon(stream)",
        lambda run: run.given(),
        _from_own_stream,
    ),
    Proposition(
        "canon-elements",
        "What is fixed are the values that the stream holds, in their order.",
        "canon(stream) = stream",
        lambda run: run.given(),
        _elements,
    ),
)


def obligations(terms: Terms, wanted: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the start and the step of the induction, for each law and instruction that canonicalises, by edition."""
    runs = {
        f"{kind.__name__}, {edition.value}": FollowedCanon(terms, kind, edition)
        for kind in STREAMS
        for edition in Edition
    }
    for part, run in runs.items():
        yield from run.obligations(wanted, "canons", part)
