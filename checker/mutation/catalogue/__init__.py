"""The catalogue of seeded faults, by the part of the rules that they change."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from airspec.checker.mutation.catalogue import calls, joins, merging, names, networks, records, values
from airspec.checker.mutation.mutant import Mutant

PARTS: Final[Mapping[str, tuple[Mutant, ...]]] = MappingProxyType(
    {
        "The join of states": joins.MUTANTS,
        "Sliders, windows, lore and generations": merging.MUTANTS,
        "Calls, appends and canons": calls.MUTANTS,
        "Folds, scopes and new": names.MUTANTS,
        "Sequences, handlers, comparisons and lenses": values.MUTANTS,
        "Stores, signatures and invocations": records.MUTANTS,
        "The network": networks.MUTANTS,
    }
)
"""The mutants by the part of the rules that they are in."""

MUTANTS: Final[tuple[Mutant, ...]] = tuple(mutant for part in PARTS.values() for mutant in part)

QUICK: Final = (
    "request-over-result",
    "lore-by-order",
    "canon-re-evaluated",
    "scope-leaked",
    "error-register-not-cleared",
    "vouches-for-others",
)
"""A few mutants of all parts of the rules, for runs that have to be short."""
