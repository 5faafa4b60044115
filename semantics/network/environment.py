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
    """What an invocation amounts to, with data and requests by number."""

    data: DataId
    ret_code: int
    error_message: str = ""
    receivers: tuple[str, ...] = ()
    requests: tuple[Owed, ...] = ()
    trap: str | None = None

    def is_uncatchable(self) -> bool:
        """Whether the run was abandoned, or had no use for an answer that it was given."""
        return codes.is_abandoned(self.ret_code) or self.ret_code == codes.UNPROCESSED_CALL_RESULT

    def is_silent(self) -> bool:
        """Whether nothing is sent and nothing is asked for."""
        return not self.receivers and not self.requests


class Environment(Protocol):
    """What the transitions of a network ask for: who begins, what an invocation amounts to, what services answer."""

    @property
    def initial_peer(self) -> str:
        """The peer that begins the particle."""
        ...

    def effect(self, invocation: Invocation) -> Effect:
        """What an invocation amounts to."""
        ...

    def counter(self, peer: str, request: RequestId) -> str | None:
        """The counter on which the answer to a request depends; None for a service without memory."""
        ...

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """The answer to a request when its counter has seen so many before."""
        ...
