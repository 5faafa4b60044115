"""The code of a left side: its tree of premises as one function, from a configuration to the next one.

A value that rules name is evaluated once on the way, and a rule that fits ends the function.  Lines are those of the
rules, so that a debugger shows the premise that is evaluated; an update of a configuration is constructed in one go.
`unshared_code` gives the same function without any sharing: every rule by itself, in the order of the text.  That is
what the rules mean, and what the shared code is tested against.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from airspec.semantics.configuration import Config
from airspec.semantics.notation.decisions import Compiler
from airspec.semantics.notation.reading import source_path
from airspec.semantics.notation.recording import FAILED, HOOK
from airspec.semantics.notation.sharing import Node, Tree, is_contrary
from airspec.semantics.notation.syntax_trees import copied
from airspec.semantics.notation.transitions import (
    CONFIG,
    Atom,
    Left,
    Named,
    Needed,
    Otherwise,
    Tested,
    Transition,
    load_name,
)
from airspec.semantics.notation.updates import updated
from airspec.spec.faults import FAILURES

S = TypeVar("S", bound=ast.stmt)

Rewrite = Callable[..., Config]
"""A function from a configuration, and the instruction or frame of its left side, to the next configuration."""


class NoRuleError(RuntimeError):
    """The error of a step from a configuration to which no rule applies; the proofs of totality exclude it."""


class StepCode:
    """A writer of the function of one left side; with `recorded`, each rule reports that it fires."""

    def __init__(self, left: Left, recorded: bool) -> None:
        self.left = left
        self.recorded = recorded
        self.values: dict[str, ast.expr] = {}
        self.constants: dict[str, Any] = {}

    def node(self, node: Node) -> list[ast.stmt]:
        """Return statements that return if a rule below applies or its premise fails, and else fall through."""
        if node.end is not None:
            return self.conclusion(node.end)
        children = node.ordered()
        body: list[ast.stmt] = []
        for i, child in enumerate(children):
            if isinstance(child.atom, Named):
                self.values[child.atom.name] = child.atom.value
            below = self.node(child)
            match child.atom:
                case Named(name, value, line):
                    body += [at(ast.Assign([ast.Name(name, ast.Store())], copied(value)), line), *below]
                case Needed() as needed:
                    body += [self.failure(needed), *below]
                case Tested(test, line):
                    other = children[i + 1].atom if i + 2 == len(children) else None
                    if isinstance(other, Tested) and is_contrary(test, other.test):
                        return [*body, at(ast.If(test, below, self.node(children[i + 1])), line)]
                    body.append(at(ast.If(test, below, []), line))
                case _:
                    body += below
        return body

    def attempt(self, rule: Transition, atoms: list[Atom]) -> list[ast.stmt]:
        """Return statements that return a rule's conclusion if all of these premises hold, and else fall through."""
        if not atoms:
            return self.conclusion(rule)
        below = self.attempt(rule, atoms[1:])
        match atoms[0]:
            case Named(name, value, line):
                return [at(ast.Assign([ast.Name(name, ast.Store())], copied(value)), line), *below]
            case Needed(name, _, _, _, _, line):
                return [at(ast.If(ast.UnaryOp(ast.Not(), is_failure(name)), below, []), line)]
            case Tested(test, line):
                return [at(ast.If(copied(test), below, []), line)]
            case _:
                return below

    def first_failure(self, atoms: list[Atom]) -> list[ast.stmt]:
        """Return statements that return the failure of the first needed judgement that fails, and else fall through.

        A judgement is evaluated only if the side conditions before it hold.
        """
        if not atoms:
            return []
        below = self.first_failure(atoms[1:])
        match atoms[0]:
            case Named(name, value, line):
                return [at(ast.Assign([ast.Name(name, ast.Store())], copied(value)), line), *below]
            case Needed() as needed:
                return [self.failure(needed), *below]
            case Tested(test, line):
                return [at(ast.If(copied(test), below, []), line)] if below else []
            case _:
                return below

    def failure(self, needed: Needed) -> ast.stmt:
        """Return the statement that applies the generic rules if a needed judgement has failed, and returns the result.

        The failure becomes that of the instruction, or is waited for.
        """
        where = needed.where
        if self.left.event != "evaluate" and ast.unparse(where) == CONFIG:
            where = ast.Call(ast.Attribute(copied(where), "pop", ast.Load()), [], [])
        blame = ast.Constant(None) if needed.blame is None else needed.blame
        fails = ast.Call(load_name("__fails"), [where, needed.instruction, needed.name, blame], [])
        result: ast.expr = fails
        if needed.waits:
            is_absent = ast.Call(load_name("__is_absent"), [needed.name], [])
            result = ast.IfExp(is_absent, ast.Call(load_name("__waits"), [where], []), fails)
        body: list[ast.stmt] = [*self.failed(needed.name), ast.Return(copied(result))]
        return at(ast.If(is_failure(needed.name), body, []), needed.line)

    def failed(self, name: ast.expr) -> list[ast.stmt]:
        """Return the statement that reports which judgement has failed, with its arguments.

        The list is empty if nothing is recorded.
        """
        match self.values.get(ast.unparse(name)):
            case ast.Call(judgement, arguments, []) if self.recorded:
                parts = [copied(judgement), ast.Tuple([copied(a) for a in arguments], ast.Load()), copied(name)]
                return [ast.Expr(ast.Call(load_name(FAILED), parts, []))]
        return []

    def conclusion(self, rule: Transition) -> list[ast.stmt]:
        """Return statements that report the rule, if it is recorded, and return the configuration it concludes in."""
        line = rule.conclusion.lineno
        record = ast.Expr(ast.Call(load_name(HOOK), [ast.Constant(rule.name)], []))
        return [*([at(record, line)] if self.recorded else []), *self.constructed(rule.conclusion, line)]

    def constructed(self, conclusion: ast.expr, line: int) -> list[ast.stmt]:
        """Return statements that construct the configuration of a conclusion in one call, and return it.

        The frame of the left side is removed from the stack.
        """
        update = updated(conclusion)
        self.constants.update(update.names)
        pops = self.left.event != "evaluate" and self.left.head is not None
        cells = dict(update.cells)
        if pops:
            cells = {name: _popped(value) for name, value in cells.items()}
            cells.setdefault("stack", _popped(ast.Attribute(copied(update.base), "stack", ast.Load())))
        hoisted = {name: _popped(value) if pops else value for name, value in update.hoisted.items()}
        body: list[ast.stmt] = [
            at(ast.Assign([ast.Name(name, ast.Store())], value), line) for name, value in hoisted.items()
        ]
        if not cells:
            return [*body, at(ast.Return(update.base), line)]
        fields = [
            cells[name] if name in cells else ast.Attribute(update.base, name, ast.Load())
            for name in Config.__struct_fields__
        ]
        return [*body, at(ast.Return(ast.Call(load_name("__Config"), [copied(field) for field in fields], [])), line)]

    def compiled(self, body: list[ast.stmt], constants: Mapping[str, Any], path: str) -> Rewrite:
        """Return the compiled function with this body, which raises `NoRuleError` where the body falls through.

        `constants` are global names of the body with their values, and `path` is the source file that it is attributed
        to.
        """
        names = [f"_{i}" for i in range(self.left.arity)]
        name = str(self.left).replace(" ", "_")
        nothing = f"raise __NoRuleError('no rule applies: {self.left}')"
        tree = ast.parse(f"def {name}({', '.join(names)}):\n    {nothing}")
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        function.body = [*body, *function.body]
        namespace = {**self.constants, **constants, "__Config": Config, "__NoRuleError": NoRuleError}
        namespace["__FAILURES"] = FAILURES
        compiler = Compiler(namespace)
        compiler.generic_visit(function)
        namespace.update(compiler.constants)
        exec(compile(ast.fix_missing_locations(tree), path, "exec", dont_inherit=True), namespace)
        return namespace[name]  # type: ignore[no-any-return]


def shared_code(tree: Tree, constants: Mapping[str, Any], recorded: bool) -> Rewrite:
    """Return the function of a left side, in which premises that several rules share are evaluated once.

    With `recorded`, it reports the rules that fire and the premises that fail.
    """
    code = StepCode(tree.left, recorded)
    body = code.node(tree.root)
    return code.compiled(body, {**tree.constants, **constants}, source_path(tree.rules[0].entry))


def unshared_code(tree: Tree, constants: Mapping[str, Any]) -> Rewrite:
    """Return the function of a left side that tries every rule by itself, in the order of the source.

    A rule with a premise that fails does not apply. If no rule applies, the first needed judgement that fails decides;
    if none fails, the rules with *otherwise* are tried, those with more premises before it first.
    """
    code = StepCode(tree.left, False)
    others = {rule: turn for rule in tree.rules if (turn := before_otherwise(rule)) is not None}
    first = [rule for rule in tree.rules if rule not in others]
    last = sorted(others, key=lambda rule: -others[rule])
    body = [statement for rule in first for statement in code.attempt(rule, list(rule.atoms))]
    body += [statement for rule in tree.rules for statement in code.first_failure(list(rule.atoms))]
    body += [statement for rule in last for statement in code.attempt(rule, list(rule.atoms))]
    return code.compiled(body, {**tree.constants, **constants}, source_path(tree.rules[0].entry))


def before_otherwise(rule: Transition) -> int | None:
    """Return the number of premises of a rule before *otherwise*; None for a rule without it."""
    return next((i for i, atom in enumerate(rule.atoms) if isinstance(atom, Otherwise)), None)


def is_failure(value: ast.expr) -> ast.expr:
    """Return the syntax tree of the condition ``type(value) in FAILURES``."""
    kind = ast.Call(load_name("type"), [copied(value)], [])
    return ast.Compare(kind, [ast.In()], [load_name("__FAILURES")])


def at(statement: S, line: int) -> S:
    """Set the line of a statement, and of the nodes in it that have none, to a line of the source.

    Return the statement.
    """
    for node in ast.walk(statement):
        if isinstance(node, ast.stmt | ast.expr) and node is not statement and not hasattr(node, "lineno"):
            node.lineno = node.end_lineno = line
            node.col_offset = node.end_col_offset = 0
    statement.lineno = statement.end_lineno = line
    statement.col_offset = statement.end_col_offset = 0
    return statement


class _Popping(ast.NodeTransformer):
    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        self.generic_visit(node)
        if node.attr == "stack" and isinstance(node.value, ast.Name) and node.value.id == CONFIG:
            return ast.Call(ast.Attribute(node, "drop_first", ast.Load()), [], [])
        return node


def _popped(value: ast.expr) -> ast.expr:
    """Return an expression with the innermost frame gone from the stack of the left side."""
    return _Popping().visit(copied(value))  # type: ignore[no-any-return]
