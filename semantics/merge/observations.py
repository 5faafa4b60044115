"""Equivalence ``≈`` and information order ``⊑`` of whole data, which may be large or malformed.

A trace is read as a set of *observations*: at this place of the script's run, this happened.  A place is named by the
way to it through pars and folds, and an iteration of a fold by the place of the state that put its value into the
stream.  So the equivalence forgets who asked for a call and under which number, the generations of streams, the order
of values inside a stream, and with it the order in which a fold walked it; it keeps results, failures, the contents
of canonical streams in their order, and which calls and canons are still owed.

What is seen of a state is defined by `semantics.merge.equivalence`.  Where a trace has a tree, equal observations
mean the same as `alike_forests` of `semantics.merge.tree`, and `is_below` the same as `below_forests`.  In place of
the tree stands the set of its nodes by the names of their places: it needs no recursion, it can be hashed, and a
malformed trace has one as well.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NewType, cast

from msgspec import Struct

from airspec.semantics.merge.equivalence import below, observed
from airspec.spec.data import Data
from airspec.spec.states import Fold, Par, State, Trace, extent

Site = NewType("Site", str)
"""The name of a place in a script's run: a digest of the way to it."""

ROOT = Site("")


class Observation(Struct, frozen=True, gc=False):
    """What an observer sees of the state at one place of the script's run.

    `position` is the position of that state in the trace; it is not part of what is seen.
    """

    state: State
    position: int


class Window(Struct, frozen=True, gc=False):
    """The states from position `begin` to before `end`, which follow one another at a place.

    `part` names the branch or the run that they are. For an iteration, `place` is that of the fold, and `value` the
    position of the value that the iteration is for.
    """

    place: Site
    part: str
    begin: int
    end: int
    value: int | None = None


def observations(trace: Trace) -> Mapping[Site, Observation]:
    """Return the observations of a trace by place, also of a malformed trace.

    Nothing is observed of an iteration that left no state, just as the tree of a trace has no node for it.
    """
    found: dict[Site, Observation] = {}
    sites: dict[int, Site] = {}
    pending = [Window(ROOT, "script", 0, len(trace))]
    while pending:
        window = pending.pop()
        container = _container(window, sites)
        inner: list[Window] = []
        for index, position in enumerate(_tops(trace, window)):
            if position in sites:  # malformed: a fold that claims states which stand elsewhere
                continue
            site = _site(container, str(index))
            while site in found:  # two iterations that claim one value: malformed, but kept apart
                site = _site(site, "again")
            sites[position] = site
            found[site] = Observation(cast(State, observed(trace[position])), position)
            inner.extend(_windows(trace[position], position, window.end, site))
        pending.extend(reversed(inner))
    return found


def summary(data: Data) -> frozenset[tuple[Site, State]]:
    """Return all that is observed of data, with places; data are equivalent exactly when their summaries are equal."""
    return frozenset((site, seen.state) for site, seen in observations(data.trace).items())


def equivalent(left: Data, right: Data) -> bool:
    """Return whether two particle data are observationally equivalent, ``left ≈ right``."""
    return left.trace == right.trace or summary(left) == summary(right)


def is_below(left: Data, right: Data) -> bool:
    """Return whether the right data say at least what the left ones say, ``left ⊑ right``."""
    return not any(lacking(left, right))


def lacking(left: Data, right: Data) -> Iterator[tuple[Observation, Observation | None]]:
    """Yield each observation of the left data that is not below the right data's at the same place, and that one.

    The latter is None where the right data have nothing at the place.
    """
    theirs = observations(right.trace)
    for site, seen in observations(left.trace).items():
        found = theirs.get(site)
        if not below(seen.state, None if found is None else found.state):
            yield seen, found


def differing(left: Data, right: Data) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return, for each of two data, the positions of the states that the other lacks or has otherwise."""
    ours, theirs = observations(left.trace), observations(right.trace)
    return _only(ours, theirs), _only(theirs, ours)


def _only(ours: Mapping[Site, Observation], theirs: Mapping[Site, Observation]) -> tuple[int, ...]:
    positions = [seen.position for site, seen in ours.items() if site not in theirs or theirs[site].state != seen.state]
    return tuple(sorted(positions))


def _container(window: Window, sites: Mapping[int, Site]) -> Site:
    if window.value is None:
        return _site(window.place, window.part)
    return _site(_site(window.place, window.part), sites.get(window.value, f"position {window.value}"))


def _tops(trace: Trace, window: Window) -> Iterator[int]:
    """Return the positions of the states of a window that stand in no par or fold of that window."""
    position = window.begin
    while position < min(window.end, len(trace)):
        yield position
        position += 1 + extent(trace[position])


def _windows(state: State, position: int, end: int, site: Site) -> Iterator[Window]:
    """Return the windows of the states inside a state.

    A ``next`` inside a par makes the par count the states of the iterations that follow, which the fold lists as
    theirs; hence a branch ends where its window does.
    """
    match state:
        case Par(left, right):
            begin = position + 1
            middle = min(begin + left, end)
            yield Window(site, "left", begin, middle)
            yield Window(site, "right", middle, min(middle + right, end))
        case Fold(lore):
            for entry in lore:
                for part, subtrace in enumerate(entry.subtraces):
                    finish = subtrace.begin + subtrace.length
                    yield Window(site, f"iteration {part}", subtrace.begin, finish, entry.value)
        case _:
            return


@lru_cache(maxsize=1 << 16)
def _site(container: str, step: str) -> Site:
    return Site(blake2b(f"{container}/{step}".encode(), digest_size=12).hexdigest())
