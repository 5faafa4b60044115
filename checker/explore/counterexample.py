"""A counterexample: a script, and runs of it, that show that something does not hold."""

from __future__ import annotations

from typing import Generic, TypeAlias, TypeVar

from msgspec import Struct

from airspec.semantics.network.state import Move

Broken = TypeVar("Broken")
Run = TypeVar("Run")

Moves: TypeAlias = "tuple[Move, ...]"
"""A run as the moves of a network; without moves it stands for no data."""


class Counterexample(Struct, Generic[Broken, Run], frozen=True):
    """A script for which a claim does not hold, what is broken, and the shortest runs known that show it.

    There is one run, or two if the breach is that two runs disagree; none if any run shows it.  A run is given as its
    `Moves` where the network is at hand, and else as the text of a schedule.  The script is empty where there is none.
    """

    script: str
    breach: Broken
    runs: tuple[Run, ...] = ()
