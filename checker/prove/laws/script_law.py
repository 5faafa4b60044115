"""Laws of scripts: a sentence, a formula, and a check that yields a witness for each breach.

Such a law is *tested*: it is claimed of all scripts, and found to hold of some.  In their runs no message is lost or
duplicated, and all peers are honest unless the law is about dishonest ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from airspec.checker.prove.evidence import Claim
from airspec.checker.prove.laws.harness import Invoked, Run
from airspec.checker.prove.laws.tally import noted

EVERY_ORDER: Final = "each in every order of its messages and answers"
ONE_ORDER: Final = "each in one order of its messages and answers"
"""How the scripts of a check are run."""

Scope = Literal["state", "trace", "machine", "network", "authenticity"]


class Witness(Struct, frozen=True):
    """A breach of a law: a script (or an empty text), one sentence, and a schedule where one is needed."""

    script: str
    sentence: str
    schedule: str = ""


Check: TypeAlias = "Callable[[tuple[Run, ...]], Iterator[Witness]]"
"""The ways in which a law is broken, in runs of given scripts or in runs of its own."""


class ScriptLaw(Claim, frozen=True, eq=False):
    """A law that is tested by running scripts.

    `check` looks at runs of given scripts, or ignores them and runs scripts of its own, for laws that compare scripts.
    `premise` says for which scripts the law is claimed (empty for all), where AquaVM violates it for others; all
    scripts of the corpus satisfy it.  `how` says how the scripts are run.
    """

    scope: Scope
    check: Check
    premise: str = ""
    how: str = EVERY_ORDER


def each_invocation(complaint: Callable[[Run, Invoked], str | None]) -> Check:
    """Return the check of a law about single invocations; `complaint` returns the breach in one, or None."""

    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in noted(runs):
            for invoked in run.invoked:
                told = complaint(run, invoked)
                if told is not None:
                    yield Witness(run.script.text, told)

    return check
