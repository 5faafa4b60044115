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
    """A broken law: a sentence that says how, the two data to compare where there are two, and the run on a peer.

    `invocation` is the one that broke the law, where a single one did; it may be one that no move of the network makes.
    """

    law: LawName
    sentence: str
    left: DataId | None = None
    right: DataId | None = None
    invocation: Invocation | None = None


def told_error(effect: Effect) -> str:
    """Return the code and the message with which a run ended."""
    return effect.error_message if effect.trap else f"error {effect.ret_code}, {effect.error_message}"
