"""Stories and verdicts on the terminal."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.markup import escape

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.laws import LAWS, NOTES, Breach
from airspec.checker.explore.search import Verdict
from airspec.checker.model.moves import NO_FAULTS
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.ends_text import story_end, told_coverage, told_end
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.trace_tree import chosen_lines, trace_lines
from airspec.semantics.merge.observations import differing
from airspec.semantics.network.state import Move

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
    for number, told in enumerate(story_end(story)):
        console.print(f"  {escape(told)}" if number else f"end: {escape(told)}", soft_wrap=True)
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
    if not verdict.violations and verdict.cut is not None:
        console.print(f"[yellow]undecided[/yellow] {escape(name)}: {verdict.cut}", highlight=False, soft_wrap=True)
        console.print("  no law was broken in what was seen", soft_wrap=True)
    elif not verdict.violations:
        laws = f"{len(LAWS) - len(NOTES)} laws model-checked"
        console.print(f"[green]holds[/green] {escape(name)}: {laws}, every interleaving", soft_wrap=True)
    for note in verdict.notes:
        print_note(console, world, note, replay)
    print_ends(console, world, verdict, replay)
    for number, line in enumerate(told_coverage(world, verdict)):
        console.print(f"    {escape(line)}" if number else f"  {escape(line)}", soft_wrap=True)
    left = "" if verdict.cut is None else f"; {counts.waiting:,} states were left unexplored"
    console.print(f"  seen: {seen}{left}", highlight=False, soft_wrap=True)


def print_note(console: Console, world: World, note: Counterexample[Breach], replay: tuple[str, ...]) -> None:
    """Print a difference between schedules that nobody outside can tell, with both schedules."""
    console.print(f"  note, {note.breach.law}: {escape(note.breach.sentence)}", soft_wrap=True)
    for moves in note.runs:
        print_replay(console, world, moves, replay)


def print_ends(console: Console, world: World, verdict: Verdict, replay: tuple[str, ...]) -> None:
    """Print what becomes of the particle, how often, and a shortest schedule to each end but a finished one."""
    for seen in verdict.ends:
        first, *reasons = told_end(seen.end)
        console.print(f"  {seen.count:,} of {verdict.counts.ends:,} ends {escape(first)}", soft_wrap=True)
        for reason in reasons:
            console.print(f"    {escape(reason)}", soft_wrap=True)
        if seen.end.kind != "finished":
            print_replay(console, world, seen.run, replay)


def print_replay(console: Console, world: World, moves: tuple[Move, ...], replay: tuple[str, ...]) -> None:
    """Print the command that replays some moves."""
    command = shlex.join((*replay, "--schedule", schedule_of(world, moves)))
    console.print(f"  replay: {escape(command)}", soft_wrap=True, highlight=False)


def print_violation(
    console: Console, name: str, world: World, violation: Counterexample[Breach], replay: tuple[str, ...]
) -> None:
    """One broken law: what it says, how it is broken, the schedules, and the two sides with what differs."""
    breach = violation.breach
    console.print(f"[red]violated[/red] {escape(name)}: {breach.law}", soft_wrap=True)
    console.print(f"  law: {LAWS[breach.law]}", soft_wrap=True)
    if breach.law == "network-progress":
        return  # the ends are told below, each with its schedule
    console.print(f"  here: {escape(breach.sentence)}", soft_wrap=True)
    for moves in violation.runs:
        print_replay(console, world, moves, replay)
    if breach.left is not None and breach.right is not None:
        left, right = world.data(breach.left), world.data(breach.right)
        titles = ("one end knows", "another knows") if breach.law == "same-calls" else ("before", "after")
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
