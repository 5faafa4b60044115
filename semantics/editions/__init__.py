"""Editions of AIR: AquaVM 0.62, another version of it, and a repaired AIR.

The rules are faithful to AquaVM 0.62.  Another edition is an overlay: a module of this package that names the rules,
shared premises and judgements that it replaces or adds (`semantics.notation.replacing`, `semantics.notation.step_of`).
No rule of *Step*, and no judgement that it asks, mentions an edition.  An edition is chosen for a whole network: peers
of different editions understand each other's data as long as their rules agree about a script, but laws of an edition
need not hold of a network of several.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Edition(Enum):
    """An edition of AIR, that is, a set of rules; `MEANING` describes each in one phrase."""

    AVM_0_62 = "avm-0.62"
    AVM_0_64 = "avm-0.64"
    REPAIRED = "repaired"


MEANING: Final[Mapping[Edition, str]] = {
    Edition.AVM_0_62: "AquaVM 0.62 as it is, oddities included; compared with AquaVM 0.62.0",
    Edition.AVM_0_64: "AquaVM 0.64.1, from reading its source; not compared, as 0.62.0 is the newest version on npm",
    Edition.REPAIRED: "a proposal: AquaVM 0.62 without the rules that break the merge of traces; in no interpreter yet",
}
"""Each edition in one phrase."""

FAITHFUL = Edition.AVM_0_62
"""The edition unless another one is asked for."""
