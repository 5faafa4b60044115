"""``make bench``, or ``python -m checker.bench``: run all benchmarks, and write tables and a JSON file."""

from __future__ import annotations

from pathlib import Path

import click
import msgspec
from msgspec import Struct
from rich.console import Console
from rich.table import Table

from airspec.checker.bench import memory, timing, workloads
from airspec.checker.bench.recorder import Recorded, record
from airspec.checker.bench.scaling import LENGTHS, Growth, growth
from airspec.checker.conform.adapters.fetch_avm import MISSING, find_wasm
from airspec.checker.writing import check_writable, write_file

SCHEDULES = 3
"""The number of times that an example or a script of a folder is played."""

LIMIT = 40
"""The greatest number of invocations of one play."""


class Report(Struct, frozen=True):
    """All results of a run: times by the name of the corpus, memory (None without AquaVM), and growth."""

    times: dict[str, list[timing.Row]]
    memory: memory.Compared | None
    growth: list[Growth]


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--scripts",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    metavar="FOLDER",
    help="Play the scripts of a folder too, such as the Aqua compiler makes them.",
)
@click.option("--games", type=click.IntRange(1), default=250, show_default=True, help="How many scripts to generate.")
@click.option(
    "--samples",
    type=click.IntRange(1),
    default=100,
    show_default=True,
    help="Drawn from all, and of each size class.",
)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="The same seed plays the same.")
@click.option("--json", "file", type=click.Path(path_type=Path, dir_okay=False), help="Write all figures to a file.")
def main(scripts: Path | None, games: int, samples: int, seed: int, file: Path | None) -> None:
    """Measure the specification beside AquaVM if that is installed, and print tables."""
    if file is not None:
        check_writable(file)
    console = Console()
    corpora = recordings(scripts, games, seed)
    report = Report({}, None, [])
    if find_wasm() is None:
        console.print(f"{MISSING}, to measure side by side.")
    else:
        report = beside_avm(console, corpora, samples, seed)
    grown = [growth(length) for length in LENGTHS]
    console.print(growth_table(grown))
    if file is not None:
        everything = Report(report.times, report.memory, grown)
        write_file(file, msgspec.json.format(msgspec.json.encode(everything), indent=2) + b"\n")


def recordings(scripts: Path | None, games: int, seed: int) -> dict[str, list[tuple[Recorded, ...]]]:
    """Return the recorded invocations, a tuple for each play, by the name of the corpus.

    `scripts` is a folder of further scripts or None, and `games` the number of scripts to generate.
    """
    found = {
        "examples": [record(play, seed + i, LIMIT) for i in range(SCHEDULES) for play in workloads.examples()],
        "generated": [record(play, seed, LIMIT) for play in (*workloads.generated(games, seed), *workloads.wide())],
    }
    if scripts is not None:
        found["compiled"] = [
            record(play, seed + i, LIMIT) for i in range(SCHEDULES) for play in workloads.from_folder(scripts)
        ]
    return found


def beside_avm(console: Console, corpora: dict[str, list[tuple[Recorded, ...]]], samples: int, seed: int) -> Report:
    """Measure the specification and AquaVM on the same recordings, print the tables, and return the report.

    The times are of `samples` invocations of all and of each size class, drawn by the seed; the report has no growth.
    """
    from airspec.checker.conform.adapters.avm import AquaVM

    wasm = find_wasm()
    assert wasm is not None, "the caller looked"
    stopwatch = timing.Stopwatch(AquaVM(wasm))
    times = {}
    for name, recorded in corpora.items():
        times[name] = timing.rows(timing.measure(recorded, stopwatch, samples, seed))
        console.print(times_table(name, times[name]))
    compared = memory.compare([one.given for corpus in corpora.values() for play in corpus for one in play])
    console.print(memory_table(compared))
    return Report(times, compared, [])


def times_table(name: str, rows: list[timing.Row]) -> Table:
    """Return the table of the times of whole invocations, with a row for each size class, for the corpus `name`."""
    table = Table(title=f"{name}: whole invocations, medians in microseconds; ratios of medians (medians of ratios)")
    for heading in ("states", "samples", "cold", "as a peer", "AquaVM", "inside it", "cold / AquaVM", "peer / AquaVM"):
        table.add_column(heading, justify="right")
    for row in rows:
        table.add_row(
            row.states,
            str(row.samples),
            *(f"{value:.0f}" for value in (row.cold, row.as_peer, row.avm, row.inside)),
            f"{row.cold_ratio:.2f} ({row.cold_median_ratio:.2f})",
            f"{row.as_peer_ratio:.2f} ({row.as_peer_median_ratio:.2f})",
        )
    return table


def memory_table(compared: memory.Compared) -> Table:
    """Return the table of the peaks of memory of both interpreters for the same invocations."""
    table = Table(title=f"resident memory of a process, MiB, for the same {compared.invocations:,} invocations")
    for heading in ("", "spec", "AquaVM", "ratio"):
        table.add_column(heading, justify="right")
    spec, avm = compared.spec, compared.avm
    table.add_row("peak", f"{spec.peak:.0f}", f"{avm.peak:.0f}", f"{spec.peak / avm.peak:.2f}")
    table.add_row("grown since start", f"{spec.grown:.0f}", f"{avm.grown:.0f}", f"{spec.grown / avm.grown:.2f}")
    return table


def growth_table(grown: list[Growth]) -> Table:
    """Return the table of the costs for each instruction, and of parsing, with a row for each length of scripts."""
    table = Table(title="growth")
    for heading in ("instructions", "us each, first run", "us each, merging", "bytes of script", "ms to parse"):
        table.add_column(heading, justify="right")
    for each in grown:
        table.add_row(
            f"{each.instructions:,}",
            f"{each.first_run:.1f}",
            f"{each.merging:.1f}",
            f"{each.script_bytes:,}",
            f"{each.parsing:.0f}",
        )
    return table


if __name__ == "__main__":
    main()
