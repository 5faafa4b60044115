"""``airspec lint``: what is likely wrong in scripts, without running them."""

from __future__ import annotations

import click

from airspec.checker.cli._input import read_text
from airspec.checker.cli._outcome import BAD_INPUT, HOLDS, VIOLATED, BadInputError
from airspec.checker.lint import RULES, findings
from airspec.checker.lint.finding import told_finding
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.report.visible import visible
from airspec.spec.errors import ScriptError

EPILOG = "\b\nRules:\n" + "\n".join(f"  {rule}: {found}" for rule, found in RULES.items())


@click.command(epilog=EPILOG)
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT...")
def command(scripts: tuple[str, ...]) -> int:
    """Say what is likely wrong in each SCRIPT, from its text alone.

    Each finding has its place, its rule, a sentence and, where there is one, a suggestion. Exit codes: 0 nothing was
    found, 12 something was, 2 a script cannot be read, whatever was found in others.
    """
    code = HOLDS
    for script in scripts:
        try:
            lines = told(script)
        except BadInputError as error:
            click.echo(visible(f"airspec: {error}"), err=True)
            code = BAD_INPUT
            continue
        for line in lines:
            click.echo(visible(line))
        code = code or (VIOLATED if lines else HOLDS)
    return code


def told(path: str) -> list[str]:
    """Return the findings about a script file, one line each; raises `BadInputError` if it cannot be read."""
    text = read_text(path)
    try:
        script = read_annotated(text, path).script
    except ScriptError as error:
        raise BadInputError(str(error)) from None
    return [f"{path}:{told_finding(script, finding)}" for finding in findings(script)]
