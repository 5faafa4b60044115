"""``airspec fmt``: write scripts in standard layout."""

from __future__ import annotations

import click

from airspec.checker.cli._input import STANDARD_INPUT, read_text
from airspec.checker.cli._outcome import BadInputError
from airspec.checker.cli._output import write_output
from airspec.spec.diagnosis import read_script
from airspec.spec.errors import ScriptError
from airspec.spec.formatter import format_script

NOT_FORMATTED = 1


@click.command()
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT...")
@click.option("--write", "-w", is_flag=True, help="Write the scripts back instead of printing them.")
@click.option("--check", is_flag=True, help="Only say which scripts are not in standard layout; exit code 1 if any.")
def command(scripts: tuple[str, ...], write: bool, check: bool) -> int:
    """Print each SCRIPT in standard layout; comments stay with what they follow."""
    if write and STANDARD_INPUT in scripts:
        raise BadInputError("standard input cannot be written back; leave out --write")
    formatted = [(script, *_formatted(script)) for script in scripts]
    code = 0
    for script, before, after in formatted:
        if check:
            if before != after:
                click.echo(f"{script} is not in standard layout")
                code = NOT_FORMATTED
        elif not write:
            click.echo(after, nl=False)
        elif before != after:
            write_output(script, after)
    return code


def _formatted(script: str) -> tuple[str, str]:
    text = read_text(script)
    try:
        return text, format_script(read_script(text, script))
    except ScriptError as error:
        raise BadInputError(str(error)) from None
