"""The notation: what the linter refuses, and that recording firings changes nothing."""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace

from semantics.merge.join import join_call, of_kind
from semantics.notation.engine import firing
from semantics.notation.lint import lint
from semantics.notation.reading import all_cases
from semantics.notation.registry import Entry, entry_of, load
from spec.states import Sent

HEAD = "from semantics.notation import definition, rules\n\n\n"
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
}


def _entry(body: str, directory: Path, name: str) -> Entry:
    path = directory / "faulty.py"
    path.write_text(f'{HEAD}@rules("Test")\ndef faulty(a):\n    """Means nothing."""\n    {body}\n', encoding="utf-8")
    full = f"faulty_{name.replace('-', '_')}"
    found = importlib.util.spec_from_file_location(full, path)
    assert found is not None and found.loader is not None
    module = importlib.util.module_from_spec(found)
    sys.modules[full] = module
    found.loader.exec_module(module)
    entry = entry_of(module.faulty)
    assert entry is not None
    return entry


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
