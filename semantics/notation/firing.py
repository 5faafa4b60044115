"""Firing: the functions of rules with a body that reports which of their cases is used.

The string that names a case becomes a call that records it (see `semantics.notation.engine`).
"""

from __future__ import annotations

import ast
from typing import Final

from semantics.notation.reading import cases, definition_of, label, without_docstring
from semantics.notation.registry import Entry
from semantics.notation.syntax_trees import copied

HOOK: Final = "__fired__"
"""What the function that records a case is called in recording bodies."""


class _Recording(ast.NodeTransformer):
    """Replaces the string that opens a case by a call that records its full name."""

    def __init__(self, relation: str) -> None:
        self.relation = relation

    def visit_Expr(self, node: ast.Expr) -> ast.Expr:
        text = label(node)
        return node if text is None else record(f"{self.relation}/{text.partition(': ')[0]}", node)


def record(name: str, place: ast.AST) -> ast.Expr:
    """Return the statement that records a case, at the place of another node."""
    call = ast.Call(ast.Name(HOOK, ast.Load()), [ast.Constant(name)], [])
    return ast.fix_missing_locations(ast.copy_location(ast.Expr(call), place))


def recording(entry: Entry) -> ast.FunctionDef:
    """Return the tree of a function with its cases recorded; lines are those of the source."""
    function = copied(definition_of(entry))
    if entry.kind != "rules":
        return function
    named = cases(entry)
    body = list(without_docstring(function.body))
    if len(named) == 1 and label(body[0]) is None:
        function.body = [record(named[0].name, body[0]), *body]
    else:
        function.body = [_Recording(entry.note).visit(statement) for statement in body]
    return function
