"""The command ``airspec``.

Each module of this package whose name does not begin with an underscore holds one subcommand as ``command``; it is
imported when it is used.  Exit codes are those of `checker.cli._outcome`.
"""

from __future__ import annotations

import errno
import pkgutil
import sys
from importlib import import_module

import click

from airspec import __version__
from airspec.checker.cli._outcome import BAD_INPUT, HOLDS, INTERNAL_ERROR, BadInputError, told_internal
from airspec.checker.cli._output import after_output, endure
from airspec.checker.cli._signals import ending_in_good_order, exit_code_of
from airspec.checker.report.visible import visible
from airspec.semantics.aquavm.versions import INTERPRETER_VERSION


class Subcommands(click.Group):
    """The group of all subcommands, each imported from its module when it is used."""

    def list_commands(self, context: click.Context) -> list[str]:
        """Return the names of all subcommands, sorted."""
        names = [module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_")]
        return sorted(name.strip("_").replace("_", "-") for name in names)

    def get_command(self, context: click.Context, name: str) -> click.Command | None:
        """Return the subcommand with a name; None if there is none."""
        if name not in self.list_commands(context):
            return None
        command: click.Command = import_module(f"{__name__}.{name.replace('-', '_')}").command
        return command


def airspec_version() -> str:
    """Return the version of airspec, with that of AquaVM which it specifies, as text."""
    return f"{__version__} (AquaVM {INTERPRETER_VERSION})"


@click.group(cls=Subcommands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--debug", is_flag=True, help="Show the traceback of internal errors.")
@click.version_option(airspec_version(), "--version", prog_name="airspec", message="%(prog)s %(version)s")
@click.pass_context
def airspec(context: click.Context, debug: bool) -> None:
    """The executable specification of AIR, the choreography language of the Fluence network."""
    context.obj = debug


def main(arguments: list[str] | None = None) -> None:
    """Run the command with its arguments, by default those of the process, and exit with its code.

    Output that cannot be written gives the code of bad input in place of 0, and leaves any other code as it is.
    """
    words = sys.argv[1:] if arguments is None else arguments
    streams = endure()
    with ending_in_good_order():
        code = _code(words)
        sys.exit(after_output(code, streams))


def _code(words: list[str]) -> int:
    """Run the command, and return its exit code."""
    try:
        code = airspec.main(words, prog_name="airspec", standalone_mode=False)
    except click.exceptions.Abort as abort:
        return exit_code_of(abort.__cause__)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except BadInputError as error:
        click.echo(visible(f"airspec: {error}"), err=True)
        return error.exit_code
    except Exception as error:
        if isinstance(error, OSError) and error.errno == errno.ENOSPC:
            click.echo("airspec: no space is left on the device", err=True)
            return BAD_INPUT
        if "--debug" in words:
            raise
        click.echo(told_internal(error), err=True)
        return INTERNAL_ERROR
    return code if isinstance(code, int) else HOLDS
