"""Breaches: how a law of the network is broken."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import DataId

LawName = Literal[
    "network-progress",
    "same-calls",
    "agreement",
    "canon-stability",
    "nothing-lost",
    "scalar-agreement",
    "at-most-once",
    "no-script-error",
    "no-uncatchable-error",
    "duplicate-is-no-op",
    "silent-replay",
]
"""The names of the laws of the network."""


class Breach(Struct, frozen=True):
    """A breach of a law, described in a sentence.

    `left` and `right` are the two data that a report compares, if there are two.  `invocation` is the one that broke
    the law, if a single one did; it may be one that no move of the network makes.
    """

    law: LawName
    sentence: str
    left: DataId | None = None
    right: DataId | None = None
    invocation: Invocation | None = None


def told_error(effect: Effect) -> str:
    """Return the error with which an invocation ended as text: its code and message, or how AquaVM panics."""
    return effect.error_message if effect.trap else f"error {effect.ret_code}, {effect.error_message}"
