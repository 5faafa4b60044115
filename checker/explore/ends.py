"""The ends of a network's runs: what becomes of a particle when nothing is in flight and no service owes an answer.

The first that fits of these names an end:

- *contradictory*: what peers know cannot be merged;
- *failed*: an error that nothing catches ends the script on some peer;
- *lost*: a peer could go on if it knew what all others know, and no message is under way;
- *waiting*: an observer of all that peers know is not complete, and no peer can go on;
- *finished*: an observer of all that peers know is complete.

The starting peer need not be complete; whether it was told how the particle ended is said beside.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, Literal

from msgspec import Struct

from airspec.checker.explore.agreement import Calls, calls_of
from airspec.checker.explore.breach import Breach
from airspec.checker.explore.knowledge import Common
from airspec.checker.explore.observed_run import ObservedRun, Wait, observe
from airspec.checker.model.world import World
from airspec.semantics.aquavm.messages import code_of, message_of
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import NO_DATA, DataId, NetworkState, PeerState
from airspec.spec import codes
from airspec.spec.errors import place_of
from airspec.spec.printer import describe
from airspec.spec.syntax import (
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Error,
    FoldMap,
    FoldStream,
    Instruction,
    LastError,
    Never,
    Next,
)

EndKind = Literal["contradictory", "failed", "lost", "waiting", "finished"]


class End(Struct, frozen=True):
    """What became of a particle at an end: its kind, the reasons in a sentence each, and whether the starter was told.

    The `starter` is the peer that started the particle.  It was told when one of its services received a value, or the
    error of a failed end, or when its own run returned that error.
    """

    kind: EndKind
    reasons: tuple[str, ...]
    told: bool
    starter: str


class Ended(Struct, frozen=True):
    """An end, the calls that were answered on the way to it, and the instructions that some peer evaluated."""

    end: End
    calls: Calls
    evaluated: frozenset[Instruction]


BadEnd = Literal["lost", "waiting", "failed", "untold"]
"""What may count as a breach of progress; a failed end is *untold* when the starting peer was not told of its error."""

BAD_ENDS: Final[frozenset[BadEnd]] = frozenset({"lost", "waiting", "untold"})
"""What does, if nothing else is asked for; a contradictory end always breaks a law of its own."""


ENDS_SO: Final[Mapping[EndKind, str]] = {
    "contradictory": "what peers know at an end contradicts itself",
    "failed": "a run ends with an error",
    "lost": "a particle is lost",
    "waiting": "a particle waits for ever",
    "finished": "a particle finishes",
}


def progress_breach(end: End, bad: frozenset[BadEnd]) -> Breach | None:
    """Return the breach of *network-progress* that an end is; None if its kind is not among `bad`."""
    named: set[BadEnd] = set()
    match end.kind:
        case "lost" | "waiting":
            named.add(end.kind)
        case "failed":
            named.update(("failed",) if end.told else ("failed", "untold"))
    if not named & bad:
        return None
    untold = f", and {end.starter} is not told of it" if end.kind == "failed" and not end.told else ""
    reasons = "; ".join(end.reasons)
    return Breach("network-progress", f"{ENDS_SO[end.kind]}: {reasons}{untold}")


def classify(world: World, state: NetworkState, common: Common) -> Ended:
    """Return what became of the particle in a quiescent state; `common` holds the merged data of all peers."""
    starter = world.initial_peer
    if common.breach is not None:
        return Ended(End("contradictory", (common.breach.sentence,), False, starter), (), frozenset())
    observer = observe(world, common.observer, NO_DATA, common.data)
    failed = {peer.peer: observe(world, peer.peer, peer.kept) for peer in state.peers if _fails(world, peer)}
    kind, reasons = _kind(world, state, common, failed, observer)
    errors = [world.effect(Invocation(peer.peer, peer.kept)) for peer in state.peers if peer.peer in failed]
    told = _was_told_of(starter, observer, errors) or starter in failed if errors else _was_told(starter, observer)
    evaluated = observer.evaluated.union(*(run.evaluated for run in failed.values()))
    return Ended(End(kind, reasons, told, starter), calls_of(observer.answered), evaluated)


def _fails(world: World, peer: PeerState) -> bool:
    """Whether the script ends with an error that nothing catches, on the data that a peer keeps."""
    return world.effect(Invocation(peer.peer, peer.kept)).ret_code in codes.CATCHABLE


def _kind(
    world: World, state: NetworkState, common: Common, failed: Mapping[str, ObservedRun], observer: ObservedRun
) -> tuple[EndKind, tuple[str, ...]]:
    """The first kind that fits, with its reasons."""
    if failed:
        return "failed", tuple(dict.fromkeys(_failures(world, state, failed)))
    if unable := tuple(_lost(world, state, observer, common.data)):
        return "lost", unable
    if not observer.complete:
        return "waiting", tuple(dict.fromkeys(_waits(world, state, observer, common.data)))
    return "finished", ()


def _failures(world: World, state: NetworkState, failed: Mapping[str, ObservedRun]) -> Iterator[str]:
    kept = {peer.peer: peer.kept for peer in state.peers}
    for peer, run in failed.items():
        where = "" if run.thrower is None else f" in {told_instruction(world, run.thrower)}"
        error = world.effect(Invocation(peer, kept[peer]))
        yield f"error {error.ret_code} on {peer}{where}, which nothing catches: {error.error_message}"


def _lost(world: World, state: NetworkState, observer: ObservedRun, data: DataId) -> Iterator[str]:
    """Yield what peers would do if they knew what all peers know."""
    kept = {peer.peer: peer.kept for peer in state.peers}
    asked = (wait.peer for wait in observer.seen if wait.peer is not None)
    for peer in dict.fromkeys((*kept, *asked)):
        if peer in state.expired:
            continue
        before = kept.get(peer, NO_DATA)
        if not _enables(world, peer, before, data):
            continue
        effect = world.effect(Invocation(peer, before, data))
        holders = [other for other, known in kept.items() if other != peer and _enables(world, peer, before, known)]
        holder = f"what {' or '.join(holders)} knows" if holders else "what all others know together"
        subject = peer if before != NO_DATA else f"{peer}, which has no data of the particle,"
        yield f"{subject} would {_told_effect(world, effect)} if it knew {holder}, and no message to it is under way"


def _enables(world: World, peer: str, kept: DataId, known: DataId) -> bool:
    effect = world.effect(Invocation(peer, kept, known))
    return not effect.is_uncatchable() and not effect.is_silent()


def _told_effect(world: World, effect: Effect) -> str:
    requests = [world.request(owed.request) for owed in effect.requests]
    calls = ", ".join(f'("{request.service_id}" "{request.function_name}")' for request in requests)
    peers = ", ".join(effect.receivers)
    return " and ".join(part for part in (calls and f"call {calls}", peers and f"send the particle to {peers}") if part)


def _waits(world: World, state: NetworkState, observer: ObservedRun, data: DataId) -> Iterator[str]:
    """Yield what the particle waits for; a call of a peer waits for what that peer waits for."""
    kept = {peer.peer: peer.kept for peer in state.peers}
    for wait in observer.waits:
        own = () if wait.peer is None else _own_waits(world, wait, kept.get(wait.peer, NO_DATA), data)
        for reason in own or (wait,):
            yield f"{told_wait(world, reason)}{''.join(_causes(world, state, observer, reason))}"


def _causes(world: World, state: NetworkState, observer: ObservedRun, wait: Wait) -> Iterator[str]:
    """Yield why what is waited for does not come: its time is over, or what would set a variable waits itself."""
    if wait.peer in state.expired and not wait.missing:
        yield ", where the particle's time is over"
    for setter in observer.seen:
        output = setter.instruction.output if isinstance(setter.instruction, Call) else None
        if output is not None and output.name in wait.missing:
            over = ", where the particle's time is over" if setter.peer in state.expired else ""
            yield f" ({told_wait(world, setter)}{over})"


def _own_waits(world: World, wait: Wait, kept: DataId, data: DataId) -> tuple[Wait, ...]:
    """The waits of the peer that an instruction belongs to, for that instruction."""
    assert wait.peer is not None
    run = observe(world, wait.peer, kept, data)
    return tuple(own for own in run.waits if own.instruction is wait.instruction)


def _was_told(starter: str, observer: ObservedRun) -> bool:
    """Whether a service of the starting peer was called without output, or was given a variable or an error."""
    return any(
        answer.call.output is None or any(hasattr(argument, "name") for argument in answer.call.arguments)
        for answer in observer.answered
        if answer.peer == starter
    ) or bool(list(_given_errors(starter, observer)))


def _was_told_of(starter: str, observer: ObservedRun, errors: Sequence[Effect]) -> bool:
    """Whether a service of the starting peer was given one of these errors: its message, or its code alone."""
    return any(
        text == str(error.ret_code) or json.dumps(error.error_message, ensure_ascii=False)[1:-1] in text
        for text in _given_errors(starter, observer)
        for error in errors
    )


def _given_errors(starter: str, observer: ObservedRun) -> Iterator[str]:
    """What services of the starting peer were given of the error registers, as JSON texts."""
    for answer in observer.answered:
        if answer.peer == starter:
            for argument, text in zip(answer.call.arguments, answer.arguments, strict=True):
                if isinstance(argument, LastError | Error):
                    yield text


# --- sentences ----------------------------------------------------------------------------------------------


def told_wait(world: World, wait: Wait) -> str:
    """Return a sentence that says what an instruction waits for, or with which error it failed, with its line."""
    subject = told_instruction(world, wait.instruction)
    if wait.error is not None:
        return f"{subject} failed with error {code_of(wait.error)}: {message_of(wait.error)}"
    if wait.missing:
        names = " and ".join(wait.missing)
        verb = "has" if len(wait.missing) == 1 else "have"
        return f"{subject} waits for {names}, which {verb} no value on any peer"
    match wait.instruction:
        case Never():
            return f"{subject} never completes"
        case Call():
            return f"{subject} waits for the answer of {wait.peer}"
        case Canon() | CanonMap() | CanonMapScalar():
            return f"{subject} waits for {wait.peer}"
        case FoldStream() | FoldMap() | Next():
            return f"{subject} waits for more values, and has no last instruction that would complete it"
        case _:
            return f"{subject} is not complete"


def told_instruction(world: World, instruction: Instruction) -> str:
    """Return the text of an instruction, without the instructions inside it, and its line in the script, from 1."""
    place = place_of(world.script.text, instruction.span.start)
    return f"({describe(instruction).strip()}), line {place.line}"
