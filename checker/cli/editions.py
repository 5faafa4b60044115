"""``airspec editions``: list the editions, and what each changes."""

from __future__ import annotations

from collections.abc import Iterator

import click

from airspec.checker.report.edition_differences import EditionChange, changes_of
from airspec.semantics.editions import FAITHFUL, MEANING, Edition

COLOURS = {"+": "green", "-": "red"}


@click.command()
@click.argument("edition", required=False, type=click.Choice([edition.value for edition in Edition]))
def command(edition: str | None) -> None:
    """List the editions of AIR; with EDITION, show each rule that it replaces or adds beside the faithful one."""
    for one in [Edition(edition)] if edition else Edition:
        for line in summary(one):
            click.echo(line)
        if edition:
            for change in changes_of(one):
                click.echo()
                for line in described(change):
                    click.secho(line, fg=COLOURS.get(line[:1]))


def summary(edition: Edition) -> Iterator[str]:
    """Yield lines that describe an edition as a whole: its meaning and how many rules it replaces and adds."""
    changes = changes_of(edition)
    replaced = sum(change.replaces is not None for change in changes)
    yield f"{edition.value}: {MEANING[edition]}"
    if edition is FAITHFUL:
        yield "  the default; the other editions are shown as differences from it"
    else:
        yield f"  replaces {replaced} and adds {len(changes) - replaced} rules and judgements"


def described(change: EditionChange) -> Iterator[str]:
    """Yield lines that describe one changed function of an edition: its names, its sentence and its diff."""
    if change.replaces is None:
        yield f"{change.name} is added: {change.sentence}"
    else:
        yield f"{change.name} replaces {change.replaces}: {change.sentence}"
    yield from (line.rstrip() for line in change.difference())
