"""``airspec compare``: play given scripts on two interpreters."""

from __future__ import annotations

import time
from collections import Counter
from itertools import chain
from pathlib import Path

import click
from msgspec import Struct

from airspec.checker.cli._input import RunOptions, read_services, read_world, run_options, unknown_service
from airspec.checker.cli._outcome import BAD_INPUT, HOLDS, UNDECIDED, VIOLATED, BadInputError, worst
from airspec.checker.conform.adapters.adapter_client import AdapterError
from airspec.checker.conform.adapters.interpreters import Interpreter
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.lockstep.fuzz import interpreter
from airspec.checker.conform.lockstep.game import Difference
from airspec.checker.conform.lockstep.given_game import Cast, GivenGame, cast_of
from airspec.checker.conform.lockstep.numbered_environment import Answers
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.toml_file import ServiceFile
from airspec.checker.model.services.unused import unused_entries
from airspec.checker.model.world import World
from airspec.semantics.network.services import UnknownServiceError

MOST_MOVES = 2_000
MOST_PEERS = 100
"""Peers of a game, beyond which no name that answers bring up is given a key."""

SHOWN = 600
"""The number of characters of a differing field that are shown."""


class Comparison(Struct, frozen=True):
    """The result of the games of one script: how many invocations were compared, and the first difference, if any.

    `longest` is the number of states of the longest trace.  `lost` are the names to which particles were sent and that
    no peer has, and `cut` counts the games that were not played to their end.
    """

    invocations: int
    longest: int
    difference: Difference | None
    lost: frozenset[str] = frozenset()
    cut: int = 0

    def code(self) -> int:
        """Return the exit code: violated for a difference, undecided if particles were lost or games cut off, or 0."""
        if self.difference is not None:
            return VIOLATED
        return UNDECIDED if self.lost or self.cut else HOLDS


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
    service_time: float,
    default_service: str,
    init_data: str | None,
) -> int:
    """Play each SCRIPT, or each ``.air`` file of a folder, on ADAPTER and on another interpreter.

    ADAPTER is spec, avm, or a command that speaks the adapter protocol. Both play the same random schedules, and every
    field of every outcome is compared. Names of peers, in scripts and in what services answer, stand for peers with
    keys. Exit code 0: no difference; 12: differences; 3: interrupted, or not all of it was compared, as particles were
    lost or a game was too long; 2: bad input. Of several scripts, the worst counts, in the order 2, 12, 3, 0.
    """
    options = RunOptions(init, services, default_service, service_time=service_time, init_data=init_data)
    try:
        sides = (interpreter(adapter), interpreter(against))
    except AdapterError as error:
        raise BadInputError(str(error)) from None
    shared = read_services(options)
    codes: list[int] = []
    for path in files(scripts):
        began = time.perf_counter()
        try:
            found = compare(path, sides, options, games, seed, shared)
        except BadInputError as error:
            click.echo(f"airspec: {error}", err=True)
            codes.append(BAD_INPUT)
            continue
        except KeyboardInterrupt:
            click.echo(f"interrupted after {len(codes)} scripts")
            return worst([*codes, UNDECIDED])
        codes.append(found.code())
        click.echo(f"{path}: {told(found)}, {time.perf_counter() - began:.1f} s")
    for sentence in chain.from_iterable(map(unused_entries, shared)):
        click.echo(f"note: {sentence}")
    click.echo(_sums(Counter(codes)))
    return worst(codes)


def _sums(codes: Counter[int]) -> str:
    parts = [f"{codes[VIOLATED]} with a difference"]
    for code, words in ((UNDECIDED, "not compared in full"), (BAD_INPUT, "not compared")):
        parts += [f"{codes[code]} {words}"] if codes[code] else []
    return f"{codes.total()} script{'' if codes.total() == 1 else 's'}, {', '.join(parts)}"


def files(scripts: tuple[str, ...]) -> list[str]:
    """Return the paths of scripts, with each folder replaced by the ``.air`` files directly in it, sorted.

    Raises `BadInputError` for a folder without any.
    """
    found: list[str] = []
    for script in scripts:
        inside = sorted(map(str, Path(script).glob("*.air"))) if Path(script).is_dir() else [script]
        if not inside:
            raise BadInputError(f"{script}: has no .air files")
        found += inside
    return found


def compare(
    path: str,
    sides: tuple[Interpreter, Interpreter],
    options: RunOptions,
    games: int,
    seed: int,
    shared: tuple[ServiceFile, ...] | None = None,
) -> Comparison:
    """Play `games` games of a script, with seeds from `seed` on, until one shows a difference between both sides.

    A name without a peer to which particles are sent, as one in what services answer, becomes a peer, and the games
    begin anew.  `shared` are service files that were read already.  Raises `BadInputError`.
    """
    world = read_world(path, options, shared)
    cast = cast_of(world.script, options.init)
    while True:
        found = play(path, world, cast, sides, options.init, range(seed, seed + games))
        new = found.lost - set(cast.ids) - {""}
        if found.difference is not None or not new or len(cast.ids) + len(new) > MOST_PEERS:
            return found
        cast = Cast(sorted({*cast.ids, *new}))


def play(
    path: str, world: World, cast: Cast, sides: tuple[Interpreter, Interpreter], init: str, seeds: range
) -> Comparison:
    """Play one game of a script with each seed, on given peers, until one shows a difference, and return the result.

    Raises `BadInputError` when a service or an interpreter fails.
    """
    invocations = longest = cut = 0
    lost: set[str] = set()
    for seed in seeds:
        answers = Answers(world.annotations, world.services)
        game = GivenGame(world.script.text, cast, init, answers, sides, RandomChoices(seed))
        try:
            played = game.play(MOST_MOVES)
        except UnknownServiceError as error:
            raise unknown_service(path, world, error, " ".join(game.moves)) from None
        except ServiceError as error:
            raise BadInputError(f"{path}: {error}") from None
        except AdapterError as error:
            raise BadInputError(str(error)) from None
        invocations += len(played.moves)
        longest = max(longest, played.trace_length)
        cut += played.cut
        lost |= game.lost
        if played.difference is not None:
            return Comparison(invocations, longest, played.difference)
    return Comparison(invocations, longest, None, frozenset(lost), cut)


def told(found: Comparison) -> str:
    """Return the result of a comparison as text for the terminal."""
    counted = f"{found.invocations} invocations, longest trace {found.longest}"
    if found.difference is None:
        lost = f", but particles to {_listed(found.lost)} were lost, as no peer has this name" if found.lost else ""
        cut = f", but {found.cut} games were cut off after {MOST_MOVES:,} moves" if found.cut else ""
        return f"no difference in {counted}{lost}{cut}"
    left, right = (str(side)[:SHOWN] for side in (found.difference.left, found.difference.right))
    return (
        f"{found.difference.field} differs after {counted}:\n  left   {left}\n  right  {right}\n"
        f"  moves  {', '.join(found.difference.moves)}\n "
    )


def _listed(names: frozenset[str]) -> str:
    shown = ", ".join(map(repr, sorted(names)[:3]))
    return f"{shown} and {len(names) - 3} more" if len(names) > 3 else shown
