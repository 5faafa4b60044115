"""Totality: the conditions of every function of rules are total, and none of its cases is shadowed.

That no two cases apply together needs no proof here: the condition of a case includes that all earlier cases fail.  So
a rule that can be read at all is deterministic.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterator
from itertools import count
from typing import Any, Final

import z3

from airspec.checker.prove.obligation import Obligation, stated
from airspec.checker.prove.reading.abstraction import Abstraction, declared
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.cases import NOT_SHADOWED, TOTAL, Cases
from airspec.semantics.notation.registry import Entry, load

LAWS: Final = (TOTAL, NOT_SHADOWED)


def obligations(terms: Terms, laws: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the obligations of the given laws, for every function of rules with more than one case."""
    names = {law.name for law in laws}
    for entry in load():
        if entry.kind == "rules":
            yield from (o for o in of_function(terms, entry) if o.law in names)


def of_function(terms: Terms, entry: Entry) -> Iterator[Obligation]:
    """Yield the obligations that some case of a function applies, and that each can; none for a single case."""
    abstraction = Abstraction(terms)
    names = list(inspect.signature(entry.function).parameters)
    parameters = [z3.Const(name, terms.sort) for name in names]
    leaves = abstraction.leaves(entry.function, parameters)
    if len(leaves) == 1:
        return
    hints = declared(entry.function)
    types = [abstraction.shallow(p, hints.get(name, object)) for p, name in zip(parameters, names, strict=True)]
    premise, facts = z3.And(*types), tuple(abstraction.facts.values())
    known: dict[str, Any] = {"facts": facts, "reads": (f"{entry.module}.{entry.name}",)}
    cases = Cases(premise, tuple(leaf.reached for leaf in leaves))
    yield stated(TOTAL, "rules", cases, part=f"{entry.note}: {entry.name}", **known)
    failing = count(1)
    for leaf in leaves:
        part = f"{entry.note}/{leaf.name}" if leaf.name else f"{entry.note}: {entry.name}, failure {next(failing)}"
        yield stated(NOT_SHADOWED, "rules", Cases(premise, (leaf.reached,)), part=part, **known)
