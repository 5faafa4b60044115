"""``airspec prove``: the laws of the join, proved from the rules that run."""

from __future__ import annotations

import json
import time

import click

from checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED
from checker.proofs.obligation import Outcome
from checker.proofs.prover import STATED, SUBJECTS, prove
from checker.proofs.validation import misjudged, validate


@click.command()
@click.option("--law", type=click.Choice([law.name for law in STATED]), help="Only this law.")
@click.option("--subject", type=click.Choice(SUBJECTS), help="Only of this table, of leaf states, or of whole traces.")
@click.option("--explain", is_flag=True, help="Print each law's sentence and formula, and the rules that were read.")
def command(law: str | None, subject: str | None, explain: bool) -> int:
    """Prove the laws of the join with Z3, from the source of the rules: of single states and of whole traces.

    First the translation is compared with the functions themselves.  The exit code is 0 if every law is proved, or
    refuted where it is stated to be false; 12 if not; 3 if something could not be decided in time.
    """
    began = time.perf_counter()
    comparison = validate()
    wrong = (*comparison.disagreements, *misjudged())
    for disagreement in wrong[:5]:
        click.echo(f"the term of {disagreement.function} differs on {', '.join(map(str, disagreement.arguments))}")
    if wrong:
        return VIOLATED
    click.echo(f"{comparison.functions} functions agree with their terms on {comparison.inputs} inputs")
    outcomes = []
    explained: set[str] = set()
    for outcome in prove(law, subject=subject):
        if explain and outcome.law not in explained:
            explained.add(outcome.law)
            click.echo(_explanation(outcome.law))
        click.echo(_line(outcome, explain))
        outcomes.append(outcome)
    surprising = [outcome for outcome in outcomes if not outcome.expected]
    click.echo(f"{len(outcomes)} obligations, {len(surprising)} not as stated, {time.perf_counter() - began:.1f} s")
    if not surprising:
        return HOLDS
    return UNDECIDED if all(outcome.verdict == "undecided" for outcome in surprising) else VIOLATED


def _explanation(name: str) -> str:
    law = next(law for law in STATED if law.name == name)
    return f"{law.name}: {law.sentence}  {law.formula}"


def _line(outcome: Outcome, explain: bool) -> str:
    note = "" if outcome.expected else "  NOT AS STATED"
    reads = f"\n    reads {', '.join(outcome.reads)}" if explain else ""
    counter = "" if outcome.countermodel is None else f"\n    {json.dumps(outcome.countermodel)}"
    return f"{outcome.verdict:9} {outcome.name}  {outcome.seconds * 1000:.0f} ms{note}{counter}{reads}"
