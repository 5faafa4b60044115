"""Firing: the functions of rules with a body that reports which of their cases is used.

A case is recorded where it returns, after all of its premises held (see `semantics.notation.engine`).
"""

from __future__ import annotations

import ast
from typing import Final

from airspec.semantics.notation.reading import cases, definition_of, label, without_docstring
from airspec.semantics.notation.registry import Entry
from airspec.semantics.notation.syntax_trees import copied

HOOK: Final = "__fired__"
"""What the function that records a case is called in recording bodies."""

FAILED: Final = "__failed__"
"""What the function that records a premise which fails is called there."""


class _Recording(ast.NodeTransformer):
    """A transformer that puts a call that records the case before each return, where all premises hold."""

    def __init__(self, relation: str, name: str | None) -> None:
        self.relation = relation
        self.name = name

    def branch(self, body: list[ast.stmt]) -> list[ast.stmt]:
        """Return a body with its returns recorded; the string that opens it names its case."""
        outer = self.name
        text = label(body[0])
        if text is not None:
            self.name = f"{self.relation}/{text.partition(': ')[0]}"
        visited = [self.visit(statement) for statement in body]
        self.name = outer
        return [each for found in visited for each in (found if isinstance(found, list) else [found])]

    def visit_If(self, node: ast.If) -> ast.If:
        node.body = self.branch(node.body)
        node.orelse = self.branch(node.orelse) if node.orelse else []
        return node

    def visit_match_case(self, node: ast.match_case) -> ast.match_case:
        node.body = self.branch(node.body)
        return node

    def visit_Return(self, node: ast.Return) -> list[ast.stmt]:
        assert self.name is not None
        return [record(self.name, node), node]


def record(name: str, place: ast.AST) -> ast.Expr:
    """Return the statement that reports the use of a case, with the source position of another node."""
    call = ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(name)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), place))


def recording(entry: Entry) -> ast.FunctionDef:
    """Return the syntax tree of a function that reports its cases as they are used; lines are those of the source.

    The functions that are not of kind ``rules`` report nothing.
    """
    function = copied(definition_of(entry))
    if entry.kind != "rules":
        return function
    named = cases(entry)
    alone = named[0].name if len(named) == 1 else None
    function.body = _Recording(entry.note, alone).branch(list(without_docstring(function.body)))
    return function
