"""The rule notation: a small fragment of Python in which every rule of AIR is written once.

@rules("Join")        a function whose leaves (the places that return) are the named cases of a relation
@definition           an auxiliary function in the same fragment, without named cases
@opaque("reason")     a function that proofs do not look into (hashing, JSON, signatures)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


def rules(relation: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        return function

    return register


def definition(function: F) -> F:
    return function


def opaque(reason: str) -> Callable[[F], F]:
    def register(function: F) -> F:
        return function

    return register
