"""Times of whole invocations on the specification and on AquaVM: from input bytes to output bytes.

Each invocation decodes, verifies, runs, signs and encodes.  Times are those that the running thread spent, so that
other work on the machine disturbs them little.  The specification is timed twice.  *Cold*: it knows the grammar of
AIR, but not the script, the data or the keys; every bounded cache is emptied before.  *As a peer*: its caches hold
the results of this peer's own earlier invocations of the same particle, as in a host that keeps its interpreter
running.  The rules are compiled before, as AquaVM is compiled and instantiated; AquaVM keeps nothing between
invocations.
"""

from __future__ import annotations

import functools
import gc
import random
import time
from collections.abc import Callable, Iterable, Sequence
from itertools import count
from statistics import median
from typing import Any, Final

from msgspec import Struct

from airspec.checker.bench.recorder import Recorded
from airspec.checker.conform.adapters.avm import AquaVM
from airspec.semantics.interpret import interpret
from airspec.semantics.notation.engine import compile_rules

CLASSES: Final = ((0, 3), (4, 7), (8, 15), (16, 31), (32, 127), (128, None))
"""The size classes, by the number of states in the trace that an invocation makes; the last has no end."""

REPEATS: Final = 3


class Sample(Struct, frozen=True):
    """The median times of one invocation, in microseconds; `inside` is the time in AquaVM's own code.

    The rest of AquaVM's time is spent on copying parameters and results, and on reading its requests.  A sample is
    `drawn` if it was chosen from all invocations, whatever their size.
    """

    states: int
    drawn: bool
    cold: float
    as_peer: float
    avm: float
    inside: float


class Times(Struct, eq=False):
    """All times of one invocation that were measured so far, in microseconds."""

    recorded: Recorded
    drawn: bool
    cold: list[float]
    as_peer: list[float]
    avm: list[float]
    inside: list[float]


class Row(Struct, frozen=True):
    """A size class: medians in microseconds, the ratios of these to AquaVM's, and the medians of the ratios."""

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
    """Return the caches of the specification that are of bounded size; others hold fixed values, as the grammar."""
    return [
        cache
        for cache in gc.get_objects()
        if isinstance(cache, functools._lru_cache_wrapper)
        and str(cache.__module__).startswith(("airspec.spec.", "airspec.semantics."))
        and cache.cache_parameters()["maxsize"] is not None
    ]


class Stopwatch:
    """A stopwatch for invocations on the specification and on AquaVM."""

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm
        self.caches = bounded_caches()
        compile_rules()

    def forget(self) -> None:
        """Empty the bounded caches of the specification."""
        for cache in self.caches:
            cache.cache_clear()

    def samples(self, play: Sequence[Recorded], chosen: Sequence[Times | None]) -> list[Sample]:
        """Measure some invocations of a play, and return their samples.

        `chosen` has the times to fill for each invocation of the play, or None for one that is only run to fill caches.
        """
        if not any(chosen):
            return []
        for peer_id in {recorded.peer.peer_id for recorded in play}:
            own = [i for i, recorded in enumerate(play) if recorded.peer.peer_id == peer_id]
            for _ in range(REPEATS):
                self.as_peer([(play[i], chosen[i]) for i in own])
        return [self.sample(times) for times in chosen if times is not None]

    def as_peer(self, own: Sequence[tuple[Recorded, Times | None]]) -> None:
        """Run all invocations of one peer in order, with empty caches at first, and time the chosen ones."""
        self.forget()
        for recorded, times in own:
            ours = spent(lambda given=recorded.given: interpret(given))  # type: ignore[misc]
            if times is not None:
                times.as_peer.append(ours)
                self.on_avm(times)

    def sample(self, times: Times) -> Sample:
        """Measure an invocation several times with empty caches and on AquaVM, and return the sample of its times."""
        for _ in range(REPEATS):
            self.forget()
            times.cold.append(spent(lambda: interpret(times.recorded.given)))
            self.on_avm(times)
        medians = (median(each) for each in (times.cold, times.as_peer, times.avm, times.inside))
        return Sample(times.recorded.states, times.drawn, *medians)

    def on_avm(self, times: Times) -> None:
        """Run the invocation on AquaVM, and add its two times."""
        before = self.avm.nanoseconds_inside
        times.avm.append(spent(lambda: self.avm.invoke(times.recorded.given)))
        times.inside.append((self.avm.nanoseconds_inside - before) / 1e3)


def spent(run: Callable[[], object]) -> float:
    """Return the CPU time of this thread that a call of `run` takes, in microseconds."""
    start = time.thread_time_ns()
    run()
    return (time.thread_time_ns() - start) / 1e3


def class_of(states: int) -> int:
    """Return the position in `CLASSES` of the size class for a number of states."""
    return next(i for i, (_, last) in enumerate(CLASSES) if last is None or states <= last)


def measure(plays: Iterable[Sequence[Recorded]], stopwatch: Stopwatch, enough: int, seed: int) -> list[Sample]:
    """Measure plays in random order, and return samples of `enough` invocations of all and of each size class.

    There are fewer where there are not enough invocations; those drawn from all are marked as `drawn`.
    """
    order = list(plays)
    chance = random.Random(seed)
    chance.shuffle(order)
    total = sum(map(len, order))
    drawn = set(chance.sample(range(total), min(enough, total)))
    numbers = count()
    taken = [0] * len(CLASSES)

    def chosen(recorded: Recorded) -> Times | None:
        number = class_of(recorded.states)
        taken[number] += 1
        is_drawn = next(numbers) in drawn
        return Times(recorded, is_drawn, [], [], [], []) if is_drawn or taken[number] <= enough else None

    return [sample for play in order for sample in stopwatch.samples(play, [chosen(one) for one in play])]


def rows(samples: Sequence[Sample]) -> list[Row]:
    """Return a row for the samples drawn from all invocations, and one for each size class that has samples."""
    found = [row("all", [sample for sample in samples if sample.drawn])]
    for number, (first, last) in enumerate(CLASSES):
        of_class = [sample for sample in samples if class_of(sample.states) == number]
        if of_class:
            found.append(row(f"{first} and more" if last is None else f"{first} to {last}", of_class))
    return found


def row(name: str, samples: Sequence[Sample]) -> Row:
    """Return the row called `name` with the medians of these samples, of which there must be at least one."""
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
