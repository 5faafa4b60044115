"""``airspec compare``: play given scripts on two interpreters."""

from __future__ import annotations

import time
from pathlib import Path

import click
from msgspec import Struct

from airspec.checker.cli._input import RunOptions, read_world, run_options, unknown_service
from airspec.checker.cli._outcome import HOLDS, UNDECIDED, VIOLATED, BadInputError
from airspec.checker.conform.adapters.interpreters import Interpreter
from airspec.checker.conform.adapters.remote import AdapterError
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.lockstep.fuzz import interpreter
from airspec.checker.conform.lockstep.run import Difference
from airspec.checker.conform.lockstep.scripted_run import GivenGame, cast_of
from airspec.checker.model.services.behaviours import ServiceError
from airspec.semantics.network.services import UnknownServiceError

MOST_MOVES = 2_000
SHOWN = 600
"""Characters of a differing field that are shown."""


class Comparison(Struct, frozen=True):
    """The result of the games of one script."""

    invocations: int
    longest: int
    difference: Difference | None


@click.command()
@click.argument("adapter")
@click.argument("scripts", nargs=-1, required=True, metavar="SCRIPT...")
@click.option("--against", default="spec", show_default=True, help="What to compare with: spec, avm, or a command.")
@click.option("--games", type=click.IntRange(1), default=5, show_default=True, help="Schedules of each script.")
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True, help="Of the schedules.")
@run_options
def command(
    adapter: str,
    scripts: tuple[str, ...],
    against: str,
    games: int,
    seed: int,
    init: str,
    services: tuple[str, ...],
    default_service: str,
    init_data: str | None,
) -> int:
    """Play each SCRIPT, or each ``.air`` file of a folder, on ADAPTER and on another interpreter.

    ADAPTER is spec, avm, or a command that speaks the adapter protocol. Both play the same random schedules, and every
    field of every outcome is compared. Names of peers, in scripts and in what services answer, stand for peers with
    keys; particles for peers that nobody names are lost. Exit code 0: no difference; 12: differences; 3: interrupted.
    """
    options = RunOptions(init, services, default_service, init_data=init_data)
    try:
        sides = (interpreter(adapter), interpreter(against))
    except AdapterError as error:
        raise BadInputError(str(error)) from None
    compared, differing = 0, 0
    for path in files(scripts):
        began = time.perf_counter()
        try:
            found = compare(path, sides, options, games, seed)
        except KeyboardInterrupt:
            click.echo(f"interrupted after {compared} scripts")
            return VIOLATED if differing else UNDECIDED
        compared += 1
        differing += found.difference is not None
        click.echo(f"{path}: {told(found)}, {time.perf_counter() - began:.1f} s")
    click.echo(f"{compared} scripts, {differing} with a difference")
    return VIOLATED if differing else HOLDS


def files(scripts: tuple[str, ...]) -> list[str]:
    """Return the script files, in order; raises `BadInputError` for a folder without any."""
    found: list[str] = []
    for script in scripts:
        inside = sorted(map(str, Path(script).glob("*.air"))) if Path(script).is_dir() else [script]
        if not inside:
            raise BadInputError(f"{script}: has no .air files")
        found += inside
    return found


def compare(
    path: str, sides: tuple[Interpreter, Interpreter], options: RunOptions, games: int, seed: int
) -> Comparison:
    """Play the games of a script until one shows a difference; raises `BadInputError`."""
    world = read_world(path, options)
    cast = cast_of(world.script, options.init)
    invocations = longest = 0
    for number in range(games):
        game = GivenGame(world.script.text, cast, options.init, world.services, sides, RandomChoices(seed + number))
        try:
            played = game.play(MOST_MOVES)
        except UnknownServiceError as error:
            raise unknown_service(path, str(error), " ".join(game.moves)) from None
        except ServiceError as error:
            raise BadInputError(f"{path}: {error}") from None
        except AdapterError as error:
            raise BadInputError(str(error)) from None
        invocations += len(played.moves)
        longest = max(longest, played.trace_length)
        if played.difference is not None:
            return Comparison(invocations, longest, played.difference)
    return Comparison(invocations, longest, None)


def told(found: Comparison) -> str:
    """Return a comparison in words."""
    counted = f"{found.invocations} invocations, longest trace {found.longest}"
    if found.difference is None:
        return f"no difference in {counted}"
    left, right = (str(side)[:SHOWN] for side in (found.difference.left, found.difference.right))
    return (
        f"{found.difference.field} differs after {counted}:\n  left   {left}\n  right  {right}\n"
        f"  moves  {', '.join(found.difference.moves)}\n "
    )
