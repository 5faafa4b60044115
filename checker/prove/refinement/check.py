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
    """Services without memory; what ``str`` answers tells on which peer it was asked."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """No service has memory."""
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """What a service says."""
        return CallResult(0, json_text.string(peer)) if request.function_name == "str" else answer(request, 0)


class Bound(Struct, frozen=True):
    """How far each script is explored: states of its network, and data that are paired with one another."""

    states: int = 300
    data: int = 24


BOUND = Bound()


class Refinement(Struct, frozen=True):
    """What a check counted.

    `pairs` were compared, of which `clashes` are undefined on both sides, `advanced` let the observer go on where the
    join ends, and `wrong` show that the script itself is wrong, so that nothing is said of them; `cut` scripts have
    more states or data than the bound.  `breaches` are by kind, each with the first, and so a smallest, script that
    shows it and the runs that end with the two data, and `counted` says how many pairs show each kind; `broken` counts
    the scripts with any.
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
        """Whether every pair was joined as the model says, and there were pairs."""
        return self.pairs > 0 and not self.breaches


class Checker:
    """Checks scripts one by one and keeps count."""

    def __init__(self, invoke: Invoke = run_invocation, bound: Bound = BOUND) -> None:
        self.invoke = invoke
        self.bound = bound
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.breaches: dict[str, Counterexample[Departure, Moves]] = {}

    def check(self, text: str) -> None:
        """Check all pairs of data of one script; what is no valid script is passed over."""
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
        """Check one pair of data; whether it is a breach."""
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
    """Check refinement for scripts, which are given with small ones first.

    It is model-checked if these are all scripts that the bound's text speaks of.
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
