"""Times of whole invocations: bytes in, verified, run, signed, bytes out, on the specification and on AquaVM.

Times are those that the running thread spent, so that other work on the machine disturbs them little.  The
specification is timed twice.  *Cold*: it knows the grammar of AIR, and nothing of this script, these data or these
keys; every bounded cache is emptied before.  *As a peer*: its caches hold what this peer's own earlier invocations of
the same particle left in them, as in a host that keeps its interpreter running.  AquaVM is compiled and instantiated
before, and keeps nothing between invocations.
"""

from __future__ import annotations

import functools
import gc
import random
import time
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from statistics import median
from typing import Any, Final

from msgspec import Struct

from checker.adapters.avm import AquaVM
from checker.bench.recording import Recorded
from semantics.interpret import interpret

CLASSES: Final = ((0, 3), (4, 7), (8, 15), (16, 31), (32, 127), (128, None))
"""The size classes, by the number of states in the trace that an invocation makes; the last has no end."""

REPEATS: Final = 3


class Sample(Struct, frozen=True):
    """The times of one invocation in microseconds; `inside` is the part of AquaVM's that its own code takes.

    The rest of AquaVM's time is for copying parameters and results, and for reading the requests that it makes.
    """

    states: int
    cold: float
    as_peer: float
    avm: float
    inside: float


class Row(Struct, frozen=True):
    """A size class: medians in microseconds, ratios of medians to AquaVM's, and medians of the ratios."""

    states: str
    samples: int
    cold: float
    as_peer: float
    avm: float
    inside: float
    cold_ratio: float
    cold_median_ratio: float
    as_peer_ratio: float
    as_peer_median_ratio: float


def bounded_caches() -> list[Any]:
    """Every cache of the specification that forgets; one without a bound holds what is fixed, as the grammar."""
    return [
        cache
        for cache in gc.get_objects()
        if isinstance(cache, functools._lru_cache_wrapper)
        and str(cache.__module__).startswith(("spec.", "semantics."))
        and cache.cache_parameters()["maxsize"] is not None
    ]


class Stopwatch:
    """Times invocations on both interpreters."""

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm
        self.caches = bounded_caches()

    def forget(self) -> None:
        """Empty the caches of the specification."""
        for cache in self.caches:
            cache.cache_clear()

    def samples(self, play: Sequence[Recorded], wanted: Callable[[int], bool]) -> list[Sample]:
        """The times of a play's invocations; `wanted` is asked, with the number of states, whether to time one."""
        chosen = [recorded for recorded in play if wanted(recorded.states)]
        if not chosen:
            return []
        as_peer = self.as_peer(play)
        return [self.sample(recorded, as_peer[id(recorded)]) for recorded in chosen]

    def as_peer(self, play: Sequence[Recorded]) -> dict[int, float]:
        """The times of all invocations of a play, by identity, with what each peer remembers of its own."""
        times: defaultdict[int, list[float]] = defaultdict(list)
        by_peer: defaultdict[str, list[Recorded]] = defaultdict(list)
        for recorded in play:
            by_peer[recorded.peer.peer_id].append(recorded)
        for own in by_peer.values():
            for _ in range(REPEATS):
                self.forget()
                for recorded in own:
                    times[id(recorded)].append(spent(lambda given=recorded.given: interpret(given)))  # type: ignore[misc]
        return {recorded: median(each) for recorded, each in times.items()}

    def sample(self, recorded: Recorded, as_peer: float) -> Sample:
        """The times of one invocation, both interpreters by turns."""
        given = recorded.given
        cold, theirs, inside = [], [], []
        for _ in range(REPEATS):
            self.forget()
            cold.append(spent(lambda: interpret(given)))
            before = self.avm.nanoseconds_inside
            theirs.append(spent(lambda: self.invoke(recorded)))
            inside.append((self.avm.nanoseconds_inside - before) / 1e3)
        return Sample(recorded.states, median(cold), as_peer, median(theirs), median(inside))

    def invoke(self, recorded: Recorded) -> None:
        """The same invocation on AquaVM."""
        g = recorded.given
        self.avm.invoke(g)


def spent(run: Callable[[], object]) -> float:
    """The time that this thread needs for a run, in microseconds."""
    start = time.thread_time_ns()
    run()
    return (time.thread_time_ns() - start) / 1e3


def class_of(states: int) -> int:
    """The number of the size class."""
    return next(i for i, (_, last) in enumerate(CLASSES) if last is None or states <= last)


def measure(plays: Iterable[Sequence[Recorded]], stopwatch: Stopwatch, enough: int, seed: int) -> list[Sample]:
    """Samples of plays in random order, at most `enough` of each size class."""
    order = list(plays)
    random.Random(seed).shuffle(order)
    taken = [0] * len(CLASSES)

    def wanted(states: int) -> bool:
        number = class_of(states)
        taken[number] += 1
        return taken[number] <= enough

    return [sample for play in order for sample in stopwatch.samples(play, wanted)]


def rows(samples: Sequence[Sample]) -> list[Row]:
    """The size classes that have samples."""
    found = []
    for number, (first, last) in enumerate(CLASSES):
        of_class = [sample for sample in samples if class_of(sample.states) == number]
        if of_class:
            found.append(row(f"{first} and more" if last is None else f"{first} to {last}", of_class))
    return found


def row(name: str, samples: Sequence[Sample]) -> Row:
    """The row of some samples."""
    cold, as_peer, avm, inside = (
        median([getattr(sample, field) for sample in samples]) for field in ("cold", "as_peer", "avm", "inside")
    )
    return Row(
        name,
        len(samples),
        cold,
        as_peer,
        avm,
        inside,
        cold / avm,
        median([sample.cold / sample.avm for sample in samples]),
        as_peer / avm,
        median([sample.as_peer / sample.avm for sample in samples]),
    )
