"""Laws of whole merges, which an observer makes of data that peers hold.

An observer is a peer that the script does not name.  ``a ⊔ b`` is the data of an observer that kept `a` when `b`
arrives.  The data are those that peers reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache, wraps
from inspect import signature
from itertools import islice, permutations, product
from typing import Any, Final

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.evidence import Formula
from airspec.checker.prove.formulas import text
from airspec.checker.prove.laws.harness import PARTICLE, Run, StuckError, invoke_watched
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness
from airspec.checker.prove.laws.tally import noted
from airspec.checker.prove.laws.trace_laws import BENIGN, lost
from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.theorems.algebra_symbols import any_algebra
from airspec.semantics.merge.observations import Site, summary
from airspec.spec import codes
from airspec.spec.data import EMPTY, Data
from airspec.spec.states import State

OBSERVER: Final = "observer"
PAIRS: Final = 80
TRIPLES: Final = 30
"""How many pairs and triples of the data of one script are merged."""
HOW: Final = {
    1: f"of each at most {PAIRS} of the data that its peers hold in any order",
    2: f"of each at most {PAIRS} pairs of the data that its peers hold in any order",
    3: f"of each at most {TRIPLES} triples of the data that its peers hold in any order",
}
"""How much is seen of each script by a law, by the number of its variables."""


class Merge:
    """The merge of two data by an observer, and judgements about merged data for the merge laws.

    Merged data are None if the two data contradict each other.  A judgement returns None if it holds, or else says in
    words what is wrong.  Merges are computed once.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self.known: dict[tuple[int, int], Data | None] = {}
        self.kept: list[Data] = []
        self.nothing = EMPTY

    def join(self, left: Data | None, right: Data | None) -> Data | None:
        """Return ``left ⊔ right``, the merged data; None if either side is None, or they contradict each other."""
        if left is None or right is None:
            return None
        key = (id(left), id(right))
        if key not in self.known:
            self.kept += [left, right]
            self.known[key] = self._merged(left, right)
        return self.known[key]

    def _merged(self, left: Data, right: Data) -> Data | None:
        try:
            outcome = invoke_watched(self.run.script, left, right, PARTICLE, OBSERVER, {})
        except StuckError:
            return None
        return None if codes.is_abandoned(outcome.ret_code) else outcome.data

    def defined(self, merged: Data | None) -> str | None:
        """Return None if the merged data exist, or what is wrong."""
        return "they contradict each other" if merged is None else None

    def same(self, left: Data | None, right: Data | None) -> str | None:
        """Return None if two merges have the same trace or are both undefined, or what is wrong."""
        return None if (left and left.trace) == (right and right.trace) else "the traces differ"

    def alike(self, left: Data | None, right: Data | None) -> str | None:
        """Return None if two merges are equivalent or both undefined, or what is wrong."""
        if left is None or right is None:
            return None if left is right else "only one of them is defined"
        return None if known_by(left) == known_by(right) else "what they know differs"

    def below(self, left: Data | None, right: Data | None) -> str | None:
        """Return None if the right data have all that the left ones have, or either is undefined; or what is lost."""
        return None if left is None or right is None else lost(left, right)


class Signs:
    """The counterpart of `Merge` for printing: its judgements are formulas, as text."""

    def __init__(self) -> None:
        self.algebra = any_algebra().thing
        self.nothing = self.algebra.unit

    def join(self, left: Term, right: Term) -> Term:
        """Return the term ``left ⊔ right``."""
        return self.algebra.join(left, right)

    def defined(self, merged: Term) -> str:
        """Return the text ``merged is defined``."""
        return text(self.algebra.met(merged))

    def same(self, left: Term, right: Term) -> str:
        """Return the text ``left = right``."""
        return text(left == right)

    def alike(self, left: Term, right: Term) -> str:
        """Return the text ``left ≈ right``."""
        return text(self.algebra.alike(left, right))

    def below(self, left: Term, right: Term) -> str:
        """Return the text ``left ⊑ right``."""
        return text(self.algebra.below(left, right))


@lru_cache(maxsize=128)
def merging(run: Run) -> Merge:
    """Return the `Merge` for a script's runs; laws that ask for the same runs share it, and so its results."""
    return Merge(run)


@lru_cache(maxsize=1 << 14)
def known_by(data: Data) -> frozenset[tuple[Site, State]]:
    """Return what data contain, as sites with states; it is the same set for equivalent data.

    It is computed once for each object, as `Data` compare by identity.
    """
    return summary(data)


def reachable(run: Run) -> tuple[Data, ...]:
    """Return the data that peers keep in some state of a run; of data with the same trace only one."""
    found = {run.world.data(peer.kept).trace: run.world.data(peer.kept) for state in run.states for peer in state.peers}
    return tuple(found.values())


def _idempotent(m: Any, a: Any) -> Iterator[Any]:
    yield m.same(m.join(a, a), a)


def _unit(m: Any, a: Any) -> Iterator[Any]:
    yield m.alike(m.join(m.nothing, a), a)
    yield m.same(m.join(a, m.nothing), a)


def _defined(m: Any, a: Any, b: Any) -> Iterator[Any]:
    yield m.defined(m.join(a, b))


def _left_regular(m: Any, a: Any, b: Any) -> Iterator[Any]:
    yield m.same(m.join(m.join(a, b), a), m.join(a, b))


def _right_absorbed(m: Any, a: Any, b: Any) -> Iterator[Any]:
    yield m.same(m.join(m.join(a, b), b), m.join(a, b))


def _inflationary(m: Any, a: Any, b: Any) -> Iterator[Any]:
    yield m.below(a, m.join(a, b))
    yield m.below(b, m.join(a, b))


def _commutative(m: Any, a: Any, b: Any) -> Iterator[Any]:
    yield m.alike(m.join(a, b), m.join(b, a))


def _associative(m: Any, a: Any, b: Any, c: Any) -> Iterator[Any]:
    yield m.alike(m.join(m.join(a, b), c), m.join(a, m.join(b, c)))


def _chosen(held: tuple[Data, ...], names: Sequence[str]) -> Iterator[tuple[Data, ...]]:
    """The data that a law with these variables is checked of."""
    if len(names) == 3:
        return islice(permutations(held, 3), TRIPLES)
    return islice(product(held, repeat=len(names)), PAIRS)


def _law(name: str, sentence: str, statement: Callable[..., Iterator[Any]], premise: str = "") -> ScriptLaw:
    """A law of merges: its statement is checked of data, and printed of names."""
    names = list(signature(statement).parameters)[1:]
    signs = Signs()
    lines = tuple(statement(signs, *signs.algebra.chosen[: len(names)]))

    @wraps(statement)
    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in noted(runs):
            for chosen in _chosen(reachable(run), names):
                for line, told in zip(lines, statement(merging(run), *chosen), strict=True):
                    if told is not None:
                        yield Counterexample(run.script.text, f"of data that peers hold, not {line}: {told}")

    return ScriptLaw(name, sentence, "trace", check, premise, HOW[len(names)], Formula(lines))


ASKED: Final = (
    "no peer waits for the arguments of its own call (an observer, for whom it is another peer's, asks for it)"
)
TOLD_ALIKE: Final = (
    "no call is told an error that names the peer which met it (AquaVM then refuses the result elsewhere)"
)

LAWS: Final = (
    _law("merge-defined", "All that honest peers know can be merged.", _defined, TOLD_ALIKE),
    _law("merge-idempotent", "Data merged with themselves are unchanged.", _idempotent, ASKED),
    _law("merge-unit", "Merging with nothing changes nothing.", _unit, ASKED),
    _law("merge-left-regular", "What was kept first adds nothing again.", _left_regular),
    _law("merge-absorbs", "What has arrived adds nothing again.", _right_absorbed),
    _law("merge-inflationary", "Merging loses nothing.", _inflationary, BENIGN),
    _law("merge-commutative", "The order of merging does not show.", _commutative),
    _law("merge-associative", "The grouping of merges does not show.", _associative),
)
