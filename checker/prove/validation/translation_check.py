"""Validation of the translation: a function and its term must agree.

Every function that a proof reads is compared on generated values of its declared types; the tables of the join are
also compared on all pairs from a set of states to which each of their cases applies.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from inspect import signature
from itertools import product
from types import ModuleType
from typing import Any, Final, get_type_hints

import z3
from msgspec import Struct

from airspec.checker.prove.obligation import SEED
from airspec.checker.prove.prover import joins, new_terms
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.reading.translation import Translation
from airspec.checker.prove.theorems.algebra import TABLES
from airspec.checker.prove.validation.inputs import Inputs
from airspec.checker.prove.validation.interpretation import Interpretation
from airspec.semantics.merge import join as join_module
from airspec.semantics.merge.equivalence import alike, below
from airspec.semantics.merge.observations import equivalent, is_below
from airspec.semantics.notation.registry import entry_of
from airspec.spec.data import Data
from airspec.spec.states import (
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
from airspec.spec.values import Cid

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

GENERATED: Final = 60
"""How many generated inputs each function is compared on."""

Function = Callable[..., object]


class Disagreement(Struct, frozen=True):
    """A function or rule, by name, and arguments on which it differs from its term."""

    function: str
    arguments: tuple[object, ...]


class Comparison(Struct, frozen=True):
    """The result of a validation: how many functions and inputs were compared, and the disagreements."""

    functions: int
    inputs: int
    disagreements: tuple[Disagreement, ...]


def validate(module: ModuleType = join_module) -> Comparison:
    """Compare each function that the proofs of the join read with its term, on chosen and generated values."""
    terms = new_terms(module)
    functions = functions_read(terms, module)
    translation = Translation(terms, kept=functions)
    inputs = Inputs(SEED, terms.numbered)
    compared, wrong = 0, []
    for function in functions:
        parameters = [z3.FreshConst(terms.sort) for _ in signature(function).parameters]
        meaning = Interpretation(translation, parameters).of(translation.body(function, parameters))
        for arguments in arguments_for(function, inputs, module):
            compared += 1
            if meaning(arguments) != function(*arguments):
                wrong.append(Disagreement(function.__name__, tuple(arguments)))
    return Comparison(len(functions), compared, tuple(wrong))


def functions_read(terms: Terms, module: ModuleType = join_module) -> tuple[Function, ...]:
    """Return the functions that the obligations of the join read, ordered by name."""
    names = {name for _, obligations in joins(terms, module) for o in obligations for name in o.reads}
    return tuple(sorted((_found(name) for name in names), key=lambda function: function.__name__))


def arguments_for(function: Function, inputs: Inputs, module: ModuleType) -> Iterator[Sequence[Any]]:
    """Yield the argument lists on which a function is compared with its term.

    These are `GENERATED` random ones; for the tables of the join, `alike` and `below`, all pairs of `STATES` come
    first.
    """
    hints = [hint for name, hint in get_type_hints(function).items() if name != "return"]
    tables = {getattr(module, name) for _, name, _, _ in TABLES}
    if function in tables | {alike, below}:
        yield from product(STATES, repeat=2)
    yield from ([inputs.value(hint) for hint in hints] for _ in range(GENERATED))


def misjudged() -> Iterator[Disagreement]:
    """Yield the pairs of states on which `alike` or `below` differs from observations of data.

    The data have no other states.
    """
    for left, right in product(STATES, repeat=2):
        ours, theirs = (Data() if state is None else Data((state,)) for state in (left, right))
        if alike(left, right) != equivalent(ours, theirs):
            yield Disagreement("alike", (left, right))
        if below(left, right) != is_below(ours, theirs):
            yield Disagreement("below", (left, right))


def _found(name: str) -> Function:
    module, _, function = name.rpartition(".")
    found: Function = getattr(sys.modules[module], function)
    assert entry_of(found) is not None, name
    return found
