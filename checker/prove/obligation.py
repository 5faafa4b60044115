"""An obligation of a proof, and its discharge by Z3.

The seed and the time limit are fixed.  An obligation that Z3 cannot decide within the limit is undecided, which is
never a success.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal

import z3
from msgspec import Struct

from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.statement import Claimed, Proposition
from airspec.spec.data import state_to_json
from airspec.spec.states import State

SEED: Final = 62
TIME_LIMIT_MS: Final = 20_000
PROVER: Final = f"Z3 {z3.get_version_string()}, seed {SEED}, at most {TIME_LIMIT_MS // 1000} s"
"""The prover and its time limit; an obligation that is undecided after it counts as failed."""


Verdict = Claimed | Literal["empty", "undecided", "vacuous"]


class Obligation(Struct, frozen=True, eq=False):
    """A statement that Z3 has to decide for a law, about one `subject`.

    The `claim` is ``proved`` (every model of the `premise` satisfies the `goal`), ``refuted`` (some model does not), or
    ``witnessed`` (some model does).

    `part` names the step of an induction, or the case, and may be empty.  `facts` are equations and induction
    hypotheses that may be used.  If a case `may_be_empty`, its premise need not be satisfiable.  `shown` are the
    variables (states) whose values a countermodel shows; or `told` are named conditions, and a countermodel names those
    that hold in it.  `reads` are the functions of the notation that the terms come from, as ``module.function``.
    """

    law: str
    subject: str
    part: str
    premise: Term
    goal: Term
    claim: Claimed = "proved"
    may_be_empty: bool = False
    facts: tuple[Term, ...] = ()
    shown: tuple[Term, ...] = ()
    told: Mapping[str, Term] = MappingProxyType({})
    reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the obligation: ``law (subject, part)``."""
        return f"{self.law} ({self.subject}{', ' if self.part else ''}{self.part})"


class Outcome(Struct, frozen=True):
    """The outcome of an obligation, and whether it is as `expected`: as the law claims, or an empty case that may be.

    `countermodel` is None unless the verdict is ``refuted``.  It maps variables to the JSON form of states, or to null
    for a side without a state; or it maps each of the conditions that hold to true.  `reads` are the functions of the
    notation that were read, as ``module.function``.
    """

    law: str
    subject: str
    part: str
    verdict: Verdict
    expected: bool
    seconds: float
    countermodel: dict[str, Any] | None = None
    reads: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Return the name of the obligation: ``law (subject, part)``."""
        return f"{self.law} ({self.subject}{', ' if self.part else ''}{self.part})"


class Discharge:
    """A solver session that decides obligations one after another.

    Consecutive obligations with the same tuple of facts share one Z3 solver.  The answer for equal terms is computed
    once, as most rules are the same in all editions.
    """

    def __init__(self, terms: Terms) -> None:
        self.terms = terms
        self.answers: dict[tuple[object, ...], tuple[Obligation, tuple[Verdict, dict[str, Any] | None]]] = {}
        self.facts: tuple[Term, ...] = ()
        self.solver = _solver(())
        self.possible: dict[Term, Any] = {}

    def of(self, obligation: Obligation) -> Outcome:
        """Decide an obligation, and return the outcome."""
        began = time.perf_counter()
        formulas = (obligation.premise, obligation.goal, *obligation.facts)
        key = (obligation.claim, obligation.may_be_empty, *(formula.get_id() for formula in formulas))
        if key not in self.answers:
            self.answers[key] = obligation, self.ask(obligation)  # the terms must live on, as their numbers are used
        verdict, counter = self.answers[key][1]
        return Outcome(
            obligation.law,
            obligation.subject,
            obligation.part,
            verdict,
            verdict in (obligation.claim, "empty"),
            time.perf_counter() - began,
            counter,
            obligation.reads,
        )

    def ask(self, obligation: Obligation) -> tuple[Verdict, dict[str, Any] | None]:
        """Return the verdict of Z3, and a countermodel if it is ``refuted`` (else None); answers are not reused."""
        if not obligation.facts or obligation.facts is not self.facts:
            self.facts, self.solver, self.possible = obligation.facts, _solver(obligation.facts), {}
        self.solver.push()
        try:
            return self.answer(obligation)
        finally:
            self.solver.pop()

    def answer(self, obligation: Obligation) -> tuple[Verdict, dict[str, Any] | None]:
        """Return the verdict, and a countermodel if it is ``refuted`` (else None); the solver already holds the facts.

        Unless the claim is ``witnessed``, the premise is checked first: if it has no model, the verdict is ``vacuous``,
        or ``empty`` where that is allowed.
        """
        self.solver.add(obligation.premise)
        if obligation.claim != "witnessed":  # a witness meets the premise
            if obligation.premise not in self.possible:
                self.possible[obligation.premise] = self.solver.check()
            possible = self.possible[obligation.premise]
            if possible == z3.unknown:
                return "undecided", None
            if possible == z3.unsat:
                return "empty" if obligation.may_be_empty else "vacuous", None
        self.solver.add(obligation.goal if obligation.claim == "witnessed" else z3.Not(obligation.goal))
        verdict = _verdict(self.solver.check(), obligation.claim)
        return verdict, _countermodel(obligation, self.solver, self.terms) if verdict == "refuted" else None


def discharge(obligation: Obligation, terms: Terms) -> Outcome:
    """Decide one obligation by itself, and return the outcome."""
    return Discharge(terms).of(obligation)


def _solver(facts: tuple[Term, ...]) -> Any:
    """Return a solver that holds some facts."""
    solver = z3.Solver()
    solver.set("random_seed", SEED)
    solver.set("timeout", TIME_LIMIT_MS)
    solver.add(*facts)
    return solver


def _verdict(answer: Any, claim: Claimed) -> Verdict:
    if answer == z3.unknown:
        return "undecided"
    if claim == "witnessed":
        return "witnessed" if answer == z3.sat else "refuted"
    return "refuted" if answer == z3.sat else "proved"


def about(law: Proposition, subject: str, premise: Term, goal: Term, **rest: Any) -> Obligation:
    """Return an obligation of a law with the given premise and goal; `rest` are further fields of `Obligation`."""
    return Obligation(law.name, subject, rest.pop("part", ""), premise, goal, law.claimed, **rest)


def stated(law: Proposition, subject: str, thing: Any, **rest: Any) -> Obligation:
    """Return the obligation that a law holds of `thing`, to which its premise and conclusion are applied.

    `rest` are further fields of `Obligation`.
    """
    return about(law, subject, law.premise(thing), law.conclusion(thing), **rest)


def _countermodel(obligation: Obligation, solver: Any, terms: Terms) -> dict[str, Any] | None:
    if obligation.claim == "witnessed":
        return None  # that nothing is there has no model
    if obligation.told:
        found = solver.model()
        held = (name for name, told in obligation.told.items() if z3.is_true(found.eval(told, model_completion=True)))
        return dict.fromkeys(held, True)
    readable = [terms.typed(variable, State | None, short=True) for variable in obligation.shown]
    if not readable or solver.check(*readable) != z3.sat:
        return {}
    found = solver.model()
    states = {str(variable): terms.decode(found[variable]) for variable in obligation.shown}
    return {name: None if state is None else state_to_json(state) for name, state in states.items()}  # type: ignore[arg-type]
