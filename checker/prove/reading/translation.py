"""The translation of the source of a rule into a term of Z3.

It covers what the rules of the join use and refuses everything else with its place: a rule is never skipped and nothing
is approximated.  A function becomes a list of leaves, each with the condition under which it is reached; the condition
of a ``match`` case includes that no earlier case applies.  Where no leaf is reached the term is the value `no_case`, so
that a table with a missing case is a falsifiable statement.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from functools import reduce
from inspect import signature
from typing import Any

import z3
from msgspec import Struct

from airspec.checker.prove.reading.terms import Term, Terms
from airspec.semantics.notation.reading import (
    NotationError,
    definition_of,
    label,
    needs,
    source_path,
    without_docstring,
)
from airspec.semantics.notation.registry import Entry, entry_of

Scope = Mapping[str, Term | tuple[Term, ...]]


class Leaf(Struct, frozen=True, eq=False):
    """One way through a function to a result: its case's name, the condition to get there, and the result.

    The name is empty in definitions, and where a needed judgement fails.
    """

    name: str
    reached: Term
    result: Term


class Reading(Struct, frozen=True, eq=False):
    """A function as a term over parameters, with the functions of the notation that the term comes from."""

    parameters: tuple[Term, ...]
    term: Term
    read: frozenset[Entry]


class UntranslatableError(NotationError):
    """The error for source that proofs cannot read; the message names its path and line."""


class Translation:
    """A translation of functions of the notation into functions on terms.

    Functions that are `kept`, such as recursive ones, are function symbols, whose applications `unfold` defines.  All
    others are replaced by their bodies.  `read` collects the functions that were read, and `meanings` holds the Python
    function of each symbol.
    """

    @property
    def reader(self) -> type[FunctionReader]:
        """Return the class of readers for function bodies, which subclasses override."""
        return FunctionReader

    def __init__(self, terms: Terms, kept: Iterable[Callable[..., object]] = ()) -> None:
        self.terms = terms
        self.meanings: dict[str, Callable[..., Any]] = {}
        self.kept = {function: self._symbol(function) for function in kept}
        self.read: set[Entry] = set()
        self.readings: dict[Callable[..., object], Reading] = {}

    def _symbol(self, function: Callable[..., object]) -> Any:
        arity = len(signature(function).parameters)
        self.meanings[function.__name__] = function
        return z3.Function(function.__name__, *[self.terms.sort] * (arity + 1))

    def call(self, function: Callable[..., object], arguments: Sequence[Term]) -> Term:
        """Return the term of ``function(*arguments)``; raises `UntranslatableError` if its source cannot be read."""
        symbol = self.kept.get(function)
        return self.body(function, arguments) if symbol is None else symbol(*arguments)

    def unfold(self, application: Term) -> Term | None:
        """Return the equation that defines an application of a kept function or of a recursive type's predicate.

        Return None for any other application.
        """
        declared = application.decl()
        arguments = [application.arg(i) for i in range(application.num_args())]
        for function, symbol in self.kept.items():
            if declared.eq(symbol):
                return application == self.body(function, arguments)
        for hint, predicate in self.terms.recursive.items():
            if declared.eq(predicate):
                return application == self.terms.belongs(hint, *arguments)
        return None

    def body(self, function: Callable[..., object], arguments: Sequence[Term]) -> Term:
        """Return the term of a function's body for some arguments, and add the functions in it to `read`."""
        reading = self.readings.get(function)
        if reading is None:
            parameters = [z3.FreshConst(self.terms.sort) for _ in arguments]
            reading = self.readings[function] = self.reading(function, parameters)
        self.read |= reading.read
        return z3.substitute(reading.term, *zip(reading.parameters, arguments, strict=True))

    def reading(self, function: Callable[..., object], parameters: Sequence[Term]) -> Reading:
        """Return a function's body as a term over the given parameters; raises `UntranslatableError`."""
        outer, self.read = self.read, set()
        term = self.terms.no_case
        for leaf in reversed(self.leaves(function, parameters)):
            term = z3.If(leaf.reached, leaf.result, term)
        inner, self.read = self.read, outer
        return Reading(tuple(parameters), term, frozenset(inner))

    def leaves(self, function: Callable[..., object], arguments: Sequence[Term]) -> tuple[Leaf, ...]:
        """Return all ways in which ``function(*arguments)`` may return, in the order of the source.

        The function is added to `read`.  Raises `UntranslatableError` if it has no source that proofs read, or if they
        cannot read part of it.
        """
        entry = entry_of(function)
        if entry is None or entry.kind == "opaque":
            raise UntranslatableError(f"{function.__name__} has no source that proofs read", 0)
        self.read.add(entry)
        source = definition_of(entry)
        names = [argument.arg for argument in source.args.args]
        reading = self.reader(self, function.__globals__, source_path(entry))
        scope = dict(zip(names, arguments, strict=True))
        return tuple(reading.body(without_docstring(source.body), scope, z3.BoolVal(True), function.__name__))


class FunctionReader:
    """A reader of one function's body; `namespace` holds its global names, `path` is its file's, for errors."""

    def __init__(self, translation: Translation, namespace: Mapping[str, Any], path: str) -> None:
        self.translation = translation
        self.terms = translation.terms
        self.namespace = namespace
        self.path = path

    def refuse(self, node: Any, what: str) -> UntranslatableError:
        """Return (not raise) the error for a syntax node that proofs cannot read; `what` describes it."""
        return UntranslatableError(f"{self.path}:{node.lineno}: proofs cannot read {what}", node.lineno)

    def body(self, body: Sequence[ast.stmt], scope: Scope, reached: Term, name: str) -> Iterator[Leaf]:
        """Yield the leaves of statements that are run under the condition `reached`, in the case called `name`.

        `scope` has the terms of local names.  Raises `UntranslatableError`.
        """
        for i, statement in enumerate(body):
            text = label(statement)
            match statement:
                case ast.Expr() if text is not None:
                    name = text.partition(": ")[0]
                case ast.Assign() | ast.Expr() if (needed := needs(statement)) is not None:
                    value = self.value(needed.judgement, scope)
                    fails = self.terms.is_failure(value)
                    yield Leaf("", z3.And(reached, fails), value)
                    reached = z3.And(reached, z3.Not(fails))
                    if isinstance(needed.target, ast.Name):
                        scope = {**scope, needed.target.id: value}
                case ast.Assign(targets=[ast.Name(id=target)]):
                    scope = {**scope, target: self.value(statement.value, scope)}
                case ast.Return() if (needed := needs(statement)) is not None:
                    yield Leaf(name, reached, self.value(needed.judgement, scope))  # a failure is the result, too
                    return
                case ast.Return(value=ast.expr() as value):
                    yield Leaf(name, reached, self.value(value, scope))
                    return
                case ast.Match():
                    yield from self.matched(statement, scope, reached, name)
                    return
                case ast.If():
                    test = self.condition(statement.test, scope)
                    yield from self.body(statement.body, scope, z3.And(reached, test), name)
                    rest = statement.orelse or body[i + 1 :]
                    yield from self.body(rest, scope, z3.And(reached, z3.Not(test)), name)
                    return
                case _:
                    raise self.refuse(statement, f"a {type(statement).__name__} statement")

    def matched(self, match: ast.Match, scope: Scope, reached: Term, name: str) -> Iterator[Leaf]:
        """Yield the leaves of a ``match``; the condition of a case includes that no earlier one applies."""
        subject = self.subject(match.subject, scope)
        for case in match.cases:
            fits, bound = self.pattern(case.pattern, subject)
            inner = {**scope, **bound}
            if case.guard is not None:
                fits = z3.And(fits, self.condition(case.guard, inner))
            yield from self.body(case.body, inner, z3.And(reached, fits), name)
            reached = z3.And(reached, z3.Not(fits))

    def subject(self, subject: ast.expr, scope: Scope) -> Term | tuple[Term, ...]:
        """Return the term of a ``match`` subject; for a tuple display, the term of each element."""
        if isinstance(subject, ast.Tuple):
            return tuple(self.value(part, scope) for part in subject.elts)
        return self.value(subject, scope)

    def pattern(self, pattern: ast.pattern, subject: Any) -> tuple[Term, dict[str, Term]]:
        """Return the condition that a pattern matches, and the terms of the names that it binds.

        Raises `UntranslatableError`.
        """
        match pattern:
            case ast.MatchAs(pattern=None, name=None):
                return z3.BoolVal(True), {}
            case ast.MatchAs(pattern=None, name=str(name)):
                return z3.BoolVal(True), {name: subject}
            case ast.MatchAs(pattern=ast.pattern() as inner, name=str(name)):
                fits, bound = self.pattern(inner, subject)
                return fits, {**bound, name: subject}
            case ast.MatchSingleton(value=value):
                return subject == self.terms.encode(value), {}
            case ast.MatchValue(value=value):
                return subject == self.value(value, {}), {}
            case ast.MatchOr(patterns=patterns):
                return self.any([self.pattern(part, subject) for part in patterns])
            case ast.MatchSequence(patterns=patterns) if isinstance(subject, tuple) and len(subject) == len(patterns):
                return self.all([self.pattern(p, s) for p, s in zip(patterns, subject, strict=True)])
            case ast.MatchClass(cls=ast.Name(id=name)):
                return self.record_pattern(pattern, self.namespace[name], subject)
        raise self.refuse(pattern, f"a {type(pattern).__name__} pattern")

    def record_pattern(
        self, pattern: ast.MatchClass, record: type[Struct], subject: Term
    ) -> tuple[Term, dict[str, Term]]:
        """Return the condition that a record pattern matches, and the terms of the names that it binds."""
        if not issubclass(record, Struct):
            raise self.refuse(pattern, f"the pattern {record.__name__}()")
        names = self.terms.names[record]
        chosen = [
            *zip(names, pattern.patterns, strict=False),
            *zip(pattern.kwd_attrs, pattern.kwd_patterns, strict=True),
        ]
        inner = [self.pattern(part, self.terms.field(record, name, subject)) for name, part in chosen]
        fits, bound = self.all(inner)
        return z3.And(self.terms.is_record(record, subject), fits), bound

    @staticmethod
    def all(found: Sequence[tuple[Term, dict[str, Term]]]) -> tuple[Term, dict[str, Term]]:
        """Return the condition that all patterns match, and all names that they bind with their terms.

        Each pattern is given as its condition and its names, and so is the result.
        """
        bound = {name: term for _, part in found for name, term in part.items()}
        return z3.And(*(fits for fits, _ in found)), bound

    @staticmethod
    def any(found: Sequence[tuple[Term, dict[str, Term]]]) -> tuple[Term, dict[str, Term]]:
        """Return the condition that some pattern matches, and the names with the terms of the first that does.

        Each pattern is given as its condition and its names; all bind the same names.
        """
        *earlier, (_, bound) = found
        for fits, others in reversed(earlier):
            bound = {name: z3.If(fits, others[name], term) for name, term in bound.items()}
        return z3.Or(*(fits for fits, _ in found)), bound

    def condition(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the formula of an expression of Boolean type; raises `UntranslatableError`."""
        match expression:
            case ast.BoolOp(op=op, values=values):
                join = z3.And if isinstance(op, ast.And) else z3.Or
                return join(*(self.condition(value, scope) for value in values))
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return z3.Not(self.condition(operand, scope))
            case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
                return self.value(left, scope) == self.value(right, scope)
            case ast.Compare(left=left, ops=[ast.Lt()], comparators=[right]):
                return self.terms.less(self.value(left, scope), self.value(right, scope))
            case ast.Compare(left=left, ops=[ast.NotEq() | ast.IsNot()], comparators=[right]):
                return self.value(left, scope) != self.value(right, scope)
            case ast.Constant(value=bool(value)):
                return z3.BoolVal(value)
            case ast.Compare():
                raise self.refuse(expression, "this comparison")
        return self.terms.is_true(self.value(expression, scope))

    def value(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the term of an expression; raises `UntranslatableError`."""
        match expression:
            case ast.Name(id=name) if name in scope:
                return scope[name]
            case ast.Name(id=name) if isinstance(self.namespace.get(name), str):
                return self.terms.encode(self.namespace[name])
            case ast.Constant(value=value):
                return self.terms.encode(value)
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name not in scope:
                return self.member(expression, name, attr)
            case ast.Attribute(value=owner, attr=attr):
                return self.terms.attribute(self.value(owner, scope), attr)
            case ast.Tuple(elts=elements) if not any(isinstance(e, ast.Starred) for e in elements):
                items = [self.value(element, scope) for element in elements]
                return reduce(lambda tail, head: self.terms.sort.cons(head, tail), reversed(items), self.terms.nil)
            case ast.Compare() | ast.BoolOp() | ast.UnaryOp(op=ast.Not()):
                return self.terms.truth(self.condition(expression, scope))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                return z3.If(self.condition(test, scope), self.value(body, scope), self.value(orelse, scope))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]):
                return self.called(expression, name, args, scope)
        raise self.refuse(expression, f"a {type(expression).__name__} expression")

    def member(self, node: ast.expr, name: str, attr: str) -> Term:
        """Return the term of ``name.attr``, a member of an enumeration; raises `UntranslatableError`."""
        owner = self.namespace.get(name)
        if isinstance(owner, type) and issubclass(owner, Enum):
            return self.terms.encode(owner[attr])
        raise self.refuse(node, f"{name}.{attr}")

    def called(self, node: ast.expr, name: str, args: Sequence[ast.expr], scope: Scope) -> Term:
        """Return the term of a call of a function of the notation, or of a new record.

        Raises `UntranslatableError`.
        """
        if name == "cast":
            return self.value(args[1], scope)
        target = self.namespace.get(name)
        arguments = [self.value(argument, scope) for argument in args]
        if isinstance(target, type) and issubclass(target, Struct):
            return self.terms.make(target, arguments)
        if callable(target) and entry_of(target) is not None:
            return self.translation.call(target, arguments)
        raise self.refuse(node, f"a call of {name}")
