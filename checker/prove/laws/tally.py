"""Which scripts the check of a law runs, for the number that its evidence names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airspec.checker.prove.laws.harness import Run

_listening: list[set[str]] = []


@contextmanager
def noting() -> Iterator[set[str]]:
    """Return a set that holds, within the context, the texts of all scripts that checks ran."""
    scripts: set[str] = set()
    _listening.append(scripts)
    try:
        yield scripts
    finally:
        _listening[:] = [other for other in _listening if other is not scripts]


def note(script: str) -> None:
    """Say that a check runs a script, or looks at a run of it."""
    for scripts in _listening:
        scripts.add(script)


def noted(runs: tuple[Run, ...]) -> Iterator[Run]:
    """Yield given runs one by one, each as one that a check looks at."""
    for run in runs:
        note(run.script.text)
        yield run
