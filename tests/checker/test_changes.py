"""Changes of seeded faults follow the names and the structure of rules, and apply exactly once."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator

import pytest

from airspec.checker.mutation.catalogue import MUTANTS
from airspec.checker.mutation.changes import (
    AddPremise,
    AddRule,
    AddUpdate,
    Change,
    DropKeyword,
    DropPremise,
    DropRule,
    DropUpdate,
    Exchange,
    Replace,
    ReplaceConclusion,
    ReplaceUpdate,
)
from airspec.checker.mutation.mutant import Mutant, MutantError, rewrite
from airspec.checker.mutation.places import ROOT

NOT_MOVED = "rules that are added have lines of their own"


def changed(rule: str, change: Change) -> list[str]:
    """The lines that a change of a rule writes, without their indentation."""
    ((file, text),) = rewrite(Mutant(name="odd", sentence="", rule=rule, change=change)).items()
    before = (ROOT / file).read_text(encoding="utf-8").split("\n")
    after = text.split("\n")
    assert isinstance(change, AddRule) or len(after) == len(before), NOT_MOVED
    return [line.strip() for line in after if line not in before]


def unknown_names(text: str) -> Iterator[str]:
    """The names that the functions of a module use, and that nothing gives a value."""
    tree = ast.parse(text)
    known = {*vars(builtins), *_bound(tree)}
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            own = {*known, *_bound(function)}
            yield from (node.id for node in ast.walk(function) if isinstance(node, ast.Name) and node.id not in own)


def _bound(tree: ast.AST) -> Iterator[str]:
    """The names that something in a tree gives a value."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(name, ast.Store()) | ast.arg(name) | ast.FunctionDef(name) | ast.ClassDef(name):
                yield name
            case ast.MatchAs(_, str(name)) | ast.MatchStar(str(name)):
                yield name
            case ast.alias(name, alias):
                yield alias or name


@pytest.mark.parametrize("mutant", MUTANTS, ids=[mutant.name for mutant in MUTANTS])
def test_every_change_applies_once(mutant: Mutant) -> None:
    files = rewrite(mutant)
    for file, text in files.items():
        assert text != (ROOT / file).read_text(encoding="utf-8")
        assert list(unknown_names(text)) == []
    assert bool(mutant.script) != bool(mutant.equivalent)


def test_every_mutant_has_a_name_of_its_own() -> None:
    assert len({mutant.name for mutant in MUTANTS}) == len(MUTANTS) >= 141


@pytest.mark.parametrize(
    ("rule", "change", "line"),
    [
        ("Step/seq-right", Replace("c . complete", "(True)"), "given(True)"),
        ("Step/call-forward", AddPremise("c.complete"), "given(c.complete); return it.at"),
        ("Step/call-forward", DropUpdate("record"), "return it.at.send_to(it.triplet.peer_pk).wait()"),
        ("Step/call-forward", ReplaceUpdate("wait", "done()"), ".record(Sent(c.me)).done()"),
        ("Step/call-elsewhere", AddUpdate("send_to(c.me)"), "return it.at.send_to(c.me).record(sent).wait()"),
        ("Step/null", ReplaceConclusion("me = c\nme.wait()"), "me = c; return me.wait()"),
        ("Step/never", AddRule("def added(c, instruction):\n    return c"), "def added(c, instruction):"),
        ("Join/sent-sent", AddPremise("prev == current"), "case Sent(), Sent() if (prev == current):"),
        ("Join/executed-executed", DropRule(), "case Executed(), Executed() if False:"),
        ("Join/sent-sent", DropRule(), "case Sent(), Sent() if False:"),
        ("Scope/bind", DropRule(), "if False:"),
        ("Scope/bind", AddPremise("name"), "cell.value is None) and name):"),
        ("airspec.semantics.merge.sliders.advance", Replace("s.seen + 1", "s.seen"), "s.length, s.seen)"),
        (
            "airspec.semantics.registers.enter_handler",
            DropKeyword("original"),
            "replace(r, last_settable=True, error_settable",
        ),
        ("airspec.semantics.rules.ap.pair_object", Exchange("key", "value"), '{"key": value, "value": key}'),
        ("airspec.semantics.configuration.Config.sign_if_own", Replace("self.me", "peer"), "if peer == peer else"),
    ],
    ids=str,
)
def test_changes_are_made_where_the_rule_is(rule: str, change: Change, line: str) -> None:
    assert line in changed(rule, change)[0]
    assert str(change)


def test_what_is_changed_on_several_lines_leaves_the_others_where_they_are() -> None:
    written = changed("airspec.semantics.stores.track_service_result", DropKeyword("tetraplet_store"))
    assert written[1:] == ["),"]
    assert "service_result_store" in written[0]
    assert changed("Step/seq-wait", DropRule()) == []
    assert changed("Step/seq-wait", DropPremise("not c.complete")) == [""]


@pytest.mark.parametrize(
    ("rule", "change", "complaint"),
    [
        ("Step/call-nowhere", DropRule(), "odd: in Step/call-nowhere, there is no such rule"),
        ("airspec.semantics.streams.take", DropRule(), "there is no such function of the notation"),
        ("Step/call-forward", Replace("it.state is not None", "True"), "`it.state is not None` occurs 0 times"),
        (
            "airspec.semantics.merge.join.same_result",
            Replace("prev.cid", "1"),
            "`prev.cid` occurs 3 times, and not once",
        ),
        ("Join/sent-done", Replace("prev.cid", "1"), "`prev.cid` occurs 0 times"),
        ("Step/null", Replace("c.(", "c"), r"`c.\(` is no expression"),
        ("Step/null", Replace("c", "c"), "the change leaves the rule as it is"),
        ("Step/null", DropUpdate("record"), "`record` occurs 0 times"),
        ("Step/null", DropUpdate("forget"), "Config has no update `forget`"),
        ("Step/null", AddUpdate("push("), "the change is no Python"),
        ("Step/null", DropKeyword("span"), "the argument `span=` occurs 0 times"),
        ("Step/null", ReplaceConclusion("x = 1"), "the new conclusion is no expression"),
        ("airspec.semantics.merge.join.same_result", ReplaceConclusion("True"), "there are several conclusions"),
        ("Scope/bind-twice", DropRule(), "what applies where nothing else does cannot be left out"),
        ("Step/par-left", DropPremise("meet_par(c)"), r"`meet_par\(c\)` is no premise by itself"),
        ("Scope/bind-twice", AddPremise("True"), "the case has no condition of its own"),
    ],
    ids=str,
)
def test_a_change_that_does_not_fit_is_refused(rule: str, change: Change, complaint: str) -> None:
    with pytest.raises(MutantError, match=complaint):
        changed(rule, change)
