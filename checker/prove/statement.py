"""What Z3 decides: a premise and a conclusion about the things of an algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airspec.checker.prove.evidence import Claim
from airspec.checker.prove.reading.terms import Term


class Proposition(Claim, frozen=True, eq=False):
    """A claim about any `arity` things of an algebra.

    `given` says the premise in words; empty where it is only that the things are of the declared types.  A claim that
    does not hold is stated all the same, and has to be refuted; `reason` says why.  `uses` names laws on which the
    induction over trees relies.
    """

    premise: Callable[[Any], Term]
    conclusion: Callable[[Any], Term]
    arity: int = 2
    holds: bool = True
    uses: tuple[str, ...] = ()
    given: str = ""
    reason: str = ""
