"""The edition *avm-0.64*: what AquaVM 0.64.1 does, the head of its repository, as read from its source.

It is not compared with AquaVM, since 0.62.0 is the newest version that is published.  One rule has changed since then,
in ``air/src/execution_step/instructions/fold/utils.rs`` (pull requests 843 and 845 of AquaVM): which pairs of a
canonical map a fold walks.
"""

from __future__ import annotations

from airspec.semantics.editions import Edition
from airspec.semantics.environment import CanonMapValue
from airspec.semantics.maps import pair_key
from airspec.semantics.notation import definition, replacing
from airspec.semantics.resolve.iterables import folded_pairs
from airspec.spec.values import Json, Value


@replacing(Edition.AVM_0_64, folded_pairs)
def last_pairs(canon: CanonMapValue) -> tuple[Value, ...]:
    """Return the pairs of a canonical map that a fold walks: the last one of each key, in the map's order.

    A string key and an integer key are never the same.
    """
    return tuple(pair for i, pair in enumerate(canon.pairs) if pair_key(pair) not in later_keys(canon, i))


@definition
def later_keys(canon: CanonMapValue, position: int) -> tuple[Json, ...]:
    """Return the keys of the pairs of a canonical map that come after the pair at `position`, counted from 0."""
    return tuple(pair_key(pair) for pair in canon.pairs[position + 1 :])
