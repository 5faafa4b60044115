"""Validation of the translation: on given states, a function and its term must say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import product
from types import ModuleType
from typing import Final

import z3
from msgspec import Struct

from checker.proofs.prover import new_terms
from checker.proofs.translation import Translation
from semantics.merge import join as join_module
from semantics.merge.equivalence import alike, below
from spec.equivalence import observed
from spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Lore,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Subtrace,
    UnusedResult,
)
from spec.values import Cid

TABLES: Final = ("join_call", "join_ap", "join_canon", "join_par", "join_fold")
ONE, TWO = Cid("one"), Cid("two")
STATES: Final[tuple[State | None, ...]] = (
    None,
    Sent("p"),
    Sent("q", 1),
    *(Executed(kind) for cid in (ONE, TWO) for kind in (ScalarResult(cid), StreamResult(cid, 0), UnusedResult(cid))),
    Executed(StreamResult(ONE, 1)),
    Failed(ONE),
    Failed(TWO),
    Par(0, 0),
    Par(1, 2),
    Ap((0,)),
    Ap((1,)),
    CanonSent("p"),
    CanonSent("q"),
    CanonExecuted(ONE),
    CanonExecuted(TWO),
    Fold(()),
    Fold((Lore(0, (Subtrace(1, 1), Subtrace(2, 0))),)),
)
"""All kinds of states, with equal and different contents: each case of each table applies to some two of them."""


class Disagreement(Struct, frozen=True):
    """A function and its term differ on two states."""

    function: str
    left: State | None
    right: State | None


def validate(module: ModuleType = join_module) -> Iterator[Disagreement]:
    """The disagreements between the functions that proofs read and their terms, on all pairs of `STATES`."""
    translation = Translation(new_terms(module))
    functions: list[Callable[..., object]] = [*(getattr(module, name) for name in TABLES), alike, below]
    terms = translation.terms
    variables = [z3.Const(name, terms.sort) for name in ("left", "right")]
    for function in functions:
        term = translation.call(function, variables)
        for pair in product(STATES, repeat=2):
            encoded = [terms.encode(state) for state in pair]
            said = z3.simplify(z3.substitute(term, *zip(variables, encoded, strict=True)))
            if not said.eq(terms.encode(function(*pair))):
                yield Disagreement(function.__name__, *pair)


def misjudged() -> Iterator[Disagreement]:
    """Pairs of states on which the equivalence in the notation differs from that of whole data."""
    for left, right in product(STATES, repeat=2):
        same = left is right if left is None or right is None else observed(left) == observed(right)
        if alike(left, right) != same:
            yield Disagreement("alike", left, right)


def compared() -> int:
    """How many pairs of inputs one validation compares."""
    return len(STATES) ** 2 * (len(TABLES) + 2)
