"""The registry: every function that is written in the notation, or that rules may call."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from typing import Any, Literal, TypeVar

from msgspec import Struct

F = TypeVar("F", bound=Callable[..., object])

Kind = Literal["rules", "definition", "opaque"]


class Entry(Struct, frozen=True, eq=False):
    """A registered function; `note` is the relation of rules, or the reason of an opaque function."""

    kind: Kind
    note: str
    function: Any  # a plain function; opaque ones may be wrapped in a cache

    @property
    def module(self) -> str:
        """The name of the module that defines the function."""
        return str(self.function.__module__)

    @property
    def name(self) -> str:
        """The name of the function."""
        return str(self.function.__name__)

    @property
    def line(self) -> int:
        """The line of the file on which the definition begins, decorators included."""
        return int(inspect.unwrap(self.function).__code__.co_firstlineno)


_entries: dict[object, Entry] = {}


def _register(kind: Kind, note: str, function: F) -> F:
    _entries[function] = Entry(kind, note, function)
    return function


def rules(relation: str) -> Callable[[F], F]:
    """Register a function whose leaves are the cases of a relation."""

    def register(function: F) -> F:
        return _register("rules", relation, function)

    return register


def definition(function: F) -> F:
    """Register an auxiliary function in the notation."""
    return _register("definition", "", function)


def opaque(reason: str) -> Callable[[F], F]:
    """Register a function that rules may call and proofs do not look into; `reason` says why it is opaque."""

    def register(function: F) -> F:
        return _register("opaque", reason, function)

    return register


def load(package: str = "semantics") -> tuple[Entry, ...]:
    """All registered functions, after importing every module of a package, by module and line."""
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(module.name)
    chosen = (entry for entry in _entries.values() if entry.module.startswith(package + "."))
    return tuple(sorted(chosen, key=lambda entry: (entry.module, entry.line)))


def entry_of(function: object) -> Entry | None:
    """The entry of a function, if it is registered."""
    return _entries.get(function) if callable(function) else None
