"""Breadth-first search through the states of a network.

States are visited once; the first way to a state is a shortest one, and so is the first schedule that breaks a law.
The order is fixed, so the counts are the same each time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

from msgspec import Struct

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.laws import Breach, check_invocation, check_peer, common_knowledge, compare_ends
from airspec.checker.explore.losses import executed_again, unreached, with_cause
from airspec.checker.model.moves import make_move, possible_moves
from airspec.checker.model.world import World
from airspec.semantics.merge.observations import Site, summary
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.network.state import (
    INITIAL,
    NO_FAULTS,
    DataId,
    Deliver,
    Duplicate,
    Faults,
    Link,
    Move,
    NetworkState,
    PeerState,
)
from airspec.semantics.network.transition import Moved
from airspec.spec.states import State


class Bounds(Struct, frozen=True):
    """The bounds of a search: number of states, moves in a row, seconds; None for no bound."""

    states: int | None = None
    depth: int | None = None
    seconds: float | None = None


class Counts(Struct, frozen=True):
    """The counts of a search.

    `waiting` are states that were found and not explored, `ends` the quiescent states, `different_ends` how many of
    them differ in what all peers know together.
    """

    states: int
    waiting: int
    moves: int
    depth: int
    ends: int
    different_ends: int
    invocations: int
    seconds: float


class Verdict(Struct, frozen=True):
    """The result of a search: violations, or none; `cut` says which bound stopped it before it had seen everything.

    `unreached` are the links on which data were lost, as the topology has no way there.
    """

    counts: Counts
    violations: tuple[Counterexample[Breach], ...]
    cut: str | None
    unreached: tuple[Link, ...] = ()

    def is_complete(self) -> bool:
        """Return whether every state was seen."""
        return not self.violations and self.cut is None


class NoAnswerError(LookupError):
    """A call that nothing answers, with the moves that led to it."""

    def __init__(self, unknown: UnknownServiceError, moves: tuple[Move, ...]) -> None:
        self.unknown = unknown
        self.moves = moves
        super().__init__(str(unknown))


class Found(Struct, frozen=True, gc=False):
    """The discovery of a state: the state before, the move, and the number of moves from the initial state."""

    parent: int
    move: Move | None
    depth: int


class End(Struct, frozen=True):
    """A kind of end: what all peers know together, and the first state that has it."""

    state: int
    knowledge: DataId


Progress = Callable[[Counts], None]

LOOK_UP_INTERVAL = 64
"""States between two looks at the clock."""


class Exploration:
    """The states of one world in the order in which they are found, breadth first.

    No more than `most` states are taken in; `complete` says whether that left none out so far.
    """

    def __init__(self, world: World, faults: Faults = NO_FAULTS, most: int | None = None) -> None:
        self.world = world
        self.faults = faults
        self.most = most
        self.complete = True
        self.states: list[NetworkState] = [INITIAL]
        self.found: list[Found] = [Found(0, None, 0)]
        self.moves = 0
        self._numbers: dict[NetworkState, int] = {INITIAL: 0}

    def path(self, number: int) -> tuple[Move, ...]:
        """Return a shortest list of moves that leads to a state."""
        moves: list[Move] = []
        while (step := self.found[number]).move is not None:
            moves.append(step.move)
            number = step.parent
        return tuple(reversed(moves))

    def add(self, state: NetworkState, found: Found) -> None:
        """Take in a state that was not known."""
        self._numbers[state] = len(self.states)
        self.states.append(state)
        self.found.append(found)

    def leave(self, number: int) -> Iterator[tuple[Move, Moved]]:
        """Make all moves of a state, take in where they lead, and yield each with its result.

        Raises `NoAnswerError` at a call that nothing answers.
        """
        state = self.states[number]
        for move in possible_moves(self.world, state, self.faults):
            try:
                moved = make_move(self.world, state, move)
            except UnknownServiceError as unknown:
                raise NoAnswerError(unknown, (*self.path(number), move)) from None
            self.moves += 1
            if moved.state not in self._numbers:
                if self.most is None or len(self.states) < self.most:
                    self.add(moved.state, Found(number, move, self.found[number].depth + 1))
                else:
                    self.complete = False
            yield move, moved


class Search(Exploration):
    """A search through one world for broken laws.

    The search stops at the first broken law, unless `all_laws` asks for the first violation of each.
    """

    def __init__(self, world: World, faults: Faults = NO_FAULTS, all_laws: bool = False) -> None:
        super().__init__(world, faults)
        self.all_laws = all_laws
        self.explored = 0
        self.ends = 0
        self.violations: list[Counterexample[Breach]] = []
        self._checked: set[Invocation] = set()
        self._checked_peers: set[PeerState] = set()
        self._ends: dict[frozenset[tuple[Site, State]], End] = {}
        self._seconds = 0.0

    def run(self, bounds: Bounds, progress: Progress | None = None) -> Verdict:
        """Search on until every state was seen, a law is broken, or a bound is reached.

        Raises `NoAnswerError` at a call that nothing answers.  An interrupt of the user ends the search in good order.
        """
        started = time.monotonic()
        cut = None
        try:
            cut = self._explore(bounds, started, progress)
        except KeyboardInterrupt:
            cut = "it was interrupted"
        self._seconds += time.monotonic() - started
        return Verdict(self.counts(), tuple(self.violations), cut, unreached(self.states))

    def counts(self) -> Counts:
        """Return the counts of the search so far."""
        waiting = len(self.states) - self.explored
        depth = self.found[-1].depth
        ends = len(self._ends)
        return Counts(
            self.explored, waiting, self.moves, depth, self.ends, ends, len(self.world.effects), self._seconds
        )

    def _explore(self, bounds: Bounds, started: float, progress: Progress | None) -> str | None:
        deepest_reached = False
        while self.explored < len(self.states) and not self._is_settled():
            number = self.explored
            if bounds.states is not None and number >= bounds.states:
                return f"the bound of {bounds.states} states was met"
            if number % LOOK_UP_INTERVAL == 0:
                if bounds.seconds is not None and time.monotonic() - started > bounds.seconds:
                    return f"the budget of {bounds.seconds:g} seconds was spent"
                if progress is not None:
                    progress(self.counts())
            if bounds.depth is not None and self.found[number].depth >= bounds.depth:
                deepest_reached = deepest_reached or not self.states[number].is_quiescent()
                self.visit_end(number)
            else:
                self._visit(number)
            self.explored += 1
        return f"the bound of {bounds.depth} moves in a row was met" if deepest_reached else None

    def _is_settled(self) -> bool:
        return bool(self.violations) and not self.all_laws

    def _visit(self, number: int) -> None:
        """Make all moves of a state, and check what they bring forth."""
        for move, moved in self.leave(number):
            for breach in self._check(moved):
                self._report(breach, _shown_twice(self.path(number), move, breach))
        self.visit_end(number)

    def _check(self, moved: Moved) -> Iterator[Breach]:
        """Check what a move brought forth, unless it was checked before."""
        invocation, effect = moved.invocation, moved.effect
        if invocation is None or effect is None:
            return
        peer = moved.state.peer(invocation.peer)
        if peer.lost:
            yield from executed_again(self.world, peer, effect)
        if invocation not in self._checked:
            self._checked.add(invocation)
            yield from check_invocation(self.world, invocation, effect)
        if peer not in self._checked_peers:
            self._checked_peers.add(peer)
            yield from check_peer(self.world, peer)

    def visit_end(self, number: int) -> None:
        """Compare a quiescent state with those before; after losses ends may differ."""
        state = self.states[number]
        if not state.is_quiescent():
            return
        self.ends += 1
        common = common_knowledge(self.world, state)
        if common.breach is not None:
            self._report(common.breach, self.path(number))
            return
        if not state.is_undisturbed():
            return
        known = summary(self.world.data(common.data))
        if known in self._ends:
            return
        if self._ends:
            first = next(iter(self._ends.values()))
            breach = compare_ends(self.world, first.knowledge, common.data)
            self._report(breach, self.path(first.state), self.path(number))
        self._ends[known] = End(number, common.data)

    def _report(self, breach: Breach, *runs: tuple[Move, ...]) -> None:
        if all(known.breach.law != breach.law for known in self.violations):
            self.violations.append(Counterexample(self.world.script.text, with_cause(breach, runs), runs))


def _shown_twice(path: tuple[Move, ...], move: Move, breach: Breach) -> tuple[Move, ...]:
    """The moves that show a breach: a delivery that must not matter a second time is made twice."""
    if breach.law == "duplicate-is-no-op" and isinstance(move, Deliver):
        return (*path, Duplicate(move.flight), move)
    return (*path, move)
