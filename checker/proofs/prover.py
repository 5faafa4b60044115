"""Discharging the laws: one obligation for each law and table, with the outcome that Z3 gives.

The seed and the time limit are fixed; an obligation that Z3 cannot decide within the limit is undecided, which is
never a success.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from enum import Enum
from types import ModuleType
from typing import Any, Final, Literal

import z3
from msgspec import Struct

from checker.proofs.join_laws import KINDS, LAWS, Law, Model, Table
from checker.proofs.terms import Terms
from checker.proofs.translation import Translation
from semantics.merge import join as join_module
from spec import states
from spec.data import state_to_json

SEED: Final = 62
TIME_LIMIT_MS: Final = 20_000

Verdict = Literal["proved", "refuted", "undecided", "vacuous"]


class Outcome(Struct, frozen=True):
    """What became of an obligation; `expected` says whether it is what the law claims.

    `countermodel` maps variables to the JSON form of states, or to null for a side that has none.
    """

    law: str
    table: str
    verdict: Verdict
    expected: bool
    seconds: float
    countermodel: dict[str, Any] | None = None


def new_terms(module: ModuleType = join_module) -> Terms:
    """The terms of all values that the tables of a module handle."""
    names = {**vars(states), **vars(module)}
    kinds = [kind for kind in names.values() if isinstance(kind, type)]
    records = {kind.__name__: kind for kind in kinds if issubclass(kind, Struct) and kind is not Struct}
    return Terms(records.values(), [kind for kind in kinds if issubclass(kind, Enum) and kind is not Enum])


def prove(law: str | None = None, module: ModuleType = join_module, table: str | None = None) -> Iterator[Outcome]:
    """Prove or refute the laws, or one of them, of the tables in a module, or of one of them."""
    translation = Translation(new_terms(module))
    for name, function, kinds in KINDS:
        if table not in (None, name):
            continue
        model = Model(translation, Table(name, getattr(module, function), kinds))
        for statement in LAWS:
            if law in (None, statement.name):
                yield _discharge(model, statement)
        if law in (None, "reachable"):
            yield from _reachable(model)


def names() -> tuple[str, ...]:
    """The names of all laws."""
    return ("reachable", *(law.name for law in LAWS))


def _solver() -> Any:
    solver = z3.Solver()
    solver.set("random_seed", SEED)
    solver.set("timeout", TIME_LIMIT_MS)
    return solver


def _discharge(model: Model, law: Law) -> Outcome:
    began = time.perf_counter()
    solver = _solver()
    solver.add(law.premise(model))
    if solver.check() != z3.sat:  # a law about nothing
        return Outcome(law.name, model.table.name, "vacuous", False, time.perf_counter() - began)
    solver.add(z3.Not(law.conclusion(model)))
    answer = solver.check()
    verdict: Verdict = "proved" if answer == z3.unsat else "refuted" if answer == z3.sat else "undecided"
    counter = _countermodel(model, solver.model()) if verdict == "refuted" else None
    expected = verdict == ("proved" if law.holds else "refuted")
    return Outcome(law.name, model.table.name, verdict, expected, time.perf_counter() - began, counter)


def _reachable(model: Model) -> Iterator[Outcome]:
    """Each case of a table applies to some two states."""
    for leaf in model.translation.leaves(model.table.function, (model.a, model.b)):
        began = time.perf_counter()
        solver = _solver()
        solver.add(model.any_state(model.a, model.b), leaf.reached)
        answer = solver.check()
        verdict: Verdict = "proved" if answer == z3.sat else "refuted" if answer == z3.unsat else "undecided"
        yield Outcome("reachable", f"Join/{leaf.name}", verdict, verdict == "proved", time.perf_counter() - began)


def _countermodel(model: Model, found: Any) -> dict[str, Any]:
    chosen = {}
    for variable in (model.a, model.b, model.c, model.d):
        if found[variable] is not None:
            state = model.terms.decode(found[variable])
            chosen[str(variable)] = None if state is None else state_to_json(state)  # type: ignore[arg-type]
    return chosen
