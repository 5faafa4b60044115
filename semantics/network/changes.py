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
    """Return the record of a peer; a new, empty one for a peer that has not run the script."""
    return next((peer for peer in state.peers if peer.peer == name), PeerState(name))


@definition
def takes_part(state: NetworkState, name: str) -> bool:
    """Return whether a peer has run the script."""
    return any(peer.peer == name for peer in state.peers)


@definition
def kept_by(state: NetworkState, name: str) -> DataId:
    """Return the data that a peer keeps; `NO_DATA` for a peer that has not run the script."""
    return peer_of(state, name).kept


@definition
def owes(state: NetworkState, name: str, call_id: int) -> bool:
    """Return whether a peer's services owe the answer to the call with this number."""
    return any(owed.call_id == call_id for owed in peer_of(state, name).owed)


@definition
def owed_call(state: NetworkState, name: str, call_id: int) -> Owed:
    """Return the call with this number that a peer's services owe; there must be one."""
    return next(owed for owed in peer_of(state, name).owed if owed.call_id == call_id)


@definition
def seen_by(state: NetworkState, counter: str | None) -> int:
    """Return how many requests a counter has seen so far; 0 for None, that is, for a service without memory."""
    return 0 if counter is None else dict(state.counters).get(counter, 0)


@definition
def owes_all(state: NetworkState, name: str, call_ids: tuple[int, ...]) -> bool:
    """Return whether a peer's services owe answers to all these calls; at least one must be given, and none twice."""
    named_once = call_ids != () and len(set(call_ids)) == len(call_ids)
    return named_once and all(owes(state, name, call_id) for call_id in call_ids)


@definition
def is_awaited(state: NetworkState, name: str) -> bool:
    """Return whether a peer may still receive something: data are on their way to it, or its services owe an answer."""
    return peer_of(state, name).owed != () or any(flight.receiver == name for flight in state.flights)


# --- what a state becomes ---------------------------------------------------------------------------------


@definition
def after(world: Environment, state: NetworkState, run: Invocation, effect: Effect) -> NetworkState:
    """Return the state after a run: the peer keeps the new data, whatever the return code, sends them, and owes calls.

    What it sends to a peer that it cannot reach is lost, and so is what it sends where the particle's time is over.
    """
    peer = peer_of(state, run.peer)
    owed = owed_then(peer.owed, effect.requests)
    ran = with_peer(state, PeerState(run.peer, effect.data, owed, peer.copy, peer.lost))
    return ran if effect.receivers == () else sent(world, ran, run.peer, effect)


@definition
def sent(world: Environment, state: NetworkState, sender: str, effect: Effect) -> NetworkState:
    """Return the state after a peer has sent the new data of a run to the next peers, so far as they can be reached.

    What is sent to a peer where the particle's time is over is lost too.
    """
    parted = tuple(Link(sender, receiver) for receiver in effect.receivers if not reaches(world, sender, receiver))
    lost = (*state.expired, *(link.receiver for link in parted))
    flights = tuple(Flight(receiver, effect.data) for receiver in effect.receivers if receiver not in lost)
    links = tuple(sorted(dict.fromkeys((*state.unreached, *parted)))) if parted else state.unreached
    return replace(launched(state, flights), unreached=links)


@definition
def owed_then(before: tuple[Owed, ...], requests: tuple[Owed, ...]) -> tuple[Owed, ...]:
    """Return the calls that are owed after new requests; a new one replaces an older one with the same call id."""
    renewed = tuple(owed.call_id for owed in requests)
    return tuple(sorted((*(owed for owed in before if owed.call_id not in renewed), *requests)))


@definition
def launched(state: NetworkState, flights: tuple[Flight, ...]) -> NetworkState:
    """Return the state with these data in flight as well."""
    return replace(state, flights=tuple(sorted((*state.flights, *flights))))


@definition
def landed(state: NetworkState, flight: Flight) -> NetworkState:
    """Return the state without this flight, which must be there; of several equal ones, one is removed."""
    first = next(i for i, other in enumerate(state.flights) if other == flight)
    return replace(state, flights=(*state.flights[:first], *state.flights[first + 1 :]))


@definition
def with_peer(state: NetworkState, peer: PeerState) -> NetworkState:
    """Return the state with the record of the peer of that name replaced, or added if there is none."""
    others = tuple(other for other in state.peers if other.peer != peer.peer)
    return replace(state, peers=tuple(sorted((*others, peer))))


@definition
def answered(state: NetworkState, name: str, owed: Owed, counter: str | None) -> NetworkState:
    """Return the state in which a call is no longer owed, and the counter of its service has counted it, if any."""
    peer = peer_of(state, name)
    left = tuple(other for other in peer.owed if other != owed)
    rest = with_peer(state, PeerState(name, peer.kept, left, peer.copy, peer.lost))
    seen = {} if counter is None else {counter: seen_by(state, counter) + 1}
    return replace(rest, counters=tuple(sorted({**dict(state.counters), **seen}.items())))


@definition
def results_of(
    world: Environment, state: NetworkState, name: str, call_ids: tuple[int, ...]
) -> tuple[tuple[int, CallResult], ...]:
    """Return the results of several calls that a peer owes, by call id; the services answer them one after another."""
    if call_ids == ():
        return ()
    owed = owed_call(state, name, call_ids[0])
    counter = counter_of(world, name, owed)
    first = (call_ids[0], answer_of(world, name, owed, seen_by(state, counter)))
    return (first, *results_of(world, answered(state, name, owed, counter), name, call_ids[1:]))


@definition
def all_answered(world: Environment, state: NetworkState, name: str, call_ids: tuple[int, ...]) -> NetworkState:
    """Return the state in which a peer no longer owes these calls, and the counters of their services counted them."""
    if call_ids == ():
        return state
    owed = owed_call(state, name, call_ids[0])
    return all_answered(world, answered(state, name, owed, counter_of(world, name, owed)), name, call_ids[1:])


@definition
def forgotten(state: NetworkState, name: str) -> NetworkState:
    """Return the state in which a peer has forgotten all calls that its services owe."""
    return with_peer(state, replace(peer_of(state, name), owed=()))


@definition
def reset(state: NetworkState, name: str, data: DataId) -> NetworkState:
    """Return the state after a peer restarted with `data` in place of those that it kept; these count as lost.

    The peer forgets the calls that it owes, and its copy of earlier data.
    """
    peer = peer_of(state, name)
    return with_peer(state, PeerState(name, data, (), NO_DATA, tuple(sorted(dict.fromkeys((*peer.lost, peer.kept))))))


@definition
def expired(state: NetworkState, name: str) -> NetworkState:
    """Return the state in which the particle's time is over at a peer: flights to it and calls it owes are gone."""
    others = tuple(flight for flight in state.flights if flight.receiver != name)
    over = replace(state, flights=others, expired=tuple(sorted((*state.expired, name))))
    return forgotten(over, name) if takes_part(state, name) else over


@definition
def counted(state: NetworkState, more: Faults) -> NetworkState:
    """Return the state with these numbers of faults added to those that have happened."""
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
