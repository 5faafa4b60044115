"""The names that instructions read and set, all of them: also where AquaVM's static rules do not look."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from airspec.spec.syntax import (
    Ap,
    ApMap,
    ByScalar,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Error,
    Fail,
    FoldScalar,
    Instruction,
    LastError,
    Match,
    Mismatch,
    Path,
)
from airspec.spec.validation import DEFINES, NAMES, WITH_LENS

VALUES: dict[type, Callable[[Any], tuple[object, ...]]] = {
    Call: lambda call: (call.peer, call.service, call.function, *call.arguments),
    Ap: lambda ap: (ap.value,),
    ApMap: lambda ap: (ap.key, ap.value),
    Canon: lambda canon: (canon.peer,),
    CanonMap: lambda canon: (canon.peer,),
    CanonMapScalar: lambda canon: (canon.peer,),
    Match: lambda match: (match.left, match.right),
    Mismatch: lambda match: (match.left, match.right),
    FoldScalar: lambda fold: (fold.iterable,),
    Fail: lambda fail: (fail.argument,),
}
"""The values that an instruction resolves itself.  The streams of folds and canons are not among them."""


def operands(node: Instruction) -> tuple[Any, ...]:
    """Return the values that an instruction resolves itself, not those of the instructions inside it."""
    return VALUES[type(node)](node) if type(node) in VALUES else ()


def reads(node: Instruction) -> tuple[str, ...]:
    """Return the names of the scalars and canonical collections that an instruction resolves, in textual order."""
    names: list[str] = []
    for value in operands(node):
        if type(value) in NAMES or type(value) in WITH_LENS:
            names.append(value.name)
        if type(value) in WITH_LENS or isinstance(value, LastError | Error):
            lens = value.lens
            if isinstance(lens, Path):
                names += [accessor.scalar for accessor in lens.accessors if isinstance(accessor, ByScalar)]
    return tuple(names)


def sets(node: Instruction) -> tuple[str, ...]:
    """Return the names of the variables that an instruction sets or declares, and of the iterator of a fold."""
    return DEFINES[type(node)](node) if type(node) in DEFINES else ()
