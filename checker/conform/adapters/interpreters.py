"""The interpreters that can be compared: the specification, AquaVM, and networks of both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from airspec.semantics.aquavm.messages import message_of
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.invoke import invoke
from airspec.semantics.particle import CallRequest
from airspec.semantics.wire.envelope import decode
from airspec.spec.data import EMPTY, Data, data_to_json
from airspec.spec.faults import Uncatchable
from airspec.spec.parser import parse

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM


class Answer(Struct, frozen=True, eq=False):
    """The outcome of one invocation, with `data` in the interpreter's own form, which only that interpreter reads."""

    ret_code: int
    error_message: str
    data: Any
    next_peers: frozenset[str]
    call_requests: Mapping[int, CallRequest]
    trap: str | None


def answer_of(outcome: RawOutcome) -> Answer:
    """Return the outcome of an interpreter with data as bytes as an `Answer`."""
    return Answer(
        outcome.ret_code,
        outcome.error_message,
        outcome.data,
        outcome.next_peers,
        outcome.call_requests,
        outcome.trap,
    )


class Interpreter(Protocol):
    """An interpreter that can be compared; `empty` are the data of a peer that has run nothing."""

    name: str
    empty: Any

    def invoke(self, given: Invocation[Any]) -> Answer:
        """Run one invocation, and return its outcome."""
        ...

    def inspect(self, data: Any) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`."""
        ...


class Specification:
    """The specification as an interpreter that keeps data as records, not encoded."""

    name = "spec"
    empty: Data = EMPTY

    def invoke(self, given: Invocation[Data]) -> Answer:
        """Run one invocation by the rules, and return its outcome; raises `ScriptError` for an invalid script."""
        outcome = invoke(
            parse(given.script),
            given.prev,
            given.current,
            given.particle,
            given.current_peer_id,
            given.results,
            KeyPair(given.key),
        )
        return Answer(
            outcome.ret_code,
            outcome.error_message,
            outcome.data,
            frozenset(outcome.next_peers),
            dict(outcome.call_requests),
            outcome.trap,
        )

    def inspect(self, data: Data) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`."""
        return data_to_json(data)


class SpecificationOnWire:
    """The specification as an interpreter with data as bytes, which can share a network with other ones."""

    name = "spec on the wire"
    empty = b""

    def invoke(self, given: Invocation[bytes]) -> Answer:
        """Decode the data, run one invocation by the rules, and return the outcome with encoded data."""
        return answer_of(interpret(given))

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`; raises ValueError for bytes that are not data."""
        decoded = decode(data)
        if isinstance(decoded, Uncatchable):
            raise ValueError(message_of(decoded))
        return data_to_json(decoded[1])


class AquaVMOnWire:
    """AquaVM 0.62.0 as an interpreter with data as bytes."""

    name = "avm"
    empty = b""

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm

    def invoke(self, given: Invocation[bytes]) -> Answer:
        """Run one invocation on AquaVM, and return its outcome."""
        return answer_of(self.avm.invoke(given))

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`; raises ValueError for bytes that are not data."""
        if data == b"":
            return data_to_json(EMPTY)
        inspected: dict[str, Any] = self.avm.inspect(data)["data"]
        return inspected


class Alternating:
    """Two interpreters that share a network: `even` serves every other peer in `peers` from the first, `odd` the rest.

    Both read and write the same bytes.
    """

    empty = b""

    def __init__(self, even: Interpreter, odd: Interpreter, peers: tuple[KeyPair, ...]) -> None:
        self.name = f"{even.name} and {odd.name} alternately"
        self.choose = {peer.peer_id: (even, odd)[i % 2] for i, peer in enumerate(peers)}

    def invoke(self, given: Invocation[bytes]) -> Answer:
        """Run one invocation on the interpreter that serves its peer, and return the outcome."""
        return self.choose[given.current_peer_id].invoke(given)

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`; raises ValueError for bytes that are not data."""
        return next(iter(self.choose.values())).inspect(data)
