"""What a law of scripts is: a sentence, and a check that yields a witness for each way it is broken.

Such a law is *tested*: it is claimed of all scripts, and found to hold of some.  In their runs no message is lost or
duplicated, and all peers are honest unless the law is about dishonest ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from inspect import unwrap
from typing import Final, Literal, TypeAlias

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.evidence import NO_FORMULA, Claim, Formula
from airspec.checker.prove.laws.harness import Invoked, Run
from airspec.checker.prove.laws.tally import noted

EVERY_ORDER: Final = "each in every order of its messages and answers"
ONE_ORDER: Final = "each in one order of its messages and answers"
"""How the scripts of a check are run."""

Scope = Literal["state", "trace", "machine", "network", "authenticity"]


Witness: TypeAlias = Counterexample[str, str]
"""How a law is broken, in words: one sentence, and a schedule where one is needed."""

Check: TypeAlias = "Callable[[tuple[Run, ...]], Iterator[Witness]]"
"""The ways in which a law is broken, in runs of given scripts or in runs of its own.

A check that is made of another function wraps it, so that this function is known as the one that states the law.
"""


class ScriptLaw(Claim, frozen=True, eq=False):
    """A law that is tested by running scripts.

    `check` looks at runs of given scripts, or ignores them and runs scripts of its own, for laws that compare scripts.
    `premise` says for which scripts the law is claimed (empty: for all that are given), where AquaVM itself breaks it
    for others; the scripts of the zoo satisfy all premises.  `how` says in which orders of messages and answers each
    script is run.  A law has a `formula` if what its check compares can be printed.
    """

    scope: Scope
    check: Check
    premise: str = ""
    how: str = EVERY_ORDER
    formula: Formula = NO_FORMULA

    @property
    def statement(self) -> Callable[..., object]:
        """Return the function that states what the law demands: the one that `check` wraps, or `check` itself."""
        stated: Callable[..., object] = unwrap(self.check)
        return stated


def each_invocation(complaint: Callable[[Run, Invoked], str | None]) -> Check:
    """Return a check that applies `complaint` to each invocation of each run.

    `complaint` returns a sentence that says how the invocation breaks the law, or None; each sentence becomes a
    witness.
    """

    @wraps(complaint)
    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in noted(runs):
            for invoked in run.invoked:
                told = complaint(run, invoked)
                if told is not None:
                    yield Counterexample(run.script.text, told)

    return check
