"""A digest of all rules, by which verdicts on mutants are known to be about the present rules."""

from __future__ import annotations

import ast
from hashlib import sha256
from typing import Any

from airspec.semantics.notation.reading import definition_of, label
from airspec.semantics.notation.registry import load
from airspec.semantics.notation.syntax_trees import copied
from airspec.semantics.notation.updates import methods


class _WithoutSentences(ast.NodeTransformer):
    """A transformer that removes statements that are texts: docstrings and the names of cases."""

    def visit_Expr(self, node: ast.Expr) -> Any:
        return node if label(node) is None else None


def rules_digest() -> str:
    """Return the SHA-256, in hexadecimal, of all registered functions and of the updates of a configuration.

    Docstrings, names of cases, layout and the order of functions make no difference.
    """
    functions = {f"{entry.module}.{entry.name}": definition_of(entry) for entry in load()}
    updates = {f"Config.{name}": definition for name, definition in methods().items()}
    told = sha256()
    for name, definition in sorted({**functions, **updates}.items()):
        told.update(f"{name}\n{text_of(definition)}\n".encode())
    return told.hexdigest()


def text_of(definition: ast.FunctionDef) -> str:
    """Return the source text of a function in standard layout, without its docstring and the sentences of its cases."""
    return ast.unparse(_WithoutSentences().visit(copied(definition)))
