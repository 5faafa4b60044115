"""``airspec step``: show each step of the machine on a script."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from shlex import quote

import click

from airspec.checker.cli._input import (
    RunOptions,
    edition_option,
    network_options,
    read_world,
    run_options,
    unknown_service,
)
from airspec.checker.cli._outcome import BadInputError
from airspec.checker.explore.invocation_steps import Step, begun, steps
from airspec.checker.explore.rule_trace import by_relation, recording
from airspec.checker.model.moves import make_move
from airspec.checker.model.schedule import ScheduleError, read_schedule, write_schedule
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.story import Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.instruction_text import told_with_place
from airspec.checker.report.judgement_text import failed_premise
from airspec.checker.report.trace_tree import describe_state, told_binding
from airspec.checker.report.visible import visible
from airspec.semantics.aquavm.messages import code_of, message_of
from airspec.semantics.configuration import (
    Config,
    Eval,
    FoldExit,
    Frame,
    Halt,
    NewScope,
    NewStream,
    NextBack,
    ParLeft,
    ParRight,
    Return,
    SeqRight,
    StreamFold,
    Throw,
    XorLeft,
    XorRight,
)
from airspec.semantics.invoke import conclude, farewell
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.services import UnknownServiceError
from airspec.spec.faults import Catchable, Trap, Uncatchable
from airspec.spec.parser import Script

FRAMES: dict[type[Frame], str] = {
    SeqRight: "the left instruction of seq",
    XorLeft: "the left instruction of xor",
    XorRight: "the handler of xor",
    ParLeft: "the left branch of par",
    ParRight: "the right branch of par",
    NewScope: "new",
    NewStream: "new",
    FoldExit: "the first iteration of a fold",
    NextBack: "the iteration after next",
    StreamFold: "a generation of a fold over a stream",
}
"""The part of a script that has been evaluated when the machine returns to a frame."""


@click.command()
@click.argument("script")
@click.option("--schedule", default="s", show_default=True, metavar="WORDS", help="The run whose last move is shown.")
@click.option("--max-steps", type=click.IntRange(min=1), default=1000, show_default=True, help="Steps shown at most.")
@run_options
@network_options
@edition_option
def command(
    script: str,
    schedule: str,
    max_steps: int,
    init: str,
    services: tuple[str, ...],
    service_time: float,
    default_service: str,
    init_data: str | None,
    edition: str,
    topology: str | None,
    unreachable: tuple[str, ...],
) -> None:
    """Show how the machine runs SCRIPT, step by step: the rule of each step, the judgements it asked, and its changes.

    The steps are those of the last move of the schedule; by default the first run on the initial peer.
    """
    world = read_world(
        script, RunOptions(init, services, default_service, edition, service_time, init_data, topology, unreachable)
    )
    story = Story(world)
    try:
        story.play(read_schedule(schedule))
    except (ScheduleError, ServiceError) as error:
        raise BadInputError(f"{script}: {error}") from None
    except UnknownServiceError as error:
        raise unknown_service(script, story.world, error, write_schedule(story.words)) from None
    click.echo(f"edition: {edition}")
    if not story.events or story.events[-1].invocation is None:
        raise BadInputError(f"{script}: the last move of the schedule runs nothing")
    click.echo(visible(legend(story)))
    for line in told_move(world, story.events[-1], story.events[-1].invocation, max_steps):
        click.echo(visible(line))


def legend(story: Story) -> str:
    """Return the line above the steps: the schedule of the move shown, and a schedule that shows a next one."""
    words = story.words
    following = [word for word in story.possible_words() if word.kind in ("deliver", "answer")]
    after = f"next: --schedule {quote(write_schedule((*words, following[0])))}" if following else "the last one"
    shown = f"one run of peer {story.events[-1].peer} (schedule {quote(write_schedule(words))}; {after})"
    return f"{shown}. Each step: its rule, the judgements asked, + changes"


def told_move(world: World, event: Event, invocation: Invocation, limit: int) -> Iterator[str]:
    """Yield the lines for a move and its invocation: the rules at its start, at most `limit` steps, and its end."""
    with recording() as fired:
        make_move(world, event.state, event.move)  # the world remembers the invocation
        ended = begun(world, invocation)
        yield f"      {told_names(fired)}"
        if isinstance(ended, Config):
            for number, step in enumerate(steps(world, ended, fired), 1):
                yield from told_step(world.script, number, step)
                ended = step.after
                if number == limit and not isinstance(ended.control, Halt):
                    yield f"      … after {limit} steps the machine has not halted"
                    return
            yield f"      {told_control(world.script, ended)}"
        fired.clear()
        outcome = conclude(farewell(ended) if isinstance(ended, Config) else ended, world.data(invocation.kept))
        yield f"      {told_names(fired)}"
        yield f"      return code {outcome.ret_code}"


def told_step(script: Script, number: int, step: Step) -> Iterator[str]:
    """Yield the lines for a step: what the machine does, the rules that fired, a failed premise, and the changes."""
    yield f"{number:>4}  {told_control(script, step.before)}"
    yield from (f"      {line}" for line in told_rules(step.fired))
    if step.failed is not None:
        yield f"      {failed_premise(step.failed)}"
    yield from (f"      + {change}" for change in changes(step.before, step.after))


def told_names(fired: Sequence[str]) -> str:
    """Return the names of the rules that fired, each once, in one line; "(no rule)" if there are none."""
    return " ".join(dict.fromkeys(fired)) or "(no rule)"


def told_rules(fired: Sequence[str]) -> Iterator[str]:
    """Yield a line for each rule of *Step* that fired, and one for the rules of the judgements that it used."""
    steps, asked = by_relation(fired)
    yield from steps
    if asked:
        yield f"asked: {' '.join(asked)}"


def told_control(script: Script, configuration: Config) -> str:
    """Return what the machine does next in a configuration, as one phrase."""
    match configuration.control:
        case Eval(instruction):
            return f"evaluate  {told_with_place(script, instruction)}"
        case Return():
            innermost = next(iter(configuration.stack), None)
            return f"return from {FRAMES[type(innermost)]}" if innermost is not None else "return"
        case Throw(error):
            return f"error {code_of(error)} goes up: {visible(message_of(error))}"
        case Halt(None):
            return "halted"
        case Halt(Catchable() | Uncatchable() as reason):
            return f"halted with error {code_of(reason)}: {visible(message_of(reason))}"
        case Halt(Trap(name)):
            return f"AquaVM panics: {name}"
        case _:
            raise AssertionError("unknown control")


def changes(before: Config, after: Config) -> Iterator[str]:
    """Yield a phrase for each change from one configuration to the next that an author of scripts can see."""
    known, states = before.memory.result, after.memory.result
    for position in range(len(states)):
        if position >= len(known) or states[position] is not known[position]:
            yield f"trace {position}: {describe_state(states[position], after.stores)}"
    for name, cell in after.scope.cells.items():
        if before.scope.cells.get(name) is not cell and cell.value is not None:
            yield f"{name} = {told_binding(cell.value)}"
    if len(after.host.requests) > len(before.host.requests):
        call_id, request = next(iter(after.host.requests))
        yield f'call {call_id} of ("{request.service_id}" "{request.function_name}") is handed to the host'
    if len(after.host.next_peers) > len(before.host.next_peers):
        yield f"the data go to {next(iter(after.host.next_peers))}"
    if before.complete != after.complete:
        yield "complete" if after.complete else "incomplete"
