"""Editions of AIR: what AquaVM does, and what AIR should do.

The rules are faithful to AquaVM 0.62.  Another edition is an overlay: a module of this package that names the rules,
shared premises and judgements that it replaces or adds (`semantics.notation.replacing`, `semantics.notation.step_of`);
no faithful rule mentions an edition.  An edition is chosen for a whole network: peers of different editions understand
each other's data, but what is said of one does not hold of the mixture.
"""

from __future__ import annotations

from enum import Enum


class Edition(Enum):
    """A set of rules."""

    AVM_0_62 = "avm-0.62"
    """What AquaVM 0.62 does, its oddities included."""

    REPAIRED = "repaired"
    """What it does with the rules repaired by which the merge of traces departs from their join."""


FAITHFUL = Edition.AVM_0_62
"""The edition unless another one is asked for."""
