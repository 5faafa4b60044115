"""``airspec prove``: the laws of the join, proved from the rules that run."""

from __future__ import annotations

import json
import time
from collections import Counter
from itertools import groupby

import click

from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED
from airspec.checker.prove.laws.coverage_run import run_sample
from airspec.checker.prove.obligation import PROVER, Outcome
from airspec.checker.prove.prover import STATED, SUBJECTS, prove
from airspec.checker.prove.reading.abstraction import all_terms
from airspec.checker.prove.validation.abstraction_check import validate_rules
from airspec.checker.prove.validation.transition_check import starting, validate_steps
from airspec.checker.prove.validation.translation_check import misjudged, validate


@click.command()
@click.option("--law", type=click.Choice([law.name for law in STATED]), help="Only this law.")
@click.option("--subject", type=click.Choice(SUBJECTS), help="Only what is proved of this.")
@click.option("--explain", is_flag=True, help="Print each law's formula, each obligation, and the rules it reads.")
def command(law: str | None, subject: str | None, explain: bool) -> int:
    """Prove laws with Z3, from the source of the rules, for data of any size.

    The laws are of the join of single states and of whole traces, of canonical streams and results in a network, and
    of the rules themselves.  First the translation is compared with the functions, and with steps of runs.  The exit
    code is 0 if every law is proved, or refuted where it is stated to be false; 12 if not; 3 if something could not be
    decided in time.
    """
    began = time.perf_counter()
    terms = all_terms()
    comparison = validate()
    with starting() as starts:
        in_runs = validate_rules(terms, run_sample)
    in_steps = validate_steps(terms, starts)
    wrong = (*comparison.disagreements, *misjudged(), *in_runs.disagreements, *in_steps.disagreements)
    for disagreement in wrong[:5]:
        told = ", ".join(map(str, disagreement.arguments))
        click.echo(f"the term of {disagreement.function} differs on {told[:500]}")
    if wrong:
        return VIOLATED
    click.echo(f"{comparison.functions} functions agree with their terms on {comparison.inputs} inputs")
    click.echo(f"{in_runs.functions} functions of rules agree with their cases on {in_runs.inputs} inputs of runs")
    click.echo(
        f"{in_steps.functions} rules of Step, counted by edition, apply alone to {in_steps.inputs} steps of runs"
    )
    click.echo(f"{PROVER}, for each obligation")
    outcomes = []
    for (name, of), group in groupby(prove(law, subject=subject), key=lambda o: (o.law, o.subject)):
        part = list(group)
        outcomes += part
        click.echo(_summary(name, of, part))
        if explain:
            click.echo(_explanation(name))
        for outcome in part:
            if explain or law is not None or not outcome.expected or outcome.verdict == "refuted":
                click.echo(_line(outcome, explain))
    surprising = [outcome for outcome in outcomes if not outcome.expected]
    click.echo(f"{len(outcomes)} obligations, {len(surprising)} not as stated, {time.perf_counter() - began:.1f} s")
    if not surprising:
        return HOLDS
    return UNDECIDED if all(outcome.verdict == "undecided" for outcome in surprising) else VIOLATED


def _explanation(name: str) -> str:
    law = next(law for law in STATED if law.name == name)
    return f"  {law.sentence}  {law.formula}"


def _summary(law: str, subject: str, outcomes: list[Outcome]) -> str:
    counts = Counter(outcome.verdict for outcome in outcomes)
    told = ", ".join(f"{number} {verdict}" for verdict, number in counts.items())
    return f"{law} ({subject}): {told}, {sum(outcome.seconds for outcome in outcomes):.2f} s"


def _line(outcome: Outcome, explain: bool) -> str:
    note = "" if outcome.expected else "  NOT AS STATED"
    reads = f"\n      reads {', '.join(outcome.reads)}" if explain else ""
    counter = "" if outcome.countermodel is None else f"\n      {json.dumps(outcome.countermodel)}"
    return f"  {outcome.verdict:9} {outcome.name}  {outcome.seconds * 1000:.0f} ms{note}{counter}{reads}"
