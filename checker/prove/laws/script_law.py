"""What a law of scripts is: a sentence, a formula, and a check that yields a witness for each way it is broken."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from airspec.checker.prove.laws.harness import Invoked, Run

Scope = Literal["state", "trace", "machine", "network", "authenticity"]


class Witness(Struct, frozen=True):
    """How a law is broken: a script (empty where there is none), one sentence, and a schedule where one is needed."""

    script: str
    sentence: str
    schedule: str = ""


Check: TypeAlias = "Callable[[tuple[Run, ...]], Iterator[Witness]]"
"""The ways in which a law is broken, in runs of given scripts or in runs of its own."""


class ScriptLaw(Struct, frozen=True, eq=False):
    """A law that is checked by running scripts.

    `check` looks at runs of given scripts, or ignores them and runs scripts of its own, for laws that compare scripts.
    `premise` says for which scripts the law is claimed (empty: for all that are given), where AquaVM itself breaks it
    for others; the scripts of the zoo satisfy all premises.
    """

    name: str
    sentence: str
    formula: str
    scope: Scope
    check: Check
    premise: str = ""


def each_invocation(complaint: Callable[[Run, Invoked], str | None]) -> Check:
    """The check of a law that every single invocation has to keep; `complaint` says how one breaks it."""

    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in runs:
            for invoked in run.invoked:
                told = complaint(run, invoked)
                if told is not None:
                    yield Witness(run.script.text, told)

    return check
