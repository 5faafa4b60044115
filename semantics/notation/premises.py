"""The words of premises.

    x = need(judgement)      the judgement yields x; a failure of the judgement is the failure of the conclusion
    x = wait_for(judgement)  the same in a step, but a variable that is not there yet is waited for
    x = given(value, Form)   the value has this form; if it has not, the rule does not apply
    x = some(value)          there is a value; if there is none, the rule does not apply
    given(condition)         the condition holds; if it does not, the rule does not apply
    otherwise(condition)     no sister rule with the same premises so far applies; that the condition holds is proved

`need` may stand in every function of the notation, the others in rules of *Step* and in shared premises only.
"""

from __future__ import annotations

from typing import Any, TypeVar, overload

from airspec.spec.faults import FAILURES, Catchable, Conflict, Malformed, Trap, Uncatchable, Unexpected
from airspec.spec.syntax import Instruction
from airspec.spec.values import Tetraplet

T = TypeVar("T")

NEED = frozenset({"need", "wait_for"})
"""The words whose failure is the failure of the conclusion."""

WORDS = frozenset({*NEED, "given", "some", "otherwise"})
"""All words of premises."""


class PremiseFailsError(Exception):
    """The error with which `need` leaves a function when a judgement has failed.

    A function that is registered as rules or a definition returns the `failure` instead
    (`semantics.notation.registry`).
    """

    def __init__(self, failure: object) -> None:
        super().__init__(failure)
        self.failure = failure


def need(
    judgement: T | Catchable | Uncatchable | Trap | Conflict | Unexpected | Malformed,
    *,
    blame: Tetraplet | None = None,
    within: Instruction | None = None,
) -> T:
    """Return what a judgement yields; a failure of it is raised in a `PremiseFailsError`, and fails the conclusion.

    In a step, `blame` is the tetraplet that the error registers then show, and `within` the instruction that fails,
    where the left side is not an instruction.
    """
    if type(judgement) in FAILURES:
        raise PremiseFailsError(judgement)
    return judgement  # type: ignore[return-value]


def wait_for(judgement: T | Catchable | Uncatchable | Trap | Conflict | Unexpected | Malformed) -> T:
    """Return what a judgement yields; in a step, a variable that is not there yet is waited for.

    Any other failure is treated as in `need`.
    """
    if type(judgement) in FAILURES:
        raise PremiseFailsError(judgement)
    return judgement  # type: ignore[return-value]


@overload
def given(premise: bool) -> None: ...
@overload
def given(premise: object, form: type[T]) -> T: ...
def given(premise: Any, form: Any = None) -> Any:
    """Demand that a value has the class `form`, and return it; without a form, demand that a condition holds.

    If the demand is not met, the rule does not apply.

    The words of side conditions are read and compiled, never called.
    """
    raise AssertionError("rules of Step are run by the machine")


def some(value: T | None) -> T:
    """Demand that a value is not None, and return it; if it is None, the rule does not apply."""
    raise AssertionError("rules of Step are run by the machine")


def otherwise(consequence: bool = True) -> None:
    """Demand that no sister rule with the same premises so far applies; the consequence is proved, not tested."""
    raise AssertionError("rules of Step are run by the machine")
