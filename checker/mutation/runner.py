"""Running trials of mutants: each in a process of its own, which does not know which mutant it runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

import msgspec

from airspec.checker.mutation.fingerprint import Shown, digest
from airspec.checker.mutation.mutant import Mutant, rewrite
from airspec.checker.mutation.patched_tree import sources
from airspec.checker.mutation.verdicts import Broken, Tried, Verdict

TIME_LIMIT: Final = 300.0
"""The seconds after which a process is ended."""


class TrialError(RuntimeError):
    """An error for unchanged rules that do not pass the trial, so that verdicts on mutants would mean nothing."""


def baseline() -> Tried:
    """Try the unchanged rules, and return the record of the end of the trial.

    Raises `TrialError` if they violate a law, or if the trial does not end properly.
    """
    with sources({}) as folder:
        found, note = _trial(folder, (), every=True)
    for report in found:
        match report:
            case Broken(law, _, _, witness):
                raise TrialError(f"the rules themselves break the law {law}: {witness.breach} {witness.script}")
            case Tried():
                return report
    raise TrialError(f"the trial of the rules themselves did not end properly: {note}")


def try_mutants(
    mutants: Iterable[Mutant], proved: Collection[str], *, every: bool = False, workers: int = 1
) -> Iterator[Verdict]:
    """Try each mutant in a process of its own, `workers` at a time, and yield the verdicts in the same order.

    `proved` are the digests of sources for which the proofs hold (`Tried.digests` of the baseline); with `every`, all
    laws that a mutant violates are found, not only the first.  Raises `MutantError` when a change does not fit.
    """
    # All changes are made first, and by one thread, as Python 3.11 parses source with a counter that threads share.
    changes = [(mutant, rewrite(mutant)) for mutant in mutants]
    with ThreadPoolExecutor(workers) as pool:
        try:
            yield from pool.map(lambda change: _try(change[0], change[1], proved, every), changes)
        finally:
            pool.shutdown(cancel_futures=True)


def _try(mutant: Mutant, changed: Mapping[str, str], proved: Collection[str], every: bool) -> Verdict:
    with sources(changed) as folder:
        began = time.perf_counter()
        found, note = _trial(folder, proved, every)
        seconds = time.perf_counter() - began
        shown = _is_shown(folder, mutant)
    broken = tuple(report for report in found if isinstance(report, Broken))
    if broken:
        return Verdict(mutant.name, "killed", seconds, shown, broken)
    if note:
        return Verdict(mutant.name, "undecided", seconds, shown, note=note)
    if mutant.equivalent:
        return Verdict(mutant.name, "equivalent", seconds, shown, note=mutant.equivalent)
    return Verdict(mutant.name, "survived", seconds, shown)


def _trial(folder: Path, proved: Collection[str], every: bool) -> tuple[list[Broken | Tried], str]:
    """Return the output of a trial, and its error (empty if it ended properly)."""
    output, note = _run(folder, "airspec.checker.mutation.trial", "all" if every else "first", *proved)
    return [msgspec.json.decode(line, type=Broken | Tried) for line in output.splitlines()], note


def _is_shown(folder: Path, mutant: Mutant) -> bool | None:
    """Return whether the rules in a folder and those of this process act differently on the mutant's script."""
    if not mutant.script:
        return None
    shown = Shown(mutant.script, mutant.data_of)
    output, note = _run(folder, "airspec.checker.mutation.fingerprint", text=msgspec.json.encode(shown))
    return bool(note) or output.strip().decode() != digest(shown)


def _run(folder: Path, module: str, *words: str, text: bytes = b"") -> tuple[bytes, str]:
    """Return the output of a module of the sources in a folder, and its error (empty if it ended properly)."""
    command = [sys.executable, "-m", module, *words]
    environment = {**os.environ, "PYTHONPATH": str(folder)}
    try:
        done = subprocess.run(
            command, cwd=folder, env=environment, input=text, capture_output=True, timeout=TIME_LIMIT, check=False
        )
    except subprocess.TimeoutExpired as late:
        return late.stdout or b"", f"it did not end within {TIME_LIMIT:g} seconds"
    if done.returncode != 0:
        last = done.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return done.stdout, f"it ended with code {done.returncode}: {' '.join(last)}"
    return done.stdout, ""
