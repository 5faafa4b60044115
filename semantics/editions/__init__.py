"""Editions of AIR: what AquaVM does, and what AIR should do.

The rules are faithful to AquaVM 0.62.  Another edition is an overlay: a module of this package that names the rules,
shared premises and judgements that it replaces or adds (`semantics.notation.replacing`, `semantics.notation.step_of`).
No rule of *Step*, and no judgement that it asks, mentions an edition.  An edition is chosen for a whole network: peers
of different editions understand each other's data as long as their rules agree about a script, and what is said of one
does not hold of the mixture.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final


class Edition(Enum):
    """A set of rules; `MEANING` says which."""

    AVM_0_62 = "avm-0.62"
    AVM_0_64 = "avm-0.64"
    REPAIRED = "repaired"


MEANING: Final[Mapping[Edition, str]] = {
    Edition.AVM_0_62: "what AquaVM 0.62 does, its oddities included; compared with AquaVM 0.62.0",
    Edition.AVM_0_64: "what AquaVM 0.64.1 does, read from its source; not compared, as 0.62.0 is the newest published",
    Edition.REPAIRED: "what AquaVM 0.62 does, except where that breaks the merge of traces",
}
"""What each edition is."""

FAITHFUL = Edition.AVM_0_62
"""The edition unless another one is asked for."""
