"""Stability of results: a call has one result or failure, the same on all peers, which its own peer recorded."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from functools import cached_property
from typing import Final

import z3

from airspec.checker.prove.obligation import Obligation
from airspec.checker.prove.reading.symbols import BOOLEAN
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.stability import Followed, laws
from airspec.checker.prove.theorems.stability_symbols import SymbolicRun
from airspec.semantics.configuration import Config
from airspec.semantics.editions import Edition
from airspec.semantics.merge import join
from airspec.semantics.rules import call_judgements
from airspec.spec import syntax
from airspec.spec.states import Executed, Failed, Sent
from airspec.spec.values import Tetraplet


class FollowedCall(Followed):
    """One evaluation of a call.

    Its invariant also says that a request with a number was made by the call's own peer.
    """

    kinds = (syntax.Call,)
    asked = (Sent,)
    done = (Executed, Failed)
    table = join.join_call
    inlined = (call_judgements.own_call_id, join.is_call, join.same_result)

    @cached_property
    def triplet(self) -> Term:
        """Return the peer, service and function that the script names."""
        return self.of(call_judgements.resolve_triplet, self.before, self.instruction)

    def given(self) -> Term:
        """Return the premise; it adds that the script's peer, service and function can be resolved.

        That is so for any call that has a state.
        """
        return z3.And(super().given(), self.terms.is_record(Tetraplet, self.triplet))

    @cached_property
    def peer(self) -> Term:
        """Return the id of the peer that the script names."""
        return self.field(Tetraplet, "peer_pk", self.triplet)

    @cached_property
    def here(self) -> Term:
        """Return the formula that the peer that evaluates is the one that the script names."""
        return self.peer == self.field(Config, "me", self.before)

    def fits(self, state: Term) -> Term:
        """Return the formula that the state, if it is a request with a number, was made by the call's peer."""
        numbered = z3.And(self.terms.is_record(Sent, state), self.field(Sent, "call_id", state) != self.terms.nothing)
        return z3.Implies(numbered, self.field(Sent, "peer_id", state) == self.peer)


def _from_own_request(run: FollowedCall) -> Term:
    """Return the formula that a new result answers a request of this peer, which is the call's own."""
    me = run.field(Config, "me", run.before)
    asked = [
        z3.And(
            run.terms.is_record(Sent, side),
            run.field(Sent, "peer_id", side) == me,
            run.field(Sent, "call_id", side) != run.terms.nothing,
        )
        for side in (run.kept, run.arrived)
    ]
    return z3.Implies(run.is_new(), z3.And(run.here, z3.Or(*asked)))


class SymbolicCall(FollowedCall, SymbolicRun):
    """One evaluation of a call, for printing: symbols stand for what the rules compute."""

    def __init__(self) -> None:
        SymbolicRun.__init__(self, syntax.Call)

    @cached_property
    def triplet(self) -> Term:
        """Return the constant ``triplet``."""
        return self.signs.told("triplet", FollowedCall.triplet)

    @cached_property
    def here(self) -> Term:
        """Return the Boolean constant ``here``."""
        return self.signs.told("here", FollowedCall.here, sort=BOOLEAN)

    def fits(self, state: Term) -> Term:
        """Return the formula ``fits(state)``."""
        return self.signs.abbreviated("fits({})", super().fits, state)


SYMBOLS: Final = (SymbolicCall().stated(),)

LAWS: Final = (
    *laws("result", "results", "call", SYMBOLS),
    Proposition(
        "result-from-own-request",
        "New results are recorded by the call's peer alone, and answer a request that it had recorded.",
        lambda run: run.invariant(),
        _from_own_request,
        SYMBOLS,
        given="the invariant holds of both data",
    ),
)


def obligations(terms: Terms, wanted: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the obligations of the wanted laws, in each edition."""
    runs = {edition.value: FollowedCall(terms, syntax.Call, edition) for edition in Edition}
    for part, run in runs.items():
        yield from run.obligations(wanted, "results", part)
