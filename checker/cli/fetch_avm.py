"""``airspec fetch-avm``: fetch the AquaVM that the specification is compared with."""

from __future__ import annotations

from pathlib import Path

import click

from airspec.checker.cli._outcome import BadInputError
from airspec.checker.cli._output import unwritable
from airspec.checker.conform.adapters.fetch_avm import CannotFetch, fetch, kept_file


@click.command()
@click.option(
    "--to",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Where to put the Wasm module, in place of the cache of this user.",
)
def command(target: Path | None) -> None:
    """Fetch AquaVM 0.62.0, a Wasm module of the npm package @fluencelabs/avm, with the npm client.

    `airspec fuzz`, `compare` and `adapter` then find it by themselves.
    """
    place = kept_file() if target is None else target
    try:
        click.echo(fetch(place))
    except CannotFetch as missing:
        raise BadInputError(f"{missing}") from None
    except OSError as error:
        raise unwritable(place, error) from None
