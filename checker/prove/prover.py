"""All obligations, which are made from the rules that run, and their discharge."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import Enum
from types import ModuleType
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.prove.obligation import Discharge, Obligation, Outcome, discharge, stated
from airspec.checker.prove.reading.abstraction import all_terms
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.reading.translation import Translation
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems import canon_stability, result_stability, steps, totality
from airspec.checker.prove.theorems.algebra import TABLES, Algebra, TableAlgebra, of_leaves, of_table, tables
from airspec.checker.prove.theorems.cases import REACHABLE, Cases
from airspec.checker.prove.theorems.induction import KEPT, Induction
from airspec.checker.prove.theorems.join_laws import LAWS
from airspec.checker.prove.theorems.table_laws import JOINING_LAWS, WINDOW_LAWS
from airspec.semantics.merge import join as join_module
from airspec.semantics.merge import tree
from airspec.spec import states

STATED: Final = tuple(
    {
        law.name: law
        for law in (
            *LAWS,
            *JOINING_LAWS,
            *WINDOW_LAWS,
            REACHABLE,
            *canon_stability.LAWS,
            *result_stability.LAWS,
            *totality.LAWS,
            *steps.LAWS,
        )
    }.values()
)
"""Every law that has obligations, once."""

JOINS: Final = (*(name for name, *_ in TABLES), "state", "trace")
CHAPTERS: Final = {"canons": canon_stability, "results": result_stability, "rules": totality, "steps": steps}
SUBJECTS: Final = (*JOINS, *CHAPTERS)
"""What laws are proved of: each table of the join, the states of leaves, and whole traces; canons and results in a
network; all functions of rules; and the left sides of *Step*."""


def new_terms(module: ModuleType = join_module) -> Terms:
    """Return `Terms` for the records and enumerations that a module names, and for those of states and trees."""
    named = {**vars(states), **vars(tree), **vars(module)}
    kinds = [kind for kind in named.values() if isinstance(kind, type)]
    records = {kind.__name__: kind for kind in kinds if issubclass(kind, Struct) and kind is not Struct}
    enumerations = [kind for kind in kinds if issubclass(kind, Enum) and kind is not Enum]
    recursive = {"Forest": tree.Forest, "Node": tree.Node, "Iterations": tree.Iterations}
    return Terms(records.values(), enumerations, numbered={tree.Path}, recursive=recursive)


def prove(law: str | None = None, module: ModuleType = join_module, subject: str | None = None) -> Iterator[Outcome]:
    """Decide the obligations of all laws or of one, about all `SUBJECTS` or one, and yield the outcomes.

    The tables of the join are those of the given module.
    """
    wanted = Wanted(law)
    if subject is None or subject in JOINS:
        terms = new_terms(module)
        for name, obligations in joins(terms, module, wanted):
            if subject in (None, name):
                yield from (discharge(obligation, terms) for obligation in obligations)
    if subject is None or subject in CHAPTERS:
        terms = all_terms()
        for name, chapter in CHAPTERS.items():
            laws = wanted.of(chapter.LAWS)
            if laws and subject in (None, name):
                yield from _by_law(laws, chapter.obligations(terms, laws), terms)


def _by_law(laws: Iterable[Proposition], obligations: Iterable[Obligation], terms: Terms) -> list[Outcome]:
    """Return the outcomes of obligations, ordered by law; obligations that share facts must follow one another."""
    discharging = Discharge(terms)
    outcomes = [discharging.of(obligation) for obligation in obligations]
    places = {law.name: i for i, law in enumerate(laws)}
    return sorted(outcomes, key=lambda outcome: places[outcome.law])


class Wanted(Struct, frozen=True):
    """A choice of the laws to be proved: the one called `name`, or all if it is None."""

    name: str | None = None

    def of(self, laws: Iterable[Proposition]) -> tuple[Proposition, ...]:
        """Return those of the given laws that are chosen, in order."""
        return tuple(law for law in laws if self.name in (None, law.name))


ALL: Final = Wanted()


def joins(
    terms: Terms, module: ModuleType = join_module, wanted: Wanted = ALL
) -> Iterator[tuple[str, Iterator[Obligation]]]:
    """Yield each subject of the laws of the join, as its name and its obligations.

    The subjects are the tables in `module`, the states of leaves (``state``), and the whole traces (``trace``).
    """
    for table in tables(module):
        translation = Translation(terms)
        yield table.name, _stamped(translation, of_one_table(of_table(translation, table), wanted))
    translation = Translation(terms)
    yield "state", _stamped(translation, _of_algebra(of_leaves(translation), wanted.of(LAWS)))
    translation = Translation(terms, KEPT)
    induction = Induction(translation, LAWS)
    yield "trace", _stamped(translation, (o for law in wanted.of(LAWS) for o in induction.obligations(law)))


def of_one_table(table: TableAlgebra, wanted: Wanted) -> Iterator[Obligation]:
    """Yield the obligations of a table of the join: those of the wanted laws, and that each case can apply."""
    yield from _of_algebra(table, wanted.of((*LAWS, *JOINING_LAWS) if table.table.empty is None else WINDOW_LAWS))
    if wanted.of((REACHABLE,)):
        given = table.any_state(table.a, table.b)
        for leaf in table.translation.leaves(table.table.function, (table.a, table.b)):
            yield stated(REACHABLE, table.name, Cases(given, (leaf.reached,)), part=leaf.name)


def _of_algebra(algebra: Algebra, laws: Iterable[Proposition]) -> Iterator[Obligation]:
    for law in laws:
        if law.name != "unit" or algebra.unit is not None:
            shown = algebra.chosen[: law.arity]
            yield stated(law, algebra.name, algebra, shown=shown)


def _stamped(translation: Translation, obligations: Iterator[Obligation]) -> Iterator[Obligation]:
    """Yield the obligations, each with the functions that were read for it."""
    translation.read.clear()
    for obligation in obligations:
        reads = sorted(f"{entry.module}.{entry.name}" for entry in translation.read)
        yield replace(obligation, reads=tuple(reads))
        translation.read.clear()
