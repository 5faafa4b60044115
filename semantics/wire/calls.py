"""Call requests and results as bytes: MessagePack behind a multicodec prefix (section 9 of the reference)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from semantics.particle import CallRequest, CallResult
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
_ARGUMENTS: Final = msgspec.msgpack.Decoder(list[Any])
_TETRAPLETS: Final = msgspec.msgpack.Decoder(tuple[tuple[Tetraplet, ...], ...])
_JSON: Final = msgspec.json.Encoder(order="sorted")


def encode_results(results: Mapping[int, CallResult]) -> bytes:
    """Call results by call id, as an interpreter expects them."""
    return PREFIX + msgspec.msgpack.encode(
        {str(call_id): {"ret_code": r.ret_code, "result": r.result} for call_id, r in results.items()}
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
