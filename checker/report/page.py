"""Self-contained pages: stories and verdicts with their diagrams.  A page loads nothing from anywhere."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.laws import LAWS, Breach
from airspec.checker.explore.search import Verdict
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.page_style import SCRIPT, STYLE
from airspec.checker.report.rule_trace import fired_rules
from airspec.checker.report.sequence_diagram import sequence_diagram
from airspec.checker.report.terminal import schedule_of
from airspec.checker.report.trace_tree import Line, trace_lines
from airspec.semantics.merge.observations import differing
from airspec.semantics.network.state import NO_DATA, DataId
from airspec.spec.formatter import format_script


def story_page(title: str, story: Story) -> str:
    """Return the page of one run."""
    return _page(title, [_edition(story.world), *_story(story, "move"), *_ends(story), *_script(story.world)])


def check_page(checked: Sequence[tuple[str, World, Verdict]], replays: Sequence[tuple[str, ...]]) -> str:
    """Return the page of a check: the verdict on each script, and the runs that break laws."""
    body: list[str] = []
    for number, ((name, world, verdict), replay) in enumerate(zip(checked, replays, strict=True), 1):
        body.append(f'<section><h2>{escape(name)} <span class="verdict {_mark(verdict)}">{_mark(verdict)}</span></h2>')
        body.append(_edition(world))
        body.extend(_counts(verdict))
        body.extend(
            f"<p>{escape(sentence)}</p>"
            for sentence in world.topology.told_all(verdict.unreached, verdict.is_complete())
        )
        for count, violation in enumerate(verdict.violations, 1):
            body.extend(_violation(world, violation, replay, f"s{number}v{count}"))
        if not verdict.violations:
            body.append("<h3>One run of it</h3>")
            story = Story(world)
            story.play_randomly(0, MOVES_DRAWN)
            body.extend(_story(story, f"s{number}"))
            body.extend(_ends(story))
        body.extend(_script(world))
        body.append("</section>")
    return _page("airspec check", body)


MOVES_DRAWN = 200
"""Moves of the run that is drawn for a script that holds."""


def _mark(verdict: Verdict) -> str:
    return "violated" if verdict.violations else "undecided" if verdict.cut else "holds"


def _counts(verdict: Verdict) -> Iterator[str]:
    counts = verdict.counts
    if verdict.cut is not None:
        yield f"<p>The search did not see everything: {escape(verdict.cut)}.</p>"
    if not verdict.violations:
        scope = "In what was seen, none" if verdict.cut else "In every interleaving, none"
        yield f"<p>{scope} of these laws is broken:</p><ul class=laws>"
        yield from (f"<li><b>{escape(law)}</b> {escape(text)}</li>" for law, text in LAWS.items())
        yield "</ul>"
    yield '<div class="scroll"><table><tr><th>states</th><th>left unexplored</th><th>moves</th><th>depth</th>'
    yield "<th>quiescent</th><th>invocations</th><th>seconds</th></tr>"
    yield f"<tr><td>{counts.states:,}</td><td>{counts.waiting:,}</td><td>{counts.moves:,}</td><td>{counts.depth}</td>"
    yield f"<td>{counts.ends:,}</td><td>{counts.invocations:,}</td><td>{counts.seconds:.2f}</td></tr></table></div>"


def _violation(world: World, violation: Counterexample[Breach], replay: tuple[str, ...], anchor: str) -> Iterator[str]:
    breach = violation.breach
    yield f"<h3>{escape(breach.law)}</h3><p>{escape(LAWS[breach.law])}</p>"
    yield f"<p><b>Here:</b> {escape(breach.sentence)}.</p>"
    if breach.left is not None and breach.right is not None:
        left, right = world.data(breach.left), world.data(breach.right)
        only = differing(left, right)
        agreement = breach.law == "agreement"
        titles = ("Only in the first run", "Only in the second") if agreement else ("Only before", "Only after")
        yield '<div class="sides">'
        for heading, data, positions in zip(titles, (left, right), only, strict=True):
            lines = trace_lines(data)
            yield f"<div><h4>{heading}</h4>{_trace([lines[p] for p in positions])}</div>"
        yield "</div>"
    for number, moves in enumerate(violation.runs, 1):
        story = Story(world)
        story.play_moves(moves)
        if len(violation.runs) > 1:
            yield f"<h4>Run {number}</h4>"
        command = shlex.join((*replay, "--schedule", schedule_of(world, moves)))
        yield f"<pre class=command>{escape(command)}</pre>"
        yield from _story(story, f"{anchor}r{number}")


def _story(story: Story, anchor: str) -> Iterator[str]:
    """The diagram of a run, and its moves to open."""
    yield f"<p>Schedule <code>{escape(write_schedule(story.words))}</code></p>"
    yield f'<div class="scroll">{sequence_diagram(story, anchor)}</div>'
    for number, event in enumerate(story.events, 1):
        yield from _event(story.world, event, f"{anchor}-{number}")


def _event(world: World, event: Event, anchor: str) -> Iterator[str]:
    yield f'<details id="{anchor}"><summary><code>{escape(str(event.word))}</code> '
    yield f"{escape(told_move(world, event))}"
    consequences = "; ".join(told_consequences(world, event))
    yield f'<span class="then">{escape(consequences)}</span></summary>'
    yield f"<p><b>Rules fired</b> {_rules(world, event)}</p>"
    yield '<div class="sides">'
    for heading, data, other in (("Before", event.before, event.after), ("After", event.after, event.before)):
        yield f"<div><h4>{heading}</h4>{_marked(world, data, other)}</div>"
    yield "</div></details>"


def _rules(world: World, event: Event) -> str:
    fired = fired_rules(world, event)
    return ", ".join(f"<code>{escape(name)}</code>{f' ×{n}' if n > 1 else ''}" for name, n in fired.items()) or "none"


def _marked(world: World, data: DataId, other: DataId) -> str:
    """A trace, with the states marked that the other trace does not have."""
    lines = trace_lines(world.data(data))
    only = set(differing(world.data(data), world.data(other))[0]) if data != other else set()
    return _trace(lines, only)


def _trace(lines: Iterable[Line], marked: Iterable[int] = ()) -> str:
    rows = [f"<mark>{escape(str(line))}</mark>" if line.position in marked else escape(str(line)) for line in lines]
    return f"<pre>{chr(10).join(rows)}</pre>" if rows else "<p>nothing</p>"


def _ends(story: Story) -> Iterator[str]:
    yield "<h3>What each peer knows at the end</h3>"
    for name in names_of_peers(story):
        kept = story.state.peer(name).kept
        yield f"<h4>{escape(name)}</h4>{_marked(story.world, kept, kept) if kept != NO_DATA else '<p>nothing</p>'}"


def _edition(world: World) -> str:
    return f"<p>Edition <code>{world.edition.value}</code></p>"


def _script(world: World) -> Iterator[str]:
    yield f"<details><summary>The script</summary><pre>{escape(format_script(world.script))}</pre></details>"


def _page(title: str, body: Iterable[str]) -> str:
    return "\n".join(
        [
            "<!doctype html>",
            '<html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><main>",
            f"<h1>{escape(title)}</h1>",
            *body,
            f"</main><script>{SCRIPT}</script></body></html>",
            "",
        ]
    )
