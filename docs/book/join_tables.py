"""The tables of the join as HTML tables: the result for each pair of recorded states, computed by the rules."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any, Final

from msgspec.structs import replace

from airspec.semantics.notation.engine import firing
from airspec.spec.faults import Conflict
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    ScalarResult,
    Sent,
    State,
)
from airspec.spec.values import Cid

Table = Callable[[State | None, State | None], Any]

SAMPLES: Final[dict[str, dict[str, tuple[State | None, ...]]]] = {
    "join_call": {
        "nothing": (None,),
        "sent": (Sent("A"),),
        "executed": (Executed(ScalarResult(Cid("one"))), Executed(ScalarResult(Cid("two")))),
        "failed": (Failed(Cid("one")), Failed(Cid("two"))),
    },
    "join_ap": {"nothing": (None,), "ap": (Ap((0,)),)},
    "join_canon": {
        "nothing": (None,),
        "canon sent": (CanonSent("A"),),
        "canon executed": (CanonExecuted(Cid("one")), CanonExecuted(Cid("two"))),
    },
}
"""Samples of each kind of states of a table of the join; two of a kind where equality matters."""


def join_table(table: Table) -> str:
    """Return a function of the join as an HTML table of results, with the rules that give them.

    Previous states are in rows, current ones in columns; each kind is represented by its `SAMPLES`.
    """
    kinds = SAMPLES[table.__name__]
    head = "".join(f"<th>{escape(kind)}</th>" for kind in kinds)
    body = "".join(f"<tr><th>{escape(kind)}</th>{_row(table, prev, kinds)}</tr>" for kind, prev in kinds.items())
    name = f"<code>{table.__name__}</code>"
    caption = f"<caption>{name}: rows are states of previous data, columns those of current data.</caption>"
    top = f"<thead><tr><th>prev ⊔ current</th>{head}</tr></thead>"
    return f'<div class="air-table"><table>{caption}{top}<tbody>{body}</tbody></table></div>'


def _row(table: Table, prev: tuple[State | None, ...], kinds: Mapping[str, tuple[State | None, ...]]) -> str:
    return "".join(f"<td>{_cell(table, prev, current)}</td>" for current in kinds.values())


def _cell(table: Table, prev: tuple[State | None, ...], current: tuple[State | None, ...]) -> str:
    return "<br>".join(dict.fromkeys(_answers(table, prev, current)))


def _answers(table: Table, prev: tuple[State | None, ...], current: tuple[State | None, ...]) -> Iterator[str]:
    """Yield the result of the table for each pair of samples, with a link to the rule that gave it."""
    for one in prev:
        for other in current:
            arrived = None if other is None else replace(other)  # equal, but told apart
            with firing() as fired:
                joined = table(one, arrived)
            name = fired[-1]
            yield f'{_result(joined, one)} <a href="#{escape(name)}">{escape(name)}</a>'


def _result(joined: Any, prev: State | None) -> str:
    if isinstance(joined, Conflict):
        return "conflict"
    state = getattr(joined, "state", None)
    if state is None:
        return "nothing"
    return "prev" if state is prev else "current"
