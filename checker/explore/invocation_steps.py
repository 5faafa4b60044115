"""Invocations made again step by step, to see which instruction and which rule recorded each state of the trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from airspec.checker.explore.rule_trace import by_relation, recording
from airspec.checker.model.world import World
from airspec.semantics.configuration import Config, Eval, Halt
from airspec.semantics.invoke import conclude, farewell, start
from airspec.semantics.machine import machine
from airspec.semantics.network.environment import Invocation
from airspec.semantics.notation.engine import FailedPremise, last_failure
from airspec.spec.faults import Trap, Uncatchable
from airspec.spec.syntax import Instruction


class Step(Struct, frozen=True, gc=False, eq=False):
    """A step of the machine: the configurations before and after it, the rules that fired, and a failed premise.

    `failed` is the last premise that failed; None if none did, or if rules are not recorded.
    """

    before: Config
    after: Config
    fired: tuple[str, ...]
    failed: FailedPremise | None

    @property
    def rule(self) -> str | None:
        """The name of the rule of *Step* that fired; None when rules are not recorded."""
        return next(iter(by_relation(self.fired)[0]), None)

    @property
    def instruction(self) -> Instruction | None:
        """The instruction that the step evaluated; None if it handed a result or an error to the frame around it."""
        return self.before.control.instruction if isinstance(self.before.control, Eval) else None


def begun(world: World, invocation: Invocation) -> Config | Uncatchable | Trap:
    """Return the configuration in which an invocation starts, or the error or panic that keeps it from starting."""
    results = dict(invocation.results)
    kept, current = world.data(invocation.kept), world.data(invocation.current)
    return start(world.script, kept, current, world.particle, invocation.peer, results, None)


def steps(world: World, configuration: Config, fired: list[str]) -> Iterator[Step]:
    """Yield the steps of the machine from a configuration until it halts.

    Within `recording`, `fired` has to be the list that it yields: it is cleared before each step, and rules add their
    names to it.  Otherwise the steps name no rules.
    """
    stepping = machine(world.edition)
    while not isinstance(configuration.control, Halt):
        fired.clear()
        following = stepping.step(configuration)
        yield Step(configuration, following, tuple(fired), last_failure())
        configuration = following


def replayed(world: World, invocation: Invocation) -> tuple[Step, ...]:
    """Return the steps of an invocation, made again by the rules of the world's edition.

    There are none if it does not start, or if the world uses another interpreter whose new trace is a different one.
    """
    with recording() as fired:
        configuration = begun(world, invocation)
        if not isinstance(configuration, Config):
            return ()
        made = tuple(steps(world, configuration, fired))
        outcome = conclude(farewell(made[-1].after), world.data(invocation.kept), world.edition)
    return made if outcome.data.trace == world.data(world.effect(invocation).data).trace else ()


def recorded(made: tuple[Step, ...]) -> Mapping[int, Step]:
    """Return, for each position in the new trace, the step that recorded its state.

    `made` are all steps of an invocation.  Nothing is returned if it was abandoned, as its trace is discarded.
    """
    control = made[-1].after.control if made else None
    if isinstance(control, Halt) and isinstance(control.reason, Uncatchable | Trap):
        return {}
    return {
        position: step
        for step in made
        if step.instruction is not None
        for position in range(len(step.before.memory.result), len(step.after.memory.result))
    }
