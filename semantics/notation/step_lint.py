"""The linter of *Step*: what makes a rule no transition of the machine, and what makes rules depend on their order."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from airspec.semantics.editions import Edition
from airspec.semantics.notation.reading import NotationError, cases, whole_rule
from airspec.semantics.notation.registry import Entry
from airspec.semantics.notation.sharing import parting_problems, shared
from airspec.semantics.notation.transitions import left_sides, rules_by_left
from airspec.semantics.notation.updates import chain_of


def step_problems(entry: Entry) -> Iterator[tuple[int, str]]:
    """Yield the lines, with messages, at which a function that is typeset as a transition is not one."""
    if entry.note != "Step":
        return
    try:
        if entry.kind == "step":
            left_sides(entry)
        for case in cases(entry):
            chain_of(case.conclusion)
    except NotationError as error:
        yield error.line, error.message


def order_problems(entries: Sequence[Entry]) -> Iterator[tuple[Entry, str]]:
    """Yield messages about left sides whose rules depend on their order, each with the first rule of that left side.

    Only left sides all of whose rules are among `entries` are checked.
    """
    known = set(entries)
    for edition in Edition:
        for left, rules in rules_by_left(edition).items():
            if known.issuperset(rules):
                try:
                    for problem in parting_problems(shared(left, rules, edition)):
                        yield rules[0], problem
                except NotationError as error:
                    yield rules[0], error.message


def premise_problems(entry: Entry) -> Iterator[tuple[int, str]]:
    """Yield the lines, with messages, at which shared premises cannot be read as such.

    Other functions have no problems.
    """
    if entry.kind == "premises":
        try:
            whole_rule(entry)
        except NotationError as error:
            yield error.line, error.message
