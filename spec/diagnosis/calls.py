"""Faults of calls, which have more parts than other instructions, and had other forms in earlier AIR."""

from __future__ import annotations

from airspec.spec.diagnosis.fault import Fault, quoted
from airspec.spec.diagnosis.forms import forms, kinds_of
from airspec.spec.diagnosis.heads import wrong_part
from airspec.spec.diagnosis.tree import Bracket, Tree
from airspec.spec.grammar import over_lexemes

FORM = forms("call")
PAIRS = "AIR before AquaVM 0.25.0 also had `(call (PEER SERVICE) FUNCTION …)` and `(call PEER FUNCTION …)`"


def call_fault(tree: Tree, call: Bracket, parts: list[int | Bracket]) -> Fault | None:
    """Return the first fault in the parts of a call; None if they form a valid call.

    `parts` are the lexemes and brackets that follow the keyword.
    """
    end = tree.start(call.closed) if call.closed is not None else len(tree.text)
    remaining = list(parts)
    for part in (_peer, _function, _arguments, _output):
        fault = part(tree, remaining, end)
        if fault is not None:
            return fault
    if remaining:
        extra = tree.first(remaining[0])
        message = f"`call` takes nothing after its output, and here is {quoted(tree.written(extra))}"
        return Fault(message, tree.start(extra), FORM)
    return None


def _peer(tree: Tree, parts: list[int | Bracket], end: int) -> Fault | None:
    first = parts[0] if parts else None
    if first is None:
        return Fault("`call` lacks its peer", end, FORM)
    if isinstance(first, Bracket):
        return Fault("`call` lacks its peer before this bracket", tree.start(first.opened), f"{FORM} ({PAIRS})")
    parts.pop(0)
    if tree.kind(first) not in kinds_of(over_lexemes()["peer"]):
        return wrong_part(tree, "call", first, "peer")
    return None


def _function(tree: Tree, parts: list[int | Bracket], end: int) -> Fault | None:
    pair = parts[0] if parts else None
    if pair is None:
        return Fault("`call` lacks the service and the function", end, FORM)
    if isinstance(pair, int):
        following = parts[1] if len(parts) > 1 else None
        if not isinstance(following, int):
            message = f"`call` lacks the brackets, with a service and a function, where {quoted(tree.written(pair))} is"
            return Fault(message, tree.start(pair), f"{FORM} ({PAIRS})")
        message = "the brackets around the service and the function are missing"
        return Fault(message, tree.start(pair), f"write `({tree.written(pair)} {tree.written(following)})`")
    if tree.kind(pair.opened) != "(":
        return Fault("`call` lacks the service and the function before its arguments", tree.start(pair.opened), FORM)
    parts.pop(0)
    return _names(tree, pair)


def _names(tree: Tree, pair: Bracket) -> Fault | None:
    for item in pair.items[:2]:
        first = tree.first(item)
        if isinstance(item, Bracket) or tree.kind(item) not in kinds_of(over_lexemes()["name"]):
            return wrong_part(tree, "call", first, "name")
    if len(pair.items) == 2:
        return None
    if len(pair.items) > 2:
        extra = tree.first(pair.items[2])
        message = f"these brackets hold a service and a function, and {quoted(tree.written(extra))} is one more"
        return Fault(message, tree.start(extra), FORM)
    assert pair.closed is not None, "the brackets of the text are balanced"
    missing = "the function" if pair.items else "the service and the function"
    return Fault(f"`call` lacks {missing} in these brackets", tree.start(pair.closed), FORM)


def _arguments(tree: Tree, parts: list[int | Bracket], end: int) -> Fault | None:
    array = parts[0] if parts else None
    if not isinstance(array, Bracket):
        place = end if array is None else tree.start(array)
        return Fault("`call` lacks its list of arguments", place, "write `[]` for none, or `[x y]`, before the output")
    if tree.kind(array.opened) != "[":
        remedy = "write square brackets, as AIR has them since AquaVM 0.1.3"
        return Fault("the arguments of `call` stand in square brackets", tree.start(array.opened), remedy)
    parts.pop(0)
    for item in array.items:
        if isinstance(item, Bracket):
            if item.items or tree.kind(item.opened) != "[":
                message = "an argument is one value, and here a bracket begins"
                return Fault(message, tree.start(item.opened), "put the values into a stream, or pass them one by one")
        elif tree.kind(item) not in kinds_of(over_lexemes()["value"]):
            return wrong_part(tree, "call", item, "value")
    return None


def _output(tree: Tree, parts: list[int | Bracket], end: int) -> Fault | None:
    output = parts[0] if parts else None
    if output is None:
        return None
    first = tree.first(output)
    if isinstance(output, Bracket) or tree.kind(output) not in kinds_of(over_lexemes()["call_output"]):
        return wrong_part(tree, "call", first, "call_output")
    parts.pop(0)
    return None
