"""The proofs hold of the rules, and would notice a wrong one."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from checker.proofs.prover import prove
from checker.proofs.validation import misjudged, validate
from semantics.merge import join
from spec.data import state_to_json
from spec.states import Ap

SOURCE = Path(join.__file__).read_text(encoding="utf-8")
PROVED = ("join_call", "join_ap", "join_canon", "join_par", "join_fold")


def test_function_and_term_agree() -> None:
    comparison = validate()
    assert comparison.disagreements == ()
    assert comparison.functions >= 20
    assert list(misjudged()) == []


def test_every_law_is_as_stated_and_literal_commutativity_is_refuted() -> None:
    outcomes = list(prove())
    assert [outcome for outcome in outcomes if not outcome.expected] == []
    refuted = [outcome for outcome in outcomes if outcome.verdict == "refuted"]
    assert {outcome.law for outcome in refuted} == {"commutative"}
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
        if function in PROVED:
            changed = leaf[0].replace(f"{leaf['result']}({leaf['args']})", _other_result(leaf))
            yield leaf["case"], function.removeprefix("join_"), SOURCE[: leaf.start()] + changed + SOURCE[leaf.end() :]


def _other_result(leaf: re.Match[str]) -> str:
    if leaf["result"] == "Joined" and leaf["case"] not in ONE_STATE:
        state, _, rest = leaf["args"].partition(",")
        return f"Joined({'current' if state == 'prev' else 'prev'},{rest})"
    if leaf["result"] == "Conflict":
        return "Joined(prev, Source.PREVIOUS, Source.PREVIOUS)"
    return "NotMet()" if leaf["result"] == "Unexpected" else "Conflict(STATES_DIFFER, prev, current)"


@pytest.mark.parametrize(("case", "table", "text"), [pytest.param(*mutant, id=mutant[0]) for mutant in _mutants()])
def test_a_changed_case_is_noticed(case: str, table: str, text: str, tmp_path: Path) -> None:
    module = _module(text, tmp_path, case)
    assert any(not outcome.expected for outcome in prove(module=module, subject=table))


def test_every_case_is_changed() -> None:
    assert len(list(_mutants())) == 47


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
