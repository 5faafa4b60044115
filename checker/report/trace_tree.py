"""Traces as indented lines of text: the calls with their peers and results, and the structure around them."""

from __future__ import annotations

from msgspec import Struct

from airspec.checker.report.shortening import shorten
from airspec.checker.report.visible import on_one_line
from airspec.semantics.environment import Binding, CanonMapValue, CanonValue
from airspec.semantics.streams import NEW_GENERATION
from airspec.spec.data import CidInfo
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Trace,
    UnusedResult,
    extent,
)
from airspec.spec.values import Cid, Tetraplet, Value

DEEPEST = 24
"""Lines nested deeper are indented no further."""

MOST_ELEMENTS = 12
"""Elements of a canonical stream that are shown; of more, the first ones are, with the number of the others."""


class Line(Struct, frozen=True):
    """One state of a trace: its position, the number of pars and folds around it, and its description."""

    position: int
    depth: int
    text: str

    def __str__(self) -> str:
        """Return the text with its position and indentation."""
        return f"{self.position:>3}  {'  ' * min(self.depth, DEEPEST)}{self.text}"


def trace_lines(trace: Trace, info: CidInfo) -> tuple[Line, ...]:
    """Return a line for each state of a trace; `info` are the stores that its content ids refer to."""
    lines: list[Line] = []
    ends: list[int] = []
    for position, state in enumerate(trace):
        while ends and position >= ends[-1]:
            ends.pop()
        lines.append(Line(position, len(ends), describe_state(state, info)))
        if extent(state):
            ends.append(position + 1 + extent(state))
    return tuple(lines)


def describe_state(state: State, info: CidInfo) -> str:
    """Return a state as one phrase, with values and services from the stores, or content ids if these lack them."""
    match state:
        case Sent(peer, None):
            return f"call requested by {peer}"
        case Sent(peer, call_id):
            return f"call {call_id} of {peer} is running"
        case Executed(ScalarResult(cid)):
            return _service_result(cid, info)
        case Executed(StreamResult(cid, generation)):
            return f"{_service_result(cid, info)}  (stream, generation {_number(generation)})"
        case Executed(UnusedResult(cid)):
            return f"call without output → {_value(cid, info)}"
        case Failed(cid):
            return f"failed: {_service_result(cid, info)}"
        case Par(left, right):
            return f"par  (left {left}, right {right})"
        case Ap(generations):
            return f"ap  (generation {', '.join(map(_number, generations))})"
        case CanonSent(peer):
            return f"canon requested by {peer}"
        case CanonExecuted(cid):
            return _canon(cid, info)
        case Fold(lore):
            return f"fold  ({len(lore)} iterations)"
        case _:
            raise AssertionError(f"unknown state {state!r}")


def _number(generation: int) -> str:
    return "new" if generation == NEW_GENERATION else str(generation)


def _value(cid: Cid, info: CidInfo) -> str:
    value = info.value_store.get(cid)
    return f"the value {cid}" if value is None else shorten(value)


def _service_result(cid: Cid, info: CidInfo) -> str:
    result = info.service_result_store.get(cid)
    if result is None:
        return f"result {cid}"
    origin = info.tetraplet_store.get(result.tetraplet_cid)
    shown = _value(result.value_cid, info)
    return f"result {shown}" if origin is None else f"{told_origin(origin)} → {shown}"


def _canon(cid: Cid, info: CidInfo) -> str:
    result = info.canon_result_store.get(cid)
    if result is None:
        return f"canon {cid}"
    elements = [info.canon_element_store.get(element) for element in result.values]
    values = [cid if e is None else _value(e.value, info) for cid, e in zip(result.values, elements, strict=True)]
    origin = info.tetraplet_store.get(result.tetraplet)
    where = "" if origin is None else f"{origin.peer_pk}: "
    return on_one_line(f"{where}canon [{', '.join(some_of(values))}]")


def some_of(values: list[str]) -> list[str]:
    """Return the first 12 values, and a text with the number of the others if there are more."""
    more = len(values) - MOST_ELEMENTS
    return values if more <= 0 else [*values[:MOST_ELEMENTS], f"… and {more} more values"]


def told_binding(value: Binding) -> str:
    """Return the value that a name is bound to as shortened text; for a canonical stream or map, its elements."""
    match value:
        case Value(json):
            return shorten(json)
        case CanonValue(elements) | CanonMapValue(elements):
            return f"[{', '.join(some_of([shorten(element.json) for element in elements]))}]"


def told_origin(tetraplet: Tetraplet) -> str:
    """Return a tetraplet as text: the peer, the service with its function unless both are empty, and the lens."""
    if not tetraplet.service_id and not tetraplet.function_name:
        return on_one_line(f"{tetraplet.peer_pk}{tetraplet.lens}")
    return on_one_line(f'{tetraplet.peer_pk} ("{tetraplet.service_id}" "{tetraplet.function_name}"){tetraplet.lens}')
