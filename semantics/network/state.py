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


class PeerState(Struct, frozen=True, gc=False, order=True, cache_hash=True):
    """The data that a peer keeps, and the calls that its services owe.

    `copy` is the number of earlier data that a restart may bring back (`NO_DATA`: none); `lost` has the numbers of the
    data that were kept before restarts which replaced them.
    """

    peer: str
    kept: DataId = NO_DATA
    owed: tuple[Owed, ...] = ()
    copy: DataId = NO_DATA
    lost: tuple[DataId, ...] = ()


class Flight(Struct, frozen=True, gc=False, order=True):
    """Data on the way to a peer."""

    receiver: str
    data: DataId


class Link(Struct, frozen=True, gc=False, order=True):
    """A connection from one peer to another, in this direction only."""

    sender: str
    receiver: str


class Faults(Struct, frozen=True, gc=False, cache_hash=True):
    """How often each kind of fault happened in a run; also used for how often each may happen at most.

    Faults are events that hosts and networks may avoid.
    """

    duplicates: int = 0
    drops: int = 0
    restarts: int = 0
    failures: int = 0
    silences: int = 0
    expiries: int = 0
    forgets: int = 0
    stale: int = 0
    batches: int = 0

    def are_harmless(self) -> bool:
        """Return whether no fault happened but duplicates and batches, after which all runs still end alike."""
        return self == Faults(duplicates=self.duplicates, batches=self.batches)


NO_FAULTS = Faults()


class NetworkState(Struct, frozen=True, gc=False):
    """A state of the network: peers by name, flights in order, and the counters of services that have memory.

    `faults` counts what happened so far. At the `expired` peers the particle's time is over. `unreached` are the links
    on which data were lost, as the sender cannot reach the receiver.
    """

    peers: tuple[PeerState, ...] = ()
    flights: tuple[Flight, ...] = ()
    counters: tuple[tuple[str, int], ...] = ()
    faults: Faults = NO_FAULTS
    expired: tuple[str, ...] = ()
    unreached: tuple[Link, ...] = ()

    def peer(self, name: str) -> PeerState:
        """Return the record of a peer; a new, empty one for a peer that has not run the script."""
        for state in self.peers:
            if state.peer == name:
                return state
        return PeerState(name)

    def is_quiescent(self) -> bool:
        """Return whether the particle was started, with nothing in flight and no call owed: only faults can follow."""
        return bool(self.peers) and not self.flights and all(not state.owed for state in self.peers)

    def is_undisturbed(self) -> bool:
        """Return whether nothing was lost and nothing failed on the way here, so that all schedules must end alike."""
        return not self.unreached and self.faults.are_harmless()


INITIAL = NetworkState()
"""The state before the particle was started."""


class Start(Struct, frozen=True, gc=False):
    """The first run of the script, by the peer that starts the particle."""


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
    """The stop and restart of a peer, which forgets the calls that its services owe.

    Hosts of AquaVM write the data of a particle to disk after each run, but hold running calls in memory: the data
    stay, and the calls that are owed will never be answered.
    """

    peer: str


class Batch(Struct, frozen=True, gc=False):
    """The answer of services to several calls of one peer, which runs the script once, with all of the results.

    Nox takes all answers that are there into one run: ``aquamarine/src/actor.rs``, `poll_next`.
    """

    peer: str
    call_ids: tuple[int, ...]


class DeliverWith(Struct, frozen=True, gc=False):
    """The arrival of data at a peer together with answers to its calls; it runs the script once, on all of it.

    So nox does when data and answers are there: ``aquamarine/src/actor.rs``, `poll_next`.
    """

    flight: Flight
    call_ids: tuple[int, ...]


class Fail(Struct, frozen=True, gc=False):
    """The answer of a service to one call with an error in place of its result."""

    peer: str
    call_id: int


class Silence(Struct, frozen=True, gc=False):
    """The loss of a call: its service never answers it."""

    peer: str
    call_id: int


class Expire(Struct, frozen=True, gc=False):
    """The end of the particle's time to live at a peer.

    Hosts refuse a particle whose time is over, and forget what they asked for: nox in ``aquamarine/src/plumber.rs``,
    `ingest` and `poll`; JavaScript peers in ``FluencePeer.ts``, `filterExpiredParticles`.
    """

    peer: str


class Forget(Struct, frozen=True, gc=False):
    """The restart of a peer without the data that it kept.

    JavaScript peers keep data in memory only (``FluencePeer.ts``, `prevData`), and nox takes data that it cannot read
    for none (``aquamarine/src/particle_data_store.rs``, `read_data`).
    """

    peer: str


class Copy(Struct, frozen=True, gc=False):
    """The copying of the data that a peer keeps, which a later restart may bring back in place of newer ones."""

    peer: str


class Revert(Struct, frozen=True, gc=False):
    """The restart of a peer with the copy that was made of its data, which are older than those it kept.

    Nox writes data without waiting for the disk: ``aquamarine/src/particle_data_store.rs``, `store_data`.
    """

    peer: str


class Alter(Struct, frozen=True, gc=False):
    """The replacement of data in flight by other data, by an adversary."""

    flight: Flight
    data: DataId


class Inject(Struct, frozen=True, gc=False):
    """The sending of data of its own to a peer, by an adversary."""

    flight: Flight


class Spoil(Struct, frozen=True, gc=False):
    """The replacement of the data that a peer keeps by other data, by an adversary."""

    peer: str
    data: DataId


Move = (
    Start
    | Deliver
    | Answer
    | Duplicate
    | Drop
    | Restart
    | Batch
    | DeliverWith
    | Fail
    | Silence
    | Expire
    | Forget
    | Copy
    | Revert
)
"""What happens on a network by itself: the labels that schedules have words for, and that are searched."""

Alteration = Alter | Inject | Spoil
"""What an adversary does to a network; to withhold data is to drop them."""

Label = Move | Alteration
"""The labels of the transitions of a network."""
