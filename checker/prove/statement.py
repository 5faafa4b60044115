"""Propositions, which Z3 decides: a premise and a conclusion about the elements of an algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airspec.checker.prove.evidence import Claim
from airspec.checker.prove.reading.terms import Term


class Proposition(Claim, frozen=True, eq=False):
    """A claim about any `arity` elements of an algebra.

    `given` says the premise in words; it is empty if the premise is only that the elements are of the declared types.
    A claim that does not hold is stated too, and must be refuted; `reason` says why.  `uses` names laws that the
    induction over trees uses.
    """

    premise: Callable[[Any], Term]
    conclusion: Callable[[Any], Term]
    arity: int = 2
    holds: bool = True
    uses: tuple[str, ...] = ()
    given: str = ""
    reason: str = ""
