"""What a person reads as the formula of a law is printed from what is checked."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
import z3
from msgspec.structs import replace

import airspec.checker.explore.laws
import airspec.checker.prove
from airspec.checker.prove.formulas import printed, text
from airspec.checker.prove.laws import equations, merge_laws
from airspec.checker.prove.laws.catalogue import CATALOGUE
from airspec.checker.prove.laws.schemes import ANY, QUIET, Scheme
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.places import PACKAGE
from airspec.checker.prove.prover import STATED
from airspec.checker.prove.theorems import stability
from airspec.checker.prove.theorems.algebra_symbols import ANY as ANY_ALGEBRA
from airspec.checker.prove.theorems.algebra_symbols import JOINING
from airspec.checker.prove.theorems.canon_stability import SymbolicCanon
from airspec.spec import syntax

PROPOSITIONS = {law.name: law for law in STATED}
OF_SCRIPTS = {law.name: law for law in SCRIPT_LAWS}


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("transitive", ("a ⊑ b and b ⊑ c ⇒ a ⊑ c",)),
        (
            "congruence",
            ("a ≈ c and b ≈ d ⇒ (a ⊔ b is defined ⇔ c ⊔ d is defined) and (a ⊔ b is defined ⇒ a ⊔ b ≈ c ⊔ d)",),
        ),
        ("not-met", ("join(a, b) is NotMet ⇔ a = ∅ and b = ∅",)),
        ("canon-kept", ("Inv ⇒ stopped or ((done(prev) ⇒ new ≈ prev) and (done(current) ⇒ new ≈ current))",)),
        (
            "canon-elements",
            ("Canon, CanonMap: elements(values) = values", "CanonMapScalar: elements(values).tail = ⟨⟩"),
        ),
        ("not-shadowed", ("∃ x: case₁(x)",)),
        ("otherwise", ("premises and not (sister₁(c) or sister₂(c) or sister₃(c)) ⇒ consequence",)),
        ("met-own-kind", ("meet(c, table) is Met ⇒ meet(c, table).state = ∅ or own(meet(c, table).state)",)),
    ],
)
def test_a_proposition_is_printed_as_it_is_stated(name: str, lines: tuple[str, ...]) -> None:
    assert PROPOSITIONS[name].formula.lines == lines


@pytest.mark.parametrize(
    ("name", "lines"),
    [
        ("par-symmetric", ("(par x y) ≈ (par y x), where y does not fail",)),
        ("merge-unit", ("∅ ⊔ a ≈ a", "a ⊔ ∅ = a")),
        ("new-unused", ("(new name x) ≈ x, where x does not use name",)),
        ("agreement", ()),
    ],
)
def test_a_law_of_scripts_is_printed_as_it_is_compared_or_not_at_all(name: str, lines: tuple[str, ...]) -> None:
    assert OF_SCRIPTS[name].formula.lines == lines


@pytest.mark.parametrize("name", PROPOSITIONS)
def test_another_statement_has_another_formula(name: str) -> None:
    law = PROPOSITIONS[name]
    opposite = replace(law, conclusion=lambda thing: z3.Not(law.conclusion(thing)))
    assert law.formula.lines and opposite.formula.lines != law.formula.lines


def test_another_invariant_has_another_definition(monkeypatch: pytest.MonkeyPatch) -> None:
    """What `state holds assigned` means is printed from the method that the proof asks."""
    law = PROPOSITIONS["canon-assigned-once"]
    assert "state holds assigned ≔ assigned = ∅ or (done(state) and state ≈ assigned)" in law.formula.where
    monkeypatch.setattr(stability.Followed, "keeps", lambda run, state, assigned: run.alike(state, assigned))
    changed = replace(law, stated=(SymbolicCanon(syntax.Canon).stated(),))
    assert changed.formula.lines == law.formula.lines
    assert "state holds assigned ≔ state ≈ assigned" in changed.formula.where


def test_other_kinds_of_states_have_another_definition() -> None:
    law = PROPOSITIONS["own-kind"]
    assert "ap: state ∈ T ≔ state = ∅ or state is Ap" in law.formula.where
    assert len(replace(law, stated=JOINING[:1]).formula.where) == 2


def test_other_builders_of_scripts_print_other_equations(monkeypatch: pytest.MonkeyPatch) -> None:
    scheme = Scheme(equations._par_symmetric, (ANY, QUIET))
    assert list(scheme.lines()) == ["(par x y) ≈ (par y x), where y does not fail"]
    assert ("(par (null) (never))", "(par (never) (null))") in scheme.instances()
    monkeypatch.setattr(equations, "par", lambda left, right: f"(beside {right} {left})")
    assert list(scheme.lines()) == ["(beside y x) ≈ (beside x y), where y does not fail"]
    assert ("(beside (never) (null))", "(beside (null) (never))") in scheme.instances()


def test_other_merges_print_another_formula() -> None:
    def absorbing(m: merge_laws.Signs, a: z3.ExprRef, b: z3.ExprRef) -> Iterator[str]:
        yield m.below(m.join(a, m.join(a, b)), b)

    assert merge_laws._law("", "", absorbing).formula.lines == ("a ⊔ (a ⊔ b) ⊑ b",)


def test_what_is_of_the_declared_types_goes_without_saying() -> None:
    formula = printed(ANY_ALGEBRA, lambda m: m.own(m.a), lambda m: m.join(m.a, m.join(m.a, m.b)) == m.b)
    assert formula.lines == ("a ⊔ (a ⊔ b) = b",)


def test_brackets_stand_where_signs_bind_no_stronger() -> None:
    p, q, r = z3.Bools("p q r")
    assert text(z3.And(z3.Or(p, q), r)) == "(p or q) and r"
    assert text(z3.Not(z3.And(p, q))) == "not (p and q)"
    assert text(z3.Implies(z3.Implies(p, q), r)) == "(p ⇒ q) ⇒ r"
    assert text(z3.If(p, q, z3.If(q, r, p))) == "if p then q else (if q then r else p)"
    assert text(z3.And(z3.BoolVal(True), p)) == "p"


def test_every_law_leads_to_the_function_that_states_it() -> None:
    for law in CATALOGUE:
        lines = (PACKAGE / law.place.path).read_text(encoding="utf-8").splitlines()
        assert f"def {law.place.name}(" in lines[law.place.line - 1], law.name


PRINTERS = ("formulas.py", "symbols.py")
SIGNS = set("⊔⊑⇒⇔∃∀∈")


def _literals(path: Path) -> Iterator[str]:
    """The texts in a module that are not documentation."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
    told = {id(statement.value) for body in bodies for statement in body if isinstance(statement, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told:
            yield node.value


def test_no_formula_is_typed_beside_what_is_checked() -> None:
    """The signs of formulas are in no text but those of the printer."""
    rooms = (Path(airspec.checker.prove.__file__).parent, Path(airspec.checker.explore.laws.__file__).parent)
    modules = [path for room in rooms for path in sorted(room.rglob("*.py"))]
    typed = [(path.name, literal) for path in modules for literal in _literals(path) if SIGNS & set(literal)]
    assert {name for name, _ in typed} == set(PRINTERS)
