"""What the persistent collections lack for the rules."""

from __future__ import annotations

from typing import TypeVar

from pyrsistent import PVector
from rpds import List

from semantics.notation import opaque

T = TypeVar("T")


@opaque("the type stubs of rpds do not know the attribute")
def first(items: List[T]) -> T:
    """The first element of a list that is not empty."""
    return items.first  # type: ignore[attr-defined, no-any-return]


@opaque("many updates of a vector at once are one loop")
def set_states(vector: PVector[T], updates: tuple[tuple[int, T], ...]) -> PVector[T]:
    """A vector with the items at several positions replaced."""
    evolver = vector.evolver()
    for position, item in updates:
        evolver[position] = item
    return evolver.persistent()
