"""Interpreters as the comparison sees them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from msgspec import Struct

from checker.adapters.avm import AquaVM
from semantics.authenticity.keys import KeyPair
from semantics.invoke import invoke
from semantics.particle import CallRequest, CallResult, Particle
from spec.data import EMPTY, Data, data_to_json
from spec.parser import parse


class Answer(Struct, frozen=True, eq=False):
    """The outcome of one invocation; `data` is whatever the interpreter keeps, opaque to all others."""

    ret_code: int
    error_message: str
    data: Any
    next_peers: frozenset[str]
    call_requests: Mapping[int, CallRequest]
    trap: str | None


class Interpreter(Protocol):
    """An interpreter that can be compared.  `empty` is the data of a peer that knows nothing."""

    name: str
    empty: Any

    def invoke(
        self,
        script: str,
        prev: Any,
        current: Any,
        particle: Particle,
        peer: KeyPair,
        results: Mapping[int, CallResult],
    ) -> Answer:
        """Run a script on a peer."""
        ...

    def inspect(self, data: Any) -> dict[str, Any]:
        """Data in the JSON form of `spec.data.data_to_json`."""
        ...


class Specification:
    """The specification itself."""

    name = "spec"
    empty: Data = EMPTY

    def invoke(
        self,
        script: str,
        prev: Data,
        current: Data,
        particle: Particle,
        peer: KeyPair,
        results: Mapping[int, CallResult],
    ) -> Answer:
        """Run a script by the rules."""
        outcome = invoke(parse(script), prev, current, particle, peer.peer_id, results, peer)
        return Answer(
            outcome.ret_code,
            outcome.error_message,
            outcome.data,
            frozenset(outcome.next_peers),
            dict(outcome.call_requests),
            outcome.trap,
        )

    def inspect(self, data: Data) -> dict[str, Any]:
        """Data in their JSON form."""
        return data_to_json(data)


class Reference:
    """The published AquaVM."""

    name = "avm"
    empty = b""

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm

    def invoke(
        self,
        script: str,
        prev: bytes,
        current: bytes,
        particle: Particle,
        peer: KeyPair,
        results: Mapping[int, CallResult],
    ) -> Answer:
        """Run a script on the real interpreter."""
        outcome = self.avm.invoke(script, prev, current, particle, peer.peer_id, peer.secret, results)
        return Answer(
            outcome.ret_code,
            outcome.error_message,
            outcome.data,
            outcome.next_peers,
            outcome.call_requests,
            outcome.trap,
        )

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Data in their JSON form."""
        if data == b"":
            return data_to_json(EMPTY)
        inspected: dict[str, Any] = self.avm.inspect(data)["data"]
        return inspected
