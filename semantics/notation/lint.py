"""The linter of the notation: it reports whatever is outside of it, with file, line and function.

A rule is a pure function of its arguments.  It may use expressions, records, comprehensions, other functions of
the notation, functions of `spec`, opaque functions, a few functions of the standard library, and the methods of
immutable collections.  It may not loop, mutate, raise, or reach anything else.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterator, Sequence
from string import Formatter
from types import ModuleType

from msgspec import Struct

from airspec.semantics.notation.premises import WORDS
from airspec.semantics.notation.reading import (
    Case,
    Holds,
    Is,
    Needs,
    NotationError,
    Otherwise,
    Premise,
    Some,
    cases,
    definition_of,
    label,
    source_path,
    without_docstring,
    worded,
)
from airspec.semantics.notation.registry import Entry, entry_of
from airspec.semantics.notation.step_lint import order_problems, premise_problems, step_problems
from airspec.semantics.notation.transitions import UPDATES


class Problem(Struct, frozen=True, order=True):
    """A place in the source that is outside of the notation, with a message that says why."""

    path: str
    line: int
    function: str
    message: str

    def __str__(self) -> str:
        """Return the path, line, function and message on one line."""
        return f"{self.path}:{self.line}: {self.function}: {self.message}"


WHOLE = ("step", "premises")
"""The kinds of functions in which side conditions are premises."""

BUILTINS = frozenset(
    {"all", "any", "bool", "dict", "enumerate", "int", "isinstance", "len", "map", "max", "min", "next", "range"}
    | {"reversed", "set", "sorted", "str", "sum", "tuple", "zip"}
)
LIBRARY = frozenset(
    {"HashTrieMap", "HashTrieSet", "List", "accumulate", "cast", "groupby", "itemgetter", "pvector", "replace"}
)
METHODS = frozenset(
    {"append", "discard", "drop_first", "fromkeys", "get", "insert", "items", "join", "keys", "push_front"}
    | {"remove", "set", "startswith", "update", "values"}
)
STATEMENTS = (ast.Return, ast.Assign, ast.Match, ast.If)
EXPRESSIONS = (
    ast.Attribute,
    ast.BinOp,
    ast.BoolOp,
    ast.Call,
    ast.Compare,
    ast.Constant,
    ast.Dict,
    ast.DictComp,
    ast.FormattedValue,
    ast.GeneratorExp,
    ast.IfExp,
    ast.JoinedStr,
    ast.Name,
    ast.Slice,
    ast.Starred,
    ast.Subscript,
    ast.Tuple,
    ast.UnaryOp,
)


def lint(entries: Sequence[Entry]) -> tuple[Problem, ...]:
    """Return all problems of these functions: what is outside of the notation, and case names that are used twice."""
    written = [entry for entry in entries if entry.kind != "opaque"]
    ordered = [Problem(source_path(entry), entry.line, entry.name, text) for entry, text in order_problems(written)]
    return tuple(sorted({*(p for entry in written for p in lint_function(entry)), *doubly_named(entries), *ordered}))


def lint_function(entry: Entry) -> Iterator[Problem]:
    """Yield a problem for everything in one function that is outside of the notation."""
    path = source_path(entry)
    try:
        function = definition_of(entry)
        if entry.kind == "rules":
            cases(entry)
    except NotationError as error:
        yield Problem(path, error.line, entry.name, error.message)
        return
    if ast.get_docstring(function) is None:
        yield Problem(path, function.lineno, entry.name, "a docstring says what the function means")
    found = [*_Linter(entry, function).problems(), *step_problems(entry), *premise_problems(entry)]
    yield from (Problem(path, line, entry.name, message) for line, message in found)
    yield from (Problem(path, function.lineno, entry.name, message) for message in misformed(entry, function))


def misformed(entry: Entry, function: ast.FunctionDef) -> Iterator[str]:
    """Yield messages about what is wrong with the form of a judgement, or with how it is read aloud."""
    parameters = {argument.arg for argument in function.args.args}
    written, read = placeholders(entry.form), placeholders(entry.reads)
    yield from (f"its form names {name}, which is no parameter" for name in sorted(written - parameters))
    yield from (f"its reading names {name}, which is no parameter" for name in sorted(read - parameters))
    if entry.kind == "rules" and entry.note != "Step" and not (entry.form and entry.reads):
        yield "a judgement without a form, or without a way to read it aloud"
    elif entry.form or entry.reads:
        yield from (f"its form omits the parameter {name}" for name in sorted(parameters - written))
        yield from (f"its reading omits the parameter {name}" for name in sorted(parameters - read))


def placeholders(text: str) -> frozenset[str]:
    """Return the names of the placeholders in braces of a format string."""
    return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)


def doubly_named(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Yield a problem for each case whose name several cases have."""
    found: list[Case] = []
    for entry in entries:
        if entry.kind in ("rules", "step"):
            try:
                found += cases(entry)
            except NotationError:
                continue  # said by lint_function
    counts = Counter(case.name for case in found)
    for case in found:
        if counts[case.name] > 1:
            message = f"the name {case.name} stands for {counts[case.name]} cases"
            yield Problem(source_path(case.entry), case.line, case.entry.name, message)


def parts(premise: Premise) -> list[ast.expr]:
    """Return the expressions in a premise that begins with one of the `WORDS`, without the target of its assignment."""
    match premise:
        case Needs(_, judgement, _, blame, within):
            return [part for part in (judgement, blame, within) if part is not None]
        case Is(_, subject, form):
            return [subject, form]
        case Some(_, subject):
            return [subject]
        case Holds(test):
            return [test]
        case Otherwise(ast.expr() as consequence):
            return [consequence]
        case _:
            return []


class _Linter:
    """A walk over one function."""

    def __init__(self, entry: Entry, function: ast.FunctionDef) -> None:
        self.entry = entry
        self.function = function
        self.parameters = {argument.arg for argument in function.args.args}

    def problems(self) -> Iterator[tuple[int, str]]:
        """Yield all problems, as lines and sentences."""
        arguments = self.function.args
        if arguments.vararg or arguments.kwarg or arguments.kwonlyargs or arguments.posonlyargs:
            yield self.function.lineno, "parameters are plain names"
        yield from self.body(without_docstring(self.function.body), frozenset(self.parameters))

    def body(self, body: Sequence[ast.stmt], bound: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Yield the problems of a body; `bound` are the names that have a value already."""
        for statement in body:
            premise = worded(statement)
            if label(statement) is not None:
                continue
            elif premise is not None and (isinstance(premise, Needs) or self.entry.kind in WHOLE):
                target = getattr(premise, "target", None)
                yield from (problem for part in parts(premise) for problem in self.expression(part))
                if isinstance(target, ast.Name):
                    yield from self.rebound(statement, frozenset({target.id}), bound)
                    bound |= {target.id}
            elif not isinstance(statement, STATEMENTS):
                yield statement.lineno, f"a {type(statement).__name__} statement is not in the notation"
            elif isinstance(statement, ast.Assign):
                yield from self.expression(statement.value)
                names, problem = self.targets(statement)
                if problem is not None:
                    yield statement.lineno, problem
                yield from self.rebound(statement, names, bound)
                bound |= names
            elif isinstance(statement, ast.Return):
                yield from self.expression(statement.value)
            elif isinstance(statement, ast.Match):
                yield from self.match(statement, bound)
            elif isinstance(statement, ast.If):
                yield from self.expression(statement.test)
                yield from self.body(statement.body, bound)
                yield from self.body(statement.orelse, bound)

    @staticmethod
    def rebound(statement: ast.stmt, names: frozenset[str], bound: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Yield the names of an assignment that have a value already."""
        for name in names & bound:
            yield statement.lineno, f"{name} is assigned a second time"

    def targets(self, statement: ast.Assign) -> tuple[frozenset[str], str | None]:
        """Return the names that an assignment binds, and what is wrong with it."""
        target = statement.targets[0]
        parts = target.elts if isinstance(target, ast.Tuple) else [target]
        names = frozenset(part.id for part in parts if isinstance(part, ast.Name))
        if len(statement.targets) > 1 or len(names) != len(parts):
            return names, "an assignment binds new names and changes nothing"
        return names, None

    def match(self, match: ast.Match, bound: frozenset[str]) -> Iterator[tuple[int, str]]:
        """Yield the problems of a ``match``."""
        yield from self.expression(match.subject)
        for case in match.cases:
            captured = frozenset(
                node.name
                for node in ast.walk(case.pattern)
                if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name is not None
            )
            for name in captured & bound:
                yield case.pattern.lineno, f"{name} is bound a second time"
            if case.guard is not None:
                yield from self.expression(case.guard)
            yield from self.body(case.body, bound | captured)

    def expression(self, expression: ast.expr | None) -> Iterator[tuple[int, str]]:
        """Yield the problems of an expression."""
        for node in ast.walk(expression) if expression is not None else ():
            if isinstance(node, ast.expr) and not isinstance(node, EXPRESSIONS):
                yield node.lineno, f"a {type(node).__name__} expression is not in the notation"
            if isinstance(node, ast.Call):
                problem = self.call(node.func)
                if problem is not None:
                    yield node.lineno, problem

    def call(self, function: ast.expr) -> str | None:
        """Return what is wrong with calling a function."""
        if isinstance(function, ast.Name):
            if function.id in WORDS:
                return f"`{function.id}` begins a premise, and stands in no other expression"
            if function.id in self.parameters | BUILTINS | LIBRARY:
                return None
            target = self.entry.function.__globals__.get(function.id, getattr(builtins, function.id, None))
            return self.target_problem(function.id, target)
        if isinstance(function, ast.Attribute):
            owner = function.value
            module = self.entry.function.__globals__.get(owner.id) if isinstance(owner, ast.Name) else None
            if isinstance(module, ModuleType):
                return self.target_problem(f"{module.__name__}.{function.attr}", getattr(module, function.attr, None))
            is_update = function.attr in UPDATES and self.entry.note in ("Step", "")
            known = is_update or function.attr in METHODS
            return None if known else f"the method {function.attr} is not in the notation"
        return "only named functions can be called"

    def target_problem(self, name: str, target: object) -> str | None:
        """Return what is wrong with calling what a name stands for.

        It must be in the notation, declared opaque, a record, or a function of `spec`.
        """
        module = getattr(target, "__module__", "") or ""
        known = entry_of(target) is not None or isinstance(target, type) or module.startswith("airspec.spec.")
        return None if known else f"{name} is neither in the notation nor declared opaque"
