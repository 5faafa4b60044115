"""The set of scripts that the check of a law runs, for the number that its evidence names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from airspec.checker.prove.laws.harness import Run

_listening: list[set[str]] = []


@contextmanager
def noting() -> Iterator[set[str]]:
    """Yield a set to which, within the context, checks add the texts of all scripts that they run."""
    scripts: set[str] = set()
    _listening.append(scripts)
    try:
        yield scripts
    finally:
        _listening[:] = [other for other in _listening if other is not scripts]


def note(script: str) -> None:
    """Add the text of a script to the sets of all enclosing `noting` contexts."""
    for scripts in _listening:
        scripts.add(script)


def noted(runs: tuple[Run, ...]) -> Iterator[Run]:
    """Yield the runs one by one, and `note` the script of each when it is yielded."""
    for run in runs:
        note(run.script.text)
        yield run
