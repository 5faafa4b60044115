"""Rules with compiled decisions do what the rules as written do."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from types import FunctionType

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airspec.checker.bench.recorder import record
from airspec.checker.bench.workloads import generated
from airspec.semantics.interpret import interpret
from airspec.semantics.merge.join import join_ap, join_call, join_canon, join_fold, join_par, same_result
from airspec.semantics.notation.decisions import Compiler
from airspec.semantics.notation.engine import Mode, code_of, compile_rules, firing, functions, restore_rules
from airspec.semantics.notation.reading import definition_of
from airspec.semantics.notation.registry import entry_of
from airspec.spec import states

TABLES = (join_call, join_ap, join_canon, join_par, join_fold)
CIDS = st.sampled_from(["one", "two"])
RESULTS = st.one_of(
    st.builds(states.ScalarResult, CIDS),
    st.builds(states.StreamResult, CIDS, st.integers(0, 1)),
    st.builds(states.UnusedResult, CIDS),
)
STATES = st.one_of(
    st.none(),
    st.builds(states.Sent, CIDS, st.one_of(st.none(), st.integers(0, 1))),
    st.builds(states.Executed, RESULTS),
    st.builds(states.Failed, CIDS),
    st.builds(states.Par, st.integers(0, 1), st.integers(0, 1)),
    st.builds(states.Ap, st.just((0,))),
    st.builds(states.CanonSent, CIDS),
    st.builds(states.CanonExecuted, CIDS),
    st.just(states.Fold(())),
)


@pytest.fixture
def rules_restored() -> Iterator[None]:
    yield
    restore_rules()


def faster(function: object) -> FunctionType:
    """A copy of a function with its faster code; the function itself stays as it is."""
    entry = entry_of(function)
    assert entry is not None
    code, constants = code_of(entry, Mode(compiled=True))
    return FunctionType(code, {**entry.plain.__globals__, **constants})


FASTER = [(table, faster(table)) for table in TABLES]


@given(STATES, STATES)
def test_tables_of_the_join_are_the_same(prev: states.State | None, current: states.State | None) -> None:
    for table, other in FASTER:
        assert other(prev, current) == table(prev, current)


def test_networks_are_the_same(rules_restored: None) -> None:
    plays = [record(play, 7, 20) for play in generated(40, 7_000)]
    with firing() as plain:
        expected = [interpret(one.given) for play in plays for one in play]
    compile_rules()
    assert [interpret(one.given) for play in plays for one in play] == expected
    with firing() as recorded:
        assert [interpret(one.given) for play in plays for one in play] == expected
    assert recorded == plain


def test_rules_are_restored(rules_restored: None) -> None:
    before = same_result.__code__
    compile_rules()
    assert same_result.__code__ is not before
    restore_rules()
    assert same_result.__code__ is before


def test_hardly_a_decision_is_left_to_python() -> None:
    written = left = 0
    for entry in functions():
        function = faster_tree(entry.plain)
        left += sum(isinstance(node, ast.Match) for node in ast.walk(function))
        written += 1
    assert left < 0.1 * written


def faster_tree(function: FunctionType) -> ast.AST:
    """The syntax tree of a function after its decisions were replaced."""
    entry = entry_of(function)
    assert entry is not None
    tree: ast.AST = Compiler(function.__globals__).generic_visit(ast.parse(ast.unparse(definition_of(entry))))
    return tree
