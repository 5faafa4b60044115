"""``airspec run``: run a script under one schedule, and print its moves and the data at its end."""

from __future__ import annotations

import click

from airspec.checker.cli._input import (
    RunOptions,
    edition_option,
    network_options,
    read_world,
    run_options,
    unknown_service,
)
from airspec.checker.cli._outcome import HOLDS, UNDECIDED, BadInputError
from airspec.checker.cli._output import check_outputs, write_output
from airspec.checker.model.schedule import ScheduleError, read_schedule, write_schedule
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.story import Story
from airspec.checker.report.page import story_page
from airspec.checker.report.terminal import print_story
from airspec.checker.report.visible import Terminal
from airspec.semantics.network.services import UnknownServiceError

MOST_MOVES = 10_000


@click.command()
@click.argument("script")
@click.option("--schedule", metavar="WORDS", help="The moves to make, such as 's c1 m1'.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the random schedule, when none is given.")
@click.option("--html", metavar="FILE", help="Draw the run as a sequence diagram on a page of its own.")
@run_options
@network_options
@edition_option
def command(
    script: str,
    schedule: str | None,
    seed: int,
    html: str | None,
    init: str,
    services: tuple[str, ...],
    service_time: float,
    default_service: str,
    init_data: str | None,
    edition: str,
    topology: str | None,
    unreachable: tuple[str, ...],
) -> int:
    """Run SCRIPT under one schedule, and print each move, the messages sent, and the data of each peer at the end.

    Exit code 3 when a random run does not end within 10,000 moves.
    """
    check_outputs(html)
    story = Story(
        read_world(
            script, RunOptions(init, services, default_service, edition, service_time, init_data, topology, unreachable)
        )
    )
    finished = True
    try:
        if schedule is None:
            finished = story.play_randomly(seed, MOST_MOVES)
        else:
            story.play(read_schedule(schedule))
    except ScheduleError as error:
        raise BadInputError(f"{script}: {error}") from None
    except UnknownServiceError as error:
        raise unknown_service(script, story.world, error, write_schedule(story.words)) from None
    except ServiceError as error:
        raise BadInputError(f"{script}: {error}") from None
    print_story(Terminal(), story)
    if html is not None:
        write_output(html, story_page(script, story))
    return HOLDS if finished else UNDECIDED
