"""The rules of *Step*, by left side: some rule applies, and no two do, in each edition.

A configuration with a left side steps by a rule whose premises hold, or by the generic rules where a premise fails that
a rule needs.  Of the judgements in premises only the declared types are known, and one lemma: the state that an
instruction meets is of its own kind, as the tables of the join say.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, Final

import z3
from msgspec import Struct

from airspec.checker.prove.formulas import Stated
from airspec.checker.prove.obligation import Obligation, stated
from airspec.checker.prove.reading.abstraction import Abstraction, Lemma, with_helpers
from airspec.checker.prove.reading.symbols import BOOLEAN, SymbolicTranslation, Symbols
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.reading.transitions import Fallback, Relation
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra import TABLES
from airspec.checker.prove.theorems.cases import DISJOINT, NOT_SHADOWED, TOTAL, Cases
from airspec.semantics.configuration import Config
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.merge import join, sliders
from airspec.semantics.merge.meeting import Met, meet
from airspec.semantics.notation.registry import entry_of
from airspec.semantics.notation.sharing import Node, Tree, trees
from airspec.semantics.notation.transitions import Otherwise


def _left_over(m: Fallback) -> Term:
    """The premises before ``otherwise`` hold, and no sister rule applies."""
    return z3.And(m.left, z3.And(*m.premises, z3.Not(z3.Or(*m.sisters))))


def _consequence(m: Fallback) -> Term:
    return m.consequence


class MetState(Struct, frozen=True, eq=False):
    """What an instruction meets by a table of the join (`met`), with the premise about the configuration (`given`)."""

    terms: Terms
    table: Callable[..., object]
    given: Term
    met: Term

    def is_own(self, state: Term) -> Term:
        """The state is of the kind of instruction that the table is for."""
        return z3.Or(*(self.terms.is_record(kind, state) for kind in KINDS[self.table]))


def _given(m: MetState) -> Term:
    return m.given


def _own_kind(m: MetState) -> Term:
    state = m.terms.field(Met, "state", m.met)
    return z3.Implies(m.terms.is_record(Met, m.met), z3.Or(state == m.terms.nothing, m.is_own(state)))


class SymbolicMet(MetState, frozen=True, eq=False):
    """What an instruction meets by any table, for printing."""

    def is_own(self, state: Term) -> Term:
        """Return the formula ``own(state)``."""
        assert isinstance(self.terms, Symbols)
        return self.terms.told("own({})", MetState.is_own, state, sort=BOOLEAN)


def _any_fallback() -> Stated:
    symbols = Symbols()
    premises, consequence = (symbols.applied(name, sort=BOOLEAN) for name in ("premises", "consequence"))
    symbols.explain("premises", "The premises of the rule before `otherwise`.")
    symbols.explain("consequence", "The condition that the rule states of what is left.")
    c = z3.Const("c", symbols.sort)
    symbols.explain("sister₁({})", "The first other rule applies; three stand for any number of rules.", c)
    sisters = tuple(symbols.applied(f"sister{sign}({{}})", c, sort=BOOLEAN) for sign in "₁₂₃")
    fallback = Fallback(Node(None), z3.BoolVal(True), (premises,), sisters, consequence)
    return Stated("any", symbols, fallback)


def _any_met() -> Stated:
    translation = SymbolicTranslation()
    c, table = (z3.Const(name, translation.terms.sort) for name in ("c", "table"))
    return Stated(
        "any",
        translation.terms,
        SymbolicMet(translation.terms, join.join_call, z3.BoolVal(True), translation.call(meet, (c, table))),
    )


OTHERWISE: Final = Proposition(
    "otherwise",
    "Where `otherwise` applies, the condition that its rule states of the other rules holds.",
    _left_over,
    _consequence,
    (_any_fallback(),),
)
MET_OWN_KIND: Final = Proposition(
    "met-own-kind",
    "What both sides recorded of an instruction is a state of its own kind, or nothing.",
    _given,
    _own_kind,
    (_any_met(),),
)
LAWS: Final = (TOTAL, DISJOINT, OTHERWISE, NOT_SHADOWED, MET_OWN_KIND)
"""The laws of steps; the first and the fourth are also those of functions of rules."""

KINDS: Final[Mapping[Callable[..., object], tuple[type[Struct], ...]]] = {
    getattr(join, function): kinds for _, function, kinds, empty in TABLES if empty is None
}
"""The states of an instruction, by its table of the join."""


def obligations(terms: Terms, wanted: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the obligations of the wanted laws, for each left side and each table of the join, in each edition."""
    names = {law.name for law in wanted}
    for edition in Edition:
        for tree in trees(edition):
            yield from (o for o in of_left(terms, tree, edition) if o.law in names)
        for table in KINDS:
            yield from (o for o in (of_table(terms, table, edition),) if o.law in names)


def of_left(terms: Terms, tree: Tree, edition: Edition = FAITHFUL) -> Iterator[Obligation]:
    """Yield the obligations of one left side: some rule applies, no two do, and each can apply.

    Where rules state a condition with ``otherwise``, it is an obligation, too.
    """
    abstraction = Abstraction(terms, claimed(tree), edition, lemmas(terms))
    relation = Relation(abstraction, tree)
    premise = relation.left
    known: dict[str, Any] = {"facts": tuple(abstraction.facts.values()), "reads": relation.reads}
    part = f"{tree.left}, {edition.value}"
    ways = Cases(premise, tuple(way.applies for way in relation.ways))
    yield stated(TOTAL, "steps", ways, part=part, **known)
    if len(relation.ways) > 1:
        told = {f"{i}. {way.name}": way.applies for i, way in enumerate(relation.ways, 1)}
        yield stated(DISJOINT, "steps", ways, part=part, told=told, **known)
    for fallback in relation.fallbacks:
        yield stated(OTHERWISE, "steps", fallback, part=f"{fallback.name}, {part}", may_be_empty=True, **known)
    for way in relation.ways:
        if way.rule is not None:
            yield stated(NOT_SHADOWED, "steps", Cases(premise, (way.applies,)), part=f"{way.name}, {part}", **known)


def claimed(tree: Tree) -> tuple[Callable[..., object], ...]:
    """Return the functions of the notation that rules of a left side use in conditions with ``otherwise``."""
    claims = [atom.consequence for rule in tree.rules for atom in rule.atoms if isinstance(atom, Otherwise)]
    names = {node.id for claim in claims if claim is not None for node in ast.walk(claim) if isinstance(node, ast.Name)}
    known = [entry_of(tree.constants.get(name)) for name in sorted(names)]
    return tuple(entry.function for entry in known if entry is not None)


def of_table(terms: Terms, table: Callable[..., object], edition: Edition = FAITHFUL) -> Obligation:
    """Return the obligation that a state that `meet` returns for this table is of the table's kind, or nothing."""
    abstraction = Abstraction(terms, (meet, sliders.take, *with_helpers(table)), edition)
    c = z3.Const("c", terms.sort)
    met = abstraction.call(meet, (c, table))
    thing = MetState(terms, table, terms.is_record(Config, c), met)
    part = f"{table.__name__}, {edition.value}"
    return stated(MET_OWN_KIND, "steps", thing, part=part, **abstraction.grounds())


def lemma(terms: Terms, table: Callable[..., object]) -> Lemma:
    """Return the lemma `MET_OWN_KIND` for one table, as a function from what is met by it to a formula."""
    return lambda met: _own_kind(MetState(terms, table, z3.BoolVal(True), met))


def lemmas(terms: Terms) -> dict[str, Lemma]:
    """Return the lemma for each table of the join, by the name of the symbol for what is met by it."""
    name = f"{meet.__module__}.{meet.__name__}"
    return {f"{name} {table.__name__}": lemma(terms, table) for table in KINDS}
