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
    """A claim that Z3 decides about any subject, such as an algebra.

    As `claimed` says, the premise always implies the conclusion, or fails to somewhere, or both hold somewhere.

    The claim is about any `arity` elements of an algebra.  `given` says the premise in words; it is empty where things
    only have to be of the declared types.  A claim that does not hold is stated all the same, and has to be refuted;
    `reason` says why it does not hold.  `uses` names laws on which the induction over trees relies.  The formula is
    printed for the subjects in `stated`; where `shown` is given, it is printed in place of the premise, and `given`
    says the rest.
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
        """Return whether the claim is true: False if it has to be refuted."""
        return self.claimed != "refuted"

    @property
    def formula(self) -> Formula:
        """Return the premise and the conclusion as a printed formula."""
        return printed(self.stated, self.shown or self.premise, self.conclusion, self.claimed == "witnessed")
