"""The version of AquaVM that the specification follows, and those that it reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from airspec.semantics.editions import Edition

DATA_VERSION: Final = "0.17.2"
INTERPRETER_VERSION: Final = "0.62.0"
VERSIONS: Final[Mapping[Edition, str]] = {Edition.AVM_0_64: "0.64.1"}
"""The versions of the interpreters that other editions follow, which stand in their data and messages."""

MINIMUM: Final = "0.61.0"
"""Data of older interpreters are refused."""


def version_of(edition: Edition) -> str:
    """Return the version of AquaVM that an edition names in data, and in messages about data that it cannot read."""
    return VERSIONS.get(edition, INTERPRETER_VERSION)
