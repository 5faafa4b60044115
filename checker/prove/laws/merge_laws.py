"""Laws of whole merges, which an observer makes of data that peers hold.

An observer is a peer that the script does not name.  ``a ⊔ b`` is the data of an observer that kept `a` when `b`
arrives.  The data are those that peers reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import islice, permutations, product
from typing import Final

from airspec.checker.prove.laws.harness import PARTICLE, Run, StuckError, invoke_watched
from airspec.checker.prove.laws.script_law import Check, ScriptLaw, Witness
from airspec.checker.prove.laws.tally import noted
from airspec.checker.prove.laws.trace_laws import BENIGN, lost
from airspec.semantics.merge.observations import Site, summary
from airspec.spec import codes
from airspec.spec.data import EMPTY, Data
from airspec.spec.states import State

OBSERVER: Final = "observer"
PAIRS: Final = 80
TRIPLES: Final = 30
"""How many pairs and triples of the data of one script are merged."""
OF_PAIRS: Final = f"of each at most {PAIRS} pairs of the data that its peers hold in any order"
OF_TRIPLES: Final = f"of each at most {TRIPLES} triples of the data that its peers hold in any order"


class Merge:
    """The merges by an observer, each computed once."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.known: dict[tuple[int, int], Data | None] = {}
        self.kept: list[Data] = []

    def __call__(self, left: Data | None, right: Data | None) -> Data | None:
        """Return ``left ⊔ right``, or None where one of them is None, or they contradict each other."""
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


@lru_cache(maxsize=128)
def merging(run: Run) -> Merge:
    """Return the merges of a script's data, which all laws share."""
    return Merge(run)


@lru_cache(maxsize=1 << 14)
def known_by(data: Data) -> frozenset[tuple[Site, State]]:
    """Return the contents of data, up to equivalence; computed once for each object, as `Data` compare by identity."""
    return summary(data)


def reachable(run: Run) -> tuple[Data, ...]:
    """Return the data that peers hold in some state, of which no two have the same trace."""
    found = {run.world.data(peer.kept).trace: run.world.data(peer.kept) for state in run.states for peer in state.peers}
    return tuple(found.values())


def same(left: Data | None, right: Data | None) -> bool:
    """Return whether two merges have the same trace, or are both undefined."""
    return (left and left.trace) == (right and right.trace)


def alike(left: Data | None, right: Data | None) -> bool:
    """Return whether two merges are equivalent, or both undefined."""
    return left is right if left is None or right is None else known_by(left) == known_by(right)


def _pairs(broken: Callable[[Merge, Data, Data], str | None]) -> Check:
    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in noted(runs):
            merge = merging(run)
            for left, right in islice(product(reachable(run), repeat=2), PAIRS):
                told = broken(merge, left, right)
                if told is not None:
                    yield Witness(run.script.text, told)

    return check


def _idempotent(merge: Merge, a: Data, b: Data) -> str | None:
    return None if same(merge(a, a), a) else "data merged with themselves are not what they were"


def _unit(merge: Merge, a: Data, b: Data) -> str | None:
    if not alike(merge(EMPTY, a), a):
        return "an observer that knows nothing makes other data of what arrives"
    return None if same(merge(a, EMPTY), a) else "data merged with nothing are not what they were"


def _defined(merge: Merge, a: Data, b: Data) -> str | None:
    return None if merge(a, b) is not None else "the data of two peers, or of one at two times, cannot be merged"


def _commutative(merge: Merge, a: Data, b: Data) -> str | None:
    return None if alike(merge(a, b), merge(b, a)) else "the order of merging shows: a ⊔ b differs from b ⊔ a"


def _left_regular(merge: Merge, a: Data, b: Data) -> str | None:
    joined = merge(a, b)
    return None if same(merge(joined, a), joined) else "merging again what was merged changes the data: (a ⊔ b) ⊔ a"


def _right_absorbed(merge: Merge, a: Data, b: Data) -> str | None:
    joined = merge(a, b)
    return None if same(merge(joined, b), joined) else "merging again what was merged changes the data: (a ⊔ b) ⊔ b"


def _inflationary(merge: Merge, a: Data, b: Data) -> str | None:
    joined = merge(a, b)
    told = None if joined is None else lost(a, joined) or lost(b, joined)
    return None if told is None else f"merging loses something: {told}"


def _associative(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for run in noted(runs):
        merge = merging(run)
        for a, b, c in islice(permutations(reachable(run), 3), TRIPLES):
            if not alike(merge(merge(a, b), c), merge(a, merge(b, c))):
                yield Witness(run.script.text, "the grouping of merges shows: (a ⊔ b) ⊔ c differs from a ⊔ (b ⊔ c)")


def _law(name: str, sentence: str, formula: str, check: Check, premise: str = "", how: str = OF_PAIRS) -> ScriptLaw:
    return ScriptLaw(name, sentence, formula, "trace", check, premise, how)


ASKED: Final = (
    "no peer waits for the arguments of its own call (an observer, for whom it is another peer's, asks for it)"
)
TOLD_ALIKE: Final = (
    "no call is told an error that names the peer which met it (AquaVM then refuses the result elsewhere)"
)

LAWS: Final = (
    _law(
        "merge-defined", "All that honest peers know can be merged.", "a ⊔ b is defined", _pairs(_defined), TOLD_ALIKE
    ),
    _law("merge-idempotent", "Data merged with themselves are unchanged.", "a ⊔ a = a", _pairs(_idempotent), ASKED),
    _law("merge-unit", "Merging with nothing changes nothing.", "a ⊔ ∅ = a and ∅ ⊔ a ≈ a", _pairs(_unit), ASKED),
    _law("merge-left-regular", "What was kept first adds nothing again.", "(a ⊔ b) ⊔ a = a ⊔ b", _pairs(_left_regular)),
    _law("merge-absorbs", "What has arrived adds nothing again.", "(a ⊔ b) ⊔ b = a ⊔ b", _pairs(_right_absorbed)),
    _law("merge-inflationary", "Merging loses nothing.", "a ⊑ a ⊔ b and b ⊑ a ⊔ b", _pairs(_inflationary), BENIGN),
    _law("merge-commutative", "The order of merging does not show.", "a ⊔ b ≈ b ⊔ a", _pairs(_commutative)),
    _law(
        "merge-associative",
        "The grouping of merges does not show.",
        "(a ⊔ b) ⊔ c ≈ a ⊔ (b ⊔ c)",
        _associative,
        how=OF_TRIPLES,
    ),
)
