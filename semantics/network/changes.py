"""What the rules of the network ask of a state, and what they make of it."""

from __future__ import annotations

from msgspec.structs import replace

from airspec.semantics.network.environment import (
    Effect,
    Environment,
    Invocation,
    answer_of,
    counter_of,
    reaches,
)
from airspec.semantics.network.state import (
    NO_DATA,
    DataId,
    Faults,
    Flight,
    Link,
    NetworkState,
    Owed,
    PeerState,
)
from airspec.semantics.notation import definition
from airspec.semantics.particle import CallResult

# --- what rules ask of a state ----------------------------------------------------------------------------


@definition
def peer_of(state: NetworkState, name: str) -> PeerState:
    """What is known of a peer."""
    return next((peer for peer in state.peers if peer.peer == name), PeerState(name))


@definition
def takes_part(state: NetworkState, name: str) -> bool:
    """Whether a peer has run the script."""
    return any(peer.peer == name for peer in state.peers)


@definition
def kept_by(state: NetworkState, name: str) -> DataId:
    """The data that a peer keeps."""
    return peer_of(state, name).kept


@definition
def owes(state: NetworkState, name: str, call_id: int) -> bool:
    """Whether the services of a peer owe the answer to a call."""
    return any(owed.call_id == call_id for owed in peer_of(state, name).owed)


@definition
def owed_call(state: NetworkState, name: str, call_id: int) -> Owed:
    """The call that is owed."""
    return next(owed for owed in peer_of(state, name).owed if owed.call_id == call_id)


@definition
def seen_by(state: NetworkState, counter: str | None) -> int:
    """How many requests a counter has seen; a service without memory has seen none."""
    return 0 if counter is None else dict(state.counters).get(counter, 0)


@definition
def owes_all(state: NetworkState, name: str, call_ids: tuple[int, ...]) -> bool:
    """Whether the services of a peer owe the answers to these calls, at least one, each of which is named once."""
    named_once = call_ids != () and len(set(call_ids)) == len(call_ids)
    return named_once and all(owes(state, name, call_id) for call_id in call_ids)


@definition
def is_awaited(state: NetworkState, name: str) -> bool:
    """Whether a peer has something to come: data are on their way to it, or its services owe an answer."""
    return peer_of(state, name).owed != () or any(flight.receiver == name for flight in state.flights)


# --- what a state becomes ---------------------------------------------------------------------------------


@definition
def after(world: Environment, state: NetworkState, run: Invocation, effect: Effect) -> NetworkState:
    """The state after a run: the peer keeps the new data whatever the return code, sends them, and owes its calls.

    What it sends to a peer that it cannot reach is lost, and so is what it sends where the particle's time is over.
    """
    peer = peer_of(state, run.peer)
    owed = owed_then(peer.owed, effect.requests)
    ran = with_peer(state, PeerState(run.peer, effect.data, owed, peer.copy, peer.lost))
    return ran if effect.receivers == () else sent(world, ran, run.peer, effect)


@definition
def sent(world: Environment, state: NetworkState, sender: str, effect: Effect) -> NetworkState:
    """The state after a peer has sent its new data to the next peers."""
    parted = tuple(Link(sender, receiver) for receiver in effect.receivers if not reaches(world, sender, receiver))
    lost = (*state.expired, *(link.receiver for link in parted))
    flights = tuple(Flight(receiver, effect.data) for receiver in effect.receivers if receiver not in lost)
    links = tuple(sorted(dict.fromkeys((*state.unreached, *parted)))) if parted else state.unreached
    return replace(launched(state, flights), unreached=links)


@definition
def owed_then(before: tuple[Owed, ...], requests: tuple[Owed, ...]) -> tuple[Owed, ...]:
    """The calls that are owed after new requests; one with the number of an older call takes its place."""
    renewed = tuple(owed.call_id for owed in requests)
    return tuple(sorted((*(owed for owed in before if owed.call_id not in renewed), *requests)))


@definition
def launched(state: NetworkState, flights: tuple[Flight, ...]) -> NetworkState:
    """The state with more data in flight."""
    return replace(state, flights=tuple(sorted((*state.flights, *flights))))


@definition
def landed(state: NetworkState, flight: Flight) -> NetworkState:
    """The state without these data in flight; of several equal ones, one is gone."""
    first = next(i for i, other in enumerate(state.flights) if other == flight)
    return replace(state, flights=(*state.flights[:first], *state.flights[first + 1 :]))


@definition
def with_peer(state: NetworkState, peer: PeerState) -> NetworkState:
    """The state with the record of a peer replaced."""
    others = tuple(other for other in state.peers if other.peer != peer.peer)
    return replace(state, peers=tuple(sorted((*others, peer))))


@definition
def answered(state: NetworkState, name: str, owed: Owed, counter: str | None) -> NetworkState:
    """The state in which a call is not owed any more, and the counter of its service has seen it."""
    peer = peer_of(state, name)
    left = tuple(other for other in peer.owed if other != owed)
    rest = with_peer(state, PeerState(name, peer.kept, left, peer.copy, peer.lost))
    seen = {} if counter is None else {counter: seen_by(state, counter) + 1}
    return replace(rest, counters=tuple(sorted({**dict(state.counters), **seen}.items())))


@definition
def results_of(
    world: Environment, state: NetworkState, name: str, call_ids: tuple[int, ...]
) -> tuple[tuple[int, CallResult], ...]:
    """The results of several calls of a peer, which are answered one after another."""
    if call_ids == ():
        return ()
    owed = owed_call(state, name, call_ids[0])
    counter = counter_of(world, name, owed)
    first = (call_ids[0], answer_of(world, name, owed, seen_by(state, counter)))
    return (first, *results_of(world, answered(state, name, owed, counter), name, call_ids[1:]))


@definition
def all_answered(world: Environment, state: NetworkState, name: str, call_ids: tuple[int, ...]) -> NetworkState:
    """The state in which several calls of a peer are not owed any more."""
    if call_ids == ():
        return state
    owed = owed_call(state, name, call_ids[0])
    return all_answered(world, answered(state, name, owed, counter_of(world, name, owed)), name, call_ids[1:])


@definition
def forgotten(state: NetworkState, name: str) -> NetworkState:
    """The state in which a peer has forgotten the calls that its services owe."""
    return with_peer(state, replace(peer_of(state, name), owed=()))


@definition
def reset(state: NetworkState, name: str, data: DataId) -> NetworkState:
    """The state after a restart with other data than those that the peer kept, which are lost."""
    peer = peer_of(state, name)
    return with_peer(state, PeerState(name, data, (), NO_DATA, tuple(sorted(dict.fromkeys((*peer.lost, peer.kept))))))


@definition
def expired(state: NetworkState, name: str) -> NetworkState:
    """The state in which the particle's time is over at a peer, and all that was to come there is forgotten."""
    others = tuple(flight for flight in state.flights if flight.receiver != name)
    over = replace(state, flights=others, expired=tuple(sorted((*state.expired, name))))
    return forgotten(over, name) if takes_part(state, name) else over


@definition
def counted(state: NetworkState, more: Faults) -> NetworkState:
    """The state in which so many more faults have happened."""
    faults = Faults(
        state.faults.duplicates + more.duplicates,
        state.faults.drops + more.drops,
        state.faults.restarts + more.restarts,
        state.faults.failures + more.failures,
        state.faults.silences + more.silences,
        state.faults.expiries + more.expiries,
        state.faults.forgets + more.forgets,
        state.faults.stale + more.stale,
        state.faults.batches + more.batches,
    )
    return replace(state, faults=faults)
