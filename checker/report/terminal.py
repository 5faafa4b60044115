"""Stories and verdicts on the terminal."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.markup import escape

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.laws import LAWS, Breach
from airspec.checker.explore.search import Verdict
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.trace_tree import chosen_lines, trace_lines
from airspec.semantics.merge.observations import differing
from airspec.semantics.network.state import NO_FAULTS, Move

MOST_LINES = 20
"""Differing states that are shown of each side."""


def print_story(console: Console, story: Story) -> None:
    """Print each move, the messages sent, and the data of each peer at the end."""
    world = story.world
    for event in story.events:
        console.print(f"[bold]{escape(str(event.word)):<12}[/bold] {escape(told_move(world, event))}", soft_wrap=True)
        for consequence in told_consequences(world, event):
            console.print(f"{'':12}   {escape(consequence)}", soft_wrap=True)
    console.print(f"\nschedule: {escape(write_schedule(story.words))}", soft_wrap=True)
    console.print(f"edition: {world.edition.value}", highlight=False)
    if not story.state.is_quiescent():
        words = " ".join(map(str, story.possible_words(NO_FAULTS))) or "nothing"
        console.print(f"The run is not over; possible next: {escape(words)}", soft_wrap=True)
    for name in names_of_peers(story):
        kept = world.data(story.state.peer(name).kept)
        console.print(f"\n[bold]{escape(name)}[/bold] knows" if kept.trace else f"\n{escape(name)} knows nothing")
        for line in trace_lines(kept):
            console.print(escape(str(line)), soft_wrap=True, highlight=False)


def print_verdict(console: Console, name: str, world: World, verdict: Verdict, replay: tuple[str, ...]) -> None:
    """The verdict on one script; `replay` is the command that replays a schedule, without its schedule."""
    counts = verdict.counts
    seen = (
        f"{counts.states:,} states, {counts.moves:,} moves, {counts.ends:,} quiescent, "
        f"depth {counts.depth}, {counts.invocations:,} invocations, {counts.seconds:.1f} s, "
        f"edition {world.edition.value}"
    )
    for violation in verdict.violations:
        print_violation(console, name, world, violation, replay)
    if verdict.violations:
        console.print(f"  seen: {seen}", highlight=False, soft_wrap=True)
    elif verdict.cut is not None:
        console.print(f"[yellow]undecided[/yellow] {escape(name)}: {verdict.cut}", highlight=False, soft_wrap=True)
        left = f"{counts.waiting:,} states were left unexplored"
        console.print(f"  no law was broken in what was seen: {seen}; {left}", soft_wrap=True)
    else:
        console.print(f"[green]holds[/green] {escape(name)}: all {len(LAWS)} laws, every interleaving", soft_wrap=True)
        console.print(f"  seen: {seen}", highlight=False, soft_wrap=True)
    for sentence in world.topology.told_all(verdict.unreached, verdict.is_complete()):
        console.print(f"  {escape(sentence)}", highlight=False, soft_wrap=True)


def print_violation(
    console: Console, name: str, world: World, violation: Counterexample[Breach], replay: tuple[str, ...]
) -> None:
    """One broken law: what it says, how it is broken, the schedules, and the two sides with what differs."""
    breach = violation.breach
    console.print(f"[red]violated[/red] {escape(name)}: {breach.law}", soft_wrap=True)
    console.print(f"  law: {LAWS[breach.law]}", soft_wrap=True)
    console.print(f"  here: {escape(breach.sentence)}", soft_wrap=True)
    for moves in violation.runs:
        command = shlex.join((*replay, "--schedule", schedule_of(world, moves)))
        console.print(f"  replay: {escape(command)}", soft_wrap=True, highlight=False)
    if breach.left is not None and breach.right is not None:
        left, right = world.data(breach.left), world.data(breach.right)
        titles = ("one end knows", "another knows") if breach.law == "agreement" else ("before", "after")
        for title, data, positions in zip(titles, (left, right), differing(left, right), strict=True):
            console.print(f"  {title}:" if positions else f"  {title}: nothing that the other side does not say")
            for line in chosen_lines(data, positions[:MOST_LINES]):
                console.print(f"    {escape(str(line))}", soft_wrap=True, highlight=False)
            if len(positions) > MOST_LINES:
                console.print(f"    … and {len(positions) - MOST_LINES} more states")


def schedule_of(world: World, moves: tuple[Move, ...]) -> str:
    """Return the schedule of some moves."""
    story = Story(world)
    story.play_moves(moves)
    return write_schedule(story.words)
