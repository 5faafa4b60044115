"""Watched runs of scripts: invocations are bounded and recorded, and a rule that gets stuck is recorded too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from airspec.checker.conform.generation.services import answer
from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
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
"""The greatest number of steps in a run; no run of the small scripts has half as many."""

STATE_LIMIT: Final = 200
"""The greatest number of states of a script's network; scripts of the corpus have at most half as many."""


class StuckError(RuntimeError):
    """The error for a run in which no rule applies, or which does not end within the limit of steps."""


class Services:
    """Services for small scripts, whose answers depend on the request only, not on earlier requests."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return None: no service has a counter, as answers do not depend on earlier requests."""
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the first answer of a generated script's service to such a request; `peer` and `count` are ignored."""
        return answer(request, 0)


class Invoked(Struct, frozen=True, eq=False):
    """One invocation of the interpreter: its inputs (data, peer and call results) and its outcome."""

    prev: Data
    current: Data
    peer: str
    results: Mapping[int, CallResult]
    outcome: Outcome

    def is_abandoned(self) -> bool:
        """Return whether the invocation ended with an uncatchable error or a trap."""
        return codes.is_abandoned(self.outcome.ret_code)


class Run(Struct, frozen=True, eq=False):
    """A script with its network, explored in all orders of messages and answers.

    `invoked` are all invocations, `states` the states of the network, and `violations` the breaches of the network's
    laws.  `stuck` says where a rule got stuck, and `cut` why the exploration ended early; both are None for
    well-behaved rules.
    """

    script: Script
    world: World
    invoked: tuple[Invoked, ...]
    states: tuple[NetworkState, ...]
    violations: tuple[Counterexample[Breach, Moves], ...]
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
    """Run one invocation and return its outcome; with a key, data are verified and signed.

    Raises `StuckError` if no rule applies (or any other Python exception occurs), and after `STEP_LIMIT` steps.
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
    """Return the runs of a script (given as text) on its network, in all orders of messages and answers.

    One invocation may also take several answers.  At most `STATE_LIMIT` states are explored.
    """
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
    return Run(script, world, tuple(invoked), tuple(search.states), (*search.violations, *search.notes), stuck, cut)
