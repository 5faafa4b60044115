"""Breadth-first search through the states of a network.

States are visited once; the first way to a state is a shortest one, and so is the first schedule that breaks a law.
The order is fixed, so the counts are the same each time.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterator

from msgspec import Struct

from airspec.checker.explore.agreement import Calls, disagreement
from airspec.checker.explore.breach import Breach, LawName
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.deadline import OutOfTimeError, within
from airspec.checker.explore.ends import BAD_ENDS, BadEnd, End, Ended, classify, progress_breach
from airspec.checker.explore.knowledge import Common, common_knowledge
from airspec.checker.explore.laws import LAWS, NOTES, check_invocation, check_peer
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
from airspec.spec.syntax import Instruction


class Bounds(Struct, frozen=True):
    """The bounds of a search: the states to explore, the moves in one run, and seconds; None for no bound."""

    states: int | None = None
    depth: int | None = None
    seconds: float | None = None


class Counts(Struct, frozen=True):
    """The counts of a search.

    `states` counts the explored states, `waiting` those that were found and not explored, `moves` the moves made,
    `ends` the explored states that are quiescent, and `different_ends` those among them whose merged data differ.
    `depth` is the number of moves that lead to the last state found, and `invocations` counts the different ones that
    were computed.
    """

    states: int
    waiting: int
    moves: int
    depth: int
    ends: int
    different_ends: int
    invocations: int
    seconds: float


class EndSeen(Struct, frozen=True):
    """An end that was seen in a search, the number of states that end so, and a shortest run to one of them."""

    end: End
    count: int
    run: tuple[Move, ...]


class Verdict(Struct, frozen=True):
    """The result of a search.

    `violations` are the laws that are broken, and `cut` says which bound or interrupt stopped the search before it had
    seen everything (None: none did).  `notes` are differences between schedules that nobody outside can tell, `ends`
    what becomes of the particle, and `evaluated` the instructions of the script that some peer evaluates on the way to
    an end. `interrupt` is the user's interrupt if that stopped the search.  `unreached` are the links on which data
    were lost because the topology does not connect the peers.  `laws` are those that were checked, without those of
    notes, and `peers` those that took part, if the topology names peers.
    """

    counts: Counts
    violations: tuple[Counterexample[Breach, Moves], ...]
    cut: str | None
    notes: tuple[Counterexample[Breach, Moves], ...] = ()
    ends: tuple[EndSeen, ...] = ()
    evaluated: frozenset[Instruction] = frozenset()
    interrupt: KeyboardInterrupt | None = None
    unreached: tuple[Link, ...] = ()
    laws: tuple[LawName, ...] = ()
    peers: frozenset[str] = frozenset()

    def is_complete(self) -> bool:
        """Return whether the search saw every state and found no violation."""
        return not self.violations and self.cut is None


class NoAnswerError(LookupError):
    """A call that no service answers, with the moves that lead to it."""

    def __init__(self, unknown: UnknownServiceError, moves: tuple[Move, ...]) -> None:
        self.unknown = unknown
        self.moves = moves
        super().__init__(str(unknown))


class Found(Struct, frozen=True, gc=False):
    """How a state was found: the number of the state before it, the move, and the distance from the initial state.

    `depth` is that distance in moves, and `ordinal` the position of the move among the possible moves of the state
    before. The initial state has no move.
    """

    parent: int
    move: Move | None
    depth: int
    ordinal: int = 0


class Knowledge(Struct, frozen=True):
    """The merged data of all peers at an end, the number of the first state with them, and the calls that were made."""

    state: int
    data: DataId
    calls: Calls


Progress = Callable[[Counts], None]
Keep = Callable[[], None]

INTERRUPTED = "it was interrupted"

LOOK_UP_INTERVAL = 64
"""States between two looks at the clock, for what is shown and kept of the progress."""


class Exploration:
    """The states of one world, numbered in the order in which they are found, breadth first.

    At most `most` states are kept (None: all); `complete` becomes false once a state was left out for this reason.
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
        """Return a shortest list of moves that leads from the initial state to the state with a number."""
        moves: list[Move] = []
        while (step := self.found[number]).move is not None:
            moves.append(step.move)
            number = step.parent
        return tuple(reversed(moves))

    def add(self, state: NetworkState, found: Found) -> None:
        """Add a state that was not found before, with how it was found; its number is the next free one."""
        self.states.append(state)
        self.found.append(found)
        self._numbers[state] = len(self.found) - 1

    def knows(self, state: NetworkState) -> bool:
        """Return whether a state was found before."""
        return state in self._numbers

    def mend(self) -> None:
        """Restore consistency after an interrupt in the middle of `add`, by finishing or undoing it."""
        whole = min(len(self.states), len(self.found))
        del self.states[whole:], self.found[whole:]
        self._numbers.setdefault(self.states[-1], whole - 1)

    def make(self, number: int, move: Move) -> Moved:
        """Return the result of a move in the state with a number; raises `NoAnswerError` if a call has no answer."""
        try:
            return make_move(self.world, self.states[number], move)
        except UnknownServiceError as unknown:
            raise NoAnswerError(unknown, (*self.path(number), move)) from None

    def leave(self, number: int) -> Iterator[tuple[Move, Moved]]:
        """Make all moves of the state with a number, add the new states, and yield each move with its result.

        Raises `NoAnswerError` at a call that no service answers.
        """
        state = self.states[number]
        for ordinal, move in enumerate(possible_moves(self.world, state, self.faults)):
            moved = self.make(number, move)
            self.moves += 1
            if moved.state not in self._numbers:
                if self.most is None or len(self.states) < self.most:
                    self.add(moved.state, Found(number, move, self.found[number].depth + 1, ordinal))
                else:
                    self.complete = False
            yield move, moved


class Search(Exploration):
    """A search through the states of one world for violations of laws.

    The search stops at the first violation, unless `all_laws` asks for the first violation of each law.
    """

    def __init__(
        self,
        world: World,
        faults: Faults = NO_FAULTS,
        all_laws: bool = False,
        bad_ends: frozenset[BadEnd] = BAD_ENDS,
    ) -> None:
        super().__init__(world, faults)
        self.all_laws = all_laws
        self.bad_ends = bad_ends
        self.explored = 0
        self.looked_at = 0
        self.ends: dict[int, End] = {}
        self.violations: list[Counterexample[Breach, Moves]] = []
        self.notes: list[Counterexample[Breach, Moves]] = []
        self.evaluated: set[Instruction] = set()
        self._checked: set[Invocation] = set()
        self._checked_peers: set[PeerState] = set()
        self._ends: dict[frozenset[tuple[Site, State]], Knowledge] = {}
        self._classified: dict[tuple[tuple[PeerState, ...], tuple[str, ...]], Ended] = {}
        self._seconds = 0.0

    def run(self, bounds: Bounds, progress: Progress | None = None, keep: Keep | None = None) -> Verdict:
        """Search until every state was seen, a law is broken, or a bound is reached, and return the verdict.

        The bound of seconds also interrupts a running invocation.  `progress` is called now and then with the counts,
        and `keep` to save the search.  Raises `NoAnswerError` at a call that no service answers.  An interrupt by the
        user ends the search with a verdict on what was seen.
        """
        started = time.monotonic()
        cut, interrupted = None, None
        try:
            cut = within(bounds.seconds, lambda: self._explore(bounds, progress, keep))
        except OutOfTimeError:
            cut = f"the budget of {bounds.seconds:g} seconds was spent"
        except KeyboardInterrupt as interrupt:
            cut, interrupted = str(interrupt) or INTERRUPTED, interrupt
        self.mend()
        self._seconds += time.monotonic() - started
        return self.verdict(cut, interrupted)

    def verdict(self, cut: str | None, interrupt: KeyboardInterrupt | None = None) -> Verdict:
        """Return the result of the search so far; `cut` says what stopped it early, None that nothing did."""
        return Verdict(
            self.counts(),
            tuple(self.violations),
            cut,
            tuple(self.notes),
            tuple(self._ends_seen()),
            frozenset(self.evaluated),
            interrupt,
            unreached(self.states),
            tuple(name for name in LAWS if name not in NOTES and (self.bad_ends or name != "network-progress")),
            frozenset(peer.peer for state in self.states for peer in state.peers)
            if self.world.topology.neighbours
            else frozenset(),
        )

    def _ends_seen(self) -> Iterator[EndSeen]:
        first: dict[End, int] = {}
        for number, end in self.ends.items():  # in the order in which states were found
            first.setdefault(end, number)
        for end, count in Counter(self.ends.values()).items():
            yield EndSeen(end, count, self.path(first[end]))

    def counts(self) -> Counts:
        """Return the counts of the search so far."""
        waiting = len(self.states) - self.explored
        depth = self.found[-1].depth
        ends = len(self._ends)
        return Counts(
            self.explored, waiting, self.moves, depth, len(self.ends), ends, len(self.world.effects), self._seconds
        )

    def _explore(self, bounds: Bounds, progress: Progress | None, keep: Keep | None) -> str | None:
        started = time.monotonic()
        while self.explored < len(self.states) and not self.is_settled():
            number = self.explored
            if bounds.states is not None and number >= bounds.states:
                return f"the bound of {bounds.states} states was met"
            if number % LOOK_UP_INTERVAL == 0:
                if bounds.seconds is not None and time.monotonic() - started > bounds.seconds:
                    return f"the budget of {bounds.seconds:g} seconds was spent"
                if progress is not None:
                    progress(self.counts())
                if keep is not None:
                    keep()
            if bounds.depth is not None and self.found[number].depth >= bounds.depth and self._goes_on(number):
                self.look_at_ends(len(self.states))
                return f"the bound of {bounds.depth} moves in a row was met"
            self._visit(number)
            self.explored += 1
        return None

    def _goes_on(self, number: int) -> bool:
        return bool(possible_moves(self.world, self.states[number], self.faults))

    def look_at_ends(self, until: int) -> None:
        """Visit the quiescent states with numbers below `until` that were not visited before."""
        for number in range(self.looked_at, until):
            self.visit_end(number)
            self.looked_at = number + 1

    def is_settled(self) -> bool:
        """Return whether a violation ends the search; breaches of *network-progress* never do, so all ends are seen."""
        return not self.all_laws and any(found.breach.law != "network-progress" for found in self.violations)

    def _visit(self, number: int) -> None:
        """Make all moves of a state, and check their invocations."""
        for move, moved in self.leave(number):
            self.check(number, move, moved)
        self.look_at_ends(number + 1)

    def check(self, number: int, move: Move, moved: Moved) -> None:
        """Record the breaches of laws that a move in the state with a number shows, by its result."""
        for breach in self._breaches(moved):
            self._report(breach, _shown_twice(self.path(number), move, breach))

    def _breaches(self, moved: Moved) -> Iterator[Breach]:
        """Check what a move brought forth, unless it was checked before."""
        invocation, effect = moved.invocation, moved.effect
        if invocation is None or effect is None:
            return
        peer = moved.state.peer(invocation.peer)
        if peer.lost:
            yield from executed_again(self.world, peer, effect)
        if invocation not in self._checked:
            yield from check_invocation(self.world, invocation, effect)
            self._checked.add(invocation)
        if peer not in self._checked_peers:
            yield from check_peer(self.world, peer)
            self._checked_peers.add(peer)

    def visit_end(self, number: int) -> None:
        """Record what becomes of the particle if a state is quiescent, and compare the state with earlier ends.

        It is not compared if anything was lost or failed on the way to it, as ends may differ then.
        """
        state = self.states[number]
        if not state.is_quiescent():
            return
        common = common_knowledge(self.world, state)
        ended = self._ended(state, common)
        self.ends[number] = ended.end
        breach = progress_breach(ended.end, self.bad_ends)
        if breach is not None:
            self._report(breach, self.path(number))
        if common.breach is not None:
            self._report(common.breach, self.path(number))
            return
        if not state.is_undisturbed():
            return
        known = summary(self.world.data(common.data))
        if known in self._ends:
            return
        end = Knowledge(number, common.data, ended.calls)
        if self._ends:
            self._compare(next(iter(self._ends.values())), end)
        self._ends[known] = end

    def _ended(self, state: NetworkState, common: Common) -> Ended:
        key = state.peers, state.expired
        ended = self._classified.get(key)
        if ended is None:
            ended = self._classified[key] = classify(self.world, state, common)
            self.evaluated |= ended.evaluated
        return ended

    def _compare(self, first: Knowledge, end: Knowledge) -> None:
        """Report how what is known at two ends differs: in calls, or only in what nobody outside can tell."""
        runs = self.path(first.state), self.path(end.state)
        breach = disagreement(self.world, first.data, end.data, first.calls, end.calls)
        self._report(breach, *runs)

    def _report(self, breach: Breach, *runs: tuple[Move, ...]) -> None:
        found = self.notes if breach.law in NOTES else self.violations
        if all(known.breach.law != breach.law for known in found):
            found.append(Counterexample(self.world.script.text, with_cause(breach, runs), runs))


def _shown_twice(path: tuple[Move, ...], move: Move, breach: Breach) -> tuple[Move, ...]:
    """Return the moves that show a breach; for *duplicate-is-no-op*, the delivery is made twice."""
    if breach.law == "duplicate-is-no-op" and isinstance(move, Deliver):
        return (*path, Duplicate(move.flight), move)
    return (*path, move)
