"""Copies of syntax trees."""

from __future__ import annotations

import ast
from typing import TypeVar

N = TypeVar("N", bound=ast.AST)


def copied(node: N) -> N:
    """Return a deep copy of a syntax tree, made much faster than by `copy.deepcopy`.

    Nodes without fields are shared.
    """
    if not node._fields:
        return node  # signs of operators and uses of names, which nobody changes
    copy = node.__class__.__new__(node.__class__)
    for name, value in vars(node).items():
        if isinstance(value, ast.AST):
            setattr(copy, name, copied(value))
        elif isinstance(value, list):
            setattr(copy, name, [copied(item) if isinstance(item, ast.AST) else item for item in value])
        else:
            setattr(copy, name, value)
    return copy
