"""``airspec refine``: compare the data that the machine merges with the join that the laws are proved of."""

from __future__ import annotations

from collections.abc import Iterator

import click

from airspec.checker.cli._input import edition_option
from airspec.checker.cli._outcome import HOLDS, VIOLATED
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.model.world import World
from airspec.checker.prove.refinement.check import PARTICLE, Answers, Refinement
from airspec.checker.prove.refinement.comparison import Departure
from airspec.checker.prove.refinement.evidence import LARGER, QUICK, evidence
from airspec.checker.report.terminal import schedule_of
from airspec.semantics.editions import Edition
from airspec.spec.parser import parse


@click.command()
@click.option("--larger", is_flag=True, help="Check more scripts, for some minutes.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the scripts at random.")
@edition_option
def command(larger: bool, seed: int, edition: str) -> int:
    """Check that the machine computes the join of traces that the laws are proved of.

    A peer that the script does not name merges any two data that a network can make; its new data must be the join of
    their trees, together with what the script adds.  Exit codes: 0 this holds for all of them, 12 it does not.
    """
    chosen = Edition(edition)
    found = []
    for part in evidence(chosen, LARGER if larger else QUICK, seed):
        found.append(part)
        for line in told(part, chosen):
            click.echo(line)
    return HOLDS if all(part.holds for part in found) else VIOLATED


def told(part: Refinement, edition: Edition) -> Iterator[str]:
    """Yield the lines about the result of one check: its counts, and the first script for each kind of breach."""
    verdict = part.grade if part.holds else "violated"
    yield f"{verdict} {part.name}, edition {edition.value}: {part.bound}"
    yield (
        f"  {part.scripts:,} scripts ({part.cut:,} not explored to the end), {part.pairs:,} pairs of data, "
        f"{part.clashes:,} clash, {part.advanced:,} let the observer go on, "
        f"{part.wrong:,} show a wrong script, {part.seconds:.1f} s"
    )
    if part.breaches:
        yield f"  {part.broken:,} scripts have a pair that is not joined"
    for found in part.breaches:
        yield from told_breach(found, part.counted[found.breach.kind], edition)


def told_breach(found: Counterexample[Departure, Moves], count: int, edition: Edition) -> Iterator[str]:
    """Yield the lines about the breaches of one kind, which `count` pairs of data show, with the first of them.

    They name its script, the schedules that lead to both data, and what the model and the machine make of these.
    """
    world = World(parse(found.script), PARTICLE, Answers(), edition=edition)
    departure = found.breach
    yield f"  {departure.kind} ({count:,} pairs), first in {found.script}"
    for name, moves in zip(("prev", "current"), found.runs, strict=True):
        schedule = schedule_of(world, moves) if moves else "nothing"
        yield f"    {name}: {schedule}"
    yield f"    model: {departure.model or '-'}"
    yield f"    machine: {departure.machine or departure.message or '-'}"
