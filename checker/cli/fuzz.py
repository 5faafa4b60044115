"""``airspec fuzz``: compare an interpreter with another one, on generated scripts and schedules."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from pathlib import Path

import click
import msgspec
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.cli._output import check_folder, check_outputs, code_after_writing, unwritable
from airspec.checker.conform.adapters.adapter_client import AdapterError
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.lockstep.coverage import coverage_form, coverage_lines, fired_share
from airspec.checker.conform.lockstep.fuzz import BATCH, BatchResult, Found, Setting, interpreter, run_batch
from airspec.checker.writing import write_file

SECONDS = {"s": 1, "m": 60, "h": 3600}
SHOWN = 600
"""The number of characters of a differing field that are shown; the file has all of them."""


@click.command()
@click.argument("adapter")
@click.option("--against", default="spec", show_default=True, help="What to compare with: spec, avm, or a command.")
@click.option("--runs", type=click.IntRange(1), default=2000, show_default=True, help="The number of games.")
@click.option("--budget", metavar="T", help="Stop after this time, for instance 60s or 5m, even if games are left.")
@click.option(
    "--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed gives the same games."
)
@click.option("--workers", type=click.IntRange(1), default=1, show_default=True, help="The number of processes.")
@click.option(
    "--save",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("build/fuzz"),
    show_default=True,
    metavar="FOLDER",
    help="The folder for differences, one file each.",
)
@click.option(
    "--coverage",
    "coverage_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write which rule cases fired, which did not, and which cannot, as JSON.",
)
@click.option(
    "--replay",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Play the game of such a file again, and nothing else.",
)
def command(
    adapter: str,
    against: str,
    runs: int,
    budget: str | None,
    seed: int,
    workers: int,
    save: Path,
    coverage_file: Path | None,
    replay: Path | None,
) -> int:
    """Compare ADAPTER (spec, avm, or a command that speaks the adapter protocol) with another interpreter.

    Both play the same moves of the same games; every field of every outcome is compared. Exit code 0: no difference;
    12: differences, each in a file; 3: stopped before all games were played, without a difference.
    """
    check_outputs(coverage_file)
    check_folder(save)
    console = Console()
    try:
        for name in (adapter, against):
            interpreter(name)
    except AdapterError as error:
        raise BadInputError(str(error)) from None
    if replay is not None:
        return play_again(console, adapter, against, replay)
    session = Session(console, adapter, against, save)
    stop_at = None if budget is None else time.monotonic() + seconds(budget)
    try:
        session.play(runs, seed, workers, stop_at)
    except KeyboardInterrupt:
        console.print("interrupted")
    except (BrokenProcessPool, MemoryError):
        console.print("a process that played games was ended, most often for want of memory; its games are not counted")
    code = session.report(runs)
    return code_after_writing(code, coverage_file, lambda: json.dumps(coverage_form(session.fired), indent=1))


def seconds(budget: str) -> float:
    """Return a time such as "5m" in seconds; a number without a unit counts seconds.  Raises `BadInputError`."""
    match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?)([smh]?)", budget)
    if match is None:
        raise BadInputError(f"--budget '{budget}' is not a time: write for instance 60s, 5m or 1h")
    return float(match[1]) * SECONDS[match[2] or "s"]


class Session:
    """A run of the fuzzer: its counts, the rules that fired, and the first difference found of each kind."""

    def __init__(self, console: Console, left: str, right: str, folder: Path) -> None:
        self.console = console
        self.sides = (left, right)
        self.folder = folder
        self.games = self.moves = self.trivial = 0
        self.fired: set[str] = set()
        self.found: dict[str, Found] = {}

    def play(self, runs: int, seed: int, workers: int, stop_at: float | None) -> None:
        """Play batches of games in `workers` processes until `runs` games are played, or the time is over.

        `stop_at` is that time on the monotonic clock, in seconds; None for no limit.
        """
        columns = (BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
        start = time.monotonic()
        with Progress(*columns, console=self.console) as progress:
            bar = progress.add_task("", total=runs)
            for result in self.batches(-(-runs // BATCH), seed, workers, stop_at):
                self.add(result)
                rate = self.games / (time.monotonic() - start)
                described = f"{rate:.0f} runs/s, {fired_share(self.fired)} rule cases, {len(self.found)} differences"
                progress.update(bar, completed=min(self.games, runs), description=described)

    def batches(self, count: int, seed: int, workers: int, stop_at: float | None) -> Iterator[BatchResult]:
        """Play up to `count` batches in `workers` processes, and yield the result of each when it is complete."""
        numbers = iter(range(seed * 1_000_000, seed * 1_000_000 + count))
        with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
            running: set[Future[BatchResult]] = set()
            try:
                while True:
                    in_time = stop_at is None or time.monotonic() < stop_at
                    while in_time and len(running) < workers and (number := next(numbers, None)) is not None:
                        running.add(pool.submit(run_batch, *self.sides, number, frozenset(self.found)))
                    if not running:
                        return
                    done, running = wait(running, return_when=FIRST_COMPLETED)
                    for future in done:
                        yield future.result()
            finally:
                pool.shutdown(wait=True, cancel_futures=True)

    def add(self, result: BatchResult) -> None:
        """Add the result of a batch to the counts, and show the differences of kinds that were not found before."""
        self.games += result.games
        self.moves += result.moves
        self.trivial += result.trivial
        self.fired |= result.fired
        for found in result.found:
            if found.kind not in self.found:
                self.found[found.kind] = found
                self.show(found)

    def show(self, found: Found) -> None:
        """Write a difference to a new file in the session's folder and print it, even if the file cannot be written."""
        path = self.folder / f"difference-{len(self.found)}.json"
        difference = found.difference
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            write_file(path, json.dumps(file_form(found), indent=1, default=str))
            place = f"in {path}"
        except OSError as error:
            place = str(unwritable(path, error))
        self.console.print(f"difference in {difference.field}, {place}", style="bold red", markup=False)
        self.console.print(found.setting.script, markup=False, highlight=False)
        self.console.print(f"moves: {', '.join(difference.moves)}", markup=False, highlight=False)
        self.console.print(f"rule fired last: {found.fired[-1] if found.fired else '-'}", markup=False, highlight=False)
        for name, value in zip(self.sides, (difference.left, difference.right), strict=True):
            self.console.print(f"{name}: {str(value)[:SHOWN]}", markup=False, highlight=False)

    def report(self, runs: int) -> int:
        """Print the result of a session that was meant to play `runs` games, and return the exit code."""
        self.console.print(
            f"{self.games} games, {self.moves} invocations compared, {self.trivial} games without any trace state, "
            f"{len(self.found)} kinds of differences",
            highlight=False,
        )
        for line in coverage_lines(self.fired):
            self.console.print(line, markup=False, highlight=False)
        if self.found:
            return VIOLATED
        if self.games < runs:
            self.console.print(f"stopped after {self.games} of {runs} games: nothing is said about the rest")
            return UNDECIDED
        return HOLDS


def file_form(found: Found) -> dict[str, object]:
    """Return a difference with the setting of its game, in the form of a file that `play_again` reads."""
    return {
        **msgspec.to_builtins(found.setting),
        "moves": list(found.difference.moves),
        "field": found.difference.field,
        "left": found.difference.left,
        "right": found.difference.right,
        "fired": list(found.fired[-20:]),
    }


def play_again(console: Console, left: str, right: str, path: Path) -> int:
    """Play the game of a recorded difference again with two interpreters, print the result, and return the exit code.

    Raises `BadInputError` when the file cannot be read, or is not that of a difference.
    """
    try:
        recorded = json.loads(path.read_text(encoding="utf-8"))
        setting = msgspec.convert(recorded, Setting)
        game = setting.game(interpreter(left), interpreter(right), RandomChoices(0))
        played = game.replay(recorded["moves"])
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except (KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"{path}: is not the file of a difference: {error}") from None
    if played.difference is None:
        console.print(f"no difference after {len(played.moves)} moves")
        return HOLDS
    console.print(f"difference in {played.difference.field}", style="bold red")
    for name, value in zip((left, right), (played.difference.left, played.difference.right), strict=True):
        console.print(f"{name}: {value}", markup=False, highlight=False)
    return VIOLATED
