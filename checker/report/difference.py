"""What differs between two data of a world, place by place: only the facts in which they differ, in words.

The two halves of a difference are never the same text.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from airspec.checker.report.answers import with_values
from airspec.checker.report.facts import Fact, facts_of, iterators
from airspec.checker.report.instruction_text import told_with_place
from airspec.checker.report.retelling import Making, Retelling
from airspec.checker.report.shortening import shorten, shorten_both
from airspec.semantics.merge.observations import Observation, Site, observations
from airspec.semantics.network.state import DataId
from airspec.spec.data import CidInfo, Data, state_to_json
from airspec.spec.parser import Script
from airspec.spec.states import State

MOST_FACTS = 12
"""Facts of a half that are shown; of more, the first ones are, with the number of the others."""


class Half(Struct, frozen=True):
    """One side of a difference: the rule and move that made the state, and the facts of this side only, as lines."""

    made: str
    lines: tuple[str, ...]


class Difference(Struct, frozen=True):
    """A place at which two data differ: the instruction with its line and column, and both halves.

    `within` has the iterators of the folds around the instruction with their values, as text.
    """

    where: str
    within: str
    left: Half
    right: Half


class _Side(Struct, frozen=True, eq=False):
    """One of two data, and the run that led to it; `is_newest` if its last act did."""

    run: Retelling
    data: Data
    info: CidInfo
    seen: dict[Site, Observation]
    is_newest: bool


class _Seen(Struct, frozen=True, eq=False):
    """What is seen of one side at a place."""

    state: State
    making: Making | None
    facts: tuple[Fact, ...]


def differences(
    runs: tuple[Retelling, Retelling], left: DataId, right: DataId, is_after: bool = False
) -> Iterator[Difference]:
    """Yield the differences between two data, each reached by one of the runs, in the order of the trace.

    With `is_after`, the right data are those after the last invocation of a run, and the left ones those before it.
    """
    sides = _side(runs[0], left, False), _side(runs[1], right, is_after)
    positions: dict[Site, tuple[int, int]] = {}
    for number, side in enumerate(sides):
        for site, seen in side.seen.items():
            positions.setdefault(site, (seen.position, number))
    for site in sorted(positions, key=positions.__getitem__):
        ours, theirs = (_seen(side, site) for side in sides)
        if ours is None or theirs is None or ours.state != theirs.state:
            yield _difference(runs[0].world.script, ours, theirs)


def _side(run: Retelling, number: DataId, is_newest: bool) -> _Side:
    data = run.world.data(number)
    return _Side(run, data, with_values(data.cid_info, run.answers), dict(observations(data.trace)), is_newest)


def _seen(side: _Side, site: Site) -> _Seen | None:
    found = side.seen.get(site)
    if found is None:
        return None
    making = side.run.making(site, found.state, side.is_newest)
    return _Seen(found.state, making, facts_of(side.run, side.data.trace[found.position], side.info, making))


def _difference(script: Script, ours: _Seen | None, theirs: _Seen | None) -> Difference:
    making = next((seen.making for seen in (ours, theirs) if seen is not None and seen.making is not None), None)
    instruction = None if making is None else making.step.instruction
    where = "some instruction" if instruction is None else told_with_place(script, instruction)
    left, right = _lines(ours, theirs)
    within = "" if making is None else ", ".join(iterators(making.step.before))
    return Difference(where, within, Half(_made(ours), left), Half(_made(theirs), right))


def _made(seen: _Seen | None) -> str:
    """The rule and the move that made a state."""
    if seen is None or seen.making is None:
        return ""
    making = seen.making
    return f"{making.step.rule or 'made'} in {making.act.words}"


def _lines(ours: _Seen | None, theirs: _Seen | None) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The facts in which two states differ, as text; all of them when only one state is there, or no fact differs."""
    left, right = () if ours is None else ours.facts, () if theirs is None else theirs.facts
    same = {fact.compared for fact in left} & {fact.compared for fact in right}
    only = tuple(tuple(fact for fact in facts if fact.compared not in same) for facts in (left, right))
    texts = _texts(*only) if any(only) else _texts(left, right)
    if texts[0] == texts[1] and ours is not None and theirs is not None:  # what no fact tells, the content ids do
        texts = (*texts[0], str(state_to_json(ours.state))), (*texts[1], str(state_to_json(theirs.state)))
    return texts[0] or (_nothing(ours),), texts[1] or (_nothing(theirs),)


def _nothing(seen: _Seen | None) -> str:
    return "nothing" if seen is None else "nothing else"


def _texts(left: tuple[Fact, ...], right: tuple[Fact, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The facts of two states as text; of long values, the parts in which those told alike differ."""
    labels = list(dict.fromkeys(fact.label for fact in (*left, *right)))
    ours, theirs = ({fact.label: fact for fact in facts} for facts in (left, right))
    pairs = [_pair(ours.get(label), theirs.get(label)) for label in labels]
    return _first([a for a, _ in pairs if a]), _first([b for _, b in pairs if b])


def _first(lines: list[str]) -> tuple[str, ...]:
    more = len(lines) - MOST_FACTS
    return tuple(lines) if more <= 0 else (*lines[:MOST_FACTS], f"… and {more} more that differ")


def _pair(ours: Fact | None, theirs: Fact | None) -> tuple[str, str]:
    """Two facts that are told alike, as text; nothing for one that is not there."""
    if ours is None or theirs is None or ours.value == theirs.value:
        return _told(ours), _told(theirs)
    left, right = shorten_both(ours.value, theirs.value)
    return _told(ours, left), _told(theirs, right)


def _told(fact: Fact | None, value: str | None = None) -> str:
    if fact is None:
        return ""
    return f"{fact.label}{shorten(fact.value) if value is None else value}{fact.origin}{fact.source}"
