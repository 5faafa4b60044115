"""The environment of a network: what its transitions ask of the interpreter and of the services of peers."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from airspec.semantics.network.state import NO_DATA, DataId, Owed, RequestId
from airspec.semantics.notation import opaque
from airspec.semantics.particle import CallResult
from airspec.spec import codes


class Invocation(Struct, frozen=True, gc=False):
    """The inputs of one invocation on a peer: the data it keeps, the current data, and results of calls, by call id."""

    peer: str
    kept: DataId
    current: DataId = NO_DATA
    results: tuple[tuple[int, CallResult], ...] = ()


class Effect(Struct, frozen=True, gc=False):
    """The effect of an invocation; data and requests are given by their numbers in the world.

    `receivers` are the next peers, `requests` the calls that the peer's services then owe; `trap` names the place where
    AquaVM panics (None: it does not).
    """

    data: DataId
    ret_code: int
    error_message: str = ""
    receivers: tuple[str, ...] = ()
    requests: tuple[Owed, ...] = ()
    trap: str | None = None

    def is_uncatchable(self) -> bool:
        """Return whether the whole run was discarded, or ended with the error that an answer was not used."""
        return codes.is_abandoned(self.ret_code) or self.ret_code == codes.UNPROCESSED_CALL_RESULT

    def is_silent(self) -> bool:
        """Return whether the invocation sends data to no peer and asks for no service call."""
        return not self.receivers and not self.requests


class Environment(Protocol):
    """The outside of a network, as its transitions use it.

    It gives the initial peer, the effects of invocations, the answers of services, and which peer reaches which.
    """

    @property
    def initial_peer(self) -> str:
        """Return the name of the peer that starts the particle."""
        ...

    def effect(self, invocation: Invocation) -> Effect:
        """Return what an invocation does: the new data, what is sent, and which calls are requested."""
        ...

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return the name of the counter on which the answer depends; None if the service has no memory."""
        ...

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request when its counter has seen `seen` requests before."""
        ...

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error result that a request gets when its service fails."""
        ...

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return whether data that one peer sends to another can arrive."""
        ...


# --- what is asked of the world ---------------------------------------------------------------------------


@opaque("the particle")
def initial_peer(world: Environment) -> str:
    """Return the name of the peer that starts the particle."""
    return world.initial_peer


@opaque("an invocation, which is remembered")
def effect_of(world: Environment, run: Invocation) -> Effect:
    """Return what an invocation does: the new data, what is sent, and which calls are requested."""
    return world.effect(run)


@opaque("the services of a peer")
def counter_of(world: Environment, name: str, owed: Owed) -> str | None:
    """Return the name of the counter on which the answer to a call depends; None for a service without memory."""
    return world.counter(name, owed.request)


@opaque("the services of a peer")
def answer_of(world: Environment, name: str, owed: Owed, seen: int) -> CallResult:
    """Return the answer to a call when its counter has seen `seen` requests before.

    Raises `UnknownServiceError` if no service is defined for it, and what a service raises that cannot answer.
    """
    return world.answer(name, owed.request, seen)


@opaque("the services of a peer")
def failure_of(world: Environment, name: str, owed: Owed) -> CallResult:
    """Return the error result that a call gets when its service fails."""
    return world.failure(name, owed.request)


@opaque("the topology of the network")
def reaches(world: Environment, sender: str, receiver: str) -> bool:
    """Return whether data that one peer sends to another can arrive."""
    return world.reaches(sender, receiver)
