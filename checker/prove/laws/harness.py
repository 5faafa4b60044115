"""Running scripts under watch: every invocation is bounded and kept, and a rule that gets stuck is an observation."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from airspec.checker.conform.generation.services import answer
from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.laws import Breach
from airspec.checker.explore.search import Bounds, NoAnswerError, Search
from airspec.checker.model.world import World
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.configuration import Halt
from airspec.semantics.invoke import conclude, farewell, start
from airspec.semantics.machine import machine
from airspec.semantics.network.state import Faults, NetworkState
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec import codes
from airspec.spec.data import Data
from airspec.spec.faults import Trap, Uncatchable
from airspec.spec.parser import Script, parse

INIT: Final = "A"
PEERS: Final = ("A", "B", "C")
PARTICLE: Final = Particle(INIT, "particle", 1_700_000_000_000, 60_000)

STEP_LIMIT: Final = 20_000
"""No run of the small scripts that are run under watch has half as many steps, not even one that fills a stream."""

STATE_LIMIT: Final = 200
"""States of the network of a small script; those of the zoo have half as many."""


class StuckError(RuntimeError):
    """A run in which no rule applies any more, or which does not end."""


class Services:
    """The services of small scripts: what a function answers does not depend on what was asked before."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """No service has memory."""
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """The answer of a generated script's service to its first request."""
        return answer(request, 0)


class Invoked(Struct, frozen=True, eq=False):
    """One invocation with its inputs and its outcome."""

    prev: Data
    current: Data
    peer: str
    results: Mapping[int, CallResult]
    outcome: Outcome

    def is_abandoned(self) -> bool:
        """Whether an uncatchable error or a trap ended it."""
        return codes.is_abandoned(self.outcome.ret_code)


class Run(Struct, frozen=True, eq=False):
    """All that a script does on a network, in whatever order its messages and answers come.

    `stuck` says where a rule got stuck, `cut` what ended the exploration early; both are None for well-behaved rules.
    """

    script: Script
    world: World
    invoked: tuple[Invoked, ...]
    states: tuple[NetworkState, ...]
    violations: tuple[Counterexample[Breach], ...]
    stuck: str | None
    cut: str | None


def invoke_watched(
    script: Script,
    prev: Data,
    current: Data,
    particle: Particle,
    peer: str,
    results: Mapping[int, CallResult],
    key: KeyPair | None = None,
) -> Outcome:
    """One invocation, step by step; with a key, incoming data are verified and the new ones signed.

    Raises `StuckError` when no rule applies, which shows as an exception of Python, and after `STEP_LIMIT` steps.
    """
    try:
        c = start(script, prev, current, particle, peer, results, key)
        if isinstance(c, Uncatchable | Trap):
            return conclude(c, prev)
        for _ in range(STEP_LIMIT):
            if isinstance(c.control, Halt):
                return conclude(farewell(c), prev)
            c = machine().step(c)
    except Exception as error:
        raise StuckError(f"no rule applies on peer {peer}: {type(error).__name__}: {error}") from None
    raise StuckError(f"the run on peer {peer} does not end within {STEP_LIMIT} steps")


def explore(text: str) -> Run:
    """Run a script on its network in all orders, also with several answers that are taken into one run."""
    script = parse(text)
    invoked: list[Invoked] = []

    def watch(
        script: Script,
        prev: Data,
        current: Data,
        particle: Particle,
        peer: str,
        results: Mapping[int, CallResult],
    ) -> Outcome:
        outcome = invoke_watched(script, prev, current, particle, peer, results)
        invoked.append(Invoked(prev, current, peer, results, outcome))
        return outcome

    world = World(script, PARTICLE, Services(), watch)
    search = Search(world, Faults(batches=1), all_laws=True)
    stuck = cut = None
    try:
        cut = search.run(Bounds(states=STATE_LIMIT)).cut
    except StuckError as error:
        stuck = str(error)
    except NoAnswerError as error:
        stuck = f"a request cannot be answered: {error}"
    return Run(script, world, tuple(invoked), tuple(search.states), tuple(search.violations), stuck, cut)
