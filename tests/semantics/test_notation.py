"""The notation: what the linter refuses, and that recording firings changes nothing."""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Final

import pytest
from msgspec.structs import replace

from airspec.semantics.editions import Edition
from airspec.semantics.merge.join import join_call, of_kind
from airspec.semantics.notation import step_lint
from airspec.semantics.notation.engine import firing
from airspec.semantics.notation.lint import lint
from airspec.semantics.notation.reading import Case, Holds, Matches, all_cases, definition_of
from airspec.semantics.notation.registry import Entry, entry_of, load
from airspec.semantics.notation.transitions import Left, rules_by_left, step_entries
from airspec.semantics.notation.updates import updated
from airspec.spec.faults import FAILURES
from airspec.spec.states import Sent
from airspec.spec.syntax import Null

HEAD = "from airspec.semantics.notation import definition, given, need, otherwise, rules, some, wait_for\n\n\n"
DEFECTS = {
    "loop": ("for x in (1, 2):\n        y = x\n    return 1", "For statement"),
    "with": ("with open('f') as f:\n        return f", "With statement"),
    "raise": ("raise ValueError", "Raise statement"),
    "assert": ("assert a\n    return a", "Assert statement"),
    "augmented": ("x = 1\n    x += 1\n    return x", "AugAssign statement"),
    "twice": ("x = 1\n    x = 2\n    return x", "x is assigned a second time"),
    "attribute": ("a.b = 1\n    return a", "changes nothing"),
    "lambda": ("return (lambda: a)()", "Lambda expression"),
    "walrus": ("return (b := a)", "NamedExpr expression"),
    "unknown-call": ("return open(a)", "neither in the notation nor declared opaque"),
    "mutating-method": ("return a.sort()", "the method sort is not in the notation"),
    "delete": ("del a\n    return 1", "Delete statement"),
    "nothing-returned": ("x = a", "a branch ends without a result"),
    "unnamed": ("if a:\n        return 1\n    else:\n        return 2", "a case without a name"),
    "badly-named": (
        'if a:\n        "One: x"\n        return 1\n    else:\n        "two: x"\n        return 2',
        "not a case",
    ),
    "named-twice": (
        'if a:\n        "one: x"\n        return 1\n    else:\n        "one: y"\n        return 2',
        "the name Test/one stands for 2 cases",
    ),
    "condition-of-a-step": ("given(a)\n    return a", "Expr statement"),
    "form-of-a-step": ("x = given(a, int)\n    return x", "`given` begins a premise"),
    "value-of-a-step": ("x = some(a)\n    return x", "`some` begins a premise"),
    "rest-of-a-step": ("otherwise()\n    return a", "Expr statement"),
    "need-inside": ("return (need(a), 1)", "`need` begins a premise"),
}

STEP_HEAD = """from __future__ import annotations

from airspec.semantics.configuration import Config, Return, SeqRight, XorLeft
from airspec.semantics.notation import definition, given, need, otherwise, premises, some, step, wait_for
from airspec.spec.faults import Catchable
from airspec.spec.states import Sent
from airspec.spec.syntax import Null, Seq


@definition
def judged(c: Config, number: int) -> int | Catchable:
    \"\"\"A judgement that may fail.\"\"\"
    return number


@step
"""

STEP_DEFECTS = {
    "instruction-first": (
        "(null: Null, c: Config) -> Config",
        "return c.done()",
        "takes a configuration and what it meets",
    ),
    "instruction-missing": ("(c: Config) -> Config", "return c.done()", "takes a configuration and what it meets"),
    "parameter-too-much": (
        "(c: Config, returned: Return, frame: SeqRight, more: int) -> Config",
        "return c.done()",
        "takes a configuration and what it meets",
    ),
    "other-result": ("(c: Config, null: Null) -> Return", "return Return()", "takes a configuration and what it meets"),
    "frame-met-by-an-instruction": (
        "(c: Config, null: Null, frame: SeqRight) -> Config",
        "return c.done()",
        "a frame is met by a Return or by a Catchable",
    ),
    "frame-met-by-either": (
        "(c: Config, met: Return | Null, frame: SeqRight | XorLeft) -> Config",
        "return c.done()",
        "a frame is met by a Return or by a Catchable",
    ),
    "concludes-in-a-call": ("(c: Config, null: Null) -> Config", "return judged(c, 1)", "concludes in a configuration"),
    "concludes-in-a-choice": (
        "(c: Config, null: Null) -> Config",
        "return c.done() if c.complete else c.wait()",
        "concludes in a configuration",
    ),
    "concludes-in-a-record": ("(c: Config, null: Null) -> Config", "return Config()", "concludes in a configuration"),
    "concludes-in-nothing": ("(c: Config, null: Null) -> Config", "return None", "concludes in a configuration"),
    "unknown-update": ("(c: Config, null: Null) -> Config", "return c.done().forget()", "Config has no update forget"),
    "changes-a-cell": ("(c: Config, null: Null) -> Config", "return c.stack.drop_first()", "has no update drop_first"),
    "two-conclusions": (
        "(c: Config, null: Null) -> Config",
        "if c.complete:\n        return c.done()\n    else:\n        return c.wait()",
        "a If statement is not in the notation",
    ),
    "no-conclusion": ("(c: Config, null: Null) -> Config", "given(c.complete)", "ends with its conclusion"),
    "premise-inside": (
        "(c: Config, null: Null) -> Config",
        "return c.completed(need(judged(c, 1)))",
        "begins a premise",
    ),
}


def _module(text: str, directory: Path, name: str) -> ModuleType:
    path = directory / "faulty.py"
    path.write_text(text, encoding="utf-8")
    full = f"faulty_{name.replace('-', '_')}"
    found = importlib.util.spec_from_file_location(full, path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[full] = module
    found.loader.exec_module(module)
    return module


def _registered(function: object) -> Entry:
    entry = entry_of(function)
    assert entry is not None
    return entry


def _entry(body: str, directory: Path, name: str) -> Entry:
    text = f'{HEAD}@rules("Test")\ndef faulty(a):\n    """Means nothing."""\n    {body}\n'
    return _registered(_module(text, directory, name).faulty)


def _rule(name: str, signature: str, body: str) -> str:
    return f'def {name}{signature}:\n    """Means nothing."""\n    {body}\n'


@pytest.mark.parametrize("defect", DEFECTS)
def test_a_defect_is_refused_with_its_place(defect: str, tmp_path: Path) -> None:
    body, sentence = DEFECTS[defect]
    problems = lint([_entry(body, tmp_path, defect)])
    assert any(sentence in problem.message for problem in problems), problems
    assert all(problem.path.endswith("faulty.py") and problem.line > 4 for problem in problems)


@pytest.mark.parametrize(
    ("form", "reads", "sentence"),
    [
        ("{b} ⊢ {a} ⇓", "{a} is", "its form names b, which is no parameter"),
        ("⊢ ⇓", "{a} is", "its form omits the parameter a"),
        ("{a} ⇓", "in {c}, {a} is", "its reading names c, which is no parameter"),
        ("{a} ⇓", "the value is", "its reading omits the parameter a"),
        ("", "", "a judgement without a form, or without a way to read it aloud"),
    ],
)
def test_a_form_names_the_parameters(form: str, reads: str, sentence: str, tmp_path: Path) -> None:
    """The form of a judgement, and how it is read aloud, have all parameters and no other names."""
    entry = replace(_entry("return a", tmp_path, "form"), form=form, reads=reads)
    assert [problem.message for problem in lint([entry])] == [sentence]


@pytest.mark.parametrize("defect", STEP_DEFECTS)
def test_a_rule_that_is_no_transition_is_refused(defect: str, tmp_path: Path) -> None:
    signature, body, sentence = STEP_DEFECTS[defect]
    entry = _registered(_module(STEP_HEAD + _rule("faulty", signature, body), tmp_path, defect).faulty)
    problems = lint([entry])
    assert any(sentence in problem.message for problem in problems), problems
    assert all(problem.path.endswith("faulty.py") and problem.line > 15 for problem in problems)


ORDERS = {
    "parts-at-two-needs": (
        ("need(judged(c, 1))\n    return c.done()", "need(judged(c, 2))\n    return c.wait()"),
        "part at two judgements that are needed",
    ),
    "parts-at-how-it-needs": (
        ("need(judged(c, 1))\n    return c.done()", "wait_for(judged(c, 1))\n    return c.wait()"),
        "part at two judgements that are needed",
    ),
    "needs-beside-a-condition-of-something-else": (
        (
            "need(judged(c, 1))\n    given(c.complete)\n    return c.done()",
            "given(not c.complete)\n    return c.wait()",
        ),
        "not about it",
    ),
    "needs-below-conditions-that-may-both-hold": (
        (
            "given(c.complete)\n    need(judged(c, 1))\n    return c.done()",
            'given(c.me == "A")\n    need(judged(c, 2))\n    return c.wait()',
        ),
        "may both hold",
    ),
    "same-premises": (
        ("given(c.complete)\n    return c.done()", "given(c.complete)\n    return c.wait()"),
        "has the premises of another rule",
    ),
    "fewer-premises": (
        ("given(c.complete)\n    return c.done()", "return c.wait()"),
        "has the premises of another rule",
    ),
    "parts-at-conditions": (
        (
            "given(c.complete)\n    need(judged(c, 1))\n    return c.done()",
            "given(not c.complete)\n    need(judged(c, 2))\n    return c.wait()",
        ),
        None,
    ),
}


@pytest.mark.parametrize("defect", ORDERS)
def test_rules_that_depend_on_their_order_are_refused(
    defect: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies, sentence = ORDERS[defect]
    first, second = (_rule(f"rule_{i}", "(c: Config, null: Null) -> Config", body) for i, body in enumerate(bodies))
    module = _module(f"{STEP_HEAD}{first}\n\n@step\n{second}", tmp_path, defect)
    entries = (_registered(module.rule_0), _registered(module.rule_1))
    monkeypatch.setattr(step_lint, "rules_by_left", lambda edition: {Left("evaluate", Null): entries})
    problems = lint(entries)
    assert any(sentence in problem.message for problem in problems) if sentence else problems == (), problems


def test_every_rule_of_step_is_a_transition() -> None:
    """It has a left side, and concludes in a configuration that has a control."""
    for edition in Edition:
        assert {entry for rules in rules_by_left(edition).values() for entry in rules} == set(step_entries(edition))
    for case in all_cases():
        if case.entry.kind == "step":
            chain = case.conclusion
            while isinstance(chain, ast.Call) and isinstance(chain.func, ast.Attribute):
                chain = chain.func.value
            assert isinstance(chain, ast.Name | ast.Attribute), case.name
            assert "control" in updated(case.conclusion).cells, case.name
        assert (case.relation == "Step") == (case.entry.note == "Step")


FAILING: Final = {kind.__name__ for kind in FAILURES} | {"str"}
"""The kinds of failures, the oldest among them."""


def handed_on(case: Case) -> bool:
    """Whether a case only hands on a failure of what its function asks; a parameter is not asked for."""
    parameters = {argument.arg for argument in definition_of(case.entry).args.args}
    conclusion = ast.unparse(case.conclusion)
    return conclusion not in parameters and conclusion in failing(case)


def failing(case: Case) -> set[str]:
    """What the premises of a case say to be a failure."""
    found: set[str] = set()
    for premise in case.premises:
        match premise:
            case Matches(subject, pattern):
                found |= {name for part, shape in parts(subject, pattern) if kinds(shape) <= FAILING for name in part}
            case Holds(ast.Call(ast.Name("isinstance"), [subject, choice]), True):
                kinds_asked = {node.id for node in ast.walk(choice) if isinstance(node, ast.Name)}
                found |= {ast.unparse(subject)} if kinds_asked <= FAILING else set()
    return found


def parts(subject: ast.expr, pattern: ast.pattern) -> Iterator[tuple[set[str], ast.pattern]]:
    """The parts of a value with their names, and the shape of each."""
    if isinstance(subject, ast.Tuple) and isinstance(pattern, ast.MatchSequence):
        for part, shape in zip(subject.elts, pattern.patterns, strict=True):
            yield from parts(part, shape)
    else:
        named = {pattern.name} if isinstance(pattern, ast.MatchAs) and pattern.name is not None else set()
        yield {ast.unparse(subject)} | named, pattern


def kinds(pattern: ast.pattern) -> set[str]:
    """The kinds of record that a shape admits; the empty name stands for any."""
    match pattern:
        case ast.MatchClass(cls):
            return {ast.unparse(cls)}
        case ast.MatchOr(patterns):
            return {kind for each in patterns for kind in kinds(each)}
        case ast.MatchAs(ast.pattern() as inner):
            return kinds(inner)
        case _:
            return {""}


def test_no_rule_only_hands_on_a_failure() -> None:
    """Failures of premises are those of the conclusion: that is what `need` means, and no rule says it again."""
    assert [case.name for case in all_cases() if handed_on(case)] == []


def test_all_rules_are_in_the_notation() -> None:
    assert lint(load()) == ()


def test_names_are_unique_and_sentences_are_there() -> None:
    names = [case.name for case in all_cases()]
    assert len(names) == len(set(names))
    assert all(case.prose for case in all_cases())


def test_firing_names_the_cases_and_leaves_no_trace() -> None:
    code = of_kind.__code__
    with firing() as outer:
        first = join_call(Sent("p"), None)
        with firing() as inner:
            join_call(None, None)
        join_call(Sent("p"), Sent("q"))
    own = "Join/own-kind"
    assert outer == [own, "Join/call-previous", own, "Join/call-not-met", own, "Join/sent-sent"]
    assert inner == [own, "Join/call-not-met"]
    assert of_kind.__code__ is code
    assert join_call(Sent("p"), None) == first
