"""Input of the subcommands that run scripts: their options, and the reading of scripts and services."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click
from msgspec import Struct

from airspec.checker.cli._duration import Duration
from airspec.checker.cli._outcome import BadInputError
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.host_data import read_host_data
from airspec.checker.model.services.resolution import Rest, ServiceSources
from airspec.checker.model.services.toml_file import TIME_LIMIT, ServiceFile, read_service_file
from airspec.checker.model.sites import callers, calls_of
from airspec.checker.model.topology import Topology, TopologyError, read_topology
from airspec.checker.model.world import World
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.particle import Particle
from airspec.spec.errors import ScriptError, place_of

F = TypeVar("F", bound=Callable[..., Any])

DEFAULT_INIT = "init"
AQUA = "aqua"
STANDARD_INPUT = "-"

# The particle of every run.  Time stands still, so that runs repeat.
PARTICLE_ID = "particle"
TIMESTAMP_MS = 1_700_000_000_000
TTL_MS = 60_000


class RunOptions(Struct, frozen=True):
    """The options of a run, as given on the command line.

    `init` is the initial peer, `services` are paths of service files or ``aqua``, `default_service` is what answers
    other calls, and `service_time` the seconds that a Python function has for an answer.  `init_data` and `topology`
    are paths of files.
    """

    init: str
    services: tuple[str, ...]
    default_service: str
    edition: str = FAITHFUL.value
    service_time: float = TIME_LIMIT
    init_data: str | None = None
    topology: str | None = None
    unreachable: tuple[str, ...] = ()

    def words(self) -> tuple[str, ...]:
        """Return the options as words of a command line, leaving out those that have their default value."""
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
        if self.service_time != TIME_LIMIT:
            words += ["--service-time", f"{self.service_time:g}s"]
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
    """Decorate a subcommand with the options of a run that name the initial peer and the services."""
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
            "--service-time",
            type=Duration(),
            default=f"{TIME_LIMIT:g}s",
            show_default=True,
            metavar="TIME",
            help="The time that a Python function of a service file has for an answer.",
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
    """Decorate a subcommand with the options that say which peers reach which: ``--topology`` and ``--unreachable``."""
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
    """Return the text of a file, or of standard input for ``-``; raises `BadInputError` if it cannot be read."""
    if not path:
        raise BadInputError("the name of a script is empty")
    try:
        if path == STANDARD_INPUT and sys.stdin is None:
            raise BadInputError("-: standard input is closed")
        content = sys.stdin.buffer.read() if path == STANDARD_INPUT else Path(path).read_bytes()
        return content.decode()
    except OSError as error:
        raise BadInputError(f"{path}: cannot be read: {error.strerror or error}") from None
    except ValueError as error:
        place = f" (byte {error.start})" if isinstance(error, UnicodeDecodeError) else ""
        raise BadInputError(f"{path}: is not UTF-8{place}") from None


def read_services(options: RunOptions) -> tuple[ServiceFile, ...]:
    """Return the services that the options name: first what the host gives, then service files in their order.

    Raises `BadInputError` when one of them cannot be read.
    """
    if not options.init:
        raise BadInputError("--init needs the name of a peer")
    try:
        host = () if options.init_data is None else (read_host_data(Path(options.init_data)).services(options.init),)
        paths = [Path(source) for source in options.services if source != AQUA]
        return (*host, *(read_service_file(path, options.service_time) for path in paths))
    except ServiceError as error:
        raise BadInputError(str(error)) from None


def read_world(path: str, options: RunOptions, files: tuple[ServiceFile, ...] | None = None) -> World:
    """Return the world of a script file and the options, in which peers sign what they know.

    `files` are service files that were read already; None reads those of the options.  Raises `BadInputError`.
    """
    files = read_services(options) if files is None else files
    rest: Rest = {"echo": "echo", "null": "null"}.get(options.default_service, "error")  # type: ignore[assignment]
    try:
        given = () if options.init_data is None else tuple(read_host_data(Path(options.init_data)).values)
        annotated = read_annotated(read_text(path), path, given)
        neighbours = {} if options.topology is None else read_topology(Path(options.topology))
    except (ServiceError, ScriptError, TopologyError) as error:
        raise BadInputError(str(error)) from None
    if AQUA in options.services:
        rest = "aqua"
    sources = ServiceSources(files, rest)
    particle = Particle(options.init, PARTICLE_ID, TIMESTAMP_MS, TTL_MS)
    topology = Topology(neighbours, options.unreachable)
    edition = Edition(options.edition)
    return World(
        annotated.script,
        particle,
        sources,
        edition=edition,
        annotations=annotated.annotations,
        topology=topology,
        signs=True,
    )


def unknown_service(path: str, world: World, unknown: UnknownServiceError, schedule: str) -> BadInputError:
    """Return the error for a call that no service answers in a schedule, with the place of the call in the script.

    If several calls can have made the request, it names the places of all of them.
    """
    calls = calls_of(world.script)
    sites = callers(calls, unknown.peer, unknown.request)
    unanswered = [calls[site] for site in sites if site not in world.annotations.definitions]
    places = [place_of(world.script.text, call.span.start) for call in unanswered]
    shown = [f"{place.line}:{place.column}" for place in places]
    one, several = (f":{shown[0]}", "") if len(shown) == 1 else ("", f" (one of the calls at {', '.join(shown)})")
    return BadInputError(
        f"{path}{one}: {unknown}{several}, in the schedule '{schedule}' "
        "(annotate the call, or use --services or --default-service)"
    )
