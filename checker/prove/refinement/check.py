"""The check of refinement over many scripts."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable
from itertools import product

from msgspec import Struct

from airspec.checker.conform.generation.services import answer
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.model.world import Invoke, World
from airspec.checker.prove.evidence import Grade
from airspec.checker.prove.refinement.comparison import Departure, compare
from airspec.checker.prove.refinement.reachable import Reached, reach
from airspec.semantics.invoke import invoke as run_invocation
from airspec.semantics.particle import CallRequest, CallResult, Particle
from airspec.spec import json_text
from airspec.spec.errors import ScriptError
from airspec.spec.parser import Script, parse

PARTICLE = Particle("A")


class Answers:
    """Services without memory; the function ``str`` answers the name of its peer."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return None, as no service has memory."""
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer of a service."""
        return CallResult(0, json_text.string(peer)) if request.function_name == "str" else answer(request, 0)


class Bound(Struct, frozen=True):
    """The bounds of the exploration of each script: states of its network, and data that are paired."""

    states: int = 300
    data: int = 24


BOUND = Bound()


class Refinement(Struct, frozen=True):
    """The counts of a check.

    `pairs` of data were compared.  Of these, `clashes` are undefined on both sides; in `advanced` ones the observer
    added states beyond the join; and in `wrong` ones the script itself fails, so that they are not judged.  `cut`
    scripts have more states or data than the bound.  `breaches` holds, for each kind, the first and so a smallest
    script that shows it, with the runs that lead to the two data; `counted` is the number of pairs of each kind, and
    `broken` the number of scripts with a breach.
    """

    name: str
    grade: Grade
    bound: str
    scripts: int
    pairs: int
    clashes: int
    advanced: int
    wrong: int
    cut: int
    broken: int
    breaches: tuple[Counterexample[Departure, Moves], ...]
    counted: dict[str, int]
    seconds: float

    @property
    def holds(self) -> bool:
        """Return whether there were pairs, and each was joined as the model joins it."""
        return self.pairs > 0 and not self.breaches


class Checker:
    """A checker of scripts that keeps the counts."""

    def __init__(self, invoke: Invoke = run_invocation, bound: Bound = BOUND) -> None:
        self.invoke = invoke
        self.bound = bound
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.breaches: dict[str, Counterexample[Departure, Moves]] = {}

    def check(self, text: str) -> None:
        """Check all pairs of data of one script; an invalid script is ignored."""
        try:
            script = parse(text)
        except ScriptError:
            return
        self.counts["scripts"] += 1
        world = World(script, PARTICLE, Answers(), self.invoke)
        reached = reach(world, self.bound.states)
        chosen = reached.data[: self.bound.data]
        self.counts["cut"] += not reached.complete or len(chosen) < len(reached.data)
        broken = False
        for prev, current in product(chosen, repeat=2):
            broken |= self.pair(script, world, prev, current)
        self.counts["broken"] += broken

    def pair(self, script: Script, world: World, prev: Reached, current: Reached) -> bool:
        """Check one pair of data, and return whether it is a breach."""
        compared = compare(script, PARTICLE, world.data(prev.number), world.data(current.number), self.invoke)
        self.counts["pairs"] += 1
        self.counts["clashes"] += compared.clash
        self.counts["advanced"] += compared.own > 0
        self.counts["wrong"] += compared.wrong
        if compared.departure is None:
            return False
        kind = compared.departure.kind
        self.kinds[kind] += 1
        runs = (prev.moves, current.moves)
        self.breaches.setdefault(kind, Counterexample(script.text, compared.departure, runs))
        return True


def check_refinement(
    name: str,
    scripts: Iterable[str],
    bound_text: str,
    invoke: Invoke = run_invocation,
    bound: Bound = BOUND,
    grade: Grade = "tested",
) -> Refinement:
    """Check refinement for scripts, which must be ordered by size, and return the counts.

    `grade` is model-checked only if these are all scripts that the text of the bound describes.
    """
    began = time.perf_counter()
    checker = Checker(invoke, bound)
    for text in scripts:
        checker.check(text)
    counts = checker.counts
    return Refinement(
        name,
        grade,
        f"{bound_text}; of each at most {bound.states} states of its network and {bound.data} data",
        counts["scripts"],
        counts["pairs"],
        counts["clashes"],
        counts["advanced"],
        counts["wrong"],
        counts["cut"],
        counts["broken"],
        tuple(checker.breaches.values()),
        dict(checker.kinds),
        time.perf_counter() - began,
    )
