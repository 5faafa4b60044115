"""The environment of a network: what its transitions ask of the interpreter and of the services of peers."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from airspec.semantics.network.state import NO_DATA, DataId, Owed, RequestId
from airspec.semantics.notation import opaque
from airspec.semantics.particle import CallResult
from airspec.spec import codes


class Invocation(Struct, frozen=True, gc=False):
    """The inputs of one invocation; `results` are those of calls, by their numbers."""

    peer: str
    kept: DataId
    current: DataId = NO_DATA
    results: tuple[tuple[int, CallResult], ...] = ()


class Effect(Struct, frozen=True, gc=False):
    """The effect of an invocation, with data and requests by number."""

    data: DataId
    ret_code: int
    error_message: str = ""
    receivers: tuple[str, ...] = ()
    requests: tuple[Owed, ...] = ()
    trap: str | None = None

    def is_uncatchable(self) -> bool:
        """Return whether the run was discarded, or did not use an answer that it was given."""
        return codes.is_abandoned(self.ret_code) or self.ret_code == codes.UNPROCESSED_CALL_RESULT

    def is_silent(self) -> bool:
        """Return whether nothing is sent and nothing is asked for."""
        return not self.receivers and not self.requests


class Environment(Protocol):
    """What the transitions of a network need.

    These are the initial peer, the effects of invocations, the answers of services, and who reaches whom.
    """

    @property
    def initial_peer(self) -> str:
        """Return the peer that begins the particle."""
        ...

    def effect(self, invocation: Invocation) -> Effect:
        """Return the effect of an invocation."""
        ...

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return the counter on which the answer to a request depends; None for a service without memory."""
        ...

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request when its counter has seen `seen` requests before."""
        ...

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error that is answered to a request when its service fails."""
        ...

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return whether data that one peer sends to another can arrive."""
        ...


# --- what is asked of the world ---------------------------------------------------------------------------


@opaque("the particle")
def initial_peer(world: Environment) -> str:
    """The peer that begins the particle."""
    return world.initial_peer


@opaque("an invocation, which is remembered")
def effect_of(world: Environment, run: Invocation) -> Effect:
    """The effect of an invocation."""
    return world.effect(run)


@opaque("the services of a peer")
def counter_of(world: Environment, name: str, owed: Owed) -> str | None:
    """The counter on which the answer of a service depends; None for a service without memory."""
    return world.counter(name, owed.request)


@opaque("the services of a peer")
def answer_of(world: Environment, name: str, owed: Owed, seen: int) -> CallResult:
    """The answer to a request when the counter of the service has seen so many; raises `UnknownServiceError`."""
    return world.answer(name, owed.request, seen)


@opaque("the services of a peer")
def failure_of(world: Environment, name: str, owed: Owed) -> CallResult:
    """The error with which a service fails."""
    return world.failure(name, owed.request)


@opaque("the topology of the network")
def reaches(world: Environment, sender: str, receiver: str) -> bool:
    """Whether data that one peer sends to another can arrive."""
    return world.reaches(sender, receiver)
