"""``airspec prove``: the laws of the join, proved from the rules that run."""

from __future__ import annotations

import json
import time

import click

from checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED
from checker.proofs.join_laws import LAWS
from checker.proofs.prover import Outcome, names, prove
from checker.proofs.validation import compared, misjudged, validate


@click.command()
@click.option("--law", type=click.Choice(names()), help="Only this law.")
@click.option("--explain", is_flag=True, help="Print the sentence and formula of each law.")
def command(law: str | None, explain: bool) -> int:
    """Prove the laws of the join of states with Z3, from the source of the rules.

    First the translation is compared with the functions themselves.  The exit code is 0 if every law is proved, or
    refuted where it is stated to be false; 12 if not; 3 if something could not be decided in time.
    """
    began = time.perf_counter()
    wrong = (*validate(), *misjudged())
    for disagreement in wrong[:5]:
        click.echo(f"the term of {disagreement.function} differs on {disagreement.left} and {disagreement.right}")
    if wrong:
        return VIOLATED
    click.echo(f"translation agrees with the functions on {compared()} inputs")
    outcomes = []
    explained: set[str] = set()
    for outcome in prove(law):
        if explain and outcome.law not in explained:
            explained.add(outcome.law)
            click.echo(_explanation(outcome.law))
        click.echo(_line(outcome))
        outcomes.append(outcome)
    surprising = [outcome for outcome in outcomes if not outcome.expected]
    click.echo(f"{len(outcomes)} obligations, {len(surprising)} not as stated, {time.perf_counter() - began:.1f} s")
    if not surprising:
        return HOLDS
    return UNDECIDED if all(outcome.verdict == "undecided" for outcome in surprising) else VIOLATED


def _explanation(name: str) -> str:
    for law in LAWS:
        if law.name == name:
            return f"{law.name}: {law.sentence}  {law.formula}"
    return f"{name}: Each case applies to some two states."


def _line(outcome: Outcome) -> str:
    note = "" if outcome.expected else "  NOT AS STATED"
    counter = "" if outcome.countermodel is None else f"\n    {json.dumps(outcome.countermodel)}"
    return f"{outcome.verdict:9} {outcome.law} ({outcome.table})  {outcome.seconds * 1000:.0f} ms{note}{counter}"
