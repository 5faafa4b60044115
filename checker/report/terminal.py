"""Runs and verdicts on the terminal."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.markup import escape
from rich.text import Text

from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.laws import LAWS, Breach
from airspec.checker.explore.search import Verdict
from airspec.checker.model.moves import NO_FAULTS
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.answers import answers, with_values
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.explanation import explain
from airspec.checker.report.shortening import visible
from airspec.checker.report.trace_tree import trace_lines
from airspec.semantics.network.state import Move


def say(console: Console, *parts: str | tuple[str, str]) -> None:
    """Print a line of parts, some with a style; nothing in them is markup, and the terminal wraps the line."""
    shown = [visible(part) if isinstance(part, str) else (visible(part[0]), part[1]) for part in parts]
    console.print(Text.assemble(*shown), soft_wrap=True, highlight=False)


def print_story(console: Console, story: Story) -> None:
    """Print each move, the messages sent, and the data of each peer at the end."""
    world = story.world
    for event in story.events:
        say(console, (f"{event.word!s:<12}", "bold"), f" {told_move(world, event)}")
        for consequence in told_consequences(world, event):
            say(console, f"{'':12}   {consequence}")
    say(console)
    say(console, f"schedule: {write_schedule(story.words)}")
    say(console, f"edition: {world.edition.value}")
    if not story.state.is_quiescent():
        words = " ".join(map(str, story.possible_words(NO_FAULTS))) or "nothing"
        say(console, f"The run is not over; possible next: {words}")
    values = answers(story.events)
    for name in names_of_peers(story):
        kept = world.data(story.state.peer(name).kept)
        say(console)
        say(console, (name, "bold"), " knows" if kept.trace else " knows nothing")
        for line in trace_lines(kept.trace, with_values(kept.cid_info, values)):
            say(console, str(line))


def print_verdict(console: Console, name: str, world: World, verdict: Verdict, replay: tuple[str, ...]) -> None:
    """Print the verdict on one script; `replay` is the command that replays a schedule, without the schedule."""
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


def print_violation(
    console: Console, name: str, world: World, violation: Counterexample[Breach, Moves], replay: tuple[str, ...]
) -> None:
    """Print one violated law, the sentence of the breach, the schedules that show it, and the differing states."""
    breach = violation.breach
    told = explain(world, violation)
    say(console, ("violated", "red"), f" {name}: {breach.law}")
    say(console, f"  law: {LAWS[breach.law].sentence}")
    say(console, f"  here: {breach.sentence}")
    for cid, content in told.contents:
        say(console, f"    {cid} stands for {content}")
    for culprit in told.culprits:
        say(console, f"  at {culprit.where}: {culprit.rule}: {culprit.deed}")
    for story in told.stories:
        command = shlex.join((*replay, "--schedule", write_schedule(story.words)))
        console.print(Text(f"  replay: {command}"), soft_wrap=True)  # as it is, to be pasted
    if told.parting is not None:
        say(console, f"  both runs begin with: {told.parting.common}")
        for title, rest, move in zip(told.titles, told.parting.rests, told.parting.moves, strict=True):
            say(console, f"  {title} goes on with: {rest}")
            say(console, f"    {move}")
    for difference in told.differences:
        within = f", where {difference.within}" if difference.within else ""
        say(console, f"  differs at {difference.where}{within}")
        for title, half in zip(told.titles, (difference.left, difference.right), strict=True):
            say(console, f"    {title}, {half.made}:" if half.made else f"    {title}:")
            for line in half.lines:
                say(console, f"      {line}")
    if told.more:
        say(console, f"  … and {told.more} more places differ")


def schedule_of(world: World, moves: tuple[Move, ...]) -> str:
    """Return the schedule of some moves."""
    story = Story(world)
    story.play_moves(moves)
    return write_schedule(story.words)
