"""Propositions, which Z3 decides: a premise and a conclusion about the elements of an algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from airspec.checker.prove.evidence import Claim, Formula
from airspec.checker.prove.formulas import Stated, printed
from airspec.checker.prove.reading.terms import Term

Claimed = Literal["proved", "refuted", "witnessed"]
"""What a law says of its conclusion: it holds always, it fails somewhere, or it holds somewhere."""


class Proposition(Claim, frozen=True, eq=False):
    """A claim about any `arity` elements of an algebra.

    `given` says the premise in words; empty where it is only that the things are of the declared types.  A claim that
    does not hold is stated all the same, and has to be refuted; `reason` says why.  `uses` names laws on which the
    induction over trees relies.  The formula is printed from the premise and the conclusion of what is `stated`; from
    what is `shown` in place of the premise where `given` tells the rest of it.
    """

    premise: Callable[[Any], Term]
    conclusion: Callable[[Any], Term]
    stated: tuple[Stated, ...]
    arity: int = 2
    claimed: Claimed = "proved"
    uses: tuple[str, ...] = ()
    given: str = ""
    reason: str = ""
    shown: Callable[[Any], Term] | None = None

    @property
    def holds(self) -> bool:
        """Whether the claim is a law."""
        return self.claimed != "refuted"

    @property
    def formula(self) -> Formula:
        """The premise and the conclusion as a formula."""
        return printed(self.stated, self.shown or self.premise, self.conclusion, self.claimed == "witnessed")
