"""Self-contained HTML pages: runs and verdicts with their diagrams.  A page loads no other file."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence
from html import escape

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.laws import LAWS
from airspec.checker.explore.rule_trace import fired_rules
from airspec.checker.explore.search import Verdict
from airspec.checker.lint import findings
from airspec.checker.lint.finding import told_finding
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.answers import answers, with_values
from airspec.checker.report.difference import Difference
from airspec.checker.report.ends_text import told_end
from airspec.checker.report.event_text import names_of_peers, told_consequences, told_move
from airspec.checker.report.explanation import Parting, explain
from airspec.checker.report.page_style import SCRIPT, STYLE
from airspec.checker.report.sequence_diagram import sequence_diagram
from airspec.checker.report.terminal import schedule_of
from airspec.checker.report.trace_tree import Line, trace_lines
from airspec.checker.report.visible import on_one_line
from airspec.semantics.merge.observations import differing
from airspec.semantics.network.state import NO_DATA, DataId
from airspec.spec.formatter import format_script
from airspec.spec.values import Cid, Json


def story_page(title: str, story: Story) -> str:
    """Return the HTML page of one run: its diagram, its moves, and what each peer knows at the end."""
    return _page(title, [_edition(story.world), *_story(story, "move"), *_ends(story), *_script(story.world)])


def check_page(checked: Sequence[tuple[str, World, Verdict]], replays: Sequence[tuple[str, ...]]) -> str:
    """Return the HTML page of a check: the verdict on each script, and the runs that violate laws.

    `checked` has the name, the world and the verdict of each script.  `replays` has, for each script, the words of the
    command that replays a schedule, without the schedule.
    """
    body: list[str] = []
    for number, ((name, world, verdict), replay) in enumerate(zip(checked, replays, strict=True), 1):
        body.append(f'<section><h2>{escape(name)} <span class="verdict {_mark(verdict)}">{_mark(verdict)}</span></h2>')
        body.append(_edition(world))
        body.extend(_counts(verdict))
        body.extend(_kinds_of_end(world, verdict, replay))
        body.extend(
            f"<p>Likely wrong: {_shown(told_finding(world.script, each))}</p>" for each in findings(world.script)
        )
        told = world.topology.told_all(verdict.unreached, verdict.is_complete(), verdict.peers)
        body.extend(f"<p>{escape(sentence)}</p>" for sentence in told)
        for count, violation in enumerate((*verdict.violations, *verdict.notes), 1):
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
"""The greatest number of moves in the run that is drawn for a script without violations."""


def _mark(verdict: Verdict) -> str:
    return "violated" if verdict.violations else "undecided" if verdict.cut else "holds"


def _counts(verdict: Verdict) -> Iterator[str]:
    counts = verdict.counts
    if verdict.cut is not None:
        yield f"<p>The search did not see everything: {escape(verdict.cut)}.</p>"
    if not verdict.violations:
        scope = "In what was seen, none" if verdict.cut else "In every interleaving, none"
        yield f"<p>{scope} of these laws is broken:</p><ul class=laws>"
        yield from (
            f"<li><b>{escape(law.name)}</b> {escape(law.sentence)}</li>" for law in map(LAWS.__getitem__, verdict.laws)
        )
        yield "</ul>"
    yield '<div class="scroll"><table><tr><th>states</th><th>left unexplored</th><th>moves</th><th>depth</th>'
    yield "<th>quiescent</th><th>invocations</th><th>seconds</th></tr>"
    yield f"<tr><td>{counts.states:,}</td><td>{counts.waiting:,}</td><td>{counts.moves:,}</td><td>{counts.depth}</td>"
    yield f"<td>{counts.ends:,}</td><td>{counts.invocations:,}</td><td>{counts.seconds:.2f}</td></tr></table></div>"


def _violation(
    world: World, violation: Counterexample[Breach, Moves], replay: tuple[str, ...], anchor: str
) -> Iterator[str]:
    breach, told = violation.breach, explain(world, violation)
    yield f"<h3>{escape(breach.law)}</h3><p>{escape(LAWS[breach.law].sentence)}</p>"
    yield f"<p><b>Here:</b> {_shown(breach.sentence)}.</p>"
    for cid, content in told.contents:
        yield f"<p><code>{escape(cid)}</code> stands for {_shown(content)}.</p>"
    for culprit in told.culprits:
        yield f"<p><b>At</b> <code>{_shown(culprit.where)}</code>, "
        yield f"by <code>{culprit.rule}</code>: {_shown(culprit.deed)}.</p>"
    if told.parting is not None:
        yield from _parting(told.parting, told.titles)
    for difference in told.differences:
        yield from _difference(difference, told.titles)
    if told.more:
        yield f"<p>… and {told.more} more places differ.</p>"
    for number, story in enumerate(told.stories, 1):
        if len(told.stories) > 1:
            yield f"<h4>{escape(told.titles[number - 1].capitalize())}</h4>"
        command = shlex.join((*replay, "--schedule", write_schedule(story.words)))
        yield f"<pre class=wrapped>{escape(command)}</pre>"
        yield from _story(story, f"{anchor}r{number}", None if told.parting is None else told.parting.after)


def _kinds_of_end(world: World, verdict: Verdict, replay: tuple[str, ...]) -> Iterator[str]:
    """What becomes of the particle, how often, and the command for a shortest run to each end but a finished one."""
    if verdict.ends:
        yield "<h3>What becomes of the particle</h3><ul>"
        for seen in verdict.ends:
            first, *reasons = told_end(seen.end)
            yield f"<li>{seen.count:,} of {verdict.counts.ends:,} ends {_shown(first)}"
            yield from (f"<br>{_shown(reason)}" for reason in reasons)
            if seen.end.kind != "finished":
                command = shlex.join((*replay, "--schedule", schedule_of(world, seen.run)))
                yield f"<pre class=wrapped>{escape(command)}</pre>"
            yield "</li>"
        yield "</ul>"


def _parting(parting: Parting, titles: tuple[str, str]) -> Iterator[str]:
    """The fork of two runs."""
    yield f"<p>Both runs begin with <code>{escape(parting.common)}</code>.</p>"
    yield '<div class="sides">'
    for title, rest, move in zip(titles, parting.rests, parting.moves, strict=True):
        yield f"<div><h4>{escape(title.capitalize())} goes on with</h4>"
        yield f"<pre class=wrapped>{escape(rest)}</pre><p>{_shown(move)}</p></div>"
    yield "</div>"


def _difference(difference: Difference, titles: tuple[str, str]) -> Iterator[str]:
    """A place at which two sides differ, and what each says there."""
    within = f", where <code>{_shown(difference.within)}</code>" if difference.within else ""
    yield f"<h4>Differs at <code>{_shown(difference.where)}</code>{within}</h4>"
    yield '<div class="sides">'
    for title, half in zip(titles, (difference.left, difference.right), strict=True):
        made = f" <span class=made>{_shown(half.made)}</span>" if half.made else ""
        lines = chr(10).join(map(_shown, half.lines))
        yield f"<div><p><b>{escape(title.capitalize())}</b>{made}</p><pre class=wrapped>{lines}</pre></div>"
    yield "</div>"


def _shown(text: str) -> str:
    return escape(on_one_line(text))


def _story(story: Story, anchor: str, fork: int | None = None) -> Iterator[str]:
    """The diagram of a run, and its moves to open; `fork` counts the moves that it has in common with another run."""
    yield f"<p>Schedule <code>{escape(write_schedule(story.words))}</code></p>"
    yield f'<div class="scroll">{sequence_diagram(story, anchor, fork)}</div>'
    values = answers(story.events)
    for number, event in enumerate(story.events, 1):
        yield from _event(story.world, event, values, f"{anchor}-{number}")


def _event(world: World, event: Event, values: dict[Cid, Json], anchor: str) -> Iterator[str]:
    yield f'<details id="{anchor}"><summary><code>{escape(str(event.word))}</code> '
    yield f"{escape(told_move(world, event))}"
    consequences = "; ".join(told_consequences(world, event))
    yield f'<span class="then">{escape(consequences)}</span></summary>'
    yield f"<p><b>Rules fired</b> {_rules(world, event)}</p>"
    yield '<div class="sides">'
    for heading, data, other in (("Before", event.before, event.after), ("After", event.after, event.before)):
        yield f"<div><h4>{heading}</h4>{_marked(world, data, other, values)}</div>"
    yield "</div></details>"


def _rules(world: World, event: Event) -> str:
    fired = fired_rules(world, event)
    return ", ".join(f"<code>{escape(name)}</code>{f' ×{n}' if n > 1 else ''}" for name, n in fired.items()) or "none"


def _marked(world: World, number: DataId, other: DataId, values: dict[Cid, Json]) -> str:
    """A trace, with the states marked that the other trace does not have."""
    data = world.data(number)
    lines = trace_lines(data.trace, with_values(data.cid_info, values))
    only = set(differing(data, world.data(other))[0]) if number != other else set()
    return _trace(lines, only)


def _trace(lines: Iterable[Line], marked: Iterable[int] = ()) -> str:
    rows = [f"<mark>{escape(str(line))}</mark>" if line.position in marked else escape(str(line)) for line in lines]
    return f"<pre class=wrapped>{chr(10).join(rows)}</pre>" if rows else "<p>nothing</p>"


def _ends(story: Story) -> Iterator[str]:
    yield "<h3>What each peer knows at the end</h3>"
    for name in names_of_peers(story):
        kept = story.state.peer(name).kept
        known = "<p>nothing</p>" if kept == NO_DATA else _marked(story.world, kept, kept, answers(story.events))
        yield f"<h4>{escape(on_one_line(name))}</h4>{known}"


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
