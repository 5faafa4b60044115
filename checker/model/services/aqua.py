"""The built-in set of services, which answers every call of scripts that the Aqua compiler made.

``getDataSrv`` returns the argument that its function names (here its name, and ``relay`` for ``-relay-``);
``callbackSrv`` and ``errorHandlingSrv`` take a result or an error and answer ``{}``; ``op``, ``peer``, ``kad``,
``sig``, ``math`` and ``cmp`` are services of every peer.  Any other service answers as most services of Aqua libraries
do: ``{"success": true, "error": ""}``.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from airspec.semantics.particle import CallRequest, CallResult

RELAY = "relay"
"""The peer that stands between the initial peer and the network."""

NEIGHBOURS = ("neighbour-1", "neighbour-2")
TIMESTAMP_SECONDS = 1_700_000_000
ANYTHING = "*"

Arguments = list[Any]
Answerer = Callable[[str, Arguments], Any]


def _first(arguments: Arguments) -> Any:
    return arguments[0] if arguments else None


def _number(arguments: Arguments, position: int) -> int:
    value = arguments[position] if position < len(arguments) else 0
    return value if isinstance(value, int) else 0


def _flat(arguments: Arguments) -> Arguments:
    return [item for argument in arguments if isinstance(argument, list) for item in argument]


def _length(arguments: Arguments) -> int:
    first = _first(arguments)
    return len(first) if isinstance(first, list | str) else 0


def _text(arguments: Arguments) -> str:
    return "".join(item if isinstance(item, str) else json.dumps(item) for item in arguments)


TABLE: dict[tuple[str, str], Answerer] = {
    ("getDataSrv", "-relay-"): lambda name, arguments: RELAY,
    ("getDataSrv", ANYTHING): lambda name, arguments: name,
    ("callbackSrv", ANYTHING): lambda name, arguments: {},
    ("errorHandlingSrv", ANYTHING): lambda name, arguments: {},
    ("op", "noop"): lambda name, arguments: {},
    ("op", "identity"): lambda name, arguments: _first(arguments),
    ("op", "array"): lambda name, arguments: arguments,
    ("op", "concat"): lambda name, arguments: _flat(arguments),
    ("op", "array_length"): lambda name, arguments: _length(arguments),
    ("op", "length"): lambda name, arguments: _length(arguments),
    ("op", "concat_strings"): lambda name, arguments: _text(arguments),
    ("op", ANYTHING): lambda name, arguments: _text(arguments),
    ("peer", "timestamp_sec"): lambda name, arguments: TIMESTAMP_SECONDS,
    ("peer", "timestamp_ms"): lambda name, arguments: TIMESTAMP_SECONDS * 1000,
    ("peer", "timeout"): lambda name, arguments: arguments[1] if len(arguments) > 1 else {},
    ("peer", "is_connected"): lambda name, arguments: True,
    ("peer", "identify"): lambda name, arguments: {"external_addresses": [], "air_version": "0.62.0"},
    ("kad", ANYTHING): lambda name, arguments: list(NEIGHBOURS),
    ("sig", "sign"): lambda name, arguments: {"success": True, "error": [], "signature": ["signature"]},
    ("sig", ANYTHING): lambda name, arguments: True,
    ("math", "add"): lambda name, arguments: _number(arguments, 0) + _number(arguments, 1),
    ("math", "sub"): lambda name, arguments: _number(arguments, 0) - _number(arguments, 1),
    ("math", "mul"): lambda name, arguments: _number(arguments, 0) * _number(arguments, 1),
    ("cmp", "gt"): lambda name, arguments: _number(arguments, 0) > _number(arguments, 1),
    ("cmp", "gte"): lambda name, arguments: _number(arguments, 0) >= _number(arguments, 1),
    ("cmp", "lt"): lambda name, arguments: _number(arguments, 0) < _number(arguments, 1),
    ("cmp", "lte"): lambda name, arguments: _number(arguments, 0) <= _number(arguments, 1),
    (ANYTHING, ANYTHING): lambda name, arguments: {"success": True, "error": ""},
}


def aqua_answer(request: CallRequest) -> CallResult:
    """Return the answer of the built-in services to a request; there is one for every service and function."""
    keys = (
        (request.service_id, request.function_name),
        (request.service_id, ANYTHING),
        (ANYTHING, ANYTHING),
    )
    answerer = next(TABLE[key] for key in keys if key in TABLE)
    value = answerer(request.function_name, [json.loads(argument) for argument in request.arguments])
    return CallResult(0, json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")))
