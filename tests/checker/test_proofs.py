"""The proofs hold of the rules, and would notice a wrong one."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator, Sequence
from functools import partial
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest
import z3
from msgspec.structs import replace

from airspec.checker.prove.laws.sample_run import run_sample
from airspec.checker.prove.obligation import PROVER, about, discharge
from airspec.checker.prove.prover import SUBJECTS, prove
from airspec.checker.prove.reading.abstraction import Abstraction, all_terms
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.reading.transitions import Relation
from airspec.checker.prove.theorems import canon_stability, cases, result_stability, steps, totality
from airspec.checker.prove.theorems.algebra import PARTS
from airspec.checker.prove.theorems.induction import SHAPES
from airspec.checker.prove.theorems.join_laws import LAWS
from airspec.checker.prove.validation.abstraction_check import differing, validate_rules
from airspec.checker.prove.validation.transition_check import configurations, disagreeing, starting, validate_steps
from airspec.checker.prove.validation.translation_check import misjudged, validate
from airspec.semantics.configuration import ParRight
from airspec.semantics.editions import FAITHFUL, Edition, repaired
from airspec.semantics.merge import join, tree
from airspec.semantics.notation import rules, transitions
from airspec.semantics.notation.reading import NotationError, rule_name
from airspec.semantics.notation.registry import entry_of, load
from airspec.semantics.notation.sharing import Node, Tree, insert, shared
from airspec.semantics.notation.transitions import Left, Transition, load_name, rules_by_left, step_entries
from airspec.semantics.rules import call, call_result, canon, fold, par, stream_fold
from airspec.semantics.rules.failing import premise_waits
from airspec.spec.data import state_to_json
from airspec.spec.states import Ap, Executed, Failed, Sent, State
from airspec.spec.syntax import Call, Canon
from airspec.spec.values import Cid

SOURCE = Path(join.__file__).read_text(encoding="utf-8")
TABLES = {"join_call": "call", "join_ap": "ap", "join_canon": "canon", "of_kind": "fold"}
"""The functions with several cases, each with a table that rests on it."""
WINDOWS = {
    "join_par": "ParWindows(sizes_of(prev), sizes_of(current))",
    "join_fold": "FoldWindows(lore_of(prev), lore_of(current))",
}
"""The tables with one case, and what it returns."""


def test_function_and_term_agree() -> None:
    comparison = validate()
    assert comparison.disagreements == ()
    assert comparison.functions >= 20
    assert list(misjudged()) == []


def test_every_rule_agrees_with_its_cases_in_real_runs() -> None:
    terms = all_terms()
    with starting() as starts:
        comparison = validate_rules(terms, run_sample)
    assert comparison.disagreements == ()
    assert comparison.functions >= sum(entry.kind == "rules" and entry.edition is None for entry in load())
    in_steps = validate_steps(terms, starts)
    assert in_steps.disagreements == ()
    assert in_steps.inputs > 600


UNMET = {"Step/call-result-without-arguments", "Step/call-refused-done", "Step/fold-stream-lost"}
"""Rules that AquaVM excludes by assertions; no step of runs is by one of them."""


@pytest.mark.parametrize("edition", Edition)
def test_every_other_rule_applies_in_real_runs(edition: Edition) -> None:
    with starting() as starts:
        run_sample()
    met = configurations(starts, edition)
    names = {rule_name(entry) for entry in step_entries(edition)}
    assert names - {name for by_rule in met.values() for name in by_rule} == names & UNMET


def test_a_rule_of_step_that_was_read_wrongly_is_noticed() -> None:
    """A rule that applies more often than it is read to do, and one that goes without saying."""
    with starting() as starts:
        run_sample()
    left = Left("evaluate", Call)
    met = {name: found[:1] for name, found in configurations(starts, FAITHFUL)[left].items()}
    tree = shared(left, rules_by_left()[left])
    forward = next(rule for rule in tree.rules if rule.name == "Step/call-forward")
    assert list(disagreeing(all_terms(), tree, met, FAITHFUL)) == []
    changed = with_rules(tree, [rule for rule in tree.rules if rule is not forward])
    assert [name for name, _ in disagreeing(all_terms(), changed, met, FAITHFUL)] == ["Step/call-forward"]
    changed = with_rules(tree, [*tree.rules, weakened(forward)])
    assert "Step/call-wait" in [name for name, _ in disagreeing(all_terms(), changed, met, FAITHFUL)]


def test_a_rule_that_was_read_wrongly_is_noticed() -> None:
    """To a failed call no case of `holed` applies; to a request two would, of which the first stands."""
    entry = entry_of(holed)
    assert entry is not None
    assert list(differing(all_terms(), entry, [(Failed(Cid("one")),), (Sent("p"),)])) == [(Failed(Cid("one")),)]


def test_every_law_is_as_stated_and_literal_commutativity_is_refuted() -> None:
    outcomes = list(prove())
    assert [outcome for outcome in outcomes if not outcome.expected] == []
    refuted = [outcome for outcome in outcomes if outcome.verdict == "refuted"]
    assert {outcome.law for outcome in refuted} == {"commutative"}
    assert {outcome.subject for outcome in outcomes} == set(SUBJECTS)
    by_table = {outcome.subject: outcome.countermodel for outcome in refuted}
    appended = by_table["ap"]
    assert appended is not None and appended["a"] != appended["b"]
    assert appended["a"].keys() == state_to_json(Ap((0,))).keys()


ONE_STATE = {"failed-failed", "canon-executed-executed"}
"""Cases in which both states are the same one, so that taking the other changes nothing."""
LEAF = re.compile(r'"(?P<case>[a-z-]+): [^"]*"\n\s+return (?P<result>\w+)\((?P<args>.*)\)\n')


def _mutants() -> Iterator[tuple[str, str, str]]:
    """Each case of the proved tables, changed once: the case, its table, and the changed source."""
    for leaf in LEAF.finditer(SOURCE):
        start = SOURCE.rfind("\ndef ", 0, leaf.start()) + len("\ndef ")
        function = SOURCE[start:].partition("(")[0]
        if function in TABLES:
            changed = leaf[0].replace(f"{leaf['result']}({leaf['args']})", _other_result(leaf))
            yield leaf["case"], TABLES[function], SOURCE[: leaf.start()] + changed + SOURCE[leaf.end() :]
    for function, result in WINDOWS.items():
        swapped = result.replace("current", "other").replace("prev", "current").replace("other", "prev")
        yield function, function.removeprefix("join_"), SOURCE.replace(result, swapped)


def _other_result(leaf: re.Match[str]) -> str:
    if leaf["result"] == "Joined" and leaf["case"] not in ONE_STATE:
        state, _, rest = leaf["args"].partition(",")
        return f"Joined({'current' if state == 'prev' else 'prev'},{rest})"
    if leaf["result"] == "Conflict":
        return "Joined(prev, Source.PREVIOUS, Source.PREVIOUS)"
    return "NotMet()" if leaf["result"] == "Unexpected" else "Conflict(Contradiction.KINDS, prev, current)"


@pytest.mark.parametrize(("case", "table", "text"), [pytest.param(*mutant, id=mutant[0]) for mutant in _mutants()])
def test_a_changed_case_is_noticed(case: str, table: str, text: str, tmp_path: Path) -> None:
    module = _module(text, tmp_path, case)
    assert any(not outcome.expected for outcome in prove(module=module, subject=table))


def test_every_case_is_changed() -> None:
    assert len(list(_mutants())) == 29


def test_the_shapes_of_the_induction_are_the_declared_ones() -> None:
    parts = {part.name: part for part in PARTS}
    names = {part.hint: part.name for part in PARTS} | {tree.LeafState: "state"}
    for name, shapes in SHAPES.items():
        assert {shape.record for shape in shapes} == set(get_args(parts[name].hint))
        for shape in shapes:
            hints = get_type_hints(shape.record)
            expected = [(names[hint], field) for field, hint in hints.items() if hint in names]
            assert list(shape.parts) == expected


def test_lemmas_stand_on_their_own() -> None:
    """A law that others use relies on nothing but the induction, so that no proof goes in a circle."""
    uses = {law.name: law.uses for law in LAWS}
    for law in LAWS:
        assert all(not uses[lemma] for lemma in law.uses)


@rules("Test")
def holed(state: State) -> str:
    """A rule with a hole, and a case that is shadowed."""
    match state:
        case Sent() | Executed():
            "known: of two kinds"
            return "known"
        case Sent(peer_id, _):
            "shadowed: it was known already"
            return peer_id
        case Ap():
            "ap: an append"
            return "ap"


def test_a_hole_and_a_shadowed_case_are_noticed() -> None:
    terms = all_terms()
    found = {o.part: discharge(o, terms).expected for o in totality.of_function(terms, entry_of(holed))}
    assert found == {"Test: holed": False, "Test/known": True, "Test/shadowed": False, "Test/ap": True}


def with_rules(tree: Tree, rules_: Sequence[Transition]) -> Tree:
    """A left side with other rules."""
    root = Node()
    for rule in rules_:
        insert(root, rule)
    return Tree(tree.left, root, tuple(rules_), tree.constants)


def weakened(rule: Transition) -> Transition:
    """A rule whose last condition may also be that the configuration is complete."""
    atoms = list(rule.atoms)
    last = max(i for i, atom in enumerate(atoms) if isinstance(atom, transitions.Tested))
    atom = atoms[last]
    assert isinstance(atom, transitions.Tested)
    complete = ast.Attribute(load_name("_0"), "complete", ast.Load())
    atoms[last] = transitions.Tested(ast.BoolOp(ast.Or(), [atom.test, complete]), atom.line)
    return replace(rule, atoms=tuple(atoms))


FAULTY = (call, call_result, canon, par, fold, stream_fold, repaired)
"""Modules whose rules are dropped, and stated twice."""


def _rules_of_step() -> Iterator[tuple[Edition, Left, str]]:
    """Each rule of these modules for each of its left sides, in the first edition that has it."""
    seen = set[tuple[Left, str]]()
    for edition in Edition:
        for left, entries in rules_by_left(edition).items():
            for entry in entries:
                name = rule_name(entry)
                if entry.module in {module.__name__ for module in FAULTY} and (left, name) not in seen:
                    seen.add((left, name))
                    yield edition, left, name


SEEDED = [pytest.param(*rule, id=f"{rule[2].removeprefix('Step/')}-{rule[1]}") for rule in _rules_of_step()]


NOTICED = {"Step/call-refused-first": "otherwise", "Step/call-refused-asked": "otherwise", "Step/call-refused-done": ""}
"""Without the rules that catch a failure the generic rules apply, so that what is left is total."""


@pytest.fixture(scope="module")
def terms() -> Terms:
    return all_terms()


def unexpected(terms: Terms, tree: Tree, edition: Edition) -> set[str]:
    """The laws of steps that do not hold of a left side."""
    found = (discharge(obligation, terms) for obligation in steps.of_left(terms, tree, edition))
    return {outcome.law for outcome in found if not outcome.expected}


@pytest.mark.parametrize(("edition", "left", "name"), SEEDED)
def test_a_rule_that_is_missing_is_noticed(edition: Edition, left: Left, name: str, terms: Terms) -> None:
    tree = shared(left, rules_by_left(edition)[left], edition)
    rest = [rule for rule in tree.rules if rule.name != name]
    assert len(rest) == len(tree.rules) - 1
    assert NOTICED.get(name, "total") in {"", *unexpected(terms, with_rules(tree, rest), edition)}


@pytest.mark.parametrize(("edition", "left", "name"), SEEDED)
def test_a_rule_that_is_stated_twice_is_noticed(edition: Edition, left: Left, name: str, terms: Terms) -> None:
    """The second time with a weaker premise; or with the same ones, if the rule has no condition."""
    tree = shared(left, rules_by_left(edition)[left], edition)
    rule = next(rule for rule in tree.rules if rule.name == name)
    if not any(isinstance(atom, transitions.Tested) for atom in rule.atoms):
        with pytest.raises(NotationError, match="has the premises of another rule"):
            with_rules(tree, [*tree.rules, rule])
    else:
        assert "disjoint" in unexpected(terms, with_rules(tree, [*tree.rules, weakened(rule)]), edition)


def test_two_rules_that_apply_together_are_named(terms: Terms) -> None:
    left = Left("throw", ParRight)
    tree = shared(left, rules_by_left()[left])
    twice = with_rules(tree, [*tree.rules, weakened(tree.rules[0])])
    (found,) = [discharge(o, terms) for o in steps.of_left(terms, twice) if o.law == "disjoint"]
    assert found.verdict == "refuted"
    assert found.countermodel is not None and len(found.countermodel) > 1
    assert "3. Step/par-right-failed" in found.countermodel


def test_a_consequence_that_does_not_hold_is_noticed(terms: Terms) -> None:
    """A result without arguments would be possible if nobody took the answers of this peer's service."""
    left = Left("evaluate", Call)
    tree = shared(left, rules_by_left()[left])
    dropped = with_rules(tree, [rule for rule in tree.rules if rule.name != "Step/call-pending"])
    assert unexpected(terms, dropped, FAITHFUL) == {"total", "otherwise"}


def test_the_form_of_what_is_met_is_a_lemma(terms: Terms) -> None:
    """Without it, a call could meet a state of another kind, to which no rule applies."""
    left = Left("evaluate", Canon)
    relation = Relation(Abstraction(terms), shared(left, rules_by_left()[left]))
    some_way = z3.Or(*(way.applies for way in relation.ways))
    facts = tuple(relation.translation.facts.values())
    assert discharge(about(cases.TOTAL, "steps", relation.left, some_way, facts=facts), terms).verdict == "refuted"
    lemmas = list(steps.obligations(terms, (steps.MET_OWN_KIND,)))
    assert {discharge(lemma, terms).verdict for lemma in lemmas} == {"proved"}


@pytest.mark.parametrize(
    ("kind", "rule", "law"),
    [(Call, "Step/call-known-scalar", "result-kept"), (Canon, "Step/canon-known", "canon-kept")],
)
def test_a_result_that_is_forgotten_is_noticed(kind: type[Call | Canon], rule: str, law: str, terms: Terms) -> None:
    """A rule that only waits where it should record what is known."""
    chapter = result_stability if kind is Call else canon_stability
    run = result_stability.FollowedCall(terms, kind) if kind is Call else canon_stability.FollowedCanon(terms, kind)
    waiting = partial(run.translation.body, premise_waits, (run.before,))
    run.relation.ways = tuple(replace(w, read=waiting) if w.name == rule else w for w in run.relation.ways)
    found = {o.law: discharge(o, terms).verdict for o in run.obligations(chapter.LAWS, "", "")}
    assert found[law] == "refuted"


def _module(text: str, directory: Path, name: str) -> ModuleType:
    path = directory / "mutant.py"
    path.write_text(text, encoding="utf-8")
    full = f"mutant_{name.replace('-', '_')}"
    loader = importlib.util.spec_from_file_location(full, path)
    assert loader is not None and loader.loader is not None
    module = importlib.util.module_from_spec(loader)
    sys.modules[full] = module
    loader.loader.exec_module(module)
    return module


def test_the_prover_is_pinned() -> None:
    """The version that proves is the one that the project asks for."""
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    pinned = next(wanted for wanted in project["dependencies"] if wanted.startswith("z3-solver"))
    assert pinned == f"z3-solver=={version('z3-solver')}"
    assert PROVER.startswith(f"Z3 {version('z3-solver').rpartition('.')[0]}, seed ")
