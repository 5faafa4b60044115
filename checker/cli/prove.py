"""``airspec prove``: prove laws with Z3 from the rules that run."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

import click

from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.prove.laws.catalogue import subjects_of
from airspec.checker.prove.laws.sample_run import run_sample
from airspec.checker.prove.obligation import PROVER, Outcome, Verdict
from airspec.checker.prove.prover import STATED, SUBJECTS, prove
from airspec.checker.prove.reading.abstraction import all_terms
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.validation.abstraction_check import validate_rules
from airspec.checker.prove.validation.transition_check import starting, validate_steps
from airspec.checker.prove.validation.translation_check import Disagreement, misjudged, validate

AS_STATED: Final[tuple[Verdict, ...]] = ("proved", "witnessed", "empty")
"""The verdicts on obligations of a law that holds: proved, witnessed, or a case without instances."""


@click.command()
@click.option("--law", type=click.Choice([law.name for law in STATED]), help="Only this law.")
@click.option("--subject", type=click.Choice(SUBJECTS), help="Only what is proved of this.")
@click.option("--explain", is_flag=True, help="Print each law's formula, each obligation, and the rules it reads.")
def command(law: str | None, subject: str | None, explain: bool) -> int:
    """Prove laws with Z3, from the source of the rules, for data of any size.

    The laws are about the join of single states and of whole traces, canonical streams and results in a network, and
    the rules themselves.  Then the terms given to Z3 are compared with the functions that run, and with steps of runs.
    Exit codes: 0 every law is proved, and every claim stated to be false is refuted; 12 one is not, or a term differs
    from its function; 3 something could not be decided in time; 2 the law is not about the subject.
    """
    began = time.perf_counter()
    outcomes = list(prove(law, subject=subject))
    if not outcomes:
        raise BadInputError(_nothing_said(law, subject))
    for line in _proofs(outcomes, explain, in_full=explain or law is not None):
        click.echo(line)
    code = _code(outcomes)
    click.echo("\nWhy the proofs speak of the rules that run")
    disagreements = _validated()
    for disagreement in disagreements[:5]:
        told = ", ".join(map(str, disagreement.arguments))
        click.echo(f"the term of {disagreement.function} differs on {told[:500]}")
    click.echo(f"\n{time.perf_counter() - began:.1f} s")
    return VIOLATED if disagreements else code


def _nothing_said(law: str | None, subject: str | None) -> str:
    subjects = ", ".join(subjects_of(next(stated for stated in STATED if stated.name == law)))
    return f"the law '{law}' says nothing of {subject}, so there is nothing to prove (it is about {subjects})"


def _proofs(outcomes: Sequence[Outcome], explain: bool, in_full: bool) -> Iterator[str]:
    """Yield lines about the laws and their obligations, then about the claims stated to be false, then the sums."""
    for title, holds in (("Proved", True), ("Refuted, as stated", False)):
        laws = [law for law in STATED if law.holds is holds and any(o.law == law.name for o in outcomes)]
        if laws:
            yield f"{title} ({PROVER} for each obligation)" if holds else title
        for law in laws:
            yield from _law(law, [o for o in outcomes if o.law == law.name], explain, in_full)
        if laws:
            yield ""
    yield _sums(outcomes)


def _law(law: Proposition, outcomes: Sequence[Outcome], explain: bool, in_full: bool) -> Iterator[str]:
    as_stated = sum(outcome.expected for outcome in outcomes)
    verdicts = Counter(outcome.verdict for outcome in outcomes)
    word = "refuted" if not law.holds else "witnessed" if verdicts["witnessed"] else "proved"
    subjects = Counter(outcome.subject for outcome in outcomes)
    parts = ", ".join(f"{subject} {number}" for subject, number in subjects.items())
    parts += f"; {verdicts['empty']} empty" if verdicts["empty"] else ""
    seconds = sum(outcome.seconds for outcome in outcomes)
    yield f"{law.name}: {law.sentence} {as_stated} of {len(outcomes)} {word} ({parts}; {seconds:.2f} s)"
    if explain:
        yield from (f"  {line}" for line in law.formula.lines)
        yield from (f"    {line}" for line in law.formula.where)
    for outcome in outcomes:
        if in_full or not outcome.expected or outcome.verdict == "refuted":
            yield _line(outcome, explain)


def _line(outcome: Outcome, explain: bool) -> str:
    note = "" if outcome.expected else "  NOT AS STATED"
    reads = f"\n      reads {', '.join(outcome.reads)}" if explain else ""
    counter = "" if outcome.countermodel is None else f"\n      {json.dumps(outcome.countermodel)}"
    return f"  {outcome.verdict:9} {outcome.name}  {outcome.seconds * 1000:.0f} ms{note}{counter}{reads}"


def _sums(outcomes: Sequence[Outcome]) -> str:
    expected = Counter(outcome.verdict for outcome in outcomes if outcome.expected)
    held = sum(expected[verdict] for verdict in AS_STATED)
    others = len(outcomes) - expected.total()
    return (
        f"{len(outcomes)} obligation{'' if len(outcomes) == 1 else 's'}: {held} as stated proved or witnessed, "
        f"{expected['refuted']} refuted as stated, {others} others"
    )


def _code(outcomes: Sequence[Outcome]) -> int:
    surprising = [outcome for outcome in outcomes if not outcome.expected]
    if not surprising:
        return HOLDS
    return UNDECIDED if all(outcome.verdict == "undecided" for outcome in surprising) else VIOLATED


def _validated() -> tuple[Disagreement, ...]:
    """Print on how many inputs the terms of rules agree with the rules, and return the disagreements."""
    terms = all_terms()
    compared = validate()
    with starting() as starts:
        in_runs = validate_rules(terms, run_sample)
    in_steps = validate_steps(terms, starts)
    click.echo(f"tested: {compared.functions} functions agree with their terms on {compared.inputs} generated inputs")
    click.echo(
        f"tested: {in_runs.functions} functions of rules agree with their cases on {in_runs.inputs} inputs of runs"
    )
    click.echo(
        f"tested: {in_steps.functions} rules of Step, counted by edition, apply alone to {in_steps.inputs} steps"
    )
    return (*compared.disagreements, *misjudged(), *in_runs.disagreements, *in_steps.disagreements)
