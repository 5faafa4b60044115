"""``airspec check``: explore every interleaving of scripts, and check the laws of the network in each."""

from __future__ import annotations

import re
from pathlib import Path

import click
from rich.console import Console
from rich.status import Status

from airspec.checker.cli._faults import COUNT, fault_options
from airspec.checker.cli._input import (
    RunOptions,
    edition_option,
    network_options,
    read_world,
    run_options,
    unknown_service,
    write_page,
)
from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.explore import saving
from airspec.checker.explore.search import Bounds, Counts, NoAnswerError, Search, Verdict
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.world import World
from airspec.checker.report.page import check_page
from airspec.checker.report.terminal import print_verdict, schedule_of
from airspec.semantics.network.state import Faults

DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Duration(click.ParamType[float]):
    """A span of time such as 60s, 5m or 1h; seconds without a unit."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the duration in seconds."""
        found = DURATION.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no duration; write 60s, 5m or 1h", param, ctx)
        return float(found[1]) * SECONDS[found[2]]


@click.command()
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT...")
@click.option("--budget", type=Duration(), metavar="TIME", help="Stop after this time for each script, such as 60s.")
@click.option("--max-states", type=COUNT, metavar="N", help="Stop after exploring this many states.")
@click.option("--depth", type=COUNT, metavar="N", help="Make at most this many moves in a row.")
@fault_options
@click.option("--all-laws", is_flag=True, help="Go on after the first violation, to the first one of each law.")
@click.option("--save", metavar="FILE", help="When a bound cuts the search off, save it to a file (one SCRIPT only).")
@click.option("--resume", metavar="FILE", help="Go on from where a saved search of the same script was cut off.")
@click.option("--html", metavar="FILE", help="Write the verdict, with its violations drawn, on a page of its own.")
@run_options
@network_options
@edition_option
def command(
    scripts: tuple[str, ...],
    budget: float | None,
    max_states: int | None,
    depth: int | None,
    all_laws: bool,
    save: str | None,
    resume: str | None,
    html: str | None,
    init: str,
    services: tuple[str, ...],
    default_service: str,
    edition: str,
    topology: str | None,
    unreachable: tuple[str, ...],
    **faults: int,
) -> int:
    """Explore all interleavings of each SCRIPT and check the laws of the network.

    Exit codes: 0 all laws hold, 12 a law is violated, 3 undecided within the bounds, 2 bad input or usage,
    1 internal error.
    """
    options = RunOptions(init, services, default_service, edition, topology, unreachable)
    if (save or resume) and len(scripts) > 1:
        raise BadInputError("--save and --resume need exactly one script")
    worlds = [(script, read_world(script, options)) for script in scripts]
    console = Console(highlight=False)
    checked: list[tuple[str, World, Verdict]] = []
    for script, world in worlds:
        search = Search(world, Faults(**faults), all_laws)
        subject = (world.script.digest, *options.words(), str(search.faults), str(world.topology))
        if resume is not None:
            go_on(search, subject, resume)
        verdict = explore(console, script, search, Bounds(max_states, depth, budget))
        print_verdict(console, script, world, verdict, replay_command(script, options))
        checked.append((script, world, verdict))
        if save is not None and verdict.cut is not None and not verdict.violations:
            keep(search, subject, save)
    if html is not None:
        replays = [replay_command(script, options) for script in scripts]
        write_page(html, check_page(checked, replays))
    return exit_code([verdict for _, _, verdict in checked])


def explore(console: Console, script: str, search: Search, bounds: Bounds) -> Verdict:
    """Run a search, and show its progress on a terminal."""
    try:
        if not console.is_terminal:
            return search.run(bounds)
        with console.status(f"exploring {script}") as status:
            return search.run(bounds, lambda counts: show_progress(status, script, counts))
    except NoAnswerError as error:
        raise unknown_service(script, str(error), schedule_of(search.world, error.moves[:-1])) from None
    except ServiceError as error:
        raise BadInputError(f"{script}: {error}") from None


def keep(search: Search, subject: tuple[str, ...], path: str) -> None:
    """Save a search that was cut off."""
    try:
        saving.save(search, subject, Path(path))
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror or error}") from None


def go_on(search: Search, subject: tuple[str, ...], path: str) -> None:
    """Continue a search from a saved one."""
    try:
        saving.resume(search, subject, Path(path))
    except saving.SavedSearchError as error:
        raise BadInputError(str(error)) from None


def show_progress(status: Status, script: str, counts: Counts) -> None:
    """Print the counts of a search."""
    status.update(
        f"exploring {script}: {counts.states:,} states seen, {counts.waiting:,} waiting, depth {counts.depth}"
    )


def replay_command(script: str, options: RunOptions) -> tuple[str, ...]:
    """Return the command that plays a schedule of a script."""
    return ("airspec", "run", script, *options.words())


def exit_code(verdicts: list[Verdict]) -> int:
    """Return the exit code for all scripts: a violation outweighs what is undecided."""
    if any(verdict.violations for verdict in verdicts):
        return VIOLATED
    return UNDECIDED if any(verdict.cut is not None for verdict in verdicts) else HOLDS
