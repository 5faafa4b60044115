"""Reading rules: from the source of a function to its cases.

A case is what the book typesets and what proofs translate: the premises on the way from the head of the function
to one of its leaves, and the conclusion there.
"""

from __future__ import annotations

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from msgspec import Struct

from airspec.semantics.editions import Edition
from airspec.semantics.notation.registry import Entry, load, replacements


class Let(Struct, frozen=True, eq=False):
    """``x = value``: a name for a value; the target is a name or a tuple of names."""

    target: ast.expr
    value: ast.expr


class Matches(Struct, frozen=True, eq=False):
    """The condition that the subject matches the pattern, and that the guard, if there is one, holds."""

    subject: ast.expr
    pattern: ast.pattern
    guard: ast.expr | None


class Fails(Struct, frozen=True, eq=False):
    """The condition that none of the earlier cases of the same ``match`` applies."""

    subject: ast.expr
    earlier: tuple[ast.match_case, ...]


class Holds(Struct, frozen=True, eq=False):
    """The condition that an expression has the truth value `truth`."""

    test: ast.expr
    truth: bool


class Needs(Struct, frozen=True, eq=False):
    """``x = need(judgement)``: the judgement yields x, or its failure is the conclusion; `target` may be None.

    `waits` is set for ``wait_for``; `blame` and `within` are what a step says of its failure.
    """

    target: ast.expr | None
    judgement: ast.expr
    waits: bool = False
    blame: ast.expr | None = None
    within: ast.expr | None = None


class Is(Struct, frozen=True, eq=False):
    """``x = given(subject, Form)``: the subject has the form; `target` may be None."""

    target: ast.expr | None
    subject: ast.expr
    form: ast.expr


class Some(Struct, frozen=True, eq=False):
    """``x = some(subject)``: there is a value; `target` may be None."""

    target: ast.expr | None
    subject: ast.expr


class Otherwise(Struct, frozen=True, eq=False):
    """``otherwise(consequence)``: no sister rule applies, and then the consequence holds (None: none is claimed)."""

    consequence: ast.expr | None


Premise = Let | Needs | Matches | Fails | Holds | Is | Some | Otherwise


class Case(Struct, frozen=True, eq=False):
    """One rule: `name` is ``Relation/case``, `prose` one sentence, `line` where its conclusion stands in the file."""

    name: str
    prose: str
    line: int
    premises: tuple[Premise, ...]
    conclusion: ast.expr
    entry: Entry

    @property
    def edition(self) -> str | None:
        """Return the name of the only edition that has this case; None for cases of the faithful edition."""
        return None if self.entry.edition is None else self.entry.edition.value

    @property
    def relation(self) -> str:
        """Return the relation that the rule belongs to."""
        return self.name.partition("/")[0]


class NotationError(ValueError):
    """The error of source text that is not in the notation; `line` is its line in the file."""

    def __init__(self, message: str, line: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line


@lru_cache(maxsize=256)
def module_tree(path: str) -> ast.Module:
    """Return the syntax tree of a source file; it is cached, so it must not be changed."""
    return ast.parse(Path(path).read_text(encoding="utf-8"), path)


def source_path(entry: Entry) -> str:
    """Return the path of the source file that defines a function."""
    path = inspect.getsourcefile(sys.modules[entry.module])
    assert path is not None, entry.module
    return path


def definition_of(entry: Entry) -> ast.FunctionDef:
    """Return the syntax tree of a registered function, decorators included; it is shared, so it must not be changed.

    Raise `NotationError` if it is not defined at the top of its module.
    """
    for node in module_tree(source_path(entry)).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry.name:
            return node
    raise NotationError(f"{entry.name} is not defined at the top of its module", entry.line)


def label(statement: ast.stmt) -> str | None:
    """Return the text of a statement that is only a string literal; None for any other statement."""
    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
        value = statement.value.value
        return value if isinstance(value, str) else None
    return None


def without_docstring(body: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """Return the statements of a function's body without its docstring, if it has one."""
    return body[1:] if label(body[0]) is not None else body


def needs(statement: ast.stmt) -> Needs | None:
    """Return the premise of a statement that begins with ``need`` or ``wait_for``; None for any other statement."""
    premise = worded(statement)
    return premise if isinstance(premise, Needs) else None


def worded(statement: ast.stmt) -> Premise | None:
    """Return the premise that a statement states with a word of premises; None for any other statement.

    The words are ``need``, ``wait_for``, ``given``, ``some`` and ``otherwise``; the statement calls one of them, alone,
    assigned or returned.
    """
    match statement:
        case ast.Assign([target], ast.Call(ast.Name(word), arguments, keywords)):
            return _worded(word, target, arguments, {k.arg: k.value for k in keywords})
        case ast.Expr(ast.Call(ast.Name(word), arguments, keywords)):
            return _worded(word, None, arguments, {k.arg: k.value for k in keywords})
        case ast.Return(ast.Call(ast.Name(word), arguments, keywords)):
            return _worded(word, None, arguments, {k.arg: k.value for k in keywords})
        case _:
            return None


def _worded(
    word: str, target: ast.expr | None, arguments: Sequence[ast.expr], more: Mapping[str | None, ast.expr]
) -> Premise | None:
    match word, arguments:
        case (("need" | "wait_for"), [judgement]):
            return Needs(target, judgement, word == "wait_for", more.get("blame"), more.get("within"))
        case "given", [condition]:
            return Holds(condition, True)
        case "given", [subject, form]:
            return Is(target, subject, form)
        case "some", [subject]:
            return Some(target, subject)
        case "otherwise", consequence:
            return Otherwise(consequence[0] if consequence else None)
        case _:
            return None


def leaves(body: Sequence[ast.stmt]) -> Iterator[ast.Return]:
    """Yield every ``return`` statement in a body, nested ones included."""
    for statement in body:
        for node in ast.walk(statement):
            if isinstance(node, ast.Return):
                yield node


def first_sentence(docstring: str) -> str:
    """Return the first paragraph of a docstring, on one line."""
    return " ".join(docstring.strip().split("\n\n")[0].split())


def rule_name(entry: Entry) -> str:
    """Return the name ``Relation/name`` of a rule that is a function of its own, with hyphens for underscores."""
    return f"{entry.note}/{entry.name.strip('_').replace('_', '-')}"


def whole_rule(entry: Entry) -> Case:
    """Return a rule of *Step*, or shared premises, as one case: its premises in order, and its conclusion.

    Raise `NotationError`.
    """
    function = definition_of(entry)
    premises: list[Premise] = []
    for statement in without_docstring(function.body):
        premise = worded(statement)
        if isinstance(statement, ast.Return) and statement.value is not None:
            premises += [premise] if premise is not None else []
            prose = first_sentence(ast.get_docstring(function) or "")
            return Case(rule_name(entry), prose, statement.lineno, tuple(premises), statement.value, entry)
        if premise is not None:
            premises.append(premise)
        elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
            premises.append(Let(statement.targets[0], statement.value))
        else:
            raise NotationError(f"a {type(statement).__name__} statement is not in the notation", statement.lineno)
    raise NotationError("a rule ends with its conclusion", function.lineno)


def cases(entry: Entry) -> tuple[Case, ...]:
    """Return the cases of a function of rules, or the one case of a rule of *Step*, in the order of the source.

    Raise `NotationError`.
    """
    if entry.kind == "step":
        return (whole_rule(entry),)
    function = definition_of(entry)
    docstring = ast.get_docstring(function) or ""
    body = without_docstring(function.body)
    name = function.name.strip("_").replace("_", "-")
    single = f"{name}: {first_sentence(docstring)}" if len(list(leaves(body))) == 1 else None
    return tuple(_Walk(entry).tail(body, (), single))


def equations(entry: Entry) -> tuple[Case, ...]:
    """Return the results of a definition as cases without names of their own, one for each ``return``.

    Raise `NotationError`.
    """
    body = without_docstring(definition_of(entry).body)
    return tuple(_Walk(entry).tail(body, (), "equation: one of the function's results"))


class _Walk:
    """A walk over the bodies of one function, which collects premises."""

    def __init__(self, entry: Entry) -> None:
        self.entry = entry

    def tail(self, body: Sequence[ast.stmt], premises: tuple[Premise, ...], name: str | None) -> Iterator[Case]:
        """Yield the cases of a body: its label, its assignments, and what it ends with."""
        for i, statement in enumerate(body):
            text = label(statement)
            if text is not None and i == 0:
                name = text
            elif (needed := needs(statement)) is not None:
                premises = (*premises, needed)
            elif isinstance(statement, ast.Assign) and len(statement.targets) == 1:
                premises = (*premises, Let(statement.targets[0], statement.value))
            elif isinstance(statement, ast.Return):
                yield self.case(name, statement, premises)
                return
            elif isinstance(statement, ast.Match):
                yield from self.matched(statement, premises, name)
                return
            elif isinstance(statement, ast.If):
                yield from self.branched(statement, body[i + 1 :], premises, name)
                return
            else:
                raise NotationError(f"a {type(statement).__name__} statement is not in the notation", statement.lineno)
        raise NotationError("a branch ends without a result", body[-1].lineno)

    def case(self, text: str | None, leaf: ast.Return, premises: tuple[Premise, ...]) -> Case:
        """Return the case of one leaf."""
        if text is None or ": " not in text:
            raise NotationError('a case without a name: open its branch with "name: one sentence"', leaf.lineno)
        if leaf.value is None:
            raise NotationError("a case returns nothing", leaf.lineno)
        name, _, prose = text.partition(": ")
        if not name.replace("-", "").isalnum() or name != name.lower():
            raise NotationError(f"'{name}' is not a case name: use lower-case words joined by hyphens", leaf.lineno)
        return Case(f"{self.entry.note}/{name}", prose, leaf.lineno, premises, leaf.value, self.entry)

    def matched(self, match: ast.Match, premises: tuple[Premise, ...], name: str | None) -> Iterator[Case]:
        """Yield the cases of a ``match``; a case applies where no earlier one does."""
        for i, case in enumerate(match.cases):
            earlier = tuple(match.cases[:i])
            passed = (Fails(match.subject, earlier),) if earlier else ()
            here = Matches(match.subject, case.pattern, case.guard)
            yield from self.tail(case.body, (*premises, *passed, here), name)

    def branched(
        self, branch: ast.If, rest: Sequence[ast.stmt], premises: tuple[Premise, ...], name: str | None
    ) -> Iterator[Case]:
        """Yield the cases of an ``if``; what follows it is its ``else``."""
        otherwise = branch.orelse or rest
        if branch.orelse and rest:
            raise NotationError("nothing can follow an if with an else", rest[0].lineno)
        if not otherwise:
            raise NotationError("an if without an else", branch.lineno)
        yield from self.tail(branch.body, (*premises, Holds(branch.test, True)), name)
        yield from self.tail(otherwise, (*premises, Holds(branch.test, False)), name)


@lru_cache(maxsize=1)
def all_cases() -> tuple[Case, ...]:
    """Return every case of every rule of all editions, sorted by module and line."""
    return tuple(case for entry in load() if entry.kind in ("rules", "step") for case in cases(entry))


def cases_of(edition: Edition) -> tuple[Case, ...]:
    """Return every case that an edition has: those of the faithful edition that it does not replace, and its own."""
    replaced = set(replacements(edition))
    return tuple(
        case for case in all_cases() if case.entry.edition in (None, edition) and case.entry.function not in replaced
    )
