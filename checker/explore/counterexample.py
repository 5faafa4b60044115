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
    """What is broken in a script, with a shortest run that shows it; where two runs disagree, with both.

    A run is given as its `Moves` where the network is at hand, and else as the text of a schedule.  There are no runs
    where any would do, and the script is empty where there is none.
    """

    script: str
    breach: Broken
    runs: tuple[Run, ...] = ()
