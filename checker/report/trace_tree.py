"""Traces as indented lines of text: the calls with their peers and results, and the structure around them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from airspec.semantics.streams import NEW_GENERATION
from airspec.spec.data import CidInfo, Data
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
    UnusedResult,
    extent,
)
from airspec.spec.values import Cid

LONGEST_VALUE = 72
"""Longer values are cut, in characters."""

DEEPEST = 24
"""Lines nested deeper are indented no further."""


class Line(Struct, frozen=True):
    """One state of a trace: its position, the number of pars and folds around it, and its description."""

    position: int
    depth: int
    text: str

    def __str__(self) -> str:
        """Return the text with its position and indentation."""
        return f"{self.position:>3}  {'  ' * min(self.depth, DEEPEST)}{self.text}"


def trace_lines(data: Data) -> tuple[Line, ...]:
    """Return a line for each state of a trace."""
    lines: list[Line] = []
    ends: list[int] = []
    for position, state in enumerate(data.trace):
        while ends and position >= ends[-1]:
            ends.pop()
        lines.append(Line(position, len(ends), describe_state(state, data.cid_info)))
        if extent(state):
            ends.append(position + 1 + extent(state))
    return tuple(lines)


def chosen_lines(data: Data, positions: Iterable[int]) -> tuple[Line, ...]:
    """Return the lines for some positions of a trace."""
    lines = trace_lines(data)
    return tuple(lines[position] for position in positions)


def describe_state(state: State, info: CidInfo) -> str:
    """Return a state as one phrase, with values and services from the stores; what these lack is named by its id."""
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
            return f"call without output returned {cid[:12]}…"
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


def _service_result(cid: Cid, info: CidInfo) -> str:
    result = info.service_result_store.get(cid)
    if result is None:
        return f"result {cid}"
    origin = info.tetraplet_store.get(result.tetraplet_cid)
    value = info.value_store.get(result.value_cid)
    shown = result.value_cid if value is None else shorten(value)
    if origin is None:
        return f"result {shown}"
    return f"{origin.peer_pk}: {origin.service_id}.{origin.function_name} → {shown}"


def _canon(cid: Cid, info: CidInfo) -> str:
    result = info.canon_result_store.get(cid)
    if result is None:
        return f"canon {cid}"
    values = []
    for element_cid in result.values:
        element = info.canon_element_store.get(element_cid)
        value = None if element is None else info.value_store.get(element.value)
        values.append(element_cid if value is None else value)
    origin = info.tetraplet_store.get(result.tetraplet)
    where = "" if origin is None else f"{origin.peer_pk}: "
    return f"{where}canon [{shorten(', '.join(values))}]"


def shorten(text: str) -> str:
    """Return a text without line ends, cut to `LONGEST_VALUE` characters."""
    text = text.replace("\n", " ")
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"


__all__ = ["Line", "chosen_lines", "describe_state", "shorten", "trace_lines"]
