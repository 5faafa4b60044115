"""The proofs hold of the rules, and would notice a wrong one."""

from __future__ import annotations

import importlib.util
import re
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
PROVED = ("join_call", "join_ap", "join_canon")


def test_function_and_term_agree() -> None:
    assert list(validate()) == []
    assert list(misjudged()) == []


def test_every_law_is_as_stated_and_literal_commutativity_is_refuted() -> None:
    outcomes = list(prove())
    assert [outcome for outcome in outcomes if not outcome.expected] == []
    refuted = [outcome for outcome in outcomes if outcome.verdict == "refuted"]
    assert {outcome.law for outcome in refuted} == {"commutative"}
    by_table = {outcome.table: outcome.countermodel for outcome in refuted}
    appended = by_table["ap"]
    assert appended is not None and appended["a"] != appended["b"]
    assert appended["a"].keys() == state_to_json(Ap((0,))).keys()


def _mutants() -> Iterator[tuple[str, str]]:
    """Each case of the proved tables, changed once: its result becomes another one."""
    for leaf in re.finditer(r'"(?P<case>(?:\w|-)+): [^"]*"\n\s+return (?P<result>\w+)\((?P<args>.*)\)\n', SOURCE):
        table = SOURCE.rfind("\ndef ", 0, leaf.start())
        if SOURCE[table + 5 :].partition("(")[0] in PROVED:
            yield leaf["case"], _changed(leaf)


def _changed(leaf: re.Match[str]) -> str:
    other = {
        "NotMet": "Conflict(STATES_DIFFER, prev, current)",
        "Joined": "Conflict(STATES_DIFFER, prev, current)",
        "Conflict": "Joined(prev, Source.PREVIOUS, Source.PREVIOUS)",
        "Unexpected": "NotMet()",
    }[leaf["result"]]
    if leaf["result"] == "Joined":  # the other side's state, which is the subtler fault
        swap = {"prev": "current", "current": "prev"}
        state, _, rest = leaf["args"].partition(",")
        other = f"Joined({swap[state]},{rest})"
    whole = leaf[0].replace(f"{leaf['result']}({leaf['args']})", other)
    return SOURCE[: leaf.start()] + whole + SOURCE[leaf.end() :]


@pytest.mark.parametrize(("case", "text"), list(_mutants()), ids=lambda value: value if len(value) < 60 else "")
def test_a_changed_case_is_noticed(case: str, text: str, tmp_path: Path) -> None:
    module = _module(text, tmp_path, case)
    assert any(not outcome.expected for outcome in prove(module=module)), f"nothing notices the change of {case}"


def _module(text: str, directory: Path, name: str) -> ModuleType:
    import sys

    path = directory / "mutant.py"
    path.write_text(text, encoding="utf-8")
    full = f"mutant_{name.replace('-', '_')}"
    loader = importlib.util.spec_from_file_location(full, path)
    assert loader is not None and loader.loader is not None
    module = importlib.util.module_from_spec(loader)
    sys.modules[full] = module
    loader.loader.exec_module(module)
    return module
