"""Places in the source: from the name of a rule, or of a function, to its syntax tree and its text."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.notation.reading import (
    Case,
    Fails,
    Holds,
    Is,
    Let,
    Matches,
    Needs,
    Otherwise,
    Premise,
    Some,
    cases,
    definition_of,
    label,
    leaves,
    source_path,
    without_docstring,
)
from airspec.semantics.notation.registry import Entry, load
from airspec.semantics.notation.updates import methods

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the packages of the project."""


class MisfitError(ValueError):
    """An error for a change that does not fit its rule; the message is one sentence."""


class Edit(Struct, frozen=True, order=True):
    """The replacement of the text of a source from the offset `begin` up to `end`, exclusive, by `text`."""

    begin: int
    end: int
    text: str


class Place(Struct, frozen=True, eq=False):
    """The source of a rule or of a function, found by its name.

    `entry` is the registered function (None for an update of `Config`), `function` its syntax tree in the file `path`,
    which holds `source`.  `roots` are the trees that belong to the rule: in a function with several cases, all trees on
    the way from its head to the conclusion of this one.  `leaf` is the conclusion (None if there are several), and
    `branch` is the innermost branch that contains it.
    """

    name: str
    entry: Entry | None
    function: ast.FunctionDef
    path: str
    source: str
    roots: tuple[ast.AST, ...]
    leaf: ast.Return | None
    branch: ast.If | ast.match_case | None

    @property
    def file(self) -> str:
        """Return the path of the file from the folder of the package."""
        return Path(self.path).resolve().relative_to(ROOT).as_posix()

    @property
    def is_transition(self) -> bool:
        """Return whether the whole function is one rule, or shared premises."""
        return self.entry is not None and self.entry.kind in ("step", "premises")

    def nodes(self) -> Iterator[ast.AST]:
        """Yield all syntax nodes of the rule, without its sentences and without the content of f-strings."""
        waiting = list(self.roots)
        while waiting:
            node = waiting.pop()
            if not (isinstance(node, ast.stmt) and label(node) is not None):
                yield node
                waiting += [] if isinstance(node, ast.JoinedStr) else ast.iter_child_nodes(node)

    def conclusion(self) -> ast.Return:
        """Return the only conclusion of the rule; raises `MisfitError` if there are several."""
        if self.leaf is None:
            raise MisfitError("there are several conclusions")
        return self.leaf

    def extent(self, node: ast.expr | ast.stmt | ast.pattern) -> tuple[int, int]:
        """Return the offsets in the source, in characters, at which a node begins and ends (exclusive)."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def offset(self, line: int, column: int) -> int:
        """Return the offset in the source, in characters, of a line (from 1) and a column (in bytes, from 0)."""
        lines = self.source.split("\n")
        inside = lines[line - 1].encode()[:column].decode()
        return sum(len(text) + 1 for text in lines[: line - 1]) + len(inside)

    def text(self, node: ast.expr | ast.stmt | ast.pattern) -> str:
        """Return the source text of a node."""
        begin, end = self.extent(node)
        return self.source[begin:end]

    def instead(self, node: ast.expr, text: str) -> Edit:
        """Return the edit that replaces an expression by a text of no more lines; later text keeps its line numbers."""
        begin, end = self.extent(node)
        lines = self.source[begin:end].count("\n") - text.count("\n")
        return Edit(begin, end, "(" + text + "\n" * lines + ")" if lines > 0 else text)


def place_of(name: str) -> Place:
    """Return the place of a rule, ``Relation/case``, or of a function or an update of `Config` by its qualified name.

    Raises `MisfitError` if there is none or, for a rule, several.
    """
    return _place_of_case(name) if "/" in name else _place_of_function(name)


def _place_of_case(name: str) -> Place:
    found = _cases().get(name, ())
    if len(found) != 1:
        raise MisfitError("there is no such rule" if not found else "there are several rules of that name")
    (case,) = found
    function = definition_of(case.entry)
    if len(list(leaves(function.body))) == 1:
        return _whole(name, case.entry, function, source_path(case.entry))
    leaf = next(leaf for leaf in leaves(function.body) if leaf.lineno == case.line)
    roots = (*(node for premise in case.premises for node in _nodes(premise)), case.conclusion)
    path = source_path(case.entry)
    return Place(name, case.entry, function, path, _source(path), roots, leaf, _branch(function, leaf))


def _place_of_function(name: str) -> Place:
    module, _, function = name.rpartition(".")
    if module == f"{Config.__module__}.{Config.__name__}" and function in methods():
        path = sys.modules[Config.__module__].__file__
        assert path is not None
        return _whole(name, None, methods()[function], path)
    for entry in load():
        if (entry.module, entry.name) == (module, function):
            return _whole(name, entry, definition_of(entry), source_path(entry))
    raise MisfitError("there is no such function of the notation")


def _whole(name: str, entry: Entry | None, function: ast.FunctionDef, path: str) -> Place:
    body = without_docstring(function.body)
    found = list(leaves(body))
    return Place(name, entry, function, path, _source(path), tuple(body), found[0] if len(found) == 1 else None, None)


@cache
def _cases() -> dict[str, tuple[Case, ...]]:
    """Return the rules of the faithful edition by name."""
    named: dict[str, tuple[Case, ...]] = {}
    for entry in load():
        if entry.kind in ("rules", "step") and entry.replaces is None:
            for case in cases(entry):
                named[case.name] = (*named.get(case.name, ()), case)
    return named


@cache
def _source(path: str) -> str:
    return Path(path).read_text(encoding="utf-8")


def _nodes(premise: Premise) -> Sequence[ast.AST]:
    """Return the trees that belong to a premise alone."""
    match premise:
        case Let(_, value):
            return (value,)
        case Needs(_, judgement, _, blame, within):
            return tuple(node for node in (judgement, blame, within) if node is not None)
        case Matches(subject, pattern, guard):
            return (subject, pattern) if guard is None else (subject, pattern, guard)
        case Holds(test, _):
            return (test,)
        case Is(_, subject, form):
            return (subject, form)
        case Some(_, subject):
            return (subject,)
        case Otherwise(consequence):
            return () if consequence is None else (consequence,)
        case Fails():
            return ()


def _branch(function: ast.FunctionDef, leaf: ast.Return) -> ast.If | ast.match_case | None:
    """Return the branch that contains a conclusion; None for a conclusion that applies if no other does."""
    for node in ast.walk(function):
        if isinstance(node, ast.If | ast.match_case) and any(statement is leaf for statement in node.body):
            return node
    return None
