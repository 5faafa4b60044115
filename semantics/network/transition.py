"""The network as a transition relation: under a label, one state goes over to the next.

A label says what happens, and to what; the rules say which labels a state allows, and where they lead.  A rule makes at
most one invocation of the interpreter.  The environment gives the effect of an invocation, and the answer of a service.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from airspec.semantics.network.changes import (
    after,
    all_answered,
    answered,
    counted,
    expired,
    forgotten,
    is_awaited,
    kept_by,
    landed,
    launched,
    owed_call,
    owes,
    owes_all,
    peer_of,
    reset,
    results_of,
    seen_by,
    takes_part,
    with_peer,
)
from airspec.semantics.network.environment import (
    Effect,
    Environment,
    Invocation,
    answer_of,
    counter_of,
    effect_of,
    failure_of,
    initial_peer,
)
from airspec.semantics.network.state import (
    NO_DATA,
    Alter,
    Answer,
    Batch,
    Copy,
    Deliver,
    DeliverWith,
    Drop,
    Duplicate,
    Expire,
    Fail,
    Faults,
    Flight,
    Forget,
    Inject,
    Label,
    NetworkState,
    Restart,
    Revert,
    Silence,
    Spoil,
    Start,
)
from airspec.semantics.notation import rules


class Moved(Struct, frozen=True):
    """The next state, and the invocation that led to it, with its effect (both None if the transition makes none)."""

    state: NetworkState
    invocation: Invocation | None = None
    effect: Effect | None = None


class Impossible(Struct, frozen=True):
    """The result for a label that the state does not allow."""

    label: Label


@rules(
    "Network",
    form="{world} ⊢ {state} ∙ {label} ⇓",
    reads="in the world {world}, the label {label} leads from the state {state} to",
)
def transition(world: Environment, state: NetworkState, label: Label) -> Moved | Impossible:
    """Return the state to which a label leads, with the invocation that it makes, or `Impossible`."""
    match label:
        case Start() if state.peers == ():
            "start: the peer that began the particle runs the script on no data"
            run = Invocation(initial_peer(world), NO_DATA)
            effect = effect_of(world, run)
            return Moved(after(world, state, run, effect), run, effect)
        case Deliver(flight) if flight in state.flights:
            "deliver: data in flight reach a peer, which runs the script on these and on the data that it keeps"
            run = Invocation(flight.receiver, kept_by(state, flight.receiver), flight.data)
            effect = effect_of(world, run)
            return Moved(after(world, landed(state, flight), run, effect), run, effect)
        case Answer(peer, call_id) if owes(state, peer, call_id):
            "answer: a service answers a call that its peer owes, and the peer runs the script with the result"
            owed = owed_call(state, peer, call_id)
            counter = counter_of(world, peer, owed)
            result = answer_of(world, peer, owed, seen_by(state, counter))
            run = Invocation(peer, kept_by(state, peer), NO_DATA, ((call_id, result),))
            effect = effect_of(world, run)
            return Moved(after(world, answered(state, peer, owed, counter), run, effect), run, effect)
        case Duplicate(flight) if flight in state.flights:
            "duplicate: a copy of data in flight reaches a peer, and the data stay in flight"
            run = Invocation(flight.receiver, kept_by(state, flight.receiver), flight.data)
            effect = effect_of(world, run)
            return Moved(after(world, counted(state, Faults(duplicates=1)), run, effect), run, effect)
        case Drop(flight) if flight in state.flights:
            "drop: data in flight are lost"
            return Moved(counted(landed(state, flight), Faults(drops=1)))
        case Restart(peer) if takes_part(state, peer):
            "restart: a peer keeps its data, and forgets the calls that its services owe"
            return Moved(counted(forgotten(state, peer), Faults(restarts=1)))
        case Batch(peer, call_ids) if len(call_ids) > 1 and owes_all(state, peer, call_ids):
            "batch: services answer several calls of a peer, and it runs the script once with all the results"
            results = results_of(world, state, peer, call_ids)
            run = Invocation(peer, kept_by(state, peer), NO_DATA, results)
            effect = effect_of(world, run)
            settled = counted(all_answered(world, state, peer, call_ids), Faults(batches=1))
            return Moved(after(world, settled, run, effect), run, effect)
        case DeliverWith(flight, call_ids) if flight in state.flights and owes_all(state, flight.receiver, call_ids):
            "deliver-with: data reach a peer while calls that it owes are answered, and it runs the script once on all"
            peer = flight.receiver
            run = Invocation(peer, kept_by(state, peer), flight.data, results_of(world, state, peer, call_ids))
            effect = effect_of(world, run)
            settled = counted(all_answered(world, landed(state, flight), peer, call_ids), Faults(batches=1))
            return Moved(after(world, settled, run, effect), run, effect)
        case Fail(peer, call_id) if owes(state, peer, call_id):
            "fail: a service counts a call and answers it with an error, and the peer runs the script with the error"
            owed = owed_call(state, peer, call_id)
            run = Invocation(peer, kept_by(state, peer), NO_DATA, ((call_id, failure_of(world, peer, owed)),))
            effect = effect_of(world, run)
            settled = counted(answered(state, peer, owed, counter_of(world, peer, owed)), Faults(failures=1))
            return Moved(after(world, settled, run, effect), run, effect)
        case Silence(peer, call_id) if owes(state, peer, call_id):
            "silence: a call will never be answered, and it is as if the service had not seen it"
            silent = answered(state, peer, owed_call(state, peer, call_id), None)
            return Moved(counted(silent, Faults(silences=1)))
        case Expire(peer) if is_awaited(state, peer):
            "expire: the particle's time is over at a peer, which ignores what arrives and what is answered from now on"
            return Moved(counted(expired(state, peer), Faults(expiries=1)))
        case Forget(peer) if kept_by(state, peer) != NO_DATA:
            "forget: a peer restarts without the data that it kept, and forgets the calls that its services owe"
            return Moved(counted(reset(state, peer, NO_DATA), Faults(forgets=1)))
        case Copy(peer) if kept_by(state, peer) != NO_DATA:
            "copy: a copy is made of what a peer keeps"
            return Moved(with_peer(state, replace(peer_of(state, peer), copy=kept_by(state, peer))))
        case Revert(peer) if peer_of(state, peer).copy != NO_DATA:
            "revert: a peer restarts with an earlier copy of its data, and forgets the copy and what its services owe"
            return Moved(counted(reset(state, peer, peer_of(state, peer).copy), Faults(stale=1)))
        case Alter(flight, data) if flight in state.flights:
            "alter: an adversary puts other data in the place of data in flight"
            return Moved(launched(landed(state, flight), (Flight(flight.receiver, data),)))
        case Inject(flight):
            "inject: an adversary sends data of its own"
            return Moved(launched(state, (flight,)))
        case Spoil(peer, data) if takes_part(state, peer):
            "spoil: an adversary puts other data in the place of those that a peer keeps"
            return Moved(with_peer(state, replace(peer_of(state, peer), kept=data)))
        case _:
            "impossible: no such data in flight, kept or copied, no such call owed, no such peer, or a second start"
            return Impossible(label)
