"""What is seen in a run step by step, and what the outcome of an invocation does not say.

An outcome has no word for whether the script is complete, which instructions were evaluated, and what an incomplete
one waits for.  All of it can be seen in the configurations of a run.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from airspec.checker.explore.invocation_steps import begun, steps
from airspec.checker.model.world import World
from airspec.semantics.configuration import Config, Eval, Halt, ParLeft, ParRight, Return, StreamFold, Throw
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.state import NO_DATA, DataId
from airspec.semantics.resolve.values import resolve, resolve_string
from airspec.semantics.rules.call_judgements import Arguments, resolve_arguments, resolve_triplet
from airspec.spec.faults import Catchable, Trap, Uncatchable, VariableNotFound
from airspec.spec.mentions import operands
from airspec.spec.states import Executed, Failed
from airspec.spec.syntax import (
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Instruction,
    Value,
)
from airspec.spec.values import Tetraplet


class Wait(Struct, frozen=True):
    """An instruction that a run left incomplete, or that failed with an error that ended a branch of a ``par``.

    `peer` is the peer that the instruction is for; None if it is for any peer, or its peer is not known yet.  `missing`
    are the variables without a value that the instruction reads, and `error` is the error of one that failed.
    """

    instruction: Instruction
    peer: str | None = None
    missing: tuple[str, ...] = ()
    error: Catchable | None = None


class Answered(Struct, frozen=True):
    """A call that has a result or a failure in the trace of a run: its peer, service and function, and its arguments.

    `arguments` are JSON texts; `tetraplets` has the tetraplets of each argument, in the same order.
    """

    call: Call
    peer: str
    service: str
    function: str
    arguments: tuple[str, ...]
    tetraplets: tuple[tuple[Tetraplet, ...], ...]


class ObservedRun(Struct, frozen=True):
    """What was observed in a run step by step.

    `reason` is the error or panic that halted it; None if it came to its end.  `thrower` is the instruction whose error
    reached the end of the script.  `waits` are the instructions that keep an incomplete script from being complete; for
    a ``par`` those of both branches count.  `seen` are all waits that occurred, also those without which the script
    goes on. `evaluated` are all instructions that were begun.
    """

    complete: bool
    reason: Catchable | Uncatchable | Trap | None
    thrower: Instruction | None
    waits: tuple[Wait, ...]
    seen: tuple[Wait, ...]
    evaluated: frozenset[Instruction]
    answered: tuple[Answered, ...]


def observe(world: World, peer: str, kept: DataId, current: DataId = NO_DATA) -> ObservedRun:
    """Run a peer on previous and current data by the rules of the world's edition, and return what was observed."""
    configuration = begun(world, Invocation(peer, kept, current))
    if not isinstance(configuration, Config):
        return ObservedRun(False, configuration, None, (), (), frozenset(), ())
    watch = Watch()
    for step in steps(world, configuration, []):
        watch.see(step.before, step.after)
        configuration = step.after
    reason = configuration.control.reason if isinstance(configuration.control, Halt) else None
    return ObservedRun(
        configuration.complete and reason is None,
        reason,
        watch.thrower if isinstance(reason, Catchable) else None,
        () if configuration.complete else watch.waits,
        tuple(dict.fromkeys(watch.seen)),
        frozenset(watch.evaluated),
        tuple(watch.answered),
    )


class Watch:
    """An observer of the steps of one run, which collects what `ObservedRun` reports.

    `waits` are the instructions that make the flag of completeness false.  What the left branch of a ``par`` waits for
    is set aside while the right one runs, and so is what the generations of a fold over a stream wait for: in `aside`,
    by the depth of their frames.
    """

    def __init__(self) -> None:
        self.waits: tuple[Wait, ...] = ()
        self.seen: list[Wait] = []
        self.thrower: Instruction | None = None
        self.evaluated: set[Instruction] = set()
        self.answered: list[Answered] = []
        self.aside: dict[int, tuple[Wait, ...]] = {}

    def see(self, before: Config, after: Config) -> None:
        """Record one step, from the configuration before it to the one after it."""
        if isinstance(before.control, Eval):
            self._see_instruction(before, before.control.instruction, after)
        else:
            self._see_frame(before, after)

    def _see_instruction(self, before: Config, instruction: Instruction, after: Config) -> None:
        self.evaluated.add(instruction)
        if isinstance(after.control, Throw):
            self.thrower = instruction
            self.waits = (failed(instruction, after.control.error),)
        elif isinstance(after.control, Return) and not after.complete:
            self.waits = (wait_of(before, instruction),)
            self.seen.extend(self.waits)
        elif after.complete or len(after.stack) > len(before.stack):
            self.waits = ()
        if isinstance(instruction, Call):
            self.answered.extend(answers(before, instruction, after))
        if len(after.stack) > len(before.stack) + 1:  # a fold over a stream begins, below its first iteration
            self.aside[len(before.stack) + 1] = ()

    def _see_frame(self, before: Config, after: Config) -> None:
        depth = len(before.stack)
        frame = next(iter(before.stack), None)
        match frame:
            case ParLeft():
                self.aside[depth] = self.waits
                self.waits = ()
            case ParRight():
                left = self.aside.pop(depth, ())
                if isinstance(after.control, Throw):
                    return  # the error of the right branch goes up
                self.waits = () if after.complete else (*left, *self.waits)
            case StreamFold(fold):
                waiting = (*self.aside.pop(depth, ()), *(() if before.complete else self.waits))
                if isinstance(after.control, Eval):
                    self.aside[depth] = waiting
                    self.waits = ()
                elif after.complete:
                    self.waits = ()
                else:
                    self.waits = tuple(dict.fromkeys(waiting)) or (Wait(fold),)
            case _:
                if after.complete and not isinstance(after.control, Throw):
                    self.waits = ()


def failed(instruction: Instruction, error: Catchable) -> Wait:
    """Return the entry for an instruction that failed with a catchable error."""
    return Wait(instruction, error=error)


def wait_of(c: Config, instruction: Instruction) -> Wait:
    """Return what an instruction waits for that is evaluated in configuration `c` and is incomplete afterwards."""
    missing = tuple(dict.fromkeys(name for value in operands(instruction) for name in unset(c, value)))
    return Wait(instruction, peer_of(c, instruction), missing)


def unset(c: Config, value: Value) -> Iterator[str]:
    """Yield the name of the variable that an operand waits for, as it is not defined yet.

    There is none for a variable that ``new`` declared and nothing set: reading it is an error.
    """
    match resolve(c, value):
        case Catchable(VariableNotFound(name)):
            yield name


def peer_of(c: Config, instruction: Instruction) -> str | None:
    """Return the peer that a call or canon is for; None if its name has no value yet, and for other instructions."""
    match instruction:
        case Call(peer=peer) | Canon(peer=peer) | CanonMap(peer=peer) | CanonMapScalar(peer=peer):
            found = resolve_string(c, peer)
            return found if isinstance(found, str) else None
        case _:
            return None


def answers(before: Config, call: Call, after: Config) -> Iterator[Answered]:
    """Yield a call with its arguments if the step that evaluated it recorded a result or a failure."""
    if len(after.memory.result) == len(before.memory.result):
        return
    if not isinstance(after.memory.result[-1], Executed | Failed):
        return
    triplet, arguments = resolve_triplet(before, call), resolve_arguments(before, call)
    if isinstance(triplet, Tetraplet) and isinstance(arguments, Arguments):
        values = arguments.values
        yield Answered(
            call,
            triplet.peer_pk,
            triplet.service_id,
            triplet.function_name,
            tuple(value.json for value in values),
            tuple(value.tetraplets for value in values),
        )
