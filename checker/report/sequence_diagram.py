"""Sequence (Lamport) diagrams as SVG: a lifeline for each peer, time downwards, an arrow for each message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from math import ceil

from airspec.checker.model.story import Event, Story
from airspec.checker.report.event_text import names_of_peers, told_function, told_move

# Sizes in pixels of the drawing.
WIDTH = 350
"""The width that a diagram does not exceed if its columns can be near enough, so that it fits a narrow screen."""

WIDEST_COLUMN = 112
NARROWEST_COLUMN = 42
ROW = 46
MARGIN = 44
RADIUS = 8
CHARACTER = 7.3
LINE = 16
LONGEST_NAME = 14

Anchor = str
"""The prefix of the ids of the moves' details on the page, different for each diagram of a page."""


class _Plan:
    """The layout of a diagram: the column of each peer, the lines of their names, and the row of each move."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.peers = names_of_peers(story)
        gaps = max(1, len(self.peers) - 1)
        self.gap = min(WIDEST_COLUMN, max(NARROWEST_COLUMN, (WIDTH - 2 * MARGIN) // gaps))
        self.column = {name: MARGIN + self.gap * number for number, name in enumerate(self.peers)}
        widest = max(len(short_name(name)) for name in self.peers)
        self.lines = min(len(self.peers), ceil((widest + 1) * CHARACTER / self.gap))
        self.top = 12 + LINE * self.lines
        self.sent_at: Mapping[int, int] = {
            message.number: row for row, event in enumerate(story.events) for message in event.sent
        }

    def x(self, peer: str) -> int:
        return self.column[peer]

    def y(self, row: int) -> int:
        return self.top + 12 + ROW * row + ROW // 2

    @property
    def width(self) -> int:
        return max(WIDTH, 2 * MARGIN + self.gap * (len(self.peers) - 1))

    @property
    def height(self) -> int:
        return self.y(len(self.story.events)) + ROW // 2


def short_name(name: str) -> str:
    """Return the name of a peer as it stands above its column: whole, or if it is long its beginning and end."""
    return name if len(name) <= LONGEST_NAME else f"{name[:4]}…{name[-6:]}"


def sequence_diagram(story: Story, anchor: Anchor, fork: int | None = None) -> str:
    """Return the diagram of a run as an SVG element.

    Each move links to the element of the page with the id ``{anchor}-{number}``, where numbers begin at 1.  `fork` is
    the number of moves after which another run parts from this one; None if it is not compared with another.
    """
    plan = _Plan(story)
    pieces = [
        f'<svg class="diagram" role="img" aria-label="Sequence diagram" viewBox="0 0 {plan.width} {plan.height}" '
        f'width="{plan.width}" height="{plan.height}" xmlns="http://www.w3.org/2000/svg">',
        f'<defs><marker id="{anchor}-head" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
        'orient="auto"><path class="head" d="M0 0 L8 4 L0 8 Z"/></marker></defs>',
        *_lifelines(plan),
        *_fork(plan, fork),
        *_arrows(plan, anchor),
        *_moves(plan, anchor),
        "</svg>",
    ]
    return "\n".join(pieces)


def _lifelines(plan: _Plan) -> Iterator[str]:
    for number, name in enumerate(plan.peers):
        x, y = plan.x(name), LINE * (1 + number % plan.lines)
        yield f'<line class="life" x1="{x}" y1="{y + 6}" x2="{x}" y2="{plan.height - 8}"/>'
        yield f'<text class="peer" x="{x}" y="{y}"><title>{escape(name)}</title>{escape(short_name(name))}</text>'


def _fork(plan: _Plan, fork: int | None) -> Iterator[str]:
    """The line below which a run is another one than the run that it is compared with."""
    if fork is not None:
        y = plan.y(fork) - ROW // 2 - 4
        yield f'<line class="fork" x1="0" y1="{y}" x2="{plan.width}" y2="{y}"/>'
        yield f'<text class="fork" x="{plan.width - 4}" y="{y - 4}">the runs part</text>'


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
        label, is_leftward = _placed(plan, _label(plan.story, event), x)
        from_right = any(plan.x(message.sender) > x for message in event.messages)
        from_left = any(plan.x(message.sender) < x for message in event.messages)
        below = from_left if is_leftward else from_right  # on the other side of the arrow that ends here
        place = f'class="leftward" x="{x - 12}"' if is_leftward else f'x="{x + 12}"'
        yield f'<a href="#{anchor}-{row + 1}" class="move {mood(event)}">'
        yield f"<title>{escape(told_move(plan.story.world, event))}</title>"
        yield f'<circle cx="{x}" cy="{y}" r="{RADIUS}"/>'
        yield f'<text {place} y="{y + 17 if below else y - 6}">{escape(label)}</text></a>'


def _placed(plan: _Plan, label: str, x: int) -> tuple[str, bool]:
    """A label, shortened if it has no room, and whether it stands left of its column, where there is more room."""
    is_leftward = x > plan.width / 2 and len(label) * CHARACTER > plan.width - x - 12
    room = int(((x if is_leftward else plan.width - x) - 12) / CHARACTER)
    if len(label) <= room:
        return label, is_leftward
    mark = f"… (+{len(label) - room + LONGEST_MARK})"
    return label[: room - LONGEST_MARK] + mark, is_leftward


LONGEST_MARK = 7
"""The characters of the mark that says how much of a label is left out, if that is less than a hundred."""


def _label(story: Story, event: Event) -> str:
    """The word of a move, without the peer, which its column shows; of an answer, with the service and function."""
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
            word = str(event.word).partition(">")[0].partition("@")[0]
            asked = [told_function(story.world.request(call.request)) for call in event.calls]
            return " ".join((word, *asked))


def mood(event: Event) -> str:
    """Return the CSS class of a move: "failed", "idle" if the peer's data did not change, or "ordinary"."""
    effect = event.effect
    if effect is not None and effect.is_uncatchable():
        return "failed"
    return "idle" if event.before == event.after else "ordinary"
