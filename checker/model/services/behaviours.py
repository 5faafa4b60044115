"""The ways in which a service can answer, shared by comments and service files.

The words and their meanings are those of AquaVM's testing framework: ``ok``, ``err``, ``map``, ``seq_ok``,
``seq_error`` and ``behaviour``.  ``text`` is an answer as it is, which need not be JSON; in ``err`` and ``seq_error`` a
``text`` may stand in place of the ``result``.  A service file can also name a Python function.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec
from msgspec import Struct

from airspec.semantics.particle import CallRequest, CallResult
from airspec.spec import json_text
from airspec.spec.json_number import I32_MAX, I32_MIN
from airspec.spec.values import Json


class ServiceError(ValueError):
    """A definition of a service that is invalid, or a service that could not answer."""


class Ok(Struct, frozen=True):
    """A service that always succeeds with the same value."""

    value: Json


class Err(Struct, frozen=True):
    """A service that always gives the same result: a code, and a text that need not be JSON."""

    result: CallResult


class Sequence(Struct, frozen=True):
    """A service whose result depends on the number of earlier calls; `default` is for numbers that are not listed.

    Without a `default`, calls with other numbers have no answer.
    """

    results: Mapping[int, CallResult]
    default: CallResult | None


class Mapped(Struct, frozen=True):
    """A service that looks up its first argument, and answers null for one that is not listed.

    A string is looked up as it is, any other value by its JSON text.
    """

    values: Mapping[str, Json]


class Behaviour(Struct, frozen=True):
    """A built-in service: ``echo``, ``unit``, ``service``, ``function``, ``arg`` with its number, or ``tetraplet``.

    ``echo`` is the first argument, as is ``arg`` with the number 0.
    """

    name: str
    argument: int = 0


class Function(Struct, frozen=True):
    """A Python function as a service: its name, where a service file names it, and `ask`, which calls it.

    `ask` takes the name, the peer, the request and the number of earlier calls.  The answer depends on these only, as
    the same call may be made again, or only once for many runs (`checker.model.services.python_process`).
    """

    name: str
    entry: str
    ask: Callable[[str, str, CallRequest, int], CallResult]


Definition = Ok | Err | Sequence | Mapped | Behaviour | Function

WORDS = ("ok", "err", "text", "map", "seq_ok", "seq_error", "behaviour")
"""The words that define a service; ``seq_err`` is read as ``seq_error``, ``dbg_behaviour`` as ``behaviour``."""

ALIASES = {"seq_err": "seq_error", "dbg_behaviour": "behaviour"}
BEHAVIOUR = re.compile(r"(echo|unit|service|function|tetraplet)|arg\.([0-9]{1,9})")
CALL_NUMBER = re.compile(r"[0-9]{1,9}")
LONGEST_SHOWN = 60
"""Longer values are cut in messages, in characters."""

UNIT_RESULT = Json('"result from unit_call_service"')


def define(word: str, value: Any) -> Definition:
    """Return the definition of a service by a word such as ``ok`` and its JSON value; raises `ServiceError`."""
    match ALIASES.get(word, word):
        case "ok":
            return Ok(text_of(value))
        case "err":
            return Err(_result(value, word))
        case "text":
            return Err(CallResult(0, _raw(value)))
        case "map":
            return Mapped({key: text_of(inner) for key, inner in _object(value, word).items()})
        case "seq_ok":
            return _sequence({key: success(text_of(inner)) for key, inner in _object(value, word).items()}, word)
        case "seq_error":
            return _sequence({key: _result(inner, word) for key, inner in _object(value, word).items()}, word)
        case "behaviour":
            return behaviour(value)
        case _:
            raise ServiceError(f"'{word}' defines no service; the words are {', '.join(WORDS)}")


def behaviour(name: Any) -> Behaviour:
    """Return the built-in service with a name such as ``echo`` or ``arg.1``; raises `ServiceError` if none has it."""
    found = BEHAVIOUR.fullmatch(name) if isinstance(name, str) else None
    if found is None:
        raise ServiceError(
            f"{shown(name)} is no behaviour; they are echo, unit, service, function, tetraplet and arg.N"
        )
    return Behaviour("arg", int(found[2])) if found[2] else Behaviour(found[1])


def shown(value: Any) -> str:
    """Return a value as messages about it show it, cut after 60 characters."""
    try:
        text = repr(value) if isinstance(value, str) else str(value)
    except ValueError:
        return "a number with too many digits"
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def has_memory(definition: Definition) -> bool:
    """Return whether the answers of a service may depend on the number of earlier calls."""
    return isinstance(definition, Sequence | Function)


def respond(definition: Definition, peer: str, request: CallRequest, count: int) -> CallResult:
    """Return the answer of a service to a request of a peer, after `count` earlier calls.

    Raises `ServiceError` when it has no answer.
    """
    match definition:
        case Ok(value):
            return success(value)
        case Err(result):
            return result
        case Sequence(results, default):
            found = results.get(count, default)
            if found is None:
                raise ServiceError(f'{_named(request)} has no answer for call number {count}, and no "default"')
            return found
        case Mapped(values):
            if not request.arguments:
                raise ServiceError(f"{_named(request)} is a map and was called without an argument")
            first = request.arguments[0]
            key = json_text.as_string(first)
            return success(values.get(first if key is None else key, json_text.NULL))
        case Behaviour():
            return _behave(definition, request)
        case Function(name, entry, ask):
            try:
                return ask(name, peer, request, count)
            except ServiceError as error:
                raise ServiceError(f"{entry}: {error}") from None


def _behave(definition: Behaviour, request: CallRequest) -> CallResult:
    match definition.name:
        case "unit":
            return success(UNIT_RESULT)
        case "service":
            return success(json_text.string(request.service_id))
        case "function":
            return success(json_text.string(request.function_name))
        case "tetraplet":
            return success(text_of(msgspec.to_builtins(request.tetraplets)))
        case _:
            if definition.argument < len(request.arguments):
                return success(request.arguments[definition.argument])
            return CallResult(42, '"not enough arguments"')


def success(value: Json) -> CallResult:
    """Return a call's result with the code of success, 0, and a value."""
    return CallResult(0, value)


def text_of(value: Any) -> Json:
    """Return the canonical JSON text of a Python value; raises `ServiceError` if JSON has no such value."""
    try:
        text = json_text.canonical(json.dumps(value, ensure_ascii=False))
    except (TypeError, ValueError, RecursionError):
        text = None
    if text is None:
        raise ServiceError(f"{shown(value)} is no JSON value")
    return text


def _object(value: Any, word: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ServiceError(f"'{word}' needs an object")
    return value


def _result(value: Any, word: str) -> CallResult:
    members = _object(value, word)
    code = members.get("ret_code")
    if set(members) not in FORMS or not isinstance(code, int) or isinstance(code, bool):
        raise ServiceError(f'\'{word}\' needs objects with an integer "ret_code", and a "result" or a "text"')
    if not I32_MIN <= code <= I32_MAX:
        raise ServiceError(f"the return code {code} does not fit 32 bits")
    return CallResult(code, text_of(members["result"]) if "result" in members else _raw(members["text"]))


FORMS = ({"ret_code", "result"}, {"ret_code", "text"})
"""The members of the result of a call that may fail."""


def _raw(value: Any) -> str:
    """An answer as it is: any text of Unicode characters."""
    if not isinstance(value, str):
        raise ServiceError('a "text" has to be a string, such as "no JSON"')
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ServiceError('a "text" has to be of Unicode characters, and half of a pair is none')
    return value


def _sequence(results: Mapping[str, CallResult], word: str) -> Sequence:
    numbered = {key: result for key, result in results.items() if key != "default"}
    for key in numbered:
        if CALL_NUMBER.fullmatch(key) is None:
            raise ServiceError(f"'{word}' has the key {shown(key)}; keys are numbers of calls from 0, and \"default\"")
    return Sequence({int(key): result for key, result in numbered.items()}, results.get("default"))


def _named(request: CallRequest) -> str:
    return f'service ("{request.service_id}" "{request.function_name}")'
