"""What a state of a trace says, one fact each, so that two states can be compared and only what differs is shown."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from airspec.checker.report.instruction_text import told_instruction, told_place
from airspec.checker.report.retelling import Making, Retelling
from airspec.checker.report.shortening import shorten
from airspec.checker.report.trace_tree import told_origin
from airspec.semantics.configuration import Config
from airspec.semantics.environment import StreamValue
from airspec.semantics.resolve.lens import Resolved
from airspec.semantics.resolve.values import resolve
from airspec.semantics.rules.ap import resolve_one
from airspec.semantics.rules.call_judgements import resolve_triplet
from airspec.semantics.stores import find_canon_elements
from airspec.semantics.streams import find, generations
from airspec.spec.data import CidInfo
from airspec.spec.printer import render
from airspec.spec.states import Ap as ApState
from airspec.spec.states import CanonExecuted, CanonSent, Executed, Failed, Sent, State, UnusedResult
from airspec.spec.syntax import Ap, ApMap, Call, Canon, CanonMap, Constant, Instruction, Scalar
from airspec.spec.values import Cid, FromService, Tetraplet, Value
from airspec.spec.values import Value as Bound


class Fact(Struct, frozen=True):
    """One thing that a state says: what it is about (`label`), its value, and the origin of the value, as texts.

    `source` says for the reader where the value was made in this run; it is no part of what is compared.
    """

    label: str
    value: str
    origin: str = ""
    source: str = ""

    @property
    def compared(self) -> tuple[str, str, str]:
        """The part that two facts are compared by: all but the source."""
        return self.label, self.value, self.origin


def facts_of(run: Retelling, state: State, info: CidInfo, making: Making | None) -> tuple[Fact, ...]:
    """Return the facts that a state of a trace records, for comparison with another state.

    `info` are the stores that its content ids refer to, and `making` is the step of the run that recorded it, if known.
    """
    match state:
        case Sent():
            return (*_asked(making), Fact("", "requested, and not answered yet"))
        case CanonSent():
            return (Fact("", "requested, and not performed yet"),)
        case Executed() | Failed():
            return (*_asked(making), *_result(state, info))
        case CanonExecuted(cid):
            return tuple(_elements(run, cid, info, making))
        case ApState():
            return tuple(_appended(making))
        case _:
            return (Fact("", "reached"),)


def iterators(c: Config) -> Iterator[str]:
    """Yield each iterator of the folds that a configuration is in, with its value, as "x = 1"."""
    for name in sorted(c.iterations.keys()):
        found = resolve(c, Scalar(name))
        if isinstance(found, Resolved):
            yield f"{name} = {shorten(found.json)}"


# --- calls ------------------------------------------------------------------------------------------------


def _asked(making: Making | None) -> Iterator[Fact]:
    """The peer, service and function of a call, and its arguments."""
    call = None if making is None else making.step.instruction
    if making is None or not isinstance(call, Call):
        return
    before = making.step.before
    triplet = resolve_triplet(before, call)
    if isinstance(triplet, Tetraplet):
        yield Fact("calls ", told_origin(triplet))
    for operand in call.arguments:
        found = resolve(before, operand)
        if isinstance(found, Resolved) and not isinstance(operand, Constant):
            origins = ", ".join(map(told_origin, found.tetraplets))
            yield Fact(f"{render(operand)} = ", found.json, f" from {origins}" if origins else "")


def _result(state: Executed | Failed, info: CidInfo) -> Iterator[Fact]:
    label = "fails with " if isinstance(state, Failed) else "returns "
    match state:
        case Executed(UnusedResult(cid)):
            yield Fact(label, info.value_store.get(cid, f"the value {cid}"))
        case Executed(result):
            yield _service_result(label, result.cid, info)
        case Failed(cid):
            yield _service_result(label, cid, info)


def _service_result(label: str, cid: Cid, info: CidInfo) -> Fact:
    result = info.service_result_store.get(cid)
    if result is None:
        return Fact(label, f"the result {cid}")
    origin = info.tetraplet_store.get(result.tetraplet_cid)
    value = info.value_store.get(result.value_cid, f"the value {result.value_cid}")
    return Fact(label, value, "" if origin is None else f" from {told_origin(origin)}")


# --- canonical streams ------------------------------------------------------------------------------------


def _elements(run: Retelling, cid: Cid, info: CidInfo, making: Making | None) -> Iterator[Fact]:
    """The elements of a canonical stream in their order, with who made each."""
    elements = find_canon_elements(info, cid)
    if not isinstance(elements, tuple):
        yield Fact("holds ", f"the contents {cid}")
        return
    makers = _makers(making, elements)
    yield Fact("holds ", f"{len(elements)} value{'' if len(elements) == 1 else 's'}")
    for number, element in enumerate(elements):
        yield _element(run, number, element, makers[number] if makers else None)


def _element(run: Retelling, number: int, element: Value, maker: Instruction | None) -> Fact:
    origin = told_origin(element.tetraplet)
    source = []
    match element.provenance:
        case FromService(cid) if cid in run.answered:
            answered = run.answered[cid]
            origin += f" [{' '.join(map(shorten, answered.request.arguments))}]"
            source.append(answered.words)
    if maker is not None:
        if not isinstance(maker, Call):
            source.append(told_instruction(maker))
        source.append(f"at {told_place(run.world.script, maker)}")
    return Fact(f"[{number}] ", element.json, f" from {origin}", f"  ({', '.join(source)})" if source else "")


def _makers(making: Making | None, elements: tuple[Value, ...]) -> tuple[Instruction | None, ...] | None:
    """The instruction that put each element into the stream; None where the run does not tell."""
    canon = None if making is None else making.step.instruction
    if making is None or not isinstance(canon, Canon | CanonMap):
        return None
    entries = _held(making.step.before, canon)
    if tuple(entry.value for entry in entries) != elements:
        return None
    steps = [making.act.recorded.get(entry.position) for entry in entries]
    return tuple(None if step is None else step.instruction for step in steps)


def _held(before: Config, canon: Canon | CanonMap) -> tuple[StreamValue, ...]:
    stream = find(before.streams, canon.stream.name, canon.span.start)
    return () if stream is None else tuple(entry for generation in generations(stream) for entry in generation)


# --- appended values --------------------------------------------------------------------------------------


def _appended(making: Making | None) -> Iterator[Fact]:
    instruction = None if making is None else making.step.instruction
    if making is not None and isinstance(instruction, Ap | ApMap):
        found = resolve_one(making.step.before, instruction.value)
        if isinstance(found, Bound):
            yield Fact("appends ", found.json, f" from {told_origin(found.tetraplet)}")
            return
    yield Fact("", "appended")
