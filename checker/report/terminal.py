"""Runs and verdicts on the terminal."""

from __future__ import annotations

import shlex

from rich.console import Console
from rich.text import Text

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.laws import LAWS
from airspec.checker.explore.search import Verdict
from airspec.checker.lint import findings
from airspec.checker.lint.finding import told_finding
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.answers import answers, with_values
from airspec.checker.report.ends_text import story_end, told_coverage, told_end
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.explanation import explain
from airspec.checker.report.trace_tree import trace_lines
from airspec.checker.report.visible import on_one_line
from airspec.semantics.network.state import NO_FAULTS, Move


def say(console: Console, *parts: str | tuple[str, str]) -> None:
    """Print parts as one line, a part with a style as a pair; nothing in them is read as markup.

    The line is left to the terminal to wrap.
    """
    shown = [on_one_line(part) if isinstance(part, str) else (on_one_line(part[0]), part[1]) for part in parts]
    console.print(Text.assemble(*shown), soft_wrap=True, highlight=False)


def print_story(console: Console, story: Story) -> None:
    """Print a run: each move with its consequences, the schedule, how the run ended, and what each peer then knows."""
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
    for number, told in enumerate(story_end(story)):
        say(console, f"  {told}" if number else f"end: {told}")
    for name in names_of_peers(story):
        kept = world.data(story.state.peer(name).kept)
        say(console)
        say(console, (name, "bold"), " knows" if kept.trace else " knows nothing")
        for line in trace_lines(kept.trace, with_values(kept.cid_info, values)):
            say(console, str(line))


def print_verdict(console: Console, name: str, world: World, verdict: Verdict, replay: tuple[str, ...]) -> None:
    """Print the verdict on one script, with violations, notes, ends and findings.

    `name` is that of the script, and `replay` the words of the command that replays a schedule, without the schedule.
    """
    counts = verdict.counts
    seen = (
        f"{counts.states:,} states, {counts.moves:,} moves, {counts.ends:,} quiescent, "
        f"depth {counts.depth}, {counts.invocations:,} invocations, {counts.seconds:.1f} s, "
        f"edition {world.edition.value}"
    )
    for violation in verdict.violations:
        print_violation(console, name, world, violation, replay)
    if not verdict.violations and verdict.cut is not None:
        say(console, ("undecided", "yellow"), f" {name}: {verdict.cut}; no law was broken in what was seen")
    elif not verdict.violations:
        laws = f"{len(verdict.laws)} laws model-checked, every interleaving"
        say(console, ("holds", "green"), f" {name}: {laws}")
    elif verdict.cut is not None:
        say(console, f"  not all was seen: {verdict.cut}")
    for note in verdict.notes:
        say(console, f"  note, {note.breach.law}: {note.breach.sentence}")
        print_explanation(console, world, note, replay)
    print_ends(console, world, verdict, replay)
    for number, line in enumerate(told_coverage(world, verdict)):
        say(console, f"    {line}" if number else f"  {line}")
    for finding in findings(world.script):
        say(console, f"  likely wrong, {told_finding(world.script, finding)}")
    for sentence in world.topology.told_all(verdict.unreached, verdict.is_complete(), verdict.peers):
        say(console, f"  {sentence}")
    left = "" if verdict.cut is None else f"; {counts.waiting:,} states were left unexplored"
    say(console, f"  seen: {seen}{left}")


def print_ends(console: Console, world: World, verdict: Verdict, replay: tuple[str, ...]) -> None:
    """Print what becomes of the particle, in how many ends, and a shortest schedule to each end but a finished one."""
    for seen in verdict.ends:
        first, *reasons = told_end(seen.end)
        say(console, f"  {seen.count:,} of {verdict.counts.ends:,} ends {first}")
        for reason in reasons:
            say(console, f"    {reason}")
        if seen.end.kind != "finished":
            print_replay(console, schedule_of(world, seen.run), replay)


def print_replay(console: Console, schedule: str, replay: tuple[str, ...]) -> None:
    """Print the command that replays a schedule, unwrapped and quoted for a shell; `replay` is all but the schedule."""
    command = shlex.join((*replay, "--schedule", schedule))
    console.print(Text(f"  replay: {command}"), soft_wrap=True)


def print_violation(
    console: Console, name: str, world: World, violation: Counterexample[Breach, Moves], replay: tuple[str, ...]
) -> None:
    """Print a violation of a law: the law, the sentence of the breach, and the explanation with its schedules.

    A breach of *network-progress* has no explanation here, as `print_ends` prints the ends with their schedules.
    """
    breach = violation.breach
    say(console, ("violated", "red"), f" {name}: {breach.law}")
    say(console, f"  law: {LAWS[breach.law].sentence}")
    if breach.law == "network-progress":
        return  # the ends are told below, each with its schedule
    say(console, f"  here: {breach.sentence}")
    print_explanation(console, world, violation, replay)


def print_explanation(
    console: Console, world: World, violation: Counterexample[Breach, Moves], replay: tuple[str, ...]
) -> None:
    """Print the explanation of a breach: culprits, the schedules that show it, where these part, and what differs."""
    told = explain(world, violation)
    for cid, content in told.contents:
        say(console, f"    {cid} stands for {content}")
    for culprit in told.culprits:
        say(console, f"  at {culprit.where}: {culprit.rule}: {culprit.deed}")
    for story in told.stories:
        print_replay(console, write_schedule(story.words), replay)
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
    """Return the schedule of moves that begin in the initial state, as text."""
    story = Story(world)
    story.play_moves(moves)
    return write_schedule(story.words)
