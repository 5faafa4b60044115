"""States of the network, and the labels of its transitions.

Data and requests stand in states as numbers (see `checker.model.world`), so that states are small, and equal
exactly when their numbers are.  A peer that has not run the script has no part in the state.
"""

from __future__ import annotations

from typing import NewType

from msgspec import Struct

DataId = NewType("DataId", int)
"""The number of data in a world; 0 is the empty data."""

RequestId = NewType("RequestId", int)
"""The number of a call request in a world."""

NO_DATA = DataId(0)


class Owed(Struct, frozen=True, gc=False, order=True):
    """A call that a peer's services have not answered yet."""

    call_id: int
    request: RequestId


class PeerState(Struct, frozen=True, gc=False, order=True):
    """A peer's part of the state: the data that it keeps, and the calls that its services owe."""

    peer: str
    kept: DataId = NO_DATA
    owed: tuple[Owed, ...] = ()


class Flight(Struct, frozen=True, gc=False, order=True):
    """Data on the way to a peer."""

    receiver: str
    data: DataId


class NetworkState(Struct, frozen=True, gc=False):
    """A state of the network: peers by name, flights in order, and the counters of services that have memory.

    `faults` counts the faults that happened so far: duplicates, drops and restarts.
    """

    peers: tuple[PeerState, ...] = ()
    flights: tuple[Flight, ...] = ()
    counters: tuple[tuple[str, int], ...] = ()
    faults: tuple[int, int, int] = (0, 0, 0)

    def peer(self, name: str) -> PeerState:
        """Return the record of a peer; a new one for a peer that has not run."""
        for state in self.peers:
            if state.peer == name:
                return state
        return PeerState(name)

    def is_quiescent(self) -> bool:
        """Return whether nothing is in flight and no call is owed, so that nothing can happen but faults."""
        return bool(self.peers) and not self.flights and all(not state.owed for state in self.peers)


INITIAL = NetworkState()
"""The state before the particle was started."""


class Start(Struct, frozen=True, gc=False):
    """The first run of the script, by the initial peer."""


class Deliver(Struct, frozen=True, gc=False):
    """The arrival of data at a peer, which runs the script on these and on the data that it keeps."""

    flight: Flight


class Answer(Struct, frozen=True, gc=False):
    """The answer of a service to one call, with which its peer runs the script."""

    peer: str
    call_id: int


class Duplicate(Struct, frozen=True, gc=False):
    """The arrival of data at a peer, of which a copy stays in flight."""

    flight: Flight


class Drop(Struct, frozen=True, gc=False):
    """The loss of data in flight."""

    flight: Flight


class Restart(Struct, frozen=True, gc=False):
    """The stop and restart of a peer.

    Hosts of AquaVM write the data of a particle to disk after each run, but hold running calls in memory: the data
    stay, and the calls that are owed will never be answered.
    """

    peer: str


class Alter(Struct, frozen=True, gc=False):
    """The replacement of data in flight by other data, by an adversary."""

    flight: Flight
    data: DataId


class Inject(Struct, frozen=True, gc=False):
    """The sending of data to a peer by an adversary."""

    flight: Flight


class Spoil(Struct, frozen=True, gc=False):
    """The replacement of the data that a peer keeps by other data, by an adversary."""

    peer: str
    data: DataId


Move = Start | Deliver | Answer | Duplicate | Drop | Restart
"""What happens on a network by itself: the labels that schedules have words for, and that are searched."""

Alteration = Alter | Inject | Spoil
"""What an adversary does to a network; to withhold data is to drop them."""

Label = Move | Alteration
"""The labels of the transitions of a network."""
