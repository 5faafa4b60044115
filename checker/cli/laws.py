"""``airspec laws``: the laws that the specification claims."""

from __future__ import annotations

import click

from checker.cli._outcome import HOLDS
from checker.exploration.laws import LAWS as NETWORK_LAWS
from checker.proofs.join_laws import LAWS as JOIN_LAWS


@click.command()
def command() -> int:
    """List the laws: their names, scope, evidence and sentences."""
    for law in JOIN_LAWS:
        evidence = "proved" if law.holds else "refuted"
        click.echo(f"{law.name:30} state    {evidence:9} {law.sentence}  {law.formula}")
    for name, sentence in NETWORK_LAWS.items():
        click.echo(f"{name:30} network  explored  {sentence}")
    return HOLDS
