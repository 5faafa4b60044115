"""Input of the subcommands that run scripts: their options, and the reading of scripts and services."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from airspec.checker.cli._outcome import BadInputError
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.resolution import Rest, ServiceSources
from airspec.checker.model.services.toml_file import ServiceFile, read_service_file
from airspec.checker.model.topology import Topology, TopologyError, read_topology
from airspec.checker.model.world import World
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.particle import Particle
from airspec.spec.errors import ScriptError

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_INIT = "init"
AQUA = "aqua"

# The particle of every run.  Time stands still, so that runs repeat.
PARTICLE_ID = "particle"
TIMESTAMP_MS = 1_700_000_000_000
TTL_MS = 60_000


class RunOptions(Struct, frozen=True):
    """Options of a run, as on the command line: the initial peer, the sources of services, and who reaches whom."""

    init: str
    services: tuple[str, ...]
    default_service: str
    edition: str = FAITHFUL.value
    topology: str | None = None
    unreachable: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return the options as words of a command line, without those that have their default."""
        words: list[str] = []
        if self.init != DEFAULT_INIT:
            words += ["--init", self.init]
        for source in self.services:
            words += ["--services", source]
        if self.default_service != "error":
            words += ["--default-service", self.default_service]
        if self.edition != FAITHFUL.value:
            words += ["--edition", self.edition]
        if self.topology is not None:
            words += ["--topology", self.topology]
        for peer in self.unreachable:
            words += ["--unreachable", peer]
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


def network_options(function: F) -> F:
    """Add the options of subcommands that play a script on a network."""
    for option in (
        click.option("--unreachable", multiple=True, metavar="PEER", help="Messages to this peer are never delivered."),
        click.option(
            "--topology",
            metavar="FILE",
            help='A TOML file that says who reaches whom: under [reach], a line  init = ["R"]  lets init exchange '
            "messages with R only. Peers without a line reach each other.",
        ),
    ):
        function = option(function)
    return function


def read_text(path: str) -> str:
    """Return the text of a file; raises `BadInputError`."""
    try:
        return Path(path).read_bytes().decode()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise BadInputError(f"{path}: is not UTF-8{place}") from None


def read_world(path: str, options: RunOptions) -> World:
    """Return the world of a script file; raises `BadInputError`."""
    files: list[ServiceFile] = []
    rest: Rest = {"echo": "echo", "null": "null"}.get(options.default_service, "error")  # type: ignore[assignment]
    try:
        for source in options.services:
            if source != AQUA:
                files.append(read_service_file(Path(source)))
        annotated = read_annotated(read_text(path), path)
        neighbours = {} if options.topology is None else read_topology(Path(options.topology))
    except (ServiceError, ScriptError, TopologyError) as error:
        raise BadInputError(str(error)) from None
    if AQUA in options.services:
        rest = "aqua"
    sources = ServiceSources(annotated.definitions, tuple(files), rest)
    particle = Particle(options.init, PARTICLE_ID, TIMESTAMP_MS, TTL_MS)
    topology = Topology(neighbours, options.unreachable)
    return World(annotated.script, particle, sources, edition=Edition(options.edition), topology=topology)


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
