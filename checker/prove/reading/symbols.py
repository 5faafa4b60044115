"""Terms that are only read: each is a symbol that is named by how it is written.

A statement about records, functions and judgements is evaluated with `Symbols` in place of `Terms`, and what comes out
is printed.  The name of a symbol is a template, with ``{}`` for each of its arguments: ``{} ⊔ {}``, ``{}.source``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from inspect import signature
from typing import Any, Final

import z3
from msgspec import Struct
from msgspec.structs import astuple

from airspec.checker.prove.reading.terms import Term, Terms
from airspec.checker.prove.reading.translation import Translation
from airspec.semantics.merge import equivalence

BOOLEAN: Final = z3.BoolSort()

JOIN, ALIKE, BELOW = "⊔", "≈", "⊑"
"""The signs of the join, of equivalence, and of the information order."""


def between(sign: str) -> str:
    """Return the template of a sign between two things."""
    return f"{{}} {sign} {{}}"


class Meaning(Struct, frozen=True, eq=False):
    """What a symbol stands for: a term about its parameters; or, where that is not printed, a sentence."""

    parameters: tuple[Term, ...]
    term: Term | None = None
    sentence: str = ""


class Symbols(Terms):
    """The terms of values of which nothing is known; that a value is of its declared type goes without saying.

    `meanings` says what those symbols stand for that have to be explained, by their templates.
    """

    def __init__(self) -> None:
        super().__init__((), ())
        self.meanings: dict[str, Meaning] = {}
        self.constants: set[str] = set()

    def applied(self, template: str, *arguments: Term, sort: Any = None) -> Term:
        """A symbol of some values, which is a value itself, or a truth value if that is its `sort`."""
        sort = self.sort if sort is None else sort
        if not arguments:
            self.constants.add(template)
            return z3.Const(template, sort)
        return z3.Function(template, *(argument.sort() for argument in arguments), sort)(*arguments)

    def abbreviated(self, template: str, method: Callable[..., Term], *arguments: Term) -> Term:
        """A symbol for what a method gives, which is defined below the formula that has the symbol."""
        parameters = tuple(z3.Const(name, self.sort) for name in signature(method).parameters)[: len(arguments)]
        if template not in self.meanings:
            self.meanings[template] = Meaning(parameters)  # a method may name itself
            self.meanings[template] = Meaning(parameters, method(*parameters))
        term = self.meanings[template].term
        return self.applied(template, *arguments, sort=self.sort if term is None else term.sort())

    def told(self, template: str, method: Any, *arguments: Term, sort: Any = None) -> Term:
        """A symbol for what a method or a property gives, of which its own first sentence is told."""
        plain = getattr(method, "func", None) or getattr(method, "fget", None) or method
        names = [name for name in signature(plain).parameters if name != "self"]
        parameters = tuple(z3.Const(name, self.sort) for name in names)
        sentence = (method.__doc__ or "").partition("\n")[0]
        self.explain(template, sentence, *parameters)
        return self.applied(template, *arguments, sort=sort)

    def explain(self, template: str, sentence: str, *parameters: Term) -> None:
        """Say in words what a symbol stands for."""
        self.meanings[template] = Meaning(parameters, sentence=sentence)

    def is_record(self, record: type[Struct], term: Term) -> Term:
        """``term is Record``."""
        return self.applied(f"{{}} is {record.__name__}", term, sort=BOOLEAN)

    def is_true(self, term: Term) -> Term:
        """A value as a truth value."""
        return self.applied("{}", term, sort=BOOLEAN)

    def make(self, record: type[Struct], arguments: Sequence[Term]) -> Term:
        """``Record(…)``."""
        return self.applied(_application(record.__name__, len(arguments)), *arguments)

    def field(self, record: type[Struct], name: str, term: Term) -> Term:
        """``term.name``."""
        return self.applied(f"{{}}.{name}", term)

    def encode(self, value: object) -> Term:
        """A constant: members of enumerations are written as their values."""
        match value:
            case None:
                return self.nothing
            case Enum():
                return self.applied(str(value.value))
            case Struct():
                parts = [self.encode(part) for part in astuple(value)]
                return self.make(type(value), parts) if parts else self.applied(type(value).__name__)
            case ():
                return self.nil
            case _:
                return self.applied(str(value))

    def typed(self, term: Term, hint: Any, short: bool = False) -> Term:
        """True, as no more is said of types than in the premises of the catalogue."""
        return z3.BoolVal(True)


SIGNS: Final[Mapping[Callable[..., object], str]] = {
    equivalence.alike: between(ALIKE),
    equivalence.below: between(BELOW),
}
"""The functions that have a sign; others are written by their names."""


class SymbolicTranslation(Translation):
    """The functions of the notation as symbols."""

    terms: Symbols

    def __init__(self) -> None:
        super().__init__(Symbols())

    def call(self, function: Callable[..., object], arguments: Sequence[Term]) -> Term:
        """The function, applied."""
        return self.terms.applied(SIGNS.get(function) or _application(function.__name__, len(arguments)), *arguments)


def _application(name: str, arity: int) -> str:
    return f"{name}({', '.join(['{}'] * arity)})"
