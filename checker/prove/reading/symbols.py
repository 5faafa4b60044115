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
    """Return the template of an infix sign: ``{} sign {}``."""
    return f"{{}} {sign} {{}}"


class Meaning(Struct, frozen=True, eq=False):
    """The definition of a symbol over `parameters`: a term that is printed, or else a sentence."""

    parameters: tuple[Term, ...]
    term: Term | None = None
    sentence: str = ""


class Symbols(Terms):
    """`Terms` for printing: every operation returns a symbol, and every value is taken to have its declared type.

    `meanings` holds the definitions of those symbols that have to be explained, by their templates; `constants` are the
    symbols that are no variables.
    """

    def __init__(self) -> None:
        super().__init__((), ())
        self.meanings: dict[str, Meaning] = {}
        self.constants: set[str] = set()

    def applied(self, template: str, *arguments: Term, sort: Any = None) -> Term:
        """Return a symbol applied to terms; its `sort` is that of values unless another one is given.

        `template` has ``{}`` for each argument; without arguments the symbol is a constant.
        """
        sort = self.sort if sort is None else sort
        if not arguments:
            self.constants.add(template)
            return z3.Const(template, sort)
        return z3.Function(template, *(argument.sort() for argument in arguments), sort)(*arguments)

    def abbreviated(self, template: str, method: Callable[..., Term], *arguments: Term) -> Term:
        """Return a symbol for the result of a method; its definition is printed below the formula.

        The definition is what the method returns for its own parameters.
        """
        parameters = tuple(z3.Const(name, self.sort) for name in signature(method).parameters)[: len(arguments)]
        if template not in self.meanings:
            self.meanings[template] = Meaning(parameters)  # a method may name itself
            self.meanings[template] = Meaning(parameters, method(*parameters))
        term = self.meanings[template].term
        return self.applied(template, *arguments, sort=self.sort if term is None else term.sort())

    def told(self, template: str, method: Any, *arguments: Term, sort: Any = None) -> Term:
        """Return a symbol that is explained by the first line of a method's or property's docstring.

        The explanation is printed below the formula.
        """
        plain = getattr(method, "func", None) or getattr(method, "fget", None) or method
        names = [name for name in signature(plain).parameters if name != "self"]
        parameters = tuple(z3.Const(name, self.sort) for name in names)
        sentence = (method.__doc__ or "").partition("\n")[0]
        self.explain(template, sentence, *parameters)
        return self.applied(template, *arguments, sort=sort)

    def explain(self, template: str, sentence: str, *parameters: Term) -> None:
        """Define a symbol by a sentence."""
        self.meanings[template] = Meaning(parameters, sentence=sentence)

    def is_record(self, record: type[Struct], term: Term) -> Term:
        """Return the formula ``term is Record``."""
        return self.applied(f"{{}} is {record.__name__}", term, sort=BOOLEAN)

    def is_true(self, term: Term) -> Term:
        """Return a value as a formula, printed in the same way."""
        return self.applied("{}", term, sort=BOOLEAN)

    def make(self, record: type[Struct], arguments: Sequence[Term]) -> Term:
        """Return the term ``Record(…)``."""
        return self.applied(_application(record.__name__, len(arguments)), *arguments)

    def field(self, record: type[Struct], name: str, term: Term) -> Term:
        """Return the term ``term.name``."""
        return self.applied(f"{{}}.{name}", term)

    def encode(self, value: object) -> Term:
        """Return a value as a constant or a record of constants; a member of an enumeration is printed as its value."""
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
        """Return true: declared types are not printed in formulas."""
        return z3.BoolVal(True)


SIGNS: Final[Mapping[Callable[..., object], str]] = {
    equivalence.alike: between(ALIKE),
    equivalence.below: between(BELOW),
}
"""The functions that have a sign; others are written by their names."""


class SymbolicTranslation(Translation):
    """A translation for printing, in which every function of the notation is a symbol."""

    terms: Symbols

    def __init__(self) -> None:
        super().__init__(Symbols())

    def call(self, function: Callable[..., object], arguments: Sequence[Term]) -> Term:
        """Return the function applied to the arguments: with its sign if it has one, else by its name."""
        return self.terms.applied(SIGNS.get(function) or _application(function.__name__, len(arguments)), *arguments)


def _application(name: str, arity: int) -> str:
    return f"{name}({', '.join(['{}'] * arity)})"
