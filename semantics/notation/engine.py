"""The engine: which code the functions of the notation run with.

Functions run as they are written, or, in processes that run more than a few scripts, with faster code
(`semantics.notation.decisions`).  Either way they can report the cases that they use (`semantics.notation.recording`),
at no cost while this is not asked for.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType, FunctionType
from typing import Any

from msgspec import Struct

from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.decisions import decided
from airspec.semantics.notation.reading import definition_of, module_tree, source_path
from airspec.semantics.notation.recording import HOOK, recording
from airspec.semantics.notation.registry import Entry, entry_of, load, replacements
from airspec.semantics.notation.syntax_trees import copied

FUTURE = annotations.compiler_flag
"""Compile as every module of the project is compiled: annotations are not evaluated."""


class Mode(Struct, frozen=True):
    """How functions run: with their faster compiled code or as written, reporting the cases that they use or not.

    `edition` is the one whose replacements are called.
    """

    compiled: bool = False
    recorded: bool = False
    edition: Edition = FAITHFUL


_mode = Mode()
_held = False
_written: dict[Any, CodeType] = {}
_listeners: list[list[str]] = []


def functions() -> Iterator[Entry]:
    """Return an iterator over the registered functions of all editions that are called by name (see `is_called`)."""
    return (e for e in load() if is_called(e) and e.edition is None)


def is_called(entry: Entry) -> bool:
    """Return whether an entry is a plain Python function of the kind ``rules`` or ``definition``."""
    return entry.kind in ("rules", "definition") and inspect.isfunction(entry.plain)


@lru_cache(maxsize=4096)
def code_of(entry: Entry, mode: Mode) -> tuple[CodeType, dict[str, Any]]:
    """Return the code of a function in a mode, and the global names that it needs besides, with their values."""
    tree = recording(entry) if mode.recorded else copied(definition_of(entry))
    constants: dict[str, Any] = {HOOK: fired} if mode.recorded else {}
    if mode.compiled:
        tree, more = decided(entry, tree, frozenset(replacements(mode.edition)))
        constants.update(more)
    tree.decorator_list = []
    module = ast.fix_missing_locations(ast.Module([tree], []))
    code = compile(module, source_path(entry), "exec", FUTURE, dont_inherit=True)
    return next(c for c in code.co_consts if isinstance(c, CodeType) and c.co_name == entry.name), constants


def _run_in(mode: Mode) -> None:
    """Give every function its code in a mode."""
    global _mode
    for entry in functions():
        written = _written.setdefault(entry.plain, entry.plain.__code__)
        if not mode.compiled and not (mode.recorded and entry.kind == "rules"):
            entry.plain.__code__ = written
        else:
            code, constants = code_of(entry, mode)
            entry.plain.__globals__.update(constants)
            entry.plain.__code__ = code
    if mode.compiled and not _mode.compiled:
        _rebind(lambda entry: entry.function, lambda entry: entry.plain)  # compiled code returns failures by itself
    elif _mode.compiled and not mode.compiled:
        _rebind(lambda entry: entry.plain, lambda entry: entry.function)
    _mode = mode


def _rebind(before: Callable[[Entry], Any], after: Callable[[Entry], Any]) -> None:
    """Let the names of functions in the notation stand for something else, in all of their modules."""
    changed = {before(entry): after(entry) for entry in functions() if entry.function is not entry.plain}
    for names in [vars(module) for name, module in sys.modules.items() if name.startswith("airspec.semantics.")]:
        for name, value in list(names.items()):
            if inspect.isfunction(value) and value in changed:
                names[name] = changed[value]


def compile_rules() -> None:
    """Switch every function of the notation to its faster code, which takes some tenths of a second the first time.

    It does nothing within `as_written`.
    """
    if not _mode.compiled and not _held:
        _run_in(Mode(True, _mode.recorded))
        module_tree.cache_clear()  # the trees are large, and hardly needed again


def restore_rules() -> None:
    """Switch every function of the notation back to running as it is written."""
    if _mode.compiled:
        _run_in(Mode(False, _mode.recorded))


@contextmanager
def as_written() -> Iterator[None]:
    """Run functions as they are written within the context, even where `compile_rules` is called."""
    global _held
    before = _mode.compiled, _held
    restore_rules()
    _held = True
    try:
        yield
    finally:
        was_compiled, _held = before
        if was_compiled:
            compile_rules()


def is_compiled() -> bool:
    """Return whether functions run with their faster code."""
    return _mode.compiled


def is_recorded() -> bool:
    """Return whether functions report the cases that they use, that is, whether a `firing` context is open."""
    return _mode.recorded


class Overlay:
    """The functions of one edition: those of the faithful edition, or copies of them, some of which are replaced.

    A copy calls the copies of what its original calls, and is always compiled; the originals run as they are.
    """

    def __init__(self, edition: Edition, recorded: bool, compiled: bool) -> None:
        self.edition = edition
        self.is_recorded = recorded
        self.is_compiled = compiled
        self.copies: dict[Any, Any] = {}
        if replacements(edition):
            self._copy(Mode(True, recorded, edition))

    def function(self, original: Any) -> Any:
        """Return the function of the edition for one of the notation; any other value is returned unchanged."""
        entry = entry_of(original)
        if entry is None:
            return original
        return self.copies.get(entry.plain, entry.plain if self.is_compiled else entry.function)

    def _copy(self, mode: Mode) -> None:
        replaced = replacements(mode.edition)
        names: dict[str, dict[str, Any]] = {}
        for entry in (e for e in load() if is_called(e) and e.edition in (None, mode.edition)):
            code, constants = code_of(entry, mode)
            own = names.setdefault(entry.module, dict(entry.plain.__globals__))
            own.update(constants)
            copied = FunctionType(code, own, entry.name, entry.plain.__defaults__)
            self.copies[entry.plain] = copied
        for function, entry in replaced.items():
            original = entry_of(function)
            if original is not None and is_called(original):
                self.copies[original.plain] = self.copies[entry.plain]
        for own in names.values():
            own.update({name: self.function(value) for name, value in own.items() if inspect.isfunction(value)})


def overlay(edition: Edition, recorded: bool) -> Overlay:
    """Return the functions of an edition; with `recorded`, they report the cases that they use."""
    return _overlay(edition, recorded, _mode.compiled)


@lru_cache(maxsize=16)
def _overlay(edition: Edition, recorded: bool, compiled: bool) -> Overlay:
    return Overlay(edition, recorded, compiled)


class FailedPremise(Struct, frozen=True, eq=False):
    """A judgement that a step needed, with the arguments that it was called with and its failure."""

    judgement: Any
    arguments: tuple[Any, ...]
    failure: Any


_failures: list[FailedPremise] = []


def failed(judgement: Any, arguments: tuple[Any, ...], failure: Any) -> None:
    """Remember a premise that has failed, in place of the one before; recording code calls this."""
    _failures[:] = [FailedPremise(judgement, arguments, failure)]


def last_failure() -> FailedPremise | None:
    """Return the premise that failed last while firing was recorded, and forget it; None if there is none."""
    return _failures.pop() if _failures else None


def fired(name: str) -> None:
    """Append the name of a case that was used to all open logs; recording code calls this."""
    for log in _listeners:
        log.append(name)


@contextmanager
def firing() -> Iterator[list[str]]:
    """Yield a list to which, within the context, the names of the cases that fire are appended in order.

    Contexts may be nested; each list sees everything that fires while its context is open.
    """
    log: list[str] = []
    if not _listeners:
        _run_in(Mode(_mode.compiled, True))
    _listeners.append(log)
    try:
        yield log
    finally:
        # By identity: two logs may hold the same names.
        _listeners[:] = [listener for listener in _listeners if listener is not log]
        if not _listeners:
            _run_in(Mode(_mode.compiled, False))
