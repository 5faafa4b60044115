"""Input of the subcommands that run scripts: their options, and the reading of scripts and services."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from airspec.checker.cli._outcome import BadInputError
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.host_data import read_host_data
from airspec.checker.model.services.resolution import Rest, ServiceSources
from airspec.checker.model.services.toml_file import ServiceFile, read_service_file
from airspec.checker.model.world import World
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.particle import Particle
from airspec.spec.errors import ScriptError

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_INIT = "init"
AQUA = "aqua"
STANDARD_INPUT = "-"

# The particle of every run.  Time stands still, so that runs repeat.
PARTICLE_ID = "particle"
TIMESTAMP_MS = 1_700_000_000_000
TTL_MS = 60_000


class RunOptions(Struct, frozen=True):
    """Options of a run, as on the command line: the initial peer, and the sources of services."""

    init: str
    services: tuple[str, ...]
    default_service: str
    edition: str = FAITHFUL.value
    init_data: str | None = None

    def words(self) -> tuple[str, ...]:
        """Return the options as words of a command line, without those that have their default."""
        words: list[str] = []
        if self.init != DEFAULT_INIT:
            words += ["--init", self.init]
        for source in self.services:
            words += ["--services", source]
        if self.init_data is not None:
            words += ["--init-data", self.init_data]
        if self.default_service != "error":
            words += ["--default-service", self.default_service]
        if self.edition != FAITHFUL.value:
            words += ["--edition", self.edition]
        return tuple(words)


edition_option = click.option(
    "--edition",
    type=click.Choice([edition.value for edition in Edition]),
    default=FAITHFUL.value,
    show_default=True,
    help="The rules to run; `airspec editions` lists them.",
)


def run_options(function: F) -> F:
    """Return the options of subcommands that run scripts."""
    for option in (
        click.option(
            "--init-data",
            metavar="FILE",
            help="A JSON object with what the host of the initial peer gives: the answers of getDataSrv, and variables "
            "that the script reads and nothing sets.",
        ),
        click.option(
            "--default-service",
            type=click.Choice(["error", "echo", "null"]),
            default="error",
            show_default=True,
            help="The answer to a call without a defined service: an error of airspec, the first argument, or null.",
        ),
        click.option(
            "--services",
            multiple=True,
            metavar="FILE|aqua",
            help="A TOML file with the answers of services, or 'aqua' for the built-in answers for compiled Aqua. "
            "Annotations in the script come first, then files in their order.",
        ),
        click.option(
            "--init", default=DEFAULT_INIT, show_default=True, metavar="PEER", help="The peer that starts the particle."
        ),
    ):
        function = option(function)
    return function


def read_text(path: str) -> str:
    """Return the text of a file, or of standard input for ``-``; raises `BadInputError`."""
    if not path:
        raise BadInputError("the name of a script is empty")
    try:
        content = sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
        return content.decode()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise BadInputError(f"{path}: is not UTF-8{place}") from None


def read_world(path: str, options: RunOptions) -> World:
    """Return the world of a script file; raises `BadInputError`."""
    if not options.init:
        raise BadInputError("--init needs the name of a peer")
    files: list[ServiceFile] = []
    rest: Rest = {"echo": "echo", "null": "null"}.get(options.default_service, "error")  # type: ignore[assignment]
    try:
        given: tuple[str, ...] = ()
        if options.init_data is not None:
            host = read_host_data(Path(options.init_data))
            files.append(host.services(options.init))
            given = tuple(host.values)
        for source in options.services:
            if source != AQUA:
                files.append(read_service_file(Path(source)))
        annotated = read_annotated(read_text(path), path, given)
    except (ServiceError, ScriptError) as error:
        raise BadInputError(str(error)) from None
    if AQUA in options.services:
        rest = "aqua"
    sources = ServiceSources(annotated.definitions, tuple(files), rest)
    particle = Particle(options.init, PARTICLE_ID, TIMESTAMP_MS, TTL_MS)
    return World(annotated.script, particle, sources, edition=Edition(options.edition))


def write_page(path: str, page: str) -> None:
    """Write a page; raises `BadInputError`."""
    try:
        Path(path).write_text(page, encoding="utf-8")
    except OSError as error:
        raise BadInputError(f"{path}: cannot be written: {error.strerror or error}") from None


def unknown_service(path: str, message: str, schedule: str) -> BadInputError:
    """Return the error for a call that nothing answers."""
    return BadInputError(
        f"{path}: {message}, in the schedule '{schedule}' (annotate the call, or use --services or --default-service)"
    )
