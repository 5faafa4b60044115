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
    """A function: the path of its module, from the top of a checkout or of the package, its name and its line."""

    path: str
    name: str
    line: int


def place_of(function: Callable[..., object]) -> Place:
    """Return where a function is."""
    source = getsourcefile(function)
    assert source is not None
    return Place(Path(source).relative_to(PACKAGE).as_posix(), function.__name__, function.__code__.co_firstlineno)
