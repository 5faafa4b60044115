"""The proofs hold of the rules, and would notice a wrong one."""

from __future__ import annotations

import importlib.util
import re
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import get_args, get_type_hints

import pytest

from checker.laws.sample import run_sample
from checker.proofs.laws import totality
from checker.proofs.laws.algebra import PARTS
from checker.proofs.laws.induction import SHAPES
from checker.proofs.laws.join_laws import LAWS
from checker.proofs.obligation import PROVER, discharge
from checker.proofs.prover import SUBJECTS, prove
from checker.proofs.reading.abstraction import all_terms
from checker.proofs.validation.of_functions import misjudged, validate
from checker.proofs.validation.of_rules import differing, validate_rules
from semantics.merge import join, tree
from semantics.notation import rules
from semantics.notation.registry import entry_of, load
from spec.data import state_to_json
from spec.states import Ap, Executed, Failed, Sent, State
from spec.values import Cid

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
    comparison = validate_rules(all_terms(), run_sample)
    assert comparison.disagreements == ()
    assert comparison.functions >= sum(entry.kind == "rules" for entry in load())


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
