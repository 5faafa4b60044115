"""Call requests and results as bytes: MessagePack behind a multicodec prefix (section 9 of the reference)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec

from semantics.particle import CallRequest, CallResult
from spec import codes
from spec.codes import Uncatchable
from spec.json_number import U32_MAX
from spec.json_text import number
from spec.values import Json, Tetraplet

PREFIX: Final = b"\x81\x04"
"""Multicodec 0x0201, MessagePack, as an unsigned variable-length integer."""


class RawRequest(msgspec.Struct, frozen=True):
    """A request as it is written: the arguments and their tetraplets are MessagePack inside MessagePack."""

    service_id: str
    function_name: str
    arguments: bytes
    tetraplets: bytes


_REQUESTS: Final = msgspec.msgpack.Decoder(dict[int, RawRequest])
_RESULTS: Final = msgspec.msgpack.Decoder(dict[str, CallResult])
_ARGUMENTS: Final = msgspec.msgpack.Decoder(list[Any])
_TETRAPLETS: Final = msgspec.msgpack.Decoder(tuple[tuple[Tetraplet, ...], ...])
_JSON: Final = msgspec.json.Encoder(order="sorted")


def encode_results(results: Mapping[int, CallResult]) -> bytes:
    """Call results by call id, as an interpreter expects them."""
    return PREFIX + msgspec.msgpack.encode(
        {str(call_id): {"ret_code": r.ret_code, "result": r.result} for call_id, r in results.items()}
    )


def decode_results(data: bytes) -> dict[int, CallResult] | Uncatchable:
    """Call results by call id, as a host writes them."""
    if not data.startswith(PREFIX):
        return results_not_decoded("they do not start with the prefix of MessagePack")
    try:
        return {call_id(key): result for key, result in _RESULTS.decode(data[len(PREFIX) :]).items()}
    except (msgspec.MsgspecError, ValueError) as error:
        return results_not_decoded(str(error))


def call_id(key: str) -> int:
    """The call id that a key of the call results is.  Raises ValueError."""
    number = int(key) if re.fullmatch(r"\+?[0-9]{1,20}", key) else -1
    if not 0 <= number <= U32_MAX:
        raise ValueError(f"{key!r} is no call id")
    return number


def results_not_decoded(complaint: str) -> Uncatchable:
    """The error for call results that cannot be read; its last part is AquaVM's own debugging output."""
    return Uncatchable(codes.CALL_RESULTS_NOT_DECODED, f"error occurred while deserialize call results: {complaint}.")


def encode_requests(requests: Mapping[int, CallRequest]) -> bytes:
    """Call requests by call id, as an interpreter writes them."""
    return PREFIX + msgspec.msgpack.encode(
        {
            call_id: RawRequest(
                r.service_id,
                r.function_name,
                msgspec.msgpack.encode([msgspec.json.decode(argument) for argument in r.arguments]),
                msgspec.msgpack.encode(r.tetraplets),
            )
            for call_id, r in requests.items()
        }
    )


def decode_requests(data: bytes) -> dict[int, CallRequest]:
    """Call requests by call id, as an interpreter writes them.  Raises ValueError when these are none."""
    if not data:
        return {}
    if not data.startswith(PREFIX):
        raise ValueError("call requests do not start with the prefix of MessagePack")
    return {
        call_id: CallRequest(
            raw.service_id,
            raw.function_name,
            tuple(json_of(argument) for argument in _ARGUMENTS.decode(raw.arguments)),
            _TETRAPLETS.decode(raw.tetraplets),
        )
        for call_id, raw in _REQUESTS.decode(data[len(PREFIX) :]).items()
    }


def json_of(value: object) -> Json:
    """The canonical text of a value that was read from MessagePack."""
    return number(value) if type(value) is int else Json(_JSON.encode(value).decode())
