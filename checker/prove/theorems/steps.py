"""The rules of *Step*, by left side: some rule applies, and no two do, in each edition.

A configuration with a left side steps by a rule whose premises hold, or by the generic rules where a premise fails that
a rule needs.  Of the judgements in premises only the declared types are known, and one lemma: the state that an
instruction meets is of its own kind, as the tables of the join say.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import combinations
from typing import Any, Final

import z3
from msgspec import Struct

from airspec.checker.prove.obligation import Obligation, about
from airspec.checker.prove.reading.abstraction import Abstraction, Lemma, with_helpers
from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.reading.transitions import Relation
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra import TABLES
from airspec.checker.prove.theorems.totality import NOT_SHADOWED, TOTAL
from airspec.semantics.configuration import Config
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.merge import join, sliders
from airspec.semantics.merge.meeting import Met, meet
from airspec.semantics.notation.registry import entry_of
from airspec.semantics.notation.sharing import Tree, trees
from airspec.semantics.notation.transitions import Otherwise

DISJOINT: Final = Proposition(
    "disjoint",
    "No two rules of Step apply to the same configuration.",
    "c ⟶ c₁ by r and c ⟶ c₂ by s ⇒ r = s",
    lambda _: True,
    lambda _: True,
)
OTHERWISE: Final = Proposition(
    "otherwise",
    "Where `otherwise` applies, the condition that its rule states of the other rules holds.",
    "¬ sisters ⇒ consequence",
    lambda _: True,
    lambda _: True,
)
MET_OWN_KIND: Final = Proposition(
    "met-own-kind",
    "What both sides recorded of an instruction is a state of its own kind, or nothing.",
    "c ⊢ meet(join) ⇓ met ⇒ met.state ∈ kind ∪ {∅}",
    lambda _: True,
    lambda _: True,
)
LAWS: Final = (TOTAL, DISJOINT, OTHERWISE, NOT_SHADOWED, MET_OWN_KIND)
"""The laws of steps; the first and the fourth are also those of functions of rules."""

KINDS: Final[Mapping[Callable[..., object], tuple[type[Struct], ...]]] = {
    getattr(join, function): kinds for _, function, kinds, empty in TABLES if empty is None
}
"""The states of an instruction, by its table of the join."""


def obligations(terms: Terms, wanted: Collection[Proposition] = LAWS) -> Iterator[Obligation]:
    """Yield the obligations of each left side in each edition, and of the lemma."""
    names = {law.name for law in wanted}
    for edition in Edition:
        for tree in trees(edition):
            yield from (o for o in of_left(terms, tree, edition) if o.law in names)
        for table in KINDS:
            yield from (o for o in (of_table(terms, table, edition),) if o.law in names)


def of_left(terms: Terms, tree: Tree, edition: Edition = FAITHFUL) -> Iterator[Obligation]:
    """Yield the obligations that the rules of one left side are total and disjoint, and that each can apply."""
    abstraction = Abstraction(terms, claimed(tree), edition, lemmas(terms))
    relation = Relation(abstraction, tree)
    premise = relation.left
    known: dict[str, Any] = {"facts": tuple(abstraction.facts.values()), "reads": relation.reads}
    part = f"{tree.left}, {edition.value}"
    ways = [way.applies for way in relation.ways]
    yield about(TOTAL, "steps", premise, z3.Or(*ways), part=part, **known)
    apart = [z3.Not(z3.And(one, other)) for one, other in combinations(ways, 2)]
    if apart:
        told = {f"{i}. {way.name}": way.applies for i, way in enumerate(relation.ways, 1)}
        yield about(DISJOINT, "steps", premise, z3.And(*apart), part=part, told=told, **known)
    for claim in relation.claims:
        where = z3.And(premise, claim.applies)
        named = f"{claim.name}, {part}"
        yield about(OTHERWISE, "steps", where, claim.consequence, part=named, may_be_empty=True, **known)
    for way in relation.ways:
        if way.rule is not None:
            named = f"{way.name}, {part}"
            yield Obligation(NOT_SHADOWED.name, "steps", named, premise, way.applies, "witnessed", **known)


def claimed(tree: Tree) -> tuple[Callable[..., object], ...]:
    """Return the functions of the notation that rules name in their claims with ``otherwise``."""
    claims = [atom.consequence for rule in tree.rules for atom in rule.atoms if isinstance(atom, Otherwise)]
    names = {node.id for claim in claims if claim is not None for node in ast.walk(claim) if isinstance(node, ast.Name)}
    known = [entry_of(tree.constants.get(name)) for name in sorted(names)]
    return tuple(entry.function for entry in known if entry is not None)


def of_table(terms: Terms, table: Callable[..., object], edition: Edition = FAITHFUL) -> Obligation:
    """Return the obligation that a state met by a table of the join is of the table's kind, or nothing."""
    abstraction = Abstraction(terms, (meet, sliders.take, *with_helpers(table)), edition)
    c = z3.Const("c", terms.sort)
    met = abstraction.call(meet, (c, table))
    premise, goal = terms.is_record(Config, c), lemma(terms, table)(met)
    part = f"{table.__name__}, {edition.value}"
    return about(MET_OWN_KIND, "steps", premise, goal, part=part, **abstraction.grounds())


def lemma(terms: Terms, table: Callable[..., object]) -> Lemma:
    """Return the lemma `MET_OWN_KIND` for states that are met by a table."""

    def own_kind(met: Term) -> Term:
        state = terms.field(Met, "state", met)
        own = z3.Or(state == terms.nothing, *(terms.is_record(kind, state) for kind in KINDS[table]))
        return z3.Implies(terms.is_record(Met, met), own)

    return own_kind


def lemmas(terms: Terms) -> dict[str, Lemma]:
    """Return the lemma for each symbol that stands for states met by a table."""
    name = f"{meet.__module__}.{meet.__name__}"
    return {f"{name} {table.__name__}": lemma(terms, table) for table in KINDS}
