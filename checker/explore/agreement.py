"""Agreement of ends: whether all schedules make the same calls, and, where they do, whether peers know the same.

What the outside sees of a particle are the calls of services.  Two ends with the same calls may still differ in what
peers know: in canonical streams that no call passes on, or in the tetraplets of values.
"""

from __future__ import annotations

from collections import Counter
from typing import TypeAlias

from msgspec import Struct

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.observed_run import Answered
from airspec.checker.model.world import World
from airspec.semantics.merge.observations import differing
from airspec.semantics.network.state import DataId
from airspec.spec.data import Data
from airspec.spec.states import CanonExecuted


class CallMade(Struct, frozen=True, order=True):
    """A call that was answered: its peer, service and function, and its arguments as JSON texts."""

    peer: str
    service: str
    function: str
    arguments: tuple[str, ...]


Calls: TypeAlias = tuple[CallMade, ...]
"""The calls of a run, sorted."""


def calls_of(answered: tuple[Answered, ...]) -> Calls:
    """Return the calls that were answered in a run, sorted, each with its arguments but without its result."""
    return tuple(sorted(CallMade(call.peer, call.service, call.function, call.arguments) for call in answered))


def disagreement(world: World, left: DataId, right: DataId, left_calls: Calls, right_calls: Calls) -> Breach:
    """Return the breach that two ends with different data are.

    It is of the law *same-calls* if the calls made on the way to the two ends differ, and else of *agreement*.  `left`
    and `right` are the merged data of all peers at each end.
    """
    ours, theirs = world.data(left), world.data(right)
    reason = (
        "a canon took different values, or took them in another order: values race into it"
        if _canons_differ(ours, theirs)
        else "no canon differs, so the order of deliveries and answers alone makes the difference"
    )
    if left_calls != right_calls:
        only_left, only_right = Counter(left_calls) - Counter(right_calls), Counter(right_calls) - Counter(left_calls)
        sentence = f"one schedule calls {_told(only_left)}, another {_told(only_right)} ({reason})"
        return Breach("same-calls", sentence, left, right)
    sentence = f"two schedules end with different knowledge, and make the same calls ({reason})"
    return Breach("agreement", sentence, left, right)


def _canons_differ(ours: Data, theirs: Data) -> bool:
    in_ours, in_theirs = differing(ours, theirs)
    return any(isinstance(ours.trace[position], CanonExecuted) for position in in_ours) and any(
        isinstance(theirs.trace[position], CanonExecuted) for position in in_theirs
    )


def _told(calls: Counter[CallMade]) -> str:
    told = [
        f'("{call.service}" "{call.function}") on {call.peer} with [{", ".join(call.arguments)}]'
        for call in sorted(calls.elements())
    ]
    return " and ".join(told) or "nothing more"
