"""Seeded faults are noticed by general laws, and these laws hold of the rules as they are."""

from __future__ import annotations

import ast

import pytest
from click.testing import CliRunner
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from airspec.checker.cli.mutants import command
from airspec.checker.conform.generation.scripts import scripts
from airspec.checker.mutation import runner
from airspec.checker.mutation.catalogue import MUTANTS, QUICK
from airspec.checker.mutation.changes import ReplaceConclusion
from airspec.checker.mutation.mutant import Mutant
from airspec.checker.mutation.rules_digest import text_of
from airspec.checker.mutation.runner import try_mutants
from airspec.checker.mutation.trial import digests
from airspec.checker.mutation.verdicts import Tried
from airspec.checker.prove.laws import host_laws, merge_laws, trace_laws
from airspec.checker.prove.laws.corpus import runs
from airspec.checker.prove.laws.harness import explore
from airspec.checker.prove.laws.merge_laws import ASKED, TOLD_ALIKE
from airspec.checker.prove.laws.script_counts import script_count
from airspec.checker.prove.laws.script_law import ScriptLaw
from airspec.checker.prove.laws.tally import noting
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.laws.trace_laws import BENIGN

BY_NAME = {mutant.name: mutant for mutant in MUTANTS}
GENERAL = [law for law in (*host_laws.LAWS, *trace_laws.LAWS, *merge_laws.LAWS) if not law.premise]


@pytest.mark.parametrize("law", SCRIPT_LAWS, ids=[law.name for law in SCRIPT_LAWS])
def test_a_law_holds_of_the_rules(law: ScriptLaw) -> None:
    with noting() as scripts:
        assert list(law.check(runs())) == []
    assert len(scripts) == script_count(law.name)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(text=scripts(depth=4, budget=10))
def test_laws_without_a_premise_hold_of_any_script(text: str) -> None:
    run = explore(text)
    assert run.stuck is None
    assert [(law.name, list(law.check((run,)))[:1]) for law in GENERAL if list(law.check((run,)))] == []


@pytest.mark.parametrize(
    ("premise", "script"),
    [
        (BENIGN, '(par (call "A" ("s" "f") [] x) (seq (ap 1 $s) (fold $s i (call "B" ("s" "g") [x.$.zz]))))'),
        (
            TOLD_ALIKE,
            '(seq (call "A" ("s" "arr") [] x) (par (ap (x 1) %m) (call "B" ("s" "f") [%last_error%] y)))',
        ),
        (ASKED, '(par (call "C" ("s" "f") [] x) (call "A" ("s" "g") [x]))'),
    ],
)
def test_premises_are_needed(premise: str, script: str) -> None:
    run = explore(script)
    for law in SCRIPT_LAWS:
        if law.premise == premise:
            assert list(law.check((run,))), law.name


def test_a_few_mutants_are_killed_and_shown_by_their_scripts() -> None:
    verdicts = list(try_mutants([BY_NAME[name] for name in QUICK], digests(), workers=2))
    assert [(verdict.mutant, verdict.status, verdict.shown) for verdict in verdicts] == [
        (name, "killed", True) for name in QUICK
    ]


def test_who_breaks_no_law_survives(monkeypatch: pytest.MonkeyPatch) -> None:
    harmless = Mutant(
        name="harmless",
        sentence="What is left has a name.",
        rule="airspec.semantics.merge.sliders.remaining",
        change=ReplaceConclusion("left = s.length - s.seen\nleft"),
        script='(par (call "B" ("s" "f") []) (null))',
    )
    ended: list[tuple[list[Tried], str]] = [([Tried(1, (), 0.0)], ""), ([Tried(1, (), 0.0)], ""), ([], "it crashed")]
    monkeypatch.setattr(runner, "_trial", lambda *_: ended.pop(0))
    (survived,) = try_mutants([harmless], ())
    assert (survived.status, survived.shown, survived.broken) == ("survived", False, ())
    equivalent = replace(harmless, equivalent="it is the same")
    assert [verdict.status for verdict in try_mutants([equivalent, harmless], ())] == ["equivalent", "undecided"]


def test_the_command_lists_and_refuses() -> None:
    listed = CliRunner().invoke(command, ["--list", "--quick"])
    assert all(name in listed.output for name in QUICK)
    unknown = CliRunner().invoke(command, ["nothing"])
    assert "there is no mutant 'nothing'" in str(unknown.exception)


def test_the_digest_of_the_rules_is_of_what_they_do() -> None:
    def text(sentence: str, condition: str) -> str:
        branch = f"if {condition}:\n    'yes: it is {sentence}'\n    return x"
        source = f"def f(x):\n  'It is {sentence}.'\n  {branch}\n  return 0"
        (definition,) = ast.parse(source).body
        assert isinstance(definition, ast.FunctionDef)
        return text_of(definition)

    assert text("kept", "x > 1") == text("left as it is", "(x  >  1)")
    assert text("kept", "x > 1") != text("kept", "x > 2")
