"""The environment of a network: what its transitions ask of the interpreter and of the services of peers."""

from __future__ import annotations

from typing import Protocol

from msgspec import Struct

from airspec.semantics.network.state import NO_DATA, DataId, Owed, RequestId
from airspec.semantics.particle import CallResult
from airspec.spec import codes


class Invocation(Struct, frozen=True, gc=False):
    """The inputs of one invocation; a call's result is None when data arrived, or nothing did."""

    peer: str
    kept: DataId
    current: DataId = NO_DATA
    call_id: int = 0
    result: CallResult | None = None


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
    """The environment of a network: the initial peer, the effects of invocations, the answers of services."""

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
