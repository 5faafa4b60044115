"""Sequence (Lamport) diagrams as SVG: a lifeline for each peer, time downwards, an arrow for each message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape

from airspec.checker.model.story import Event, Story
from airspec.checker.report.event_text import names_of_peers, told_move

# Sizes in pixels of the drawing.
COLUMN = 112
ROW = 44
TOP = 56
MARGIN = 56
RADIUS = 8
LONGEST_NAME = 14

Anchor = str
"""Prefix of the ids of the moves' details on the page, so that one page can hold several diagrams."""


class _Plan:
    """The layout of a diagram: the column of each peer, and the row of each move."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.peers = names_of_peers(story)
        self.column = {name: MARGIN + COLUMN * number for number, name in enumerate(self.peers)}
        self.sent_at: Mapping[int, int] = {
            message.number: row for row, event in enumerate(story.events) for message in event.sent
        }

    def x(self, peer: str) -> int:
        return self.column[peer]

    def y(self, row: int) -> int:
        return TOP + ROW * row + ROW // 2

    @property
    def width(self) -> int:
        return 2 * MARGIN + COLUMN * (len(self.peers) - 1)

    @property
    def height(self) -> int:
        return TOP + ROW * (len(self.story.events) + 1)


def sequence_diagram(story: Story, anchor: Anchor) -> str:
    """Return the diagram of a run; each move links to the element ``{anchor}-{number}``, numbers from 1."""
    plan = _Plan(story)
    pieces = [
        f'<svg class="diagram" role="img" aria-label="Sequence diagram" viewBox="0 0 {plan.width} {plan.height}" '
        f'width="{plan.width}" height="{plan.height}" xmlns="http://www.w3.org/2000/svg">',
        f'<defs><marker id="{anchor}-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path class="head" d="M0 0 L8 4 L0 8 Z"/></marker></defs>',
        *_lifelines(plan),
        *_arrows(plan, anchor),
        *_moves(plan, anchor),
        "</svg>",
    ]
    return "\n".join(pieces)


def _lifelines(plan: _Plan) -> Iterator[str]:
    for name in plan.peers:
        x = plan.x(name)
        shown = name if len(name) <= LONGEST_NAME else f"{name[:4]}…{name[-6:]}"
        yield f'<text class="peer" x="{x}" y="24"><title>{escape(name)}</title>{escape(shown)}</text>'
        yield f'<line class="life" x1="{x}" y1="36" x2="{x}" y2="{plan.height - 8}"/>'


def _arrows(plan: _Plan, anchor: Anchor) -> Iterator[str]:
    for row, event in enumerate(plan.story.events):
        kind = "lost" if event.word.kind in ("drop", "expire") else "message"
        for message in event.messages:
            yield _arrow(plan, anchor, message.sender, plan.sent_at[message.number], event.peer, row, kind)
        if event.word.kind == "drop":
            yield _cross(plan, event.peer, row)
        for message in event.sent:
            if message.lost:
                yield _arrow(plan, anchor, event.peer, row, message.receiver, row, "lost")
                yield _cross(plan, message.receiver, row)
    end = len(plan.story.events)
    for message in plan.story.in_flight.values():
        yield _arrow(plan, anchor, message.sender, plan.sent_at[message.number], message.receiver, end, "flying")


def _cross(plan: _Plan, peer: str, row: int) -> str:
    return f'<text class="cross" x="{plan.x(peer)}" y="{plan.y(row) + 6}">×</text>'


def _arrow(plan: _Plan, anchor: Anchor, sender: str, sent: int, receiver: str, row: int, kind: str) -> str:
    x1, y1, x2, y2 = plan.x(sender), plan.y(sent), plan.x(receiver), plan.y(row)
    towards = 1 if x2 > x1 else -1 if x2 < x1 else 0
    start, stop = x1 + RADIUS * towards, x2 - (RADIUS + 2) * towards
    return f'<line class="{kind}" x1="{start}" y1="{y1}" x2="{stop}" y2="{y2}" marker-end="url(#{anchor}-head)"/>'


def _moves(plan: _Plan, anchor: Anchor) -> Iterator[str]:
    for row, event in enumerate(plan.story.events):
        x, y = plan.x(event.peer), plan.y(row)
        yield f'<a href="#{anchor}-{row + 1}" class="move {mood(event)}">'
        yield f"<title>{escape(told_move(plan.story.world, event))}</title>"
        yield f'<circle cx="{x}" cy="{y}" r="{RADIUS}"/>'
        from_right = any(plan.x(message.sender) > x for message in event.messages)
        place = f'class="leftward" x="{x - 12}"' if from_right else f'x="{x + 12}"'
        yield f'<text {place} y="{y - 6}">{escape(_label(event))}</text></a>'


def _label(event: Event) -> str:
    """The word of a move, without the peer, which its column shows."""
    match event.word.kind:
        case "start" | "restart":
            return event.word.kind
        case "forget":
            return "restart, no data"
        case "copy":
            return "copy"
        case "revert":
            return "restart, old data"
        case "expire":
            return "time is over"
        case _:
            return str(event.word).partition(">")[0].partition("@")[0]


def mood(event: Event) -> str:
    """Return the kind of a move for its colour: failed, idle (nothing learnt), or ordinary."""
    effect = event.effect
    if effect is not None and effect.is_uncatchable():
        return "failed"
    return "idle" if event.before == event.after else "ordinary"
