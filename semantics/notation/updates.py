"""Updates of configurations: a chain of methods of `Config` as the cells that it changes.

Each method of `Config` that rules use is one ``replace`` of some of its cells.  So the chain that a rule concludes in
amounts to one expression for each cell: that is what the compiler constructs in one go, what the book shows, and what
says which cells a rule leaves alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping
from functools import cache
from typing import Any

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.notation.reading import NotationError, without_docstring
from airspec.semantics.notation.reading import module_tree as tree_of
from airspec.semantics.notation.syntax_trees import copied
from airspec.semantics.notation.transitions import is_path, load_name


class Updated(Struct, frozen=True, eq=False):
    """A chain of updates: the configuration that it begins with, and the new values of the cells that it changes.

    The values may use global names of the module of `Config`, written with two underscores before them: `names` says
    what they stand for. `hoisted` has the expressions that occur in the values more than once, by the names that stand
    for them.
    """

    base: ast.expr
    cells: Mapping[str, ast.expr]
    names: Mapping[str, Any]
    hoisted: Mapping[str, ast.expr]


@cache
def methods() -> Mapping[str, ast.FunctionDef]:
    """Return the syntax trees of the methods of `Config`, by name."""
    path = sys.modules[Config.__module__].__file__
    assert path is not None
    classes = [node for node in tree_of(path).body if isinstance(node, ast.ClassDef) and node.name == Config.__name__]
    return {node.name: node for node in classes[0].body if isinstance(node, ast.FunctionDef)}


def config_names() -> Mapping[str, Any]:
    """Return the global names of the module of `Config`, with their values."""
    return vars(sys.modules[Config.__module__])


def chain_of(conclusion: ast.expr) -> tuple[ast.expr, list[ast.Call]]:
    """Return the expression that a conclusion begins with, and the calls of updates on it, in order.

    Raise `NotationError` if the conclusion is no chain of updates of a configuration.
    """
    calls: list[ast.Call] = []
    while isinstance(conclusion, ast.Call) and isinstance(conclusion.func, ast.Attribute):
        if conclusion.func.attr not in methods():
            raise NotationError(f"Config has no update {conclusion.func.attr}", conclusion.lineno)
        calls.append(conclusion)
        conclusion = conclusion.func.value
    if not is_path(conclusion) or isinstance(conclusion, ast.Constant):
        raise NotationError("a rule of Step concludes in a configuration and its updates", conclusion.lineno)
    return conclusion, calls[::-1]


def updated(conclusion: ast.expr) -> Updated:
    """Return the conclusion of a rule as new values of the cells that it changes.  Raise `NotationError`."""
    base, calls = chain_of(conclusion)
    return _Fusion(base).all(calls)


class _Fusion:
    """A walk along a chain of updates, with the cells as they are so far."""

    def __init__(self, base: ast.expr) -> None:
        self.base = base
        self.cells: dict[str, ast.expr] = {}
        self.names: dict[str, Any] = {}
        self.hoisted: dict[str, ast.expr] = {}

    def all(self, calls: list[ast.Call]) -> Updated:
        """Apply all updates."""
        for call in calls:
            self.apply(call)
        return Updated(self.base, self.cells, self.names, self.hoisted)

    def apply(self, call: ast.Call) -> None:
        """Apply one update: the ``replace`` that its method returns."""
        assert isinstance(call.func, ast.Attribute)
        method = methods()[call.func.attr]
        arguments = self.arguments(method, call)
        match without_docstring(method.body):
            case [ast.Return(ast.Call(ast.Name("replace"), [ast.Name("self")], changes))]:
                after = {change.arg: self.within(change.value, arguments) for change in changes if change.arg}
                self.cells = {**self.cells, **after}
            case _:
                raise NotationError(f"the update {method.name} is not one replace", method.lineno)

    def arguments(self, method: ast.FunctionDef, call: ast.Call) -> dict[str, ast.expr]:
        """Return the arguments of an update by name; what is used twice is evaluated once."""
        names = [argument.arg for argument in method.args.args][1:]
        given = {**dict(zip(names, call.args, strict=False)), **{k.arg: k.value for k in call.keywords if k.arg}}
        defaults = method.args.defaults
        missing = dict(zip(names[len(names) - len(defaults) :], defaults, strict=True)) if defaults else {}
        values = {**missing, **given}
        for name, value in values.items():
            uses = sum(isinstance(n, ast.Name) and n.id == name for n in ast.walk(method))
            if uses > 1 and not is_path(value):
                values[name] = self.hoist(value)
        return values

    def hoist(self, value: ast.expr) -> ast.Name:
        """Return a name for a value that is used more than once."""
        name = f"u{len(self.hoisted)}"
        self.hoisted[name] = value
        return load_name(name)

    def within(self, value: ast.expr, arguments: Mapping[str, ast.expr]) -> ast.expr:
        """Return an expression of a method, with its arguments and the cells as they are so far."""
        return _Substitution(self, arguments).visit(copied(value))  # type: ignore[no-any-return]

    def name(self, name: str) -> ast.Name:
        """Return a global name of the module of `Config`."""
        self.names[f"__{name}"] = config_names()[name]
        return load_name(f"__{name}")

    def cell(self, name: str) -> ast.expr:
        """Return a cell as it is so far."""
        known = self.cells.get(name)
        return ast.Attribute(copied(self.base), name, ast.Load()) if known is None else copied(known)


class _Substitution(ast.NodeTransformer):
    """A transformer that replaces the cells of ``self`` and the parameters of a method.

    Updates of records become constructions.
    """

    def __init__(self, fusion: _Fusion, arguments: Mapping[str, ast.expr]) -> None:
        self.fusion = fusion
        self.arguments = arguments

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Return a cell, or a field of what one holds."""
        if isinstance(node.value, ast.Name) and node.value.id == "self":
            return self.fusion.cell(node.attr)
        owner = self.visit(node.value)
        return field_of(owner, node.attr)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return a parameter, or a global name."""
        known = self.arguments.get(node.id)
        return self.fusion.name(node.id) if known is None else copied(known)

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return ``replace(self.cell, field=value)`` as the construction of the record of that cell."""
        match node:
            case ast.Call(ast.Name("replace"), [ast.Attribute(ast.Name("self"), cell)], changes):
                record = record_in(cell)
                before = self.fusion.cell(cell)
                if not is_path(before) and not is_construction(before, record):
                    before = self.fusion.hoist(before)
                after = {change.arg: self.visit(change.value) for change in changes}
                fields = [after.get(name, field_of(before, name)) for name in record.__struct_fields__]
                return ast.Call(self.fusion.name(record.__name__), fields, [])
        self.generic_visit(node)
        return node


def is_construction(value: ast.expr, record: type[Struct]) -> bool:
    """Return whether an expression constructs a record of this class, with all fields given by position."""
    return (
        isinstance(value, ast.Call)
        and isinstance(value.func, ast.Name)
        and value.func.id == f"__{record.__name__}"
        and len(value.args) == len(record.__struct_fields__)
    )


def field_of(owner: ast.expr, name: str) -> ast.expr:
    """Return the expression of a field: the argument for it if `owner` constructs a record, else an attribute."""
    if isinstance(owner, ast.Call) and isinstance(owner.func, ast.Name) and not owner.keywords:
        record = config_names().get(owner.func.id.removeprefix("__"))
        if isinstance(record, type) and issubclass(record, Struct) and is_construction(owner, record):
            return copied(owner.args[record.__struct_fields__.index(name)])
    return ast.Attribute(copied(owner), name, ast.Load())


@cache
def record_in(cell: str) -> type[Struct]:
    """Return the class of the record that the cell of `Config` with this name holds."""
    found = config_names().get(Config.__annotations__[cell])
    assert isinstance(found, type) and issubclass(found, Struct), cell
    return found
