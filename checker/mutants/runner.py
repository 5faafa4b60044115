"""Running mutants: each in a process of its own, which is not told what it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Final, Literal

import msgspec
from msgspec import Struct

from checker.mutants.mutant import Mutant
from checker.mutants.sources import sources
from checker.mutants.trial import Broken, Tried

TIME_LIMIT: Final = 60.0
"""Seconds for one trial."""

Status = Literal["killed", "survived", "equivalent", "undecided"]


class Verdict(Struct, frozen=True):
    """What became of a mutant: killed by `broken`, the laws that it breaks, the first one first.

    A mutant of which it is argued that no script can show it is `equivalent` when it survives.  `undecided` is one
    whose trial did not end properly; `note` says how.  `seconds` are those of the whole trial.
    """

    mutant: str
    status: Status
    seconds: float
    broken: tuple[Broken, ...] = ()
    note: str = ""


class TrialError(RuntimeError):
    """The rules as they are do not pass the trial, so that no verdict on a mutant would mean anything."""


def baseline() -> Tried:
    """Try the rules as they are; raises `TrialError` when they break a law."""
    found, note = _trial(None, (), every=True)
    broken = [report for report in found if isinstance(report, Broken)]
    if broken:
        raise TrialError(f"the rules themselves break the law {broken[0].law}: {broken[0].witness.sentence}")
    if not found or not isinstance(found[-1], Tried):
        raise TrialError(f"the trial of the rules themselves did not end properly: {note}")
    return found[-1]


def try_mutants(
    mutants: Iterable[Mutant], proved: Collection[str], *, every: bool = False, workers: int = 1
) -> Iterator[Verdict]:
    """Try mutants, in their order.

    `proved` are the digests of sources of which the proofs hold (`Tried.digests` of the baseline); with `every`, all
    laws that a mutant breaks are found, not only the first.
    """
    with ThreadPoolExecutor(workers) as pool:
        yield from pool.map(lambda mutant: try_mutant(mutant, proved, every), mutants)


def try_mutant(mutant: Mutant, proved: Collection[str], every: bool = False) -> Verdict:
    """Try one mutant; raises `MutantError` when its rewrite does not fit the source."""
    began = time.perf_counter()
    found, note = _trial(mutant, proved, every)
    seconds = time.perf_counter() - began
    broken = tuple(report for report in found if isinstance(report, Broken))
    if broken:
        return Verdict(mutant.name, "killed", seconds, broken)
    if note:
        return Verdict(mutant.name, "undecided", seconds, note=note)
    if mutant.equivalent:
        return Verdict(mutant.name, "equivalent", seconds, note=mutant.equivalent)
    return Verdict(mutant.name, "survived", seconds)


def _trial(mutant: Mutant | None, proved: Collection[str], every: bool) -> tuple[list[Broken | Tried], str]:
    """What a trial printed, and how it ended (empty if properly)."""
    with sources(mutant) as folder:
        command = [sys.executable, "-m", "checker.mutants.trial", "all" if every else "first", *proved]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        try:
            done = subprocess.run(
                command, cwd=folder, env=environment, capture_output=True, timeout=TIME_LIMIT, check=False
            )
        except subprocess.TimeoutExpired:
            return [], f"the trial did not end within {TIME_LIMIT:g} seconds"
    lines = done.stdout.splitlines()
    found = [msgspec.json.decode(line, type=Broken | Tried) for line in lines]
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return found, f"the trial ended with code {done.returncode}: {' '.join(last)}"
    return found, ""
