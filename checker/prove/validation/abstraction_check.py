"""Validation of the abstraction: in real runs, a rule and its term must agree.

Small scripts are run on their networks, and some arguments of each function of rules are recorded.  For these, the
conditions that were read from the function's cases are computed, in which every symbol stands for the expression that
it replaced: exactly one of them must hold, and the result there must be what the function returns.
"""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from types import CodeType, FrameType
from typing import Any, Final

import z3
from msgspec import Struct
from pyrsistent import PVector
from rpds import HashTrieMap, List

from airspec.checker.prove.reading.abstraction import Abstraction
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.theorems.canon_stability import FollowedCanon
from airspec.checker.prove.theorems.result_stability import FollowedCall
from airspec.checker.prove.validation.interpretation import Interpretation
from airspec.checker.prove.validation.translation_check import Comparison, Disagreement
from airspec.semantics.notation.engine import as_written, is_called
from airspec.semantics.notation.registry import Entry, entry_of, load

KEPT: Final = 12
"""The number of arguments that are recorded of each function; they are spread over the runs."""

Arguments = tuple[Any, ...]


def validate_rules(terms: Terms, run: Callable[[], object]) -> Comparison:
    """Call `run`, and compare functions of rules with their cases as read, on arguments of calls during it."""
    read = {entry_of(function) for function in (*FollowedCanon.functions(), *FollowedCall.functions())}
    faithful = [entry for entry in load() if entry.edition is None]
    watched = [e for e in faithful if e.kind == "rules" or (is_called(e) and e in read)]
    with as_written(), watching(watched) as calls:
        run()
    compared, wrong = 0, []
    for entry, met in calls.items():
        compared += len(met)
        wrong += [Disagreement(entry.name, arguments) for arguments in differing(terms, entry, met)]
    return Comparison(len(calls), compared, tuple(wrong))


def differing(terms: Terms, entry: Entry, met: Sequence[Arguments]) -> Iterator[Arguments]:
    """Yield those of the recorded arguments on which a function differs from its cases as read.

    That is, not exactly one condition holds, or the result there is not what the function returns.
    """
    abstraction = Abstraction(terms)
    parameters = [z3.FreshConst(terms.sort) for _ in inspect.signature(entry.function).parameters]
    leaves = abstraction.leaves(entry.function, parameters)
    interpretation = Interpretation(abstraction, parameters)
    cases = [(interpretation.of(leaf.reached), interpretation.of(leaf.result)) for leaf in leaves]
    for arguments in met:
        results = [result for reached, result in cases if reached(arguments)]
        if len(results) != 1 or not same(results[0](arguments), entry.function(*arguments)):
            yield arguments


@contextmanager
def watching(entries: Sequence[Entry]) -> Iterator[dict[Entry, list[Arguments]]]:
    """Yield a map that collects, within the context, arguments of calls of these functions.

    Of each function at most `KEPT` calls are recorded: the first ones, then ever fewer.
    """
    watched: dict[CodeType, Entry] = {inspect.unwrap(entry.function).__code__: entry for entry in entries}
    calls: dict[Entry, list[Arguments]] = {}
    counts = dict.fromkeys(entries, 0)

    def see(frame: FrameType, event: str, argument: object) -> None:
        entry = watched.get(frame.f_code)
        if event == "call" and entry is not None:
            counts[entry] += 1
            kept = calls.setdefault(entry, [])
            if len(kept) < KEPT and counts[entry] >= 2 ** (len(kept) - 3):
                kept.append(
                    tuple(frame.f_locals[name] for name in frame.f_code.co_varnames[: frame.f_code.co_argcount])
                )

    before = sys.getprofile()
    sys.setprofile(see)
    try:
        yield calls
    finally:
        sys.setprofile(before)


def same(left: Any, right: Any) -> bool:
    """Return whether two values are equal in all parts, down to their types.

    Objects without equality of their own are the same only if they are identical.
    """
    if left is right:
        return True
    if type(left) is not type(right):
        return False
    if isinstance(left, Struct):
        return all(same(getattr(left, name), getattr(right, name)) for name in left.__struct_fields__)
    if isinstance(left, tuple | List | PVector):
        return len(left) == len(right) and all(map(same, left, right))
    if isinstance(left, HashTrieMap):
        return set(left) == set(right) and all(same(left[key], right[key]) for key in left)
    return bool(left == right)
