"""Decisions: rules whose ``match`` statements are compiled to comparisons of types, which Python makes much faster.

A class pattern asks Python for an instance check and for the names of the fields, each time.  The records of the
notation have no subclasses and fixed fields, so that ``case Joined(_, _, Source.BOTH)`` is just ``type(x) is Joined
and x.seen is Source.BOTH``.  Only the code of a function is replaced, with the lines of its source; what the book
typesets and what proofs translate is the source.  A ``match`` with a pattern that is not known here stays as it is.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Mapping, Sequence
from enum import Enum, EnumType
from typing import Any, Final, cast

import msgspec

from airspec.semantics.notation.reading import definition_of, needs, without_docstring
from airspec.semantics.notation.registry import Entry, entry_of
from airspec.semantics.notation.syntax_trees import copied
from airspec.spec.faults import FAILURES

BINDING: Final = (ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.NamedExpr)
"""Expressions that bind names of their own, which could be those of the place they are moved to."""


FAILURES_NAME: Final = "__FAILURES"
"""What the set of all classes of failures is called in compiled code."""


class UnknownPatternError(Exception):
    """The error of a pattern that cannot be compiled, for which the whole ``match`` stays as it is."""


class Decision(msgspec.Struct):
    """The tests that a pattern amounts to, in order, and the names that it binds, each with its value's expression."""

    tests: list[ast.expr]
    bindings: list[tuple[str, ast.expr]]


class Inliner(ast.NodeTransformer):
    """A transformer that moves the returned expression of a definition to a place where the definition is called.

    Parameters become the arguments of the call. Other names of the definition's module become names of their own, which
    `constants` maps to their values.
    """

    def __init__(self, entry: Entry, arguments: Mapping[str, ast.expr], constants: Mapping[str, Any]) -> None:
        self.names = entry.plain.__globals__
        self.prefix = f"__{entry.module.replace('.', '_')}_"
        self.arguments = arguments
        self.constants = dict(constants)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        """Return the argument for a parameter, and a prefixed name for a global of the definition's module.

        Others stay.
        """
        if node.id in self.arguments:
            return copied(self.arguments[node.id])
        if node.id in self.constants or node.id not in self.names:
            return node
        name = self.prefix + node.id
        self.constants[name] = self.names[node.id]
        return load_(name)


class Compiler(ast.NodeTransformer):
    """A transformer that compiles the ``match`` statements, type checks and needed premises of one function.

    `names` are the globals of its module, `replaced` the functions that are not inlined, and `inside` the names of the
    definitions that are being inlined. `constants` collects the global names that the new code needs besides.
    """

    def __init__(
        self, names: Mapping[str, Any], replaced: frozenset[Any] = frozenset(), inside: tuple[str, ...] = ()
    ) -> None:
        self.names = names
        self.replaced = replaced
        self.inside = inside
        self.constants: dict[str, Any] = {FAILURES_NAME: FAILURES}
        self.subjects = 0

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        """Return a member of an enumeration as a global constant, which needs no look-up; other attributes stay."""
        if isinstance(node.value, ast.Name) and isinstance(self.names.get(node.value.id), EnumType):
            member = getattr(self.names[node.value.id], node.attr)
            if isinstance(member, Enum):
                name = f"__{node.value.id}_{node.attr}"
                self.constants[name] = member
                return ast.copy_location(ast.Name(name, ast.Load()), node)
        self.generic_visit(node)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """Return a faster form of a call: an instance check, a ``cast``, or a definition to inline.

        Other calls stay.
        """
        self.generic_visit(node)
        match node:
            case ast.Call(ast.Name("isinstance"), [subject, ast.Name(cls)]) if is_record(self.names.get(cls)):
                return ast.copy_location(is_(type_of(subject), ast.Name(cls, ast.Load())), node)
            case ast.Call(ast.Name(name), [_, value], []) if self.names.get(name) is cast:
                return value
            case ast.Call(ast.Name(name), arguments, []) if all(map(is_path, arguments)):
                inlined = self.inlined(self.names.get(name), arguments)
                return node if inlined is None else ast.copy_location(inlined, node)
        return node

    def inlined(self, function: object, arguments: Sequence[ast.expr]) -> ast.expr | None:
        """Return the expression that a definition returns for these arguments, to stand in place of the call.

        Return None if `function` is not a definition that consists of one expression without names of its own.
        """
        entry = entry_of(function)
        if entry is None or entry.kind != "definition" or entry.name in self.inside or function in self.replaced:
            return None
        whole = definition_of(entry)
        body = without_docstring(whole.body)
        names = [argument.arg for argument in whole.args.args]
        if len(body) != 1 or len(names) != len(arguments):
            return None
        returned = body[0].value if isinstance(body[0], ast.Return) else None
        if returned is None or any(isinstance(node, BINDING) for node in ast.walk(returned)):
            return None
        result = copied(returned)
        inner = Compiler(entry.plain.__globals__, self.replaced, (*self.inside, entry.name))
        compiled_result = inner.visit(result)
        moved = Inliner(entry, dict(zip(names, arguments, strict=True)), inner.constants)
        inlined: ast.expr = moved.visit(compiled_result)
        self.constants.update(moved.constants)
        return inlined

    def visit_Assign(self, node: ast.Assign) -> list[ast.stmt] | ast.stmt:
        """Return an assignment from ``need`` as statements that return the failure, if there is one.

        Others are only compiled.
        """
        needed = needs(node)
        if needed is None:
            self.generic_visit(node)
            return node
        return [ast.Assign(node.targets, self.visit(needed.judgement)), fails_with(cast(ast.Name, node.targets[0]))]

    def visit_Expr(self, node: ast.Expr) -> list[ast.stmt] | ast.stmt:
        """Return a ``need`` whose value is not used as statements that return the failure, if there is one."""
        needed = needs(node)
        if needed is None:
            self.generic_visit(node)
            return node
        name = self.fresh()
        return [ast.Assign([store(name)], self.visit(needed.judgement)), fails_with(load_(name))]

    def visit_Match(self, node: ast.Match) -> list[ast.stmt] | ast.stmt:
        """Return a ``match`` as a chain of conditions.

        If one of its patterns is not known, it stays a ``match``, of which the parts are compiled.
        """
        node = ast.Match(
            self.visit(node.subject), [ast.match_case(c.pattern, self.guard(c), self.body(c)) for c in node.cases]
        )
        whole = not isinstance(node.subject, ast.Tuple)
        parts = node.subject.elts if isinstance(node.subject, ast.Tuple) else [node.subject]
        subjects = [self.fresh() for _ in parts]
        try:
            chain = self.chain(node.cases, subjects, whole)
        except UnknownPatternError:
            return node
        return [*(ast.Assign([store(name)], part) for name, part in zip(subjects, parts, strict=True)), *chain]

    def guard(self, case: ast.match_case) -> ast.expr | None:
        """Return the compiled guard of a case; None if it has none."""
        return None if case.guard is None else self.visit(case.guard)

    def body(self, case: ast.match_case) -> list[ast.stmt]:
        """Return the compiled statements of a case."""
        block = ast.Module(case.body, [])
        self.generic_visit(block)
        return block.body

    def fresh(self) -> str:
        """Return a new local name, which no rule uses."""
        self.subjects += 1
        return f"__subject_{self.subjects}"

    def chain(self, cases: Sequence[ast.match_case], subjects: Sequence[str], whole: bool) -> list[ast.stmt]:
        """Return the cases of a ``match`` as nested ``if`` statements, each in the ``else`` of the one before.

        `subjects` are the local names of what is matched; `whole` is false if the subject is a tuple, with one name for
        each part.
        """
        if not cases:
            return []
        case = cases[0]
        decision = self.of_case(case.pattern, subjects, whole)
        rest = self.chain(cases[1:], subjects, whole)
        if case.guard is None:
            body = [*(ast.Assign([store(name)], value) for name, value in decision.bindings), *case.body]
            tests = decision.tests
        else:
            body = case.body
            bound = [is_(ast.NamedExpr(store(name), value), load_(name)) for name, value in decision.bindings]
            tests = [*decision.tests, *bound, case.guard]
        if not tests:
            return body
        return [ast.If(tests[0] if len(tests) == 1 else ast.BoolOp(ast.And(), tests), body, rest)]

    def of_case(self, pattern: ast.pattern, subjects: Sequence[str], whole: bool) -> Decision:
        """Return the tests and bindings of the pattern of a case; `subjects` and `whole` are as in `chain`.

        Raise `UnknownPatternError`.
        """
        decision = Decision([], [])
        match pattern:
            case ast.MatchAs(None, None):
                pass
            case ast.MatchSequence(patterns) if not whole and len(patterns) == len(subjects):
                for inner, subject in zip(patterns, subjects, strict=True):
                    self.add(decision, inner, load_(subject))
            case _ if whole:
                self.add(decision, pattern, load_(subjects[0]))
            case _:
                raise UnknownPatternError
        return decision

    def add(self, decision: Decision, pattern: ast.pattern, subject: ast.expr) -> None:
        """Add the tests and bindings of a pattern to a decision; `subject` is a name, or an attribute path from one.

        Raise `UnknownPatternError`.
        """
        match pattern:
            case ast.MatchAs(None, None):
                pass
            case ast.MatchAs(None, str(name)):
                decision.bindings.append((name, subject))
            case ast.MatchSingleton(value):
                decision.tests.append(is_(subject, ast.Constant(value)))
            case ast.MatchValue(value):
                self.add_value(decision, value, subject)
            case ast.MatchOr(patterns):
                decision.tests.append(ast.BoolOp(ast.Or(), [self.alternative(inner, subject) for inner in patterns]))
            case ast.MatchClass(ast.Name(cls), patterns, names, keyed):
                self.add_class(decision, cls, subject, [*zip(names, keyed, strict=True)], patterns)
            case _:
                raise UnknownPatternError

    def add_value(self, decision: Decision, value: ast.expr, subject: ast.expr) -> None:
        """Add the test that a subject equals a value, or that it is the value, for a member of an enumeration."""
        constant = self.visit(copied(value))
        same = ast.Is() if isinstance(constant, ast.Name) else ast.Eq()
        decision.tests.append(ast.Compare(subject, [same], [constant]))

    def add_class(
        self,
        decision: Decision,
        name: str,
        subject: ast.expr,
        keyed: list[tuple[str, ast.pattern]],
        positional: list[ast.pattern],
    ) -> None:
        """Add the test that a subject has the class with this name, and what the patterns of its fields test and bind.

        `keyed` are the patterns by field name. Raise `UnknownPatternError`.
        """
        cls = self.names.get(name, getattr(builtins, name, None))
        if is_record(cls):
            decision.tests.append(is_(type_of(subject), load_(name)))
            fields = [*zip(cls.__match_args__, positional, strict=False), *keyed]
        elif cls in (str, tuple, int) and not keyed and not positional:
            decision.tests.append(ast.Call(load_("isinstance"), [subject, load_(name)], []))
            fields = []
        else:
            raise UnknownPatternError
        for field, inner in fields:
            self.add(decision, inner, ast.Attribute(subject, field, ast.Load()))

    def alternative(self, pattern: ast.pattern, subject: ast.expr) -> ast.expr:
        """Return the test of one of several alternative patterns.

        Raise `UnknownPatternError` if it binds a name or tests nothing.
        """
        decision = Decision([], [])
        self.add(decision, pattern, subject)
        if decision.bindings or not decision.tests:
            raise UnknownPatternError
        return decision.tests[0] if len(decision.tests) == 1 else ast.BoolOp(ast.And(), decision.tests)


def fails_with(name: ast.Name) -> ast.If:
    """Return the syntax tree of ``if type(name) in FAILURES: return name``."""
    value = load_(name.id)
    return ast.If(ast.Compare(type_of(value), [ast.In()], [load_(FAILURES_NAME)]), [ast.Return(value)], [])


def is_path(expression: ast.expr) -> bool:
    """Return whether an expression is a name, a constant, or an attribute path from one, which is cheap to repeat."""
    match expression:
        case ast.Name() | ast.Constant():
            return True
        case ast.Attribute(value=inner):
            return is_path(inner)
        case _:
            return False


def is_record(cls: object) -> bool:
    """Return whether something is a class of records without subclasses: its instances have exactly this type."""
    return isinstance(cls, type) and issubclass(cls, msgspec.Struct) and not cls.__subclasses__()


def load_(name: str) -> ast.Name:
    """Return the syntax tree of a name that is read."""
    return ast.Name(name, ast.Load())


def store(name: str) -> ast.Name:
    """Return the syntax tree of a name that is assigned."""
    return ast.Name(name, ast.Store())


def type_of(subject: ast.expr) -> ast.expr:
    """Return the syntax tree of ``type(subject)``."""
    return ast.Call(load_("type"), [subject], [])


def is_(left: ast.expr, right: ast.expr) -> ast.expr:
    """Return the syntax tree of ``left is right``."""
    return ast.Compare(left, [ast.Is()], [right])


def decided(
    entry: Entry, function: ast.FunctionDef, replaced: frozenset[Any] = frozenset()
) -> tuple[ast.FunctionDef, dict[str, Any]]:
    """Return the tree of a function, compiled in place, and the global names that it needs besides, with their values.

    Functions in `replaced` are called and not inlined, as an edition replaces them.
    """
    compiler = Compiler(entry.plain.__globals__, replaced)
    return cast(ast.FunctionDef, compiler.generic_visit(function)), compiler.constants
