"""The catalogue of seeded faults, by the part of the rules that they are in."""

from __future__ import annotations

from typing import Final

from checker.mutants.catalogue import calls, joins, merging, names, records, values
from checker.mutants.mutant import Mutant

MUTANTS: Final[tuple[Mutant, ...]] = (
    *joins.MUTANTS,
    *merging.MUTANTS,
    *calls.MUTANTS,
    *names.MUTANTS,
    *values.MUTANTS,
    *records.MUTANTS,
)

QUICK: Final = (
    "request-over-result",
    "lore-by-order",
    "canon-re-evaluated",
    "scope-leaked",
    "error-register-not-cleared",
    "vouches-for-others",
)
"""A few mutants of all parts of the rules, for runs that have to be short."""
