"""Call requests and results as bytes: MessagePack behind a multicodec prefix.

AquaVM 0.62: ``crates/air-lib/interpreter-interface/src/call_request_parameters.rs`` and ``call_service_result.rs``
beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from airspec.semantics.particle import CallRequest, CallResult
from airspec.semantics.wire.message_pack import MalformedError, Opened, Scanner, Text, Token
from airspec.spec.faults import ResultsMalformed, Uncatchable
from airspec.spec.json_number import I32_MAX, I32_MIN
from airspec.spec.json_text import number
from airspec.spec.values import Json, Tetraplet

PREFIX: Final = b"\x81\x04"
"""Multicodec 0x0201, MessagePack, as an unsigned variable-length integer."""


RESULT_FIELDS: Final = (b"ret_code", b"result")


class RawRequest(msgspec.Struct, frozen=True):
    """A call request as it is encoded; arguments and tetraplets are byte strings that hold MessagePack themselves."""

    service_id: str
    function_name: str
    arguments: bytes
    tetraplets: bytes


_REQUESTS: Final = msgspec.msgpack.Decoder(dict[int, RawRequest])
_ARGUMENTS: Final = msgspec.msgpack.Decoder(list[Any])
_TETRAPLETS: Final = msgspec.msgpack.Decoder(tuple[tuple[Tetraplet, ...], ...])
_JSON: Final = msgspec.json.Encoder(order="sorted")


def encode_results(results: Mapping[int, CallResult]) -> bytes:
    """Return the bytes in which a host passes call results, given by call id, to an interpreter."""
    return PREFIX + msgspec.msgpack.encode(
        {str(call_id): {"ret_code": r.ret_code, "result": r.result} for call_id, r in results.items()}
    )


def decode_results(data: bytes) -> dict[str, CallResult] | Uncatchable:
    """Return the call results in bytes that a host passes to an interpreter, by the texts that are their keys.

    Any text is accepted as a key; only call ids in decimal, without sign and leading zeros, are ever looked up.
    """
    if not data.startswith(PREFIX):
        return results_not_decoded("they do not start with the prefix of MessagePack")
    scanner = Scanner(data[len(PREFIX) :])
    try:
        top = scanner.token()
        if not (isinstance(top, Opened) and top.is_map):
            return results_not_decoded("they are not a map")
        return dict([one_result(scanner) for _ in range(top.values // 2)])
    except ValueError as error:
        return results_not_decoded(str(error))


def one_result(scanner: Scanner) -> tuple[str, CallResult]:
    """Read a key and its call result, which is a map or an array of a return code and a text.

    Raise ValueError if something else follows.
    """
    key = text_of(scanner.token())
    value = scanner.token()
    parts = scanner.rest(value, 1)
    if isinstance(value, Opened) and value.is_map:
        fields = list(zip(parts[::2], parts[1::2], strict=True))
        ret_code, result = (only(fields, number) for number in range(len(RESULT_FIELDS)))
    elif isinstance(value, Opened) and len(parts) == len(RESULT_FIELDS):
        ret_code, result = parts
    else:
        raise MalformedError("a call result is not a map with a return code and a result")
    if type(ret_code) is not int or not I32_MIN <= ret_code <= I32_MAX:
        raise MalformedError("a return code is not an integer of 32 bits")
    return key, CallResult(ret_code, text_of(result))


def only(fields: list[tuple[Token, Token]], number: int) -> Token:
    """Return the value of the field of a call result with this index in `RESULT_FIELDS`.

    Its key may be its name or the index. Raise MalformedError unless exactly one field has such a key.
    """
    names: tuple[Token, ...] = (number, Text(RESULT_FIELDS[number]), RESULT_FIELDS[number])
    values = [value for name, value in fields if name in names and type(name) is not bool]
    if len(values) != 1:
        raise MalformedError(f"a call result has not just one {RESULT_FIELDS[number].decode()}")
    return values[0]


def text_of(token: Token) -> str:
    """Return the text in a token that is a string or bytes. Raise ValueError if it is neither, or not UTF-8."""
    data = token.data if isinstance(token, Text) else token
    if not isinstance(data, bytes):
        raise MalformedError("something is not a text")
    return data.decode()


def results_not_decoded(complaint: str) -> Uncatchable:
    """Return the error for call results that cannot be read."""
    return Uncatchable(ResultsMalformed(complaint))


def encode_requests(requests: Mapping[int, CallRequest]) -> bytes:
    """Return the bytes in which an interpreter passes call requests, given by call id, to its host."""
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
    """Return the call requests, by call id, in bytes that an interpreter passes to its host. Raise ValueError."""
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
    """Return the canonical JSON text of a value decoded from MessagePack."""
    return number(value) if type(value) is int else Json(_JSON.encode(value).decode())
