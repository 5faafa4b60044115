"""Firing: letting a run report the rules that it used.

Rules run as they are written, at no cost, until somebody wants to know which of them fire.  Then each function
gets, for as long as that lasts, a body in which the string that names a case is a call that records it.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from types import CodeType
from typing import Any

from semantics.notation.reading import cases, definition_of, label, source_path, without_docstring
from semantics.notation.registry import Entry, load

HOOK = "__fired__"
FUTURE = annotations.compiler_flag
"""Compile as every module of the project is compiled: annotations are not evaluated."""


class _Recording(ast.NodeTransformer):
    """Replaces the string that opens a case by a call that records its full name."""

    def __init__(self, relation: str) -> None:
        self.relation = relation

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        text = label(node)
        return node if text is None else _record(f"{self.relation}/{text.partition(': ')[0]}", node)


def _record(name: str, place: ast.stmt) -> ast.Expr:
    call = ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(name)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), place))


@lru_cache(maxsize=4096)
def recording_code(entry: Entry) -> CodeType:
    """The code of a function of rules that records its cases; lines are those of the source."""
    function = copy.deepcopy(definition_of(entry))
    named = cases(entry)
    body = list(without_docstring(function.body))
    if len(named) == 1 and label(body[0]) is None:
        function.body = [_record(named[0].name, body[0]), *body]
    else:
        function.body = [_Recording(entry.note).visit(statement) for statement in body]
    function.decorator_list = []
    module = ast.Module([function], [])
    code = compile(module, source_path(entry), "exec", FUTURE, dont_inherit=True)
    return next(constant for constant in code.co_consts if isinstance(constant, CodeType))


_listeners: list[list[str]] = []
_plain: dict[Any, CodeType] = {}


def _record_everywhere() -> None:
    for entry in load():
        if entry.kind == "rules":
            _plain[entry.function] = entry.function.__code__
            entry.function.__globals__[HOOK] = _fired
            entry.function.__code__ = recording_code(entry)


def _record_nowhere() -> None:
    for function, code in _plain.items():
        function.__code__ = code
    _plain.clear()


def _fired(name: str) -> None:
    for log in _listeners:
        log.append(name)


@contextmanager
def firing() -> Iterator[list[str]]:
    """Within the context, the names of the cases that fire are appended to the list, in order.

    Contexts may be nested; each list sees everything that fires while its context is open.
    """
    log: list[str] = []
    if not _listeners:
        _record_everywhere()
    _listeners.append(log)
    try:
        yield log
    finally:
        # By identity: two logs may hold the same names.
        _listeners[:] = [listener for listener in _listeners if listener is not log]
        if not _listeners:
            _record_nowhere()
