"""``airspec step``: show each step of the machine on a script."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Sequence

import click
from msgspec.structs import replace

from airspec.checker.cli._input import (
    RunOptions,
    edition_option,
    network_options,
    read_world,
    run_options,
    unknown_service,
)
from airspec.checker.cli._outcome import BadInputError
from airspec.checker.model.moves import make_move
from airspec.checker.model.schedule import ScheduleError, read_schedule, write_schedule
from airspec.checker.model.services.annotations import number_of
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.story import Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.judgement_text import failed_premise
from airspec.checker.report.rule_trace import by_relation, recording
from airspec.checker.report.trace_tree import describe_state, shorten
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
from airspec.semantics.invoke import conclude, farewell, start
from airspec.semantics.machine import Machine, machine
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.notation.engine import last_failure
from airspec.spec.faults import Catchable, Trap, Uncatchable
from airspec.spec.printer import describe
from airspec.spec.syntax import Call, Instruction, Literal

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
    default_service: str,
    edition: str,
    topology: str | None,
    unreachable: tuple[str, ...],
) -> None:
    """Show how the machine runs SCRIPT, step by step: the rule of each step, the judgements it asked, and its changes.

    The steps are those of the last move of the schedule; by default the first run on the initial peer.
    """
    world = read_world(script, RunOptions(init, services, default_service, edition, topology, unreachable))
    story = Story(world)
    try:
        story.play(read_schedule(schedule))
    except (ScheduleError, ServiceError) as error:
        raise BadInputError(f"{script}: {error}") from None
    except UnknownServiceError as error:
        raise unknown_service(script, str(error), write_schedule(story.words)) from None
    click.echo(f"edition: {edition}")
    if not story.events or story.events[-1].invocation is None:
        raise BadInputError(f"{script}: the last move of the schedule runs nothing")
    click.echo(legend(story))
    for line in told_move(world, story.events[-1], story.events[-1].invocation, max_steps):
        click.echo(line)


def legend(story: Story) -> str:
    """Return the line that says what is shown, and which schedule shows the next run."""
    words = story.words
    following = [word for word in story.possible_words() if word.kind in ("deliver", "answer")]
    after = f"next: --schedule '{write_schedule((*words, following[0]))}'" if following else "the last one"
    shown = f"one run of peer {story.events[-1].peer} (schedule '{write_schedule(words)}'; {after})"
    return f"{shown}. Each step: its rule, the judgements asked, + changes"


def told_move(world: World, event: Event, invocation: Invocation, limit: int) -> Iterator[str]:
    """Return the lines for a move that makes an invocation: the rules at its start, its steps, and its end."""
    results = dict(invocation.results)
    kept, current = world.data(invocation.kept), world.data(invocation.current)
    with recording() as fired:
        make_move(world, event.state, event.move)  # the world remembers the invocation
        begun = start(world.script, kept, current, world.particle, invocation.peer, results, None)
        yield f"      {told_names(fired)}"
        ended = (
            (yield from told_steps(machine(world.edition), begun, limit, fired)) if isinstance(begun, Config) else begun
        )
        if ended is not None:
            fired.clear()
            outcome = conclude(farewell(ended) if isinstance(ended, Config) else ended, kept)
            yield f"      {told_names(fired)}"
            yield f"      return code {outcome.ret_code}"


def told_steps(
    stepping: Machine, configuration: Config, limit: int, fired: list[str]
) -> Generator[str, None, Config | None]:
    """Yield the lines for each step of a configuration, until it has halted or made `limit` steps.

    Return the halted configuration, or None after `limit` steps.  Rules write their names into `fired`.
    """
    for number in range(1, limit + 1):
        fired.clear()
        following = stepping.step(configuration)
        yield f"{number:>4}  {told_control(configuration)}"
        yield from (f"      {line}" for line in told_rules(fired))
        premise = last_failure()
        if premise is not None:
            yield f"      {failed_premise(premise)}"
        yield from (f"      + {change}" for change in changes(configuration, following))
        configuration = following
        if isinstance(configuration.control, Halt):
            yield f"      {told_control(configuration)}"
            return configuration
    yield f"      … after {limit} steps the machine has not halted"
    return None


def told_names(fired: Sequence[str]) -> str:
    """Return the names of the rules that fired, each once."""
    return " ".join(dict.fromkeys(fired)) or "(no rule)"


def told_rules(fired: Sequence[str]) -> Iterator[str]:
    """Return a line for the rule of *Step* that fired, and one for the rules of the judgements that it asked."""
    steps, asked = by_relation(fired)
    yield from steps
    if asked:
        yield f"asked: {' '.join(asked)}"


def told_control(configuration: Config) -> str:
    """Return what the machine does next, as one phrase."""
    match configuration.control:
        case Eval(instruction):
            return f"evaluate  {describe(unnumbered(instruction)).strip()}"
        case Return():
            innermost = next(iter(configuration.stack), None)
            return f"return from {FRAMES[type(innermost)]}" if innermost is not None else "return"
        case Throw(error):
            return f"error {code_of(error)} goes up: {shorten(message_of(error))}"
        case Halt(None):
            return "halted"
        case Halt(Catchable() | Uncatchable() as reason):
            return f"halted with error {code_of(reason)}: {message_of(reason)}"
        case Halt(Trap(name)):
            return f"AquaVM panics: {name}"
        case _:
            raise AssertionError("unknown control")


def unnumbered(instruction: Instruction) -> Instruction:
    """Return an instruction as its author wrote it: the service of an annotated call has no number."""
    match instruction:
        case Call(service=Literal(name)):
            return replace(instruction, service=Literal(number_of(name)[0]))
        case _:
            return instruction


def changes(before: Config, after: Config) -> Iterator[str]:
    """Return the changes of a step that an author of scripts can see, a phrase each."""
    known, states = before.memory.result, after.memory.result
    for position in range(len(states)):
        if position >= len(known) or states[position] is not known[position]:
            yield f"trace {position}: {describe_state(states[position], after.stores)}"
    for name, cell in after.scope.cells.items():
        if before.scope.cells.get(name) is not cell and cell.value is not None:
            yield f"{name} = {shorten(getattr(cell.value, 'json', type(cell.value).__name__))}"
    if len(after.host.requests) > len(before.host.requests):
        call_id, request = next(iter(after.host.requests))
        service = number_of(request.service_id)[0]
        yield f'call {call_id} of ("{service}" "{request.function_name}") is handed to the host'
    if len(after.host.next_peers) > len(before.host.next_peers):
        yield f"the data go to {next(iter(after.host.next_peers))}"
    if before.complete != after.complete:
        yield "complete" if after.complete else "incomplete"
