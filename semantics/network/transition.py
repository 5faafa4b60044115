"""The network as a transition relation: under a label, one state goes over to the next.

A label says what happens, and to what; the rules say which labels a state allows, and where they lead.  A rule makes at
most one invocation of the interpreter.  The environment gives the effect of an invocation, and the answer of a service.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from airspec.semantics.network.environment import Effect, Environment, Invocation
from airspec.semantics.network.state import (
    NO_DATA,
    Alter,
    Answer,
    DataId,
    Deliver,
    Drop,
    Duplicate,
    Flight,
    Inject,
    Label,
    NetworkState,
    Owed,
    PeerState,
    Restart,
    Spoil,
    Start,
)
from airspec.semantics.notation import definition, opaque, rules
from airspec.semantics.particle import CallResult


class Moved(Struct, frozen=True):
    """The next state, and the invocation that was made with its effect (both None when none was made)."""

    state: NetworkState
    invocation: Invocation | None = None
    effect: Effect | None = None


class Impossible(Struct, frozen=True):
    """The state does not allow what the label says."""

    label: Label


@rules(
    "Network",
    form="{world} ⊢ {state} ∙ {label} ⇓",
    reads="in the world {world}, the label {label} leads from the state {state} to",
)
def transition(world: Environment, state: NetworkState, label: Label) -> Moved | Impossible:
    """Return the state to which a label leads."""
    match label:
        case Start() if state.peers == ():
            "start: the peer that began the particle runs the script on no data"
            run = Invocation(initial_peer(world), NO_DATA)
            effect = effect_of(world, run)
            return Moved(after(state, run, effect), run, effect)
        case Deliver(flight) if flight in state.flights:
            "deliver: data in flight reach a peer, which runs the script on these and on the data that it keeps"
            run = Invocation(flight.receiver, kept_by(state, flight.receiver), flight.data)
            effect = effect_of(world, run)
            return Moved(after(landed(state, flight), run, effect), run, effect)
        case Answer(peer, call_id) if owes(state, peer, call_id):
            "answer: a service answers a call that its peer owes, and the peer runs the script with the result"
            owed = owed_call(state, peer, call_id)
            counter = counter_of(world, peer, owed)
            result = answer_of(world, peer, owed, seen_by(state, counter))
            run = Invocation(peer, kept_by(state, peer), NO_DATA, call_id, result)
            effect = effect_of(world, run)
            return Moved(after(answered(state, peer, owed, counter), run, effect), run, effect)
        case Duplicate(flight) if flight in state.flights:
            "duplicate: a copy of data in flight reaches a peer, and the data stay in flight"
            run = Invocation(flight.receiver, kept_by(state, flight.receiver), flight.data)
            effect = effect_of(world, run)
            return Moved(after(counted(state, 1, 0, 0), run, effect), run, effect)
        case Drop(flight) if flight in state.flights:
            "drop: data in flight are lost"
            return Moved(counted(landed(state, flight), 0, 1, 0))
        case Restart(peer) if takes_part(state, peer):
            "restart: a peer keeps its data, and forgets the calls that its services owe"
            forgotten = with_peer(state, PeerState(peer, kept_by(state, peer), ()))
            return Moved(counted(forgotten, 0, 0, 1))
        case Alter(flight, data) if flight in state.flights:
            "alter: an adversary puts other data in the place of data in flight"
            return Moved(launched(landed(state, flight), (Flight(flight.receiver, data),)))
        case Inject(flight):
            "inject: an adversary sends data of its own"
            return Moved(launched(state, (flight,)))
        case Spoil(peer, data) if takes_part(state, peer):
            "spoil: an adversary puts other data in the place of those that a peer keeps"
            return Moved(with_peer(state, PeerState(peer, data, peer_of(state, peer).owed)))
        case _:
            "impossible: there are no such data, no such call owed, no such peer, or a start after a peer has run"
            return Impossible(label)


# --- what rules ask of a state ----------------------------------------------------------------------------


@definition
def peer_of(state: NetworkState, name: str) -> PeerState:
    """Return the record of a peer."""
    return next((peer for peer in state.peers if peer.peer == name), PeerState(name))


@definition
def takes_part(state: NetworkState, name: str) -> bool:
    """Return whether a peer has run the script."""
    return any(peer.peer == name for peer in state.peers)


@definition
def kept_by(state: NetworkState, name: str) -> DataId:
    """Return the data that a peer keeps."""
    return peer_of(state, name).kept


@definition
def owes(state: NetworkState, name: str, call_id: int) -> bool:
    """Return whether the services of a peer owe the answer to a call."""
    return any(owed.call_id == call_id for owed in peer_of(state, name).owed)


@definition
def owed_call(state: NetworkState, name: str, call_id: int) -> Owed:
    """Return the call with this number that the services of a peer owe."""
    return next(owed for owed in peer_of(state, name).owed if owed.call_id == call_id)


@definition
def seen_by(state: NetworkState, counter: str | None) -> int:
    """Return the number of requests that a counter has seen; a service without memory has seen none."""
    return 0 if counter is None else dict(state.counters).get(counter, 0)


# --- what a state becomes ---------------------------------------------------------------------------------


@definition
def after(state: NetworkState, run: Invocation, effect: Effect) -> NetworkState:
    """Return the state after a run: the peer keeps the new data whatever the code, sends them, and owes its calls."""
    peer = PeerState(run.peer, effect.data, owed_then(peer_of(state, run.peer).owed, effect.requests))
    return launched(with_peer(state, peer), tuple(Flight(receiver, effect.data) for receiver in effect.receivers))


@definition
def owed_then(before: tuple[Owed, ...], requests: tuple[Owed, ...]) -> tuple[Owed, ...]:
    """Return the calls that are owed after new requests; one with the number of an older call takes its place."""
    renewed = tuple(owed.call_id for owed in requests)
    return tuple(sorted((*(owed for owed in before if owed.call_id not in renewed), *requests)))


@definition
def launched(state: NetworkState, flights: tuple[Flight, ...]) -> NetworkState:
    """Return the state with more data in flight."""
    return replace(state, flights=tuple(sorted((*state.flights, *flights))))


@definition
def landed(state: NetworkState, flight: Flight) -> NetworkState:
    """Return the state without these data in flight; of several equal ones, one is gone."""
    first = next(i for i, other in enumerate(state.flights) if other == flight)
    return replace(state, flights=(*state.flights[:first], *state.flights[first + 1 :]))


@definition
def with_peer(state: NetworkState, peer: PeerState) -> NetworkState:
    """Return the state with the record of a peer replaced."""
    others = tuple(other for other in state.peers if other.peer != peer.peer)
    return replace(state, peers=tuple(sorted((*others, peer))))


@definition
def answered(state: NetworkState, name: str, owed: Owed, counter: str | None) -> NetworkState:
    """Return the state in which a call is no longer owed, and the counter of its service has seen it."""
    peer = peer_of(state, name)
    rest = with_peer(state, PeerState(name, peer.kept, tuple(other for other in peer.owed if other != owed)))
    seen = {} if counter is None else {counter: seen_by(state, counter) + 1}
    return replace(rest, counters=tuple(sorted({**dict(state.counters), **seen}.items())))


@definition
def counted(state: NetworkState, duplicates: int, drops: int, restarts: int) -> NetworkState:
    """Return the state in which so many more faults have happened."""
    faults = (state.faults[0] + duplicates, state.faults[1] + drops, state.faults[2] + restarts)
    return replace(state, faults=faults)


# --- what is asked of the world ---------------------------------------------------------------------------


@opaque("the particle")
def initial_peer(world: Environment) -> str:
    """Return the peer that begins the particle."""
    return world.initial_peer


@opaque("an invocation, which is remembered")
def effect_of(world: Environment, run: Invocation) -> Effect:
    """Return the effect of an invocation."""
    return world.effect(run)


@opaque("the services of a peer")
def counter_of(world: Environment, name: str, owed: Owed) -> str | None:
    """Return the counter on which the answer of a service depends; None for a service without memory."""
    return world.counter(name, owed.request)


@opaque("the services of a peer")
def answer_of(world: Environment, name: str, owed: Owed, seen: int) -> CallResult:
    """Return the answer to a request when the counter of the service has seen `seen` requests before.

    Raise `UnknownServiceError` if nothing says what the service answers.
    """
    return world.answer(name, owed.request, seen)
