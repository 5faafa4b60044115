"""Reading rules of any kind, with symbols for the parts that proofs cannot read.

Most rules use persistent maps, texts and comprehensions, which have no terms.  Here such an expression is a symbol: an
unknown function of the names in it.  Of a symbol only its declared type is known, so what is proved holds for any value
of the expression.  The reverse does not hold: a countermodel of Z3 says nothing about the rule.
"""

from __future__ import annotations

import ast
import inspect
import sys
import types
from collections.abc import Callable, Collection, Mapping, Sequence
from enum import Enum
from functools import cache
from typing import Any, Final, Literal, NewType, Union, get_args, get_origin

import z3
from msgspec import Struct

from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.reading.translation import FunctionReader, Scope, Translation, UntranslatableError
from airspec.semantics.configuration import Config
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.engine import overlay
from airspec.semantics.notation.reading import NotationError, definition_of
from airspec.semantics.notation.registry import entry_of, load, replacements
from airspec.semantics.notation.transitions import UPDATES
from airspec.semantics.notation.updates import updated

OWN: Final = ("airspec.spec.", "airspec.semantics.")
"""The prefixes of the names of the specification's modules."""

BASIC: Final[Mapping[object, str]] = {
    bool: "is_truth",
    int: "is_number",
    str: "is_text",
    None: "is_nothing",
    type(None): "is_nothing",
}


def all_terms() -> Terms:
    """Return `Terms` for all records and enumerations of the specification, after loading all of its rules."""
    load()
    modules = [module for name, module in sorted(sys.modules.items()) if name.startswith(OWN)]
    kinds = {value: None for module in modules for value in vars(module).values() if isinstance(value, type)}
    own = [kind for kind in kinds if kind.__module__.startswith(OWN)]
    records = sorted((k for k in own if issubclass(k, Struct)), key=lambda k: (k.__module__, k.__qualname__))
    enumerations = sorted((k for k in own if issubclass(k, Enum)), key=lambda k: (k.__module__, k.__qualname__))
    return Terms(records, enumerations)


Lemma = Callable[[Term], Term]
"""A function from the result of a function to the formula that was proved of it."""


class Abstraction(Translation):
    """A translation that reads only the `inlined` functions; all others are unknown functions (symbols).

    Functions are replaced by those of the `edition`.  `facts` collects what is known of symbols from their declared
    types, and from `lemmas`, which map names of symbols to what was proved of them.
    """

    def __init__(
        self,
        terms: Terms,
        inlined: Collection[Callable[..., object]] = (),
        edition: Edition = FAITHFUL,
        lemmas: Mapping[str, Lemma] | None = None,
    ) -> None:
        super().__init__(terms)
        self.edition = edition
        self.replaced = replacements(edition)
        self.inlined = frozenset(map(entry_of, inlined))
        self.lemmas = lemmas or {}
        self.facts: dict[int, Term] = {}
        self.fields: dict[tuple[int, str], tuple[Term, Term]] = {}  # with the owner, which must live on
        self.kinds: dict[int, tuple[Term, tuple[type[Struct], ...]]] = {}  # with the term, for the same reason

    @property
    def reader(self) -> type[FunctionReader]:
        """Return the class of readers of function bodies."""
        return LooseReader

    def call(self, function: Callable[..., object], arguments: Sequence[Any]) -> Term:
        """Return the term of ``function(*arguments)``: its body if it is inlined, and otherwise a symbol.

        An argument is a term, or a function.
        """
        entry = entry_of(function)
        if entry is not None:
            own = self.replaced.get(entry.function, entry)
            if own in self.inlined:
                return self.body(own.function, arguments)
            function = own.function
        hint = declared(function).get("return", object)
        return self.symbol(f"{function.__module__}.{function.__name__}", self.run(function), arguments, hint)

    def run(self, thing: Any) -> Any:
        """Return the value that stands for `thing` in evaluated expressions.

        That is, for a function of the notation, the one that the edition runs in its place, where a failure of a needed
        judgement is returned as the result; anything else stands for itself.
        """
        entry = entry_of(thing) if inspect.isfunction(thing) else None
        if entry is None:
            return thing
        return overlay(self.edition, False).function(thing) if self.replaced else entry.function

    def body(self, function: Callable[..., object], arguments: Sequence[Any]) -> Term:
        """Return the term of a function's body for some arguments.

        Unlike in `Translation`, the body is read for each call, as the facts are about the arguments.
        """
        term = self.terms.no_case
        for leaf in reversed(self.leaves(function, arguments)):
            term = z3.If(leaf.reached, leaf.result, term)
        return term

    def symbol(self, name: str, meaning: Callable[..., Any], arguments: Sequence[Any], hint: Any = object) -> Term:
        """Return the application of the unknown function `name` to terms, and collect the facts from its type `hint`.

        `meaning` is the Python function that the symbol stands for.  Arguments that are functions become part of the
        name.
        """
        known = [a for a in arguments if z3.is_expr(a)]
        given = {i: a for i, a in enumerate(arguments) if not z3.is_expr(a)}
        full = " ".join([name, *(function.__name__ for function in given.values())])
        self.meanings[full] = _partial(meaning, given) if given else meaning
        term = z3.Function(full, *[self.terms.sort] * (len(known) + 1))(*known)
        self.suppose(term, hint)
        self.know(self.shallow(term, hint))
        if full in self.lemmas:
            self.know(self.lemmas[full](term))
        return term

    def grounds(self) -> dict[str, Any]:
        """Return the facts, and the names of the functions that were read, as keyword arguments for `Obligation`."""
        reads = sorted(f"{entry.module}.{entry.name}" for entry in self.read)
        return {"facts": tuple(self.facts.values()), "reads": tuple(reads)}

    def suppose(self, term: Term, hint: Any) -> None:
        """Record that a term has the type `hint`, so that its fields are looked up only in records of that type."""
        kinds = self.kinds_in(hint)
        if kinds is not None:
            self.kinds[term.get_id()] = term, kinds

    def kinds_in(self, hint: Any) -> tuple[type[Struct], ...] | None:
        """Return the record classes that a value of a type may belong to; None if not all of them are known."""
        if isinstance(hint, NewType):
            return self.kinds_in(hint.__supertype__)
        origin = get_origin(hint) or hint
        if origin in (Union, types.UnionType):
            parts = [self.kinds_in(part) for part in get_args(hint)]
            return None if None in parts else tuple(kind for part in parts for kind in part or ())
        if origin in BASIC or origin is Literal:
            return ()
        return (origin,) if isinstance(origin, type) and origin in self.terms.labels else None

    def owners(self, term: Term, name: str) -> list[type[Struct]]:
        """Return the record classes with a field of this name that a term may belong to."""
        made = self.terms.records.get(term.decl().name())
        if made is not None and term.decl().kind() == z3.Z3_OP_DT_CONSTRUCTOR and name in self.terms.names[made]:
            return [made]
        _, kinds = self.kinds.get(term.get_id(), (term, None))
        owners = [record for record, names in self.terms.names.items() if name in names]
        return [record for record in owners if record in kinds] if kinds else owners

    def know(self, fact: Term) -> None:
        """Add a formula to the facts, unless it is trivially true."""
        if not z3.is_true(fact):
            self.facts[fact.get_id()] = fact

    def typed_field(self, record: type[Struct], name: str, term: Term) -> Term:
        """Return the term for a field of a record, and collect the facts that the field's declared type gives."""
        field = self.terms.field(record, name, term)
        self.suppose(field, declared(record).get(name, object))
        fact = self.shallow(field, declared(record).get(name, object))
        if not z3.is_true(fact):
            self.know(z3.Implies(self.terms.is_record(record, term), fact))
        return field

    def shallow(self, term: Term, hint: Any) -> Term:
        """Return the formula that a term has the outermost form of a type; true for types that have no terms.

        The parts of records and tuples are not looked at.
        """
        if isinstance(hint, NewType):
            return self.shallow(term, hint.__supertype__)
        origin = get_origin(hint) or hint
        if origin in (Union, types.UnionType):
            parts = [self.shallow(term, part) for part in get_args(hint)]
            return z3.BoolVal(True) if any(z3.is_true(part) for part in parts) else z3.Or(*parts)
        if origin is Literal:
            return z3.Or(*(term == self.terms.encode(value) for value in get_args(hint)))
        if origin is tuple:
            return z3.Or(self.terms.sort.is_nil(term), self.terms.sort.is_cons(term))
        if origin in BASIC:
            return getattr(self.terms.sort, BASIC[origin])(term)
        if isinstance(origin, type) and origin in self.terms.labels:
            return self.terms.is_record(origin, term)
        if isinstance(origin, type) and issubclass(origin, Enum):
            return z3.Or(*(term == self.terms.encode(member) for member in origin))
        return z3.BoolVal(True)


class LooseReader(FunctionReader):
    """A reader of function bodies that uses symbols for the expressions and patterns that it cannot read."""

    translation: Abstraction

    def value(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the term of an expression, or a symbol for it if it cannot be read."""
        try:
            return self.known(expression, scope)
        except (UntranslatableError, TypeError):
            return self.unknown(expression, scope)

    def condition(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the formula that an expression is true in the sense of ``if``.

        An expression that cannot be read becomes an unknown function of the local names in it.
        """
        match expression:
            case ast.Compare(ast.Call(ast.Name("type"), [thing]), [(ast.Is() | ast.IsNot()) as sign], [kind]):
                test = self.translation.shallow(self.value(thing, scope), self.kind(kind))
                return test if isinstance(sign, ast.Is) else z3.Not(test)
            case ast.BoolOp() | ast.UnaryOp(op=ast.Not()) | ast.Compare() | ast.Constant():
                try:
                    return super().condition(expression, scope)
                except UntranslatableError:
                    return self.terms.is_true(self.unknown(expression, scope))
        value = self.value(expression, scope)
        truth = self.translation.symbol("bool", bool, [value], bool)  # what is empty is false, too
        self.translation.know(z3.Implies(self.terms.sort.is_truth(value), truth == value))
        return self.terms.is_true(truth)

    def unknown(self, expression: ast.expr, scope: Scope) -> Term:
        """Return a symbol for an expression that cannot be read: an unknown function of the local names in it."""
        names = sorted({n.id for n in ast.walk(expression) if isinstance(n, ast.Name) and n.id in scope})
        text = ast.unparse(expression)
        return self.translation.symbol(
            f"{self.path}:{text}", self.evaluator(text, names), [scope[name] for name in names]
        )

    def evaluator(self, text: str, names: Sequence[str]) -> Callable[..., Any]:
        """Return a Python function that evaluates the expression `text` for given values of `names`."""
        code = compile(text, self.path, "eval")

        def evaluated(*values: Any) -> Any:
            known = {name: self.translation.run(value) for name, value in self.namespace.items()}
            return eval(code, {**known, **dict(zip(names, values, strict=True))})

        return evaluated

    def known(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the term of an expression; raises `UntranslatableError` or TypeError if it cannot be read."""
        match expression:
            case ast.Attribute(value=ast.Name(id=name), attr=attr) if name not in scope:
                return self.member(expression, name, attr)
            case ast.Attribute(value=owner, attr=attr):
                return self.attribute(self.value(owner, scope), attr)
            case ast.Call(func=ast.Name(id="replace"), args=[record], keywords=changes):
                changed = {change.arg: self.value(change.value, scope) for change in changes if change.arg}
                return self.replaced(expression, self.value(record, scope), changed, scope)
            case ast.Call(func=ast.Name(id="isinstance"), args=[thing, kind]):
                test = self.translation.shallow(self.value(thing, scope), self.kind(kind))
                if not z3.is_true(test):
                    return self.terms.truth(test)
            case ast.Call(func=ast.Attribute(attr=attr)) if attr in UPDATES and _root(expression) in scope:
                return self.updated(expression, scope)
            case ast.Call(func=ast.Name(id="len"), args=[items], keywords=[]):
                return self.translation.symbol("len", len, [self.value(items, scope)], int)
            case ast.Call(func=ast.Attribute(value=owner, attr="append"), args=[item]):
                return self.terms.sort.cons(self.value(item, scope), self.value(owner, scope))
            case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if callable(scope.get(name)):
                arguments = [self.value(argument, scope) for argument in args]
                return self.translation.call(scope[name], arguments)  # type: ignore[arg-type]
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name), args=args, keywords=[]) if (
                module not in scope and isinstance(self.namespace.get(module), types.ModuleType)
            ):
                return self.applied(getattr(self.namespace[module], name), args, scope)
            case ast.Call(func=ast.Attribute(value=owner, attr=attr), args=args, keywords=[]) if _root(owner) in scope:
                values = [self.value(part, scope) for part in (owner, *args)]
                return self.translation.symbol(f"method {attr}", _method(attr), values)
            case ast.Name(id=name) if name not in scope and name in self.namespace:
                thing = self.namespace[name]
                return thing if callable(thing) else self.terms.encode(thing)
        return super().value(expression, scope)

    def kind(self, expression: ast.expr) -> Any:
        """Return the class, or the union of classes, that an expression names; raises `UntranslatableError`."""
        match expression:
            case ast.Name(id=name):
                return self.namespace.get(name, object)
            case ast.BinOp(left=left, op=ast.BitOr(), right=right):
                return Union[self.kind(left), self.kind(right)]  # noqa: UP007 - the parts are known at run time only
        raise self.refuse(expression, "this class")

    def updated(self, expression: ast.expr, scope: Scope) -> Term:
        """Return the term of a configuration after a chain of updates; raises `UntranslatableError`."""
        try:
            update = updated(expression)
        except NotationError as error:
            raise self.refuse(expression, error.message) from None
        inner = type(self)(self.translation, {**self.namespace, **update.names}, self.path)
        known = dict(scope)
        for name, value in update.hoisted.items():
            known[name] = inner.value(value, known)
        base = inner.value(update.base, known)
        cells = {name: inner.value(value, known) for name, value in update.cells.items()}
        fields = [cells.get(name, self.terms.field(Config, name, base)) for name in self.terms.names[Config]]
        return self.terms.make(Config, fields)

    def attribute(self, owner: Term, name: str) -> Term:
        """Return the term ``owner.name``, and collect the facts about it."""
        known = self.translation.fields.get((owner.get_id(), name))
        if known is None:
            owners = self.translation.owners(owner, name)
            for record in owners:
                self.translation.typed_field(record, name, owner)
            field = self.terms.attribute(owner, name, owners)
            known = self.translation.fields[owner.get_id(), name] = owner, field
        return known[1]

    def replaced(self, node: ast.expr, record: Term, changes: Mapping[str, Term], scope: Scope) -> Term:
        """Return the term of ``replace(record, **changes)``, for every record class that has these fields.

        `node` is the expression of the call; for other values the result is a symbol for it.
        """
        owners = self.translation.owners(record, next(iter(changes)))
        owners = [owner for owner in owners if set(changes) <= set(self.terms.names[owner])]
        result = self.unknown(node, scope)  # for values that are no such record, which well-typed rules never change
        for owner in owners:
            fields = {name: self.translation.typed_field(owner, name, record) for name in self.terms.names[owner]}
            made = self.terms.make(owner, list({**fields, **changes}.values()))
            result = z3.If(self.terms.is_record(owner, record), made, result)
        return result

    def member(self, node: ast.expr, name: str, attr: str) -> Term:
        """Return the term of ``name.attr``, a member of an enumeration or a constant of a module."""
        owner = self.namespace.get(name)
        if isinstance(owner, types.ModuleType):
            return self.terms.encode(getattr(owner, attr))
        return super().member(node, name, attr)

    def called(self, node: ast.expr, name: str, args: Sequence[ast.expr], scope: Scope) -> Term:
        """Return the term of a call by name of a function of the notation or the specification, or of a new record.

        Raises `UntranslatableError`.
        """
        target = self.namespace.get(name)
        if callable(target) and not isinstance(target, type) and (entry_of(target) or _is_own(target)):
            return self.applied(target, args, scope)
        return super().called(node, name, args, scope)

    def applied(self, target: Any, args: Sequence[ast.expr], scope: Scope) -> Term:
        """Return the term of `target`, a function or record class, applied to arguments and default values."""
        arguments = [self.value(argument, scope) for argument in args]
        if isinstance(target, type):
            return self.terms.make(target, arguments)
        missing = list(inspect.signature(target).parameters.values())[len(arguments) :]
        defaults = [self.terms.encode(p.default) for p in missing if p.default is not inspect.Parameter.empty]
        return self.translation.call(target, [*arguments, *defaults])

    def pattern(self, pattern: ast.pattern, subject: Any) -> tuple[Term, dict[str, Term]]:
        """Return the condition that a pattern matches, and the terms of the names that it binds."""
        match pattern:
            case ast.MatchClass(cls=ast.Name(id="str" | "int" | "bool"), patterns=[], kwd_patterns=[]):
                kind = {"str": str, "int": int, "bool": bool}[pattern.cls.id]  # type: ignore[attr-defined]
                return self.translation.shallow(subject, kind), {}
            case ast.MatchClass(cls=ast.Attribute(value=ast.Name(id=module), attr=attr)):
                return self.record_pattern(pattern, getattr(self.namespace[module], attr), subject)
        try:
            return super().pattern(pattern, subject)
        except UntranslatableError:
            return self.unknown_pattern(pattern, subject)

    def unknown_pattern(self, pattern: ast.pattern, subject: Any) -> tuple[Term, dict[str, Term]]:
        """Return symbols for a pattern that cannot be read: the condition that it matches, and a term for each name."""
        subjects = subject if isinstance(subject, tuple) else (subject,)
        text = ast.unparse(pattern)
        names = {node.name for node in ast.walk(pattern) if isinstance(node, ast.MatchAs | ast.MatchStar) and node.name}
        bound = {
            name: self.translation.symbol(f"{name} of {text}", self.matcher(text, name), subjects)
            for name in sorted(names)
        }
        return self.terms.is_true(self.translation.symbol(f"{text} fits", self.matcher(text, "True"), subjects)), bound

    def matcher(self, text: str, result: str) -> Callable[..., Any]:
        """Return a function of subjects that evaluates `result` if they match the pattern, and else returns False.

        `text` is the source of the pattern.  `result` is an expression over the names that it binds, or ``True``.
        """
        source = f"def matched(*subjects):\n match subjects:\n  case ({text},):\n   return {result}\n return False"
        namespace = dict(self.namespace)
        exec(compile(source, self.path, "exec"), namespace)
        found: Callable[..., Any] = namespace["matched"]
        return found

    def record_pattern(
        self, pattern: ast.MatchClass, record: type[Struct], subject: Term
    ) -> tuple[Term, dict[str, Term]]:
        """Return the condition that a record pattern matches, and the terms of the names that it binds.

        The facts that the declared types of the record's fields give are collected.
        """
        if isinstance(record, type) and record in self.terms.names:
            for name in self.terms.names[record]:
                self.translation.typed_field(record, name, subject)
        return super().record_pattern(pattern, record, subject)


def with_helpers(function: Callable[..., object]) -> tuple[Callable[..., object], ...]:
    """Return a function, and the functions of the notation in its module that it uses, directly or indirectly."""
    found: dict[Callable[..., object], None] = {}
    pending = [entry_of(function)]
    while pending:
        entry = pending.pop()
        if entry is not None and entry.kind != "opaque" and entry.function not in found:
            found[entry.function] = None
            names = (node.id for node in ast.walk(definition_of(entry)) if isinstance(node, ast.Name))
            known = (entry_of(entry.plain.__globals__.get(name)) for name in names)
            pending += [other for other in known if other is not None and other.module == entry.module]
    return tuple(found)


def _root(expression: ast.expr) -> str | None:
    """Return the name that a chain of calls and fields begins with, or None."""
    while isinstance(expression, ast.Call | ast.Attribute):
        expression = expression.func if isinstance(expression, ast.Call) else expression.value
    return expression.id if isinstance(expression, ast.Name) else None


def _method(name: str) -> Callable[..., Any]:
    """Return a method as a function of its owner and its arguments."""
    return lambda owner, *arguments: getattr(owner, name)(*arguments)


def _partial(function: Callable[..., Any], given: Mapping[int, Any]) -> Callable[..., Any]:
    """Return a function with some of its arguments given, by position."""

    def called(*rest: Any) -> Any:
        others = iter(rest)
        return function(*(given[i] if i in given else next(others) for i in range(len(given) + len(rest))))

    return called


def _is_own(function: object) -> bool:
    return getattr(function, "__module__", "").startswith(OWN)


@cache
def declared(owner: Any) -> dict[str, Any]:
    """Return the declared types by name: of a record's fields, or of a function's parameters and result (``return``).

    Collections from other libraries cannot be subscripted at run time, so each annotation is evaluated by itself; one
    that cannot be evaluated counts as `object`.
    """
    parts = reversed(owner.__mro__) if isinstance(owner, type) else [owner]
    return {
        name: _evaluated(text, vars(sys.modules[part.__module__]))
        for part in parts
        for name, text in inspect.get_annotations(part).items()
    }


def _evaluated(text: Any, namespace: Mapping[str, Any]) -> Any:
    try:
        return eval(text, dict(namespace)) if isinstance(text, str) else text
    except TypeError:
        return object
