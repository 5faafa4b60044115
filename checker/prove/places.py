"""Where a function that states a law is."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getsourcefile
from pathlib import Path
from typing import Final

from msgspec import Struct

import airspec

PACKAGE: Final = Path(airspec.__file__).parent


class Place(Struct, frozen=True):
    """Where a function is defined: the path of its module, relative to the package, its name, and its line (from 1)."""

    path: str
    name: str
    line: int


def place_of(function: Callable[..., object]) -> Place:
    """Return where a function is defined; for a function with decorators, the line is that of the first one."""
    source = getsourcefile(function)
    assert source is not None
    return Place(Path(source).relative_to(PACKAGE).as_posix(), function.__name__, function.__code__.co_firstlineno)
