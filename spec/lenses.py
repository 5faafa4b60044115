"""The text of lenses: in tetraplets, in error messages and in formatted scripts.

AquaVM 0.62: ``crates/air-lib/lambda/ast/src/ast.rs``.
"""

from __future__ import annotations

from functools import lru_cache

from airspec.spec.syntax import Accessor, ByScalar, Field, Index, Length, Lens


def accessor_text(accessor: Accessor) -> str:
    """Return the text of an accessor: ``[3]``, ``name`` or ``[scalar]``."""
    match accessor:
        case Index(position):
            return f"[{position}]"
        case Field(name):
            return name
        case ByScalar(scalar):
            return f"[{scalar}]"


def accessors_text(accessors: tuple[Accessor, ...]) -> str:
    """Return the texts of accessors, joined by dots."""
    return ".".join(accessor_text(accessor) for accessor in accessors)


@lru_cache(maxsize=4096)
def lens_text(lens: Lens) -> str:
    """Return the text of a lens: ``.length``, or ``.$.`` and the accessors joined by dots."""
    match lens:
        case Length():
            return ".length"
        case _:
            return ".$." + accessors_text(lens.accessors)
