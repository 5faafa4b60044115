"""The version of AquaVM that the specification follows, and those that it reads."""

from __future__ import annotations

from typing import Final

DATA_VERSION: Final = "0.17.2"
INTERPRETER_VERSION: Final = "0.62.0"
MINIMUM: Final = "0.61.0"
"""Data of older interpreters are refused."""
