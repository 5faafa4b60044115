"""A counterexample: runs of a script that show that a law does not hold."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from airspec.semantics.network.state import Move

Broken = TypeVar("Broken")


class Counterexample(Struct, Generic[Broken], frozen=True):
    """A breach in a script, with a shortest run that shows it, or with both runs where two disagree.

    Each run is given as its moves; where runs stand for the data that they lead to, a run without moves stands for
    empty data.
    """

    script: str
    breach: Broken
    runs: tuple[tuple[Move, ...], ...]
