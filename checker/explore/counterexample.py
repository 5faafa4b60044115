"""A counterexample: runs of a script that show that something does not hold."""

from __future__ import annotations

from typing import Generic, TypeVar

from msgspec import Struct

from airspec.semantics.network.state import Move

Broken = TypeVar("Broken")


class Counterexample(Struct, Generic[Broken], frozen=True):
    """What is broken in a script, with a shortest run that shows it; where two runs disagree, with both.

    Each run is given as its moves; a run without moves stands for no data.
    """

    script: str
    breach: Broken
    runs: tuple[tuple[Move, ...], ...]
