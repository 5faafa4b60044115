"""Canon stability: fixed contents never change, are the same on all peers, and are from their maker's stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

import z3
from msgspec import Struct

from airspec.checker.prove.obligation import Obligation
from airspec.checker.prove.reading.symbols import BOOLEAN
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.stability import Followed, laws
from airspec.checker.prove.theorems.stability_symbols import SymbolicRun
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
    """One evaluation of a canon: an instruction that fixes the contents of a stream or map."""

    kinds = tuple(STREAMS)
    asked = (CanonSent,)
    done = (CanonExecuted,)
    table = join.join_canon
    inlined = (canon.fix, canon.held, join.is_canon)

    @cached_property
    def looking(self) -> Term:
        """Return the configuration in which the peer is resolved: the canon's states were taken from both sides."""
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

    def elements(self, values: Term) -> Term:
        """What is fixed when the stream holds these values, in their order."""
        return self.translation.body(canon.canon_elements, (self.before, self.instruction, values))


def _from_own_stream(run: FollowedCanon) -> Term:
    made = run.field(CanonExecuted, "cid", run.recorded) == run.made
    return z3.Implies(run.is_new(), z3.And(run.here, made))


def _elements(run: FollowedCanon) -> Term:
    """Return the formula that the fixed values are those of the stream in order; for a map as a scalar, one object."""
    values = z3.Const("values", run.terms.sort)
    elements = run.elements(values)
    one = run.terms.sort.tail(elements) == run.terms.nil
    return one if run.kind is syntax.CanonMapScalar else elements == values


class SymbolicCanon(FollowedCanon, SymbolicRun):
    """One evaluation of a canon, for printing: symbols stand for what the rules compute."""

    def __init__(self, kind: type[Struct]) -> None:
        SymbolicRun.__init__(self, kind)

    @cached_property
    def here(self) -> Term:
        """Return the Boolean constant ``here``."""
        return self.signs.told("here", FollowedCanon.here, sort=BOOLEAN)

    @cached_property
    def made(self) -> Term:
        """Return the constant ``made``."""
        return self.signs.told("made", FollowedCanon.made)

    def elements(self, values: Term) -> Term:
        """Return the term ``elements(values)``."""
        return self.signs.told("elements({})", FollowedCanon.elements, values)


SYMBOLS: Final = tuple(SymbolicCanon(kind).stated() for kind in STREAMS)

LAWS: Final = (
    *laws("canon", "contents", "canon", SYMBOLS),
    Proposition(
        "canon-from-own-stream",
        "New contents are made by the canon's peer alone, of what its stream holds then.",
        lambda run: run.given(),
        _from_own_stream,
        SYMBOLS,
    ),
    Proposition(
        "canon-elements",
        "What is fixed are the values that the stream holds, in their order.",
        lambda run: run.given(),
        _elements,
        SYMBOLS,
    ),
)


def obligations(terms: Terms, wanted: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the obligations of the wanted laws, for each instruction that canonicalises in each edition."""
    runs = {
        f"{kind.__name__}, {edition.value}": FollowedCanon(terms, kind, edition)
        for kind in STREAMS
        for edition in Edition
    }
    for part, run in runs.items():
        yield from run.obligations(wanted, "canons", part)
