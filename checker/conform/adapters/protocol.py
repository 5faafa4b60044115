"""The adapter protocol: one JSON object a line, over standard input and output.

An *adapter* is a program that lets the checker use an interpreter.  It reads requests and writes one answer to each,
in order.  `protocol.schema.json` describes both; the book has a page with examples.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from typing import IO, Any, Protocol

from airspec.semantics.aquavm.messages import message_of
from airspec.semantics.aquavm.versions import INTERPRETER_VERSION
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.particle import CallRequest, CallResult, Particle, SizeLimits
from airspec.semantics.wire.envelope import OURS, decode
from airspec.spec.data import data_to_json
from airspec.spec.errors import ScriptError
from airspec.spec.faults import Uncatchable
from airspec.spec.parser import parse

PROTOCOL = 1

Message = dict[str, Any]


class Interpreter(Protocol):
    """An interpreter that an adapter serves, with the name, version and edition that the adapter reports."""

    implementation: str
    version: str
    edition: str

    def invoke(self, given: Invocation[bytes]) -> RawOutcome:
        """Run one invocation, and return its outcome."""
        ...

    def inspect(self, data: bytes) -> Message:
        """Return data as ``{"data": .., "versions": ..}`` in JSON form; raises ValueError for other bytes."""
        ...

    def parse(self, script: str) -> str | None:
        """Return the error message for the text of a script, or None if the script is valid."""
        ...


class SpecificationAdapter:
    """The specification, by the rules of an edition, as an `Interpreter` of the adapter protocol."""

    implementation = "airspec"
    version = INTERPRETER_VERSION

    def __init__(self, edition: Edition = FAITHFUL) -> None:
        self.rules = edition
        self.edition = edition.value

    def invoke(self, given: Invocation[bytes]) -> RawOutcome:
        """Run one invocation by the rules, and return its outcome."""
        return interpret(given, self.rules)

    def inspect(self, data: bytes) -> Message:
        """Return data as ``{"data": .., "versions": ..}`` in JSON form; raises ValueError for other bytes."""
        decoded = decode(data)
        if isinstance(decoded, Uncatchable):
            raise ValueError(message_of(decoded))
        versions = decoded[0] if data else OURS
        return {
            "data": data_to_json(decoded[1]),
            "versions": {"data_version": versions.data, "interpreter_version": versions.interpreter},
        }

    def parse(self, script: str) -> str | None:
        """Return the error message for the text of a script, or None if the script is valid."""
        try:
            parse(script)
        except ScriptError as error:
            return str(error)
        return None


class BadRequestError(ValueError):
    """An error for a request that does not have the form that the protocol requires."""


# --- messages ---------------------------------------------------------------------------------------


def field(message: Mapping[str, Any], name: str, kind: type, default: Any = ...) -> Any:
    """Return a field of a message, or `default` if it is missing.

    Raises `BadRequestError` if it is missing without a default, or not of the type `kind`.
    """
    value = message.get(name, default)
    if value is ...:
        raise BadRequestError(f"the field '{name}' is missing")
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise BadRequestError(f"the field '{name}' is not of type {kind.__name__}")
    return value


def bytes_field(message: Mapping[str, Any], name: str, default: Any = ...) -> bytes:
    """Return the bytes of a field in base 64, which is `default` if missing; raises `BadRequestError`."""
    try:
        return base64.b64decode(field(message, name, str, default), validate=True)
    except (binascii.Error, ValueError) as error:
        raise BadRequestError(f"the field '{name}' is not base 64: {error}") from None


def invocation_of(message: Message) -> Invocation[bytes]:
    """Return the invocation that a request describes; raises `BadRequestError` for missing or malformed fields."""
    params = field(message, "params", dict)
    unlimited = SizeLimits()
    return Invocation(
        field(message, "air", str),
        bytes_field(message, "prev", ""),
        bytes_field(message, "current", ""),
        Particle(
            field(params, "init_peer_id", str),
            field(params, "particle_id", str, ""),
            field(params, "timestamp", int, 0),
            field(params, "ttl", int, 0),
        ),
        field(params, "current_peer_id", str),
        bytes_field(params, "secret_key"),
        results_of(field(message, "call_results", dict, {})),
        SizeLimits(
            field(params, "air_size_limit", int, unlimited.air),
            field(params, "particle_size_limit", int, unlimited.particle),
            field(params, "call_result_size_limit", int, unlimited.call_result),
            field(params, "hard_limit_enabled", bool, False),
        ),
        field(params, "key_format", int, 0),
    )


def results_of(message: Message) -> dict[int, CallResult]:
    """Return the call results of a request by call id; raises `BadRequestError` for a malformed one."""
    results = {}
    for name, result in message.items():
        if not name.isdecimal() or not isinstance(result, dict):
            raise BadRequestError(f"the call result '{name}' is not one")
        results[int(name)] = CallResult(field(result, "ret_code", int), field(result, "result", str))
    return results


def request_message(given: Invocation[bytes]) -> Message:
    """Return the message that requests an invocation."""
    return {
        "op": "invoke",
        "air": given.script,
        "prev": base64.b64encode(given.prev).decode(),
        "current": base64.b64encode(given.current).decode(),
        "params": {
            "init_peer_id": given.particle.init_peer_id,
            "current_peer_id": given.current_peer_id,
            "timestamp": given.particle.timestamp,
            "ttl": given.particle.ttl,
            "key_format": given.key_format,
            "secret_key": base64.b64encode(given.key).decode(),
            "particle_id": given.particle.particle_id,
            "air_size_limit": given.limits.air,
            "particle_size_limit": given.limits.particle,
            "call_result_size_limit": given.limits.call_result,
            "hard_limit_enabled": given.limits.hard,
        },
        "call_results": {
            str(call): {"ret_code": result.ret_code, "result": result.result} for call, result in given.results.items()
        },
    }


def outcome_message(outcome: RawOutcome) -> Message:
    """Return the message that answers with an outcome, which may be a trap of the interpreter."""
    if outcome.trap is not None:
        return {"error": outcome.trap, "trap": True}
    return {
        "ret_code": outcome.ret_code,
        "error_message": outcome.error_message,
        "data": base64.b64encode(outcome.data).decode(),
        "next_peer_pks": sorted(outcome.next_peers),
        "call_requests": {str(call): call_message(request) for call, request in outcome.call_requests.items()},
        "limits": {
            "air_size_limit_exceeded": outcome.exceeded.air,
            "particle_size_limit_exceeded": outcome.exceeded.particle,
            "call_result_size_limit_exceeded": outcome.exceeded.call_result,
        },
    }


def call_message(request: CallRequest) -> Message:
    """Return the message that describes a call request, with its arguments as JSON values."""
    return {
        "service_id": request.service_id,
        "function_name": request.function_name,
        "arguments": [json.loads(argument) for argument in request.arguments],
        "tetraplets": [
            [
                {"peer_pk": t.peer_pk, "service_id": t.service_id, "function_name": t.function_name, "lens": t.lens}
                for t in argument
            ]
            for argument in request.tetraplets
        ],
    }


# --- serving ----------------------------------------------------------------------------------------


def answer_start(interpreter: Interpreter, message: Message) -> Message:
    """Return the answer to a greeting; raises `BadRequestError` if it asks for another version of the protocol."""
    if field(message, "protocol", int) != PROTOCOL:
        raise BadRequestError(f"this adapter speaks protocol {PROTOCOL}")
    return {
        "protocol": PROTOCOL,
        "implementation": interpreter.implementation,
        "version": interpreter.version,
        "edition": interpreter.edition,
    }


def answer_invoke(interpreter: Interpreter, message: Message) -> Message:
    """Return the answer to a request to run an invocation; raises `BadRequestError` if it is malformed."""
    return outcome_message(interpreter.invoke(invocation_of(message)))


def answer_inspect(interpreter: Interpreter, message: Message) -> Message:
    """Return the answer to a request for data in JSON form; raises `BadRequestError` if the request is malformed.

    Bytes that are not data are answered with an error.
    """
    try:
        return interpreter.inspect(bytes_field(message, "data"))
    except BadRequestError:
        raise
    except ValueError as error:
        return {"error": str(error)}


def answer_parse(interpreter: Interpreter, message: Message) -> Message:
    """Return the answer to a request to check a script; raises `BadRequestError` if the request is malformed."""
    problem = interpreter.parse(field(message, "air", str))
    return {"ok": True} if problem is None else {"ok": False, "error": problem}


OPERATIONS: Mapping[str, Callable[[Interpreter, Message], Message]] = {
    "start": answer_start,
    "invoke": answer_invoke,
    "inspect": answer_inspect,
    "parse": answer_parse,
}


def answer_to(interpreter: Interpreter, line: str) -> Message | None:
    """Return the answer to one line of input, or None if it asks to stop; errors are answers to malformed requests."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {"error": "this line is not JSON"}
    if not isinstance(message, dict):
        return {"error": "this line is not a JSON object"}
    echo = {"id": message["id"]} if "id" in message else {}
    operation = message.get("op")
    if operation == "stop":
        return None
    answer = OPERATIONS.get(operation) if isinstance(operation, str) else None
    if answer is None:
        return {"error": f"unknown operation: {json.dumps(operation)}"} | echo
    try:
        return answer(interpreter, message) | echo
    except BadRequestError as error:
        return {"error": str(error)} | echo


def serve(interpreter: Interpreter, requests: IO[str], answers: IO[str]) -> None:
    """Read requests, one a line, and write the answer to each, until one asks to stop or the input ends."""
    for line in requests:
        if line.strip() == "":
            continue
        answer = answer_to(interpreter, line)
        if answer is None:
            return
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
