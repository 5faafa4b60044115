"""Differential fuzzing: scripts and schedules are generated, and two interpreters run them in lockstep.

Games are played in batches, each with its own seed, so that batches can run in several processes and the same seed
always gives the same games.  In every other batch Hypothesis makes the choices, which finds corner cases; in the
others they are uniformly random, which gives larger scripts.  One script in four is made of idioms that aim at rare
rules; in one game in five a peer may run another script, in one in five the particle has extreme parameters, and in
three of eight there are attacks.  A difference is shrunk; then its kind is known, and the batch looks for others.
"""

from __future__ import annotations

import atexit
import shlex
from functools import lru_cache

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.conform.adapters.adapter_client import AdapterError, Remote
from airspec.checker.conform.adapters.fetch_avm import MISSING, find_wasm
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire, Interpreter, SpecificationOnWire
from airspec.checker.conform.generation import boundary_values
from airspec.checker.conform.generation.idioms import write_idioms
from airspec.checker.conform.generation.scripts import Choices, HypothesisChoices, RandomChoices, write_script
from airspec.checker.conform.generation.shrinking import RecordedChoices, RepeatedChoices, shrink, shrink_script
from airspec.checker.conform.lockstep.game import PEERS, Difference, Game, Played, usual_particle
from airspec.semantics.notation.engine import firing
from airspec.semantics.particle import Particle

BATCH = 200
"""The number of games in a batch."""

SCHEDULES = 8
"""The number of schedules that are tried on a smaller script."""

MOVES = 25
"""The greatest number of moves in a game."""


WILD = 1000
"""Particles with extreme parameters, of which one game in five has one."""


class Setting(Struct, frozen=True):
    """The setting of a game: its scripts, the number of peers, whether there are attacks, and the particle."""

    script: str
    other_script: str | None
    peers: int
    hostile: bool
    particle: Particle

    def game(self, left: Interpreter, right: Interpreter, choices: Choices) -> Game:
        """Return a new game of this setting between two interpreters; `choices` determine its moves."""
        peers = PEERS[: self.peers]
        return Game(self.script, left, right, choices, peers, self.other_script, self.hostile, self.particle)


class Found(Struct, frozen=True):
    """A difference between two interpreters, with the setting of its game and the rule cases that fired in the game."""

    setting: Setting
    difference: Difference
    fired: tuple[str, ...]

    @property
    def kind(self) -> str:
        """Return the key by which differences count as alike: the field, and the last rule case that fired."""
        return f"{self.difference.field} after {self.fired[-1] if self.fired else 'no rule'}"


class BatchResult(Struct, frozen=True):
    """The result of a batch: games, moves, games whose traces stayed empty, rule cases fired, differences found."""

    games: int
    moves: int
    trivial: int
    fired: frozenset[str]
    found: tuple[Found, ...]


class _DifferenceError(AssertionError):
    """An error that reports to Hypothesis that a game shows a difference."""


@lru_cache(maxsize=8)
def interpreter(name: str) -> Interpreter:
    """Return the interpreter called ``spec`` or ``avm``, or the one behind a command that speaks the adapter protocol.

    Raises `AdapterError` if it is not there or cannot be started.
    """
    if name == "spec":
        return SpecificationOnWire()
    if name == "avm":
        wasm = find_wasm()
        if wasm is None:
            raise AdapterError(MISSING)
        try:
            from airspec.checker.conform.adapters.avm import AquaVM
        except ImportError:
            raise AdapterError("wasmtime is not installed, which runs AquaVM: install airspec[oracle]") from None
        return AquaVMOnWire(AquaVM(wasm))
    return Remote(shlex.split(name))


# The objects of wasmtime complain on standard error when they are freed while Python itself goes down.
atexit.register(interpreter.cache_clear)


class Batch:
    """A batch of games between the interpreters named `left` and `right`.

    `number` seeds the games, and `known` are the kinds of differences that are ignored.
    """

    def __init__(self, left: str, right: str, number: int, known: frozenset[str]) -> None:
        self.left, self.right = interpreter(left), interpreter(right)
        self.number = number
        self.known = set(known)
        self.games = self.moves = self.trivial = 0
        self.fired: set[str] = set()
        self.last: Found | None = None
        self.log: list[str] = []

    def run(self) -> BatchResult:
        """Play the games of the batch, and return the result; each kind of difference is reported once."""
        found: list[Found] = []
        with firing() as self.log:
            search = self.search if self.number % 2 else self.search_at_random
            while self.games < BATCH:
                shown = search(BATCH - self.games)
                if shown is None:
                    break
                found.append(shown)
                self.known.add(shown.kind)
        return BatchResult(self.games, self.moves, self.trivial, frozenset(self.fired), tuple(found))

    def search_at_random(self, games: int) -> Found | None:
        """Play up to `games` random games; return the first difference of an unknown kind, shrunk, or None."""
        for _ in range(games):
            choices = RecordedChoices(self.number * 1_000_003 + self.games)
            if self.shows(choices) is not None:
                made = shrink(choices.made, lambda made: self.shows(RepeatedChoices(made)) is not None)
                return self.smallest(self.shows(RepeatedChoices(made)))
        return None

    def smallest(self, found: Found | None) -> Found | None:
        """Return a difference in the same field on the smallest script found for it; None if `found` is None.

        Each smaller script is played under a few schedules.
        """
        if found is None:
            return None
        best = [found]

        def still_shows(script: str) -> bool:
            for number in range(SCHEDULES):
                shown = self.shown(replace(found.setting, script=script), RandomChoices(number))
                if shown is not None and shown.difference.field == found.difference.field:
                    best.append(shown)
                    return True
            return False

        shrink_script(found.setting.script, still_shows)
        return best[-1]

    def shows(self, choices: Choices) -> Found | None:
        """Generate and play the game of these choices; return its difference if the kind is unknown, otherwise None."""
        self.last = None
        try:
            self.play(choices)
        except _DifferenceError:
            return self.last
        return None

    def search(self, games: int) -> Found | None:
        """Let Hypothesis play up to `games` games; return a difference of an unknown kind, shrunk, or None."""

        @seed(self.number * 1_000_003 + self.games)
        @settings(
            max_examples=games,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            report_multiple_bugs=False,
        )
        @given(st.data())
        def game(data: st.DataObject) -> None:
            self.play(HypothesisChoices(data.draw))

        self.last = None
        try:
            game()
        except _DifferenceError:
            return self.smallest(self.last)
        return None

    def play(self, choices: Choices) -> None:
        """Generate a script and a setting by these choices, and play the game.

        Raises `_DifferenceError` for a difference of an unknown kind, which is then in `last`.
        """
        peers = choices.pick((3, 2, 4))
        budget = choices.pick((8, 16, 24))
        names = [peer.peer_id for peer in PEERS[:peers]]
        directed = choices.pick(range(4)) == 3
        script = write_idioms(choices, names) if directed else write_script(choices, names, budget=budget)
        other = write_script(choices, names, budget=budget) if choices.pick(range(5)) == 4 else None
        hostile = choices.pick((False, directed, directed, True))
        usual = usual_particle(PEERS[0])
        particle = (
            boundary_values.particle(usual.init_peer_id, choices.pick(range(WILD)))
            if choices.pick(range(5)) == 4
            else usual
        )
        shown = self.shown(Setting(script, other, peers, hostile, particle), choices)
        if shown is not None:
            self.last = shown
            raise _DifferenceError

    def shown(self, setting: Setting, choices: Choices) -> Found | None:
        """Play one game of a setting; return its difference if the kind is unknown, otherwise None."""
        self.log.clear()
        played = setting.game(self.left, self.right, choices).play(MOVES)
        self.count(played)
        if played.difference is None:
            return None
        found = Found(setting, played.difference, tuple(self.log))
        return None if found.kind in self.known else found

    def count(self, played: Played) -> None:
        """Add a game that was played to the counts of the batch."""
        self.games += 1
        self.moves += len(played.moves)
        self.trivial += played.trace_length == 0
        self.fired.update(self.log)


def run_batch(left: str, right: str, number: int, known: frozenset[str]) -> BatchResult:
    """Play the batch with a number between the interpreters of two names, and return its result.

    Differences of the kinds in `known` are ignored.  Raises `AdapterError` if an interpreter cannot be started.
    """
    return Batch(left, right, number, known).run()
