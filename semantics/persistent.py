"""Operations of persistent collections that their libraries lack."""

from __future__ import annotations

from typing import TypeVar

from pyrsistent import PVector
from rpds import List

from airspec.semantics.notation import opaque

T = TypeVar("T")


@opaque("the type stubs of rpds do not know the attribute")
def first(items: List[T]) -> T:
    """Return the first element of a list, which must not be empty."""
    return items.first  # type: ignore[attr-defined, no-any-return]


@opaque("a vector has no items beyond its end")
def item_at(vector: PVector[T | None], position: int) -> T | None:
    """Return the item of a sparse vector at an index from 0; None if the vector is too short or has None there."""
    return vector[position] if position < len(vector) else None


@opaque("a vector grows only at its end")
def with_item(vector: PVector[T | None], position: int, item: T | None) -> PVector[T | None]:
    """Return the sparse vector with an item at an index from 0; a gap before it is filled with None."""
    missing = position - len(vector)
    if missing < 0:
        return vector.set(position, item)
    return (vector.extend([None] * missing) if missing else vector).append(item)


@opaque("many updates of a vector at once are one loop")
def set_states(vector: PVector[T], updates: tuple[tuple[int, T], ...]) -> PVector[T]:
    """Return the vector with new items at several indices, each given with its item; all of them must exist."""
    evolver = vector.evolver()
    for position, item in updates:
        evolver[position] = item
    return evolver.persistent()
