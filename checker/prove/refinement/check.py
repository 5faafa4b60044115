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
    """Services without memory: the function ``str`` returns the name of its peer, others answer by their names."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return None: no service has a counter, as answers do not depend on earlier requests."""
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer of a peer's service; `count` is ignored."""
        return CallResult(0, json_text.string(peer)) if request.function_name == "str" else answer(request, 0)


class Bound(Struct, frozen=True):
    """The bounds for each script: the most states of its network, and the most data that are compared in pairs."""

    states: int = 300
    data: int = 24


BOUND = Bound()


class Refinement(Struct, frozen=True):
    """The result of a check of refinement over many scripts.

    `bound` says in words which scripts were checked and how far, and `pairs` is the number of pairs of data that were
    compared.  Of these, `clashes` have no join in the model; in `advanced` ones the observer added states beyond the
    join; and in `wrong` ones the script itself fails, so that they are not judged.  `cut` is the number of scripts that
    have more states or data than the bound.  `breaches` holds, for each kind, the first and so a smallest script that
    shows it, with the runs that lead to the two data; `counted` is the number of pairs of each kind, and `broken` the
    number of scripts with a breach.
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
        """Return whether at least one pair was compared, and there is no breach."""
        return self.pairs > 0 and not self.breaches


class Checker:
    """A checker of refinement that counts over scripts, and keeps the first breach of each kind."""

    def __init__(self, invoke: Invoke = run_invocation, bound: Bound = BOUND) -> None:
        self.invoke = invoke
        self.bound = bound
        self.counts: Counter[str] = Counter()
        self.kinds: Counter[str] = Counter()
        self.breaches: dict[str, Counterexample[Departure, Moves]] = {}

    def check(self, text: str) -> None:
        """Check all pairs of the data that one script (given as text) reaches; ignore an invalid script."""
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
        """Compare the machine with the model on one pair of data; return whether they depart from one another."""
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
    """Check refinement for scripts, which must be ordered by size, and return the counts and breaches.

    `bound_text` says in words which scripts these are.  `grade` may be ``model-checked`` only if they are all scripts
    that it describes.
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
