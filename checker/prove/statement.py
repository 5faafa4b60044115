"""What a law is: a premise and a conclusion about the things of an algebra."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec import Struct

from airspec.checker.prove.reading.terms import Term


class Law(Struct, frozen=True, eq=False):
    """A law about any `arity` things of an algebra.

    `given` says the premise in words; empty where it is only that the things are of the declared types.  A law that
    does not hold is stated all the same, and has to be refuted; `reason` says why.  `uses` names laws on which the
    induction over trees relies.
    """

    name: str
    sentence: str
    formula: str
    premise: Callable[[Any], Term]
    conclusion: Callable[[Any], Term]
    arity: int = 2
    holds: bool = True
    uses: tuple[str, ...] = ()
    given: str = ""
    reason: str = ""
