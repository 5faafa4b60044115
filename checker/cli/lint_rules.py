"""``airspec lint-rules``: check that the rules stay within the notation."""

from __future__ import annotations

from pathlib import Path

import click

from airspec.checker.cli._outcome import HOLDS, VIOLATED
from airspec.semantics.notation.lint import lint
from airspec.semantics.notation.reading import all_cases
from airspec.semantics.notation.registry import load


@click.command()
@click.option("--list", "listed", is_flag=True, help="Print the name, place and sentence of every rule.")
def command(listed: bool) -> int:
    """Check that the rules stay within the notation, and that their order does not matter.

    Exit codes: 0 both hold, 12 one does not.
    """
    entries = load()
    problems = lint(entries)
    for problem in problems:
        click.echo(str(problem))
    if problems:
        click.echo(f"{len(problems)} places are outside of the notation", err=True)
        return VIOLATED
    for case in all_cases() if listed else ():
        click.echo(f"{case.name}  {_short(case.entry.module)}:{case.line}  {case.prose}")
    kinds = {kind: sum(entry.kind == kind for entry in entries) for kind in ("step", "rules", "definition", "opaque")}
    click.echo(
        f"{len(all_cases())} rules: {kinds['step']} of Step, the others in {kinds['rules']} functions; "
        f"{kinds['definition']} definitions, "
        f"{kinds['opaque']} opaque functions: all within the notation"
    )
    return HOLDS


def _short(module: str) -> str:
    return str(Path(*module.split(".")[1:])) + ".py"
