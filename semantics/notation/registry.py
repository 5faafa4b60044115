"""The registry: every function that is written in the notation, or that rules may call."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Callable
from functools import cache, update_wrapper
from types import FunctionType
from typing import Any, Literal, TypeVar

from msgspec import Struct

from airspec.semantics.editions import Edition
from airspec.semantics.notation.premises import PremiseFailsError

F = TypeVar("F", bound=Callable[..., object])

Kind = Literal["step", "premises", "rules", "definition", "opaque"]


class Entry(Struct, frozen=True, eq=False):
    """A registered function.

    `note` is the relation of rules, or the reason of an opaque function.  `plain` is the function as it is written,
    and `function` what its name stands for: the same, unless a failure of what it needs has to become its result.
    `edition` alone has the function (None: all editions), in which it stands for the function that it `replaces`.
    The `form` of a judgement says how it is written before what it yields, and `reads` how it is read aloud; both have
    the names of parameters in braces.
    """

    kind: Kind
    note: str
    function: Any  # a plain function; opaque ones may be wrapped in a cache
    plain: Any
    edition: Edition | None = None
    replaces: Any = None
    form: str = ""
    reads: str = ""

    @property
    def module(self) -> str:
        """Return the name of the module that defines the function."""
        return str(self.function.__module__)

    @property
    def name(self) -> str:
        """Return the name of the function."""
        return str(self.function.__name__)

    @property
    def line(self) -> int:
        """Return the line of the file on which the definition begins, decorators included."""
        return int(inspect.unwrap(self.function).__code__.co_firstlineno)


_entries: dict[object, Entry] = {}


def _failing(*arguments: Any, _plain: Any = None, _fails: Any = None) -> Any:
    try:
        return _plain(*arguments)
    except _fails as premise:
        return premise.failure


def _judged(function: Any) -> Any:
    """Return the function with failures of what it needs as results; it has the globals of the function itself."""
    if not inspect.isfunction(function) or "need" not in function.__code__.co_names:
        return function
    judged = FunctionType(_failing.__code__, function.__globals__, function.__name__)
    judged.__kwdefaults__ = {"_plain": function, "_fails": PremiseFailsError}
    return update_wrapper(judged, function)


def _register(
    kind: Kind,
    note: str,
    function: F,
    edition: Edition | None = None,
    replaces: Any = None,
    form: str = "",
    reads: str = "",
) -> F:
    judged: Any = _judged(function) if kind in ("rules", "definition") else function
    entry = Entry(kind, note, judged, function, edition, replaces, form, reads)
    _entries[judged] = _entries[function] = entry
    return judged  # type: ignore[no-any-return]


def step(function: F) -> F:
    """Register a rule of *Step*: one transition of the machine."""
    return _register("step", "Step", function)


def premises(function: F) -> F:
    """Register premises that several rules of *Step* share, under the function's name."""
    return _register("premises", "", function)


def rules(relation: str, *, form: str = "", reads: str = "") -> Callable[[F], F]:
    """Return a decorator that registers a function whose leaves are the cases of a relation.

    `form` is how the judgement is written and `reads` how it is read aloud, with parameters in braces (see `Entry`).
    """

    def register(function: F) -> F:
        return _register("rules", relation, function, form=form, reads=reads)

    return register


def definition(function: F) -> F:
    """Register an auxiliary function in the notation, without named cases.

    Failures of what it needs become its result.
    """
    return _register("definition", "", function)


def opaque(reason: str) -> Callable[[F], F]:
    """Return a decorator that registers a function which rules may call and proofs do not look into.

    `reason` says why it is opaque.
    """

    def register(function: F) -> F:
        return _register("opaque", reason, function)

    return register


def step_of(edition: Edition) -> Callable[[F], F]:
    """Return a decorator that registers a rule of *Step* which an edition adds to the faithful ones."""

    def register(function: F) -> F:
        return _register("step", "Step", function, edition)

    return register


def replacing(edition: Edition, original: Callable[..., object]) -> Callable[[F], F]:
    """Return a decorator that registers what an edition has in place of an original function of the notation.

    The original may be a rule, shared premises, or another function, and must be registered already.
    """

    def register(function: F) -> F:
        replaced = _entries[original]
        return _register(
            replaced.kind, replaced.note, function, edition, replaced.function, replaced.form, replaced.reads
        )

    return register


def load(package: str = "airspec.semantics") -> tuple[Entry, ...]:
    """Import every module of a package, and return all registered functions of it, sorted by module and line."""
    root = importlib.import_module(package)
    for module in pkgutil.walk_packages(root.__path__, package + "."):
        importlib.import_module(module.name)
    return registered(package)


def registered(package: str = "airspec.semantics") -> tuple[Entry, ...]:
    """Return the functions of a package that have been registered so far, sorted by module and line."""
    chosen = {id(entry): entry for entry in _entries.values() if entry.module.startswith(package + ".")}
    return tuple(sorted(chosen.values(), key=lambda entry: (entry.module, entry.line)))


@cache
def replacements(edition: Edition) -> dict[Any, Entry]:
    """Return the entries with which an edition replaces functions of the faithful one, by replaced function."""
    return {entry.replaces: entry for entry in load() if entry.edition is edition and entry.replaces is not None}


def entry_of(function: object) -> Entry | None:
    """Return the entry of a registered function; None for anything else."""
    return _entries.get(function) if callable(function) else None
