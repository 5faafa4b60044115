"""Paths of source files, as the book writes them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import airspec
from airspec.semantics.notation.reading import source_path
from airspec.semantics.notation.registry import Entry

PACKAGE: Final = Path(airspec.__file__).parent


def place_of(entry: Entry) -> str:
    """Return the path, from the folder of the package, of the module that defines a function."""
    return Path(source_path(entry)).relative_to(PACKAGE).as_posix()
