"""Random values of declared types, on which functions are compared with their terms."""

from __future__ import annotations

import types
from collections.abc import Collection
from enum import Enum
from functools import cache
from random import Random
from typing import Any, Final, NewType, Union, get_args, get_origin, get_type_hints

from msgspec import Struct

TEXTS: Final = ("one", "two", "three")
"""All texts: few, so that equal ones occur together."""


class Inputs:
    """A source of random values of declared types; values of the types in `numbered` are small integers."""

    def __init__(self, seed: int, numbered: Collection[object] = ()) -> None:
        self.random = Random(seed)
        self.numbered = frozenset(numbered)

    def value(self, hint: Any, size: int = 6) -> Any:
        """Return a random value of the type `hint`.

        After `size` levels of nested records and tuples, the shallowest types of unions are chosen.
        """
        if hint in self.numbered or hint is int:
            return self.random.randrange(3)
        if isinstance(hint, NewType):
            return self.value(hint.__supertype__, size)
        if get_origin(hint) in (Union, types.UnionType):
            return self.value(self.choice(get_args(hint), size), size)
        if get_origin(hint) is tuple:
            return tuple(self.value(get_args(hint)[0], size - 1) for _ in range(self.random.randrange(3)))
        if hint is str:
            return self.random.choice(TEXTS)
        if hint is bool:
            return self.random.random() < 0.5
        if hint is None or hint is type(None):
            return None
        if issubclass(hint, Enum):
            return self.random.choice(list(hint))
        return hint(*(self.value(part, size - 1) for part in _hints(hint).values()))

    def choice(self, parts: tuple[Any, ...], size: int) -> Any:
        """Return one of the types of a union at random; one with the shallowest values if `size` is used up."""
        return self.random.choice(parts) if size > 0 else min(parts, key=depth)


def depth(hint: Any, within: tuple[Any, ...] = ()) -> int:
    """Return how deep records are nested in the shallowest value of a type.

    `within` are the records around it; a type within itself counts as 1000.
    """
    if hint in within:
        return 1000
    if isinstance(hint, NewType):
        return depth(hint.__supertype__, within)
    if get_origin(hint) in (Union, types.UnionType):
        return min(depth(part, within) for part in get_args(hint))
    if isinstance(hint, type) and issubclass(hint, Struct):
        return 1 + max((depth(part, (*within, hint)) for part in _hints(hint).values()), default=0)
    return 0


@cache
def _hints(record: type[Struct]) -> dict[str, Any]:
    return get_type_hints(record)
