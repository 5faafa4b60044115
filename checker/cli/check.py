"""``airspec check``: explore every interleaving of scripts, and check the laws of the network in each."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial
from itertools import chain
from pathlib import Path
from shutil import which
from typing import get_args

import click
from msgspec import Struct
from rich.console import Console
from rich.markup import escape
from rich.status import Status

from airspec.checker.cli._duration import Duration
from airspec.checker.cli._faults import COUNT, fault_options
from airspec.checker.cli._input import (
    RunOptions,
    edition_option,
    network_options,
    read_services,
    read_world,
    run_options,
    unknown_service,
)
from airspec.checker.cli._outcome import (
    BAD_INPUT,
    HOLDS,
    INTERNAL_ERROR,
    UNDECIDED,
    VIOLATED,
    BadInputError,
    told_internal,
    worst,
)
from airspec.checker.cli._output import check_outputs, code_after_writing, tell_if_unwritable, unless_well
from airspec.checker.explore.deadline import OutOfTimeError, within
from airspec.checker.explore.ends import BAD_ENDS, BadEnd
from airspec.checker.explore.saving import SavedSearchError, Saver, subject_of
from airspec.checker.explore.saving import resume as resume_search
from airspec.checker.explore.search import INTERRUPTED, Bounds, Counts, NoAnswerError, Search, Verdict
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.services.toml_file import ServiceFile
from airspec.checker.model.services.unused import unused_entries
from airspec.checker.model.world import World
from airspec.checker.report.page import check_page
from airspec.checker.report.terminal import print_verdict, schedule_of
from airspec.checker.report.visible import Terminal, visible
from airspec.semantics.network.state import Faults


class BadEnds(click.ParamType[frozenset[BadEnd]]):
    """An option's type for kinds of ends, separated by commas, or `none`."""

    name = "kinds"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> frozenset[BadEnd]:
        """Return the kinds of ends that a text names; raises click's `BadParameter` for an unknown one."""
        words = [] if value == "none" else str(value).split(",")
        known: dict[str, BadEnd] = {kind: kind for kind in get_args(BadEnd)}
        for word in words:
            if word not in known:
                self.fail(f"{word!r} is no kind of end; write some of {', '.join(known)}, or none", param, ctx)
        return frozenset(known[word] for word in words)


@click.command()
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT...")
@click.option("--budget", type=Duration(), metavar="TIME", help="Stop after this time for each script, such as 60s.")
@click.option("--max-states", type=COUNT, metavar="N", help="Stop after exploring this many states.")
@click.option("--depth", type=COUNT, metavar="N", help="Make at most this many moves in a row.")
@fault_options
@click.option("--all-laws", is_flag=True, help="Go on after the first violation, to the first one of each law.")
@click.option(
    "--bad-ends",
    type=BadEnds(),
    default=",".join(sorted(BAD_ENDS)),
    show_default=True,
    metavar="KINDS",
    help="Ends that break the law of progress: lost, waiting, failed, untold (failed, and the starting peer was not "
    "told), or none.",
)
@click.option(
    "--save",
    metavar="FILE",
    help="Save the search to a file, every few seconds and when it is cut off (one SCRIPT only).",
)
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
    bad_ends: frozenset[BadEnd],
    save: str | None,
    resume: str | None,
    html: str | None,
    init: str,
    services: tuple[str, ...],
    service_time: float,
    default_service: str,
    init_data: str | None,
    edition: str,
    topology: str | None,
    unreachable: tuple[str, ...],
    **faults: int,
) -> int:
    """Explore all interleavings of each SCRIPT and check the laws of the network.

    Exit codes: 0 all laws hold, 12 a law is violated, 3 undecided within the bounds, 2 bad input or usage,
    1 internal error.  Of several scripts, the worst counts, in the order 1, 2, 12, 3, 0.  An interrupt, and output that
    cannot be written, change neither a verdict nor a saved search.
    """
    options = RunOptions(init, services, default_service, edition, service_time, init_data, topology, unreachable)
    if (save or resume) and len(scripts) > 1:
        raise BadInputError("--save and --resume need exactly one script")
    check_outputs(save)
    page = html if html is None or tell_if_unwritable(html) else None
    files = read_services(options)
    bounds = Bounds(max_states, depth, budget)
    session = Session(Terminal(), options, files, bounds, Faults(**faults), all_laws, bad_ends, Saving(save, resume))
    code = worst([session.check(script) for script in scripts])
    for sentence in chain.from_iterable(map(unused_entries, files)):
        click.echo(f"note: {sentence}")
    if html is not None and page is None:
        return unless_well(code)
    return code_after_writing(code, page, session.page)


class Saving(Struct, frozen=True):
    """The paths of saved searches: the file to save to and the file to resume from, each None if not asked for."""

    save: str | None = None
    resume: str | None = None


class Session:
    """The checking of scripts one after another, each with a verdict of its own, whatever happens to the others."""

    def __init__(
        self,
        console: Console,
        options: RunOptions,
        files: tuple[ServiceFile, ...],
        bounds: Bounds,
        faults: Faults,
        all_laws: bool,
        bad_ends: frozenset[BadEnd],
        saving: Saving,
    ) -> None:
        self.console = console
        self.options = options
        self.files = files
        self.bounds = bounds
        self.faults = faults
        self.all_laws = all_laws
        self.bad_ends = bad_ends
        self.saving = saving
        self.checked: list[tuple[str, World, Verdict]] = []
        self.interrupt: KeyboardInterrupt | None = None

    def check(self, script: str) -> int:
        """Check a script, print its verdict or the error that prevents one, and return its exit code."""
        try:
            return self.decide(script)
        except BadInputError as error:
            click.echo(visible(f"airspec: {error}"), err=True)
            return BAD_INPUT
        except KeyboardInterrupt as interrupt:
            self.interrupt = interrupt
            return self.undecided(script, f"{str(interrupt) or INTERRUPTED} before it was explored")
        except OutOfTimeError:
            return self.undecided(script, f"the budget of {self.bounds.seconds:g} seconds was spent in reading it")
        except Exception as error:
            if click.get_current_context().find_root().obj:
                raise
            click.echo(f"{told_internal(error)}, in {script}", err=True)
            return INTERNAL_ERROR

    def decide(self, script: str) -> int:
        """Explore a script, save the search if asked to, print the verdict, and return the exit code.

        Raises `BadInputError` for errors of the script, its services or the saved search, and the interrupt of the user
        if there was one before.
        """
        if self.interrupt is not None:
            raise self.interrupt
        world = within(self.bounds.seconds, lambda: read_world(script, self.options, self.files))
        search = Search(world, self.faults, self.all_laws, self.bad_ends)
        try:
            saver = self.prepare(search)
            verdict = self.explore(script, search, saver)
            if saver is not None and verdict.cut is not None:
                tell_failure(saver.save)
            self.tell(script, world, verdict)
        except NoAnswerError as error:
            self.tell_found(script, search)
            raise unknown_service(script, world, error.unknown, schedule_of(world, error.moves[:-1])) from None
        except ServiceError as error:
            raise BadInputError(f"{script}: {error}") from None
        except SavedSearchError as error:
            raise BadInputError(str(error)) from None
        self.checked.append((script, world, verdict))
        return code_of(verdict)

    def tell(self, script: str, world: World, verdict: Verdict) -> None:
        """Print the verdict on a script; an interrupt while it is printed is remembered, and does not change it."""
        try:
            print_verdict(self.console, script, world, verdict, replay_command(script, self.options))
        except KeyboardInterrupt as interrupt:
            self.interrupt = interrupt
            click.echo(f"airspec: interrupted while the verdict on {script} was printed", err=True)

    def tell_found(self, script: str, search: Search) -> None:
        """Print the violations that a search had found before a call without an answer stopped it, if there are any."""
        if search.violations:
            self.tell(script, search.world, search.verdict(None))

    def prepare(self, search: Search) -> Saver | None:
        """Resume a saved search if asked to, and return the saver of this one; None if it is not to be saved.

        Raises `SavedSearchError` when the file cannot be used, and `NoAnswerError` at a call that no service answers.
        """
        if self.saving == Saving():
            return None
        assert isinstance(search.world.services, ServiceSources)
        subject = subject_of(search, search.world.services.fingerprint)
        if self.saving.resume is not None:
            resume_search(search, subject, Path(self.saving.resume))
        return None if self.saving.save is None else Saver(search, subject, Path(self.saving.save))

    def explore(self, script: str, search: Search, saver: Saver | None) -> Verdict:
        """Run a search within its bounds, with its progress shown on a terminal, and return the verdict.

        After an interrupt no other script is explored.
        """
        keep = None if saver is None else partial(tell_failure, saver.keep)
        if not self.console.is_terminal:
            verdict = search.run(self.bounds, keep=keep)
        else:
            with self.console.status(f"exploring {script}") as status:
                verdict = search.run(self.bounds, lambda counts: show_progress(status, script, counts), keep)
        self.interrupt = verdict.interrupt
        return verdict

    def undecided(self, script: str, why: str) -> int:
        """Print that a script is undecided and why, and return the exit code for that."""
        self.console.print(f"[yellow]undecided[/yellow] {escape(script)}: {why}", soft_wrap=True)
        return UNDECIDED

    def page(self) -> str:
        """Return the HTML page of all verdicts so far; raises `BadInputError` if a service fails meanwhile."""
        try:
            replays = [replay_command(script, self.options) for script, _, _ in self.checked]
            return check_page(self.checked, replays)
        except ServiceError as error:
            raise BadInputError(f"there is no page: {error}") from None


def tell_failure(save: Callable[[], None]) -> None:
    """Save a search by calling `save`, and print an error if that fails."""
    try:
        save()
    except SavedSearchError as error:
        click.echo(f"airspec: {error}", err=True)


def show_progress(status: Status, script: str, counts: Counts) -> None:
    """Show the counts of the search of a script in the status line."""
    status.update(
        f"exploring {script}: {counts.states:,} states seen, {counts.waiting:,} waiting, depth {counts.depth}"
    )


def replay_command(script: str, options: RunOptions) -> tuple[str, ...]:
    """Return the words of the command that runs a script under a schedule, without the schedule."""
    return (program(), "run", script, *options.words())


def program() -> str:
    """Return how to call this command from a shell: "airspec" if it is found by that name, else the path used now."""
    called = sys.argv[0]
    return called if Path(called).name == "airspec" and which("airspec") is None else "airspec"


def code_of(verdict: Verdict) -> int:
    """Return the exit code for a verdict: violated, undecided if the search was cut off, else 0."""
    if verdict.violations:
        return VIOLATED
    return UNDECIDED if verdict.cut is not None else HOLDS
