"""Values as terms of Z3.

One recursive datatype holds every value of the proved rules: nothing, truth values, integers, texts, tuples as lists,
members of enumerations, and one constructor for each record.  Texts are represented by integers, since no proved rule
reads their characters.  The same holds for `numbered` types, of which only the order is used.  A type that contains
itself is `recursive`: that a term belongs to it is a predicate, which `belongs` unfolds once.
"""

from __future__ import annotations

import types
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum
from functools import cache, reduce
from typing import Any, NewType, Union, get_args, get_origin, get_type_hints

import z3
from msgspec import Struct
from msgspec.structs import astuple

from airspec.spec.faults import FAILURES

Term = Any
"""A term of Z3 (its Python interface is untyped)."""


class Terms:
    """The Z3 datatype of all values, over given records and enumerations, with its operations."""

    def __init__(
        self,
        records: Iterable[type[Struct]],
        enumerations: Iterable[type[Enum]],
        numbered: Collection[object] = (),
        recursive: Mapping[str, Any] | None = None,
    ) -> None:
        self.records = _labelled(records)
        self.labels = {record: name for name, record in self.records.items()}
        self.names = {record: record.__struct_fields__ for record in self.records.values()}
        self.members = {_member(member): member for kind in enumerations for member in kind}
        self.texts: list[str] = []
        declared = z3.Datatype("Value")
        for name in ("nothing", "no_case", "nil", *self.members):
            declared.declare(name)
        declared.declare("cons", ("head", declared), ("tail", declared))
        declared.declare("truth", ("bool", z3.BoolSort()))
        declared.declare("number", ("int", z3.IntSort()))
        declared.declare("text", ("identity", z3.IntSort()))
        for name, record in self.records.items():
            declared.declare(name, *((f"{name}_{field}", declared) for field in self.names[record]))
        self.sort = declared.create()
        self.nothing = self.sort.nothing
        self.no_case = self.sort.no_case
        self.nil = self.sort.nil
        self.failures = tuple(record for record in self.labels if record in FAILURES)
        self.numbered = frozenset(numbered)
        self.recursive = {
            hint: z3.Function(f"is_{name}", self.sort, z3.BoolSort()) for name, hint in (recursive or {}).items()
        }

    def label(self, record: type[Struct]) -> str:
        """Return the name of a record's constructor; a record of another edition has the name of its original."""
        return self.labels.get(record, record.__name__)

    def truth(self, term: Term) -> Term:
        """Return a formula (a Z3 Boolean) as a value."""
        return self.sort.truth(term)

    def is_true(self, term: Term) -> Term:
        """Return the formula that a value is the truth value True."""
        return z3.And(self.sort.is_truth(term), self.sort.bool(term))

    def is_record(self, record: type[Struct], term: Term) -> Term:
        """Return the formula that a value is a record of this class."""
        return getattr(self.sort, f"is_{self.label(record)}")(term)

    def is_failure(self, term: Term) -> Term:
        """Return the formula that a value is a record of one of the classes of failures."""
        return z3.Or(*(self.is_record(record, term) for record in self.failures))

    def make(self, record: type[Struct], arguments: Sequence[Term]) -> Term:
        """Return the term of a new record; fields after the given arguments have their defaults."""
        known = self.records[self.label(record)]
        missing = len(self.names[known]) - len(arguments)
        defaults = known.__struct_defaults__[-missing:] if missing else ()
        complete = [*arguments, *(self.encode(default) for default in defaults)]
        constructor = getattr(self.sort, self.label(record))
        return constructor(*complete) if complete else constructor

    def field(self, record: type[Struct], name: str, term: Term) -> Term:
        """Return the term of a field of a value, which must be a record of this class."""
        return getattr(self.sort, f"{self.label(record)}_{name}")(term)

    def attribute(self, term: Term, name: str, among: Sequence[type[Struct]] | None = None) -> Term:
        """Return the term ``term.name`` for a value that may be any record of those with this field, or of `among`.

        Raises TypeError if there is no such record.
        """
        owners = [record for record, names in self.names.items() if name in names] if among is None else among
        if not owners:
            raise TypeError(f"no record has a field {name}")
        *others, last = owners
        return reduce(
            lambda rest, owner: z3.If(self.is_record(owner, term), self.field(owner, name, term), rest),
            others,
            self.field(last, name, term),
        )

    def encode(self, value: object) -> Term:
        """Return the term of a Python value; raises TypeError for types without terms."""
        match value:
            case None:
                return self.nothing
            case bool():
                return self.truth(z3.BoolVal(value))
            case int():
                return self.sort.number(value)
            case str():
                return self.sort.text(self._identity(value))
            case Enum():
                return getattr(self.sort, _member(value))
            case tuple():
                items = [self.encode(item) for item in reversed(value)]
                return reduce(lambda tail, head: self.sort.cons(head, tail), items, self.nil)
            case Struct():
                return self.make(type(value), [self.encode(item) for item in astuple(value)])
        raise TypeError(f"{type(value).__name__} has no term")

    def decode(self, term: Term) -> object:
        """Return the Python value of a term without variables; the text with number n becomes ``text-n``.

        Raises ValueError for a term that is no value.
        """
        name = term.decl().name()
        parts = [term.arg(i) for i in range(term.num_args())]
        if name == "nothing":
            return None
        if name == "truth":
            return z3.is_true(parts[0])
        if name == "number":
            return parts[0].as_long()
        if name == "text":
            return f"text-{parts[0].as_long()}"
        if name in {"nil", "cons"}:
            return () if not parts else (self.decode(parts[0]), *self._items(parts[1]))
        if name in self.members:
            return self.members[name]
        if name in self.records:
            return self.records[name](*(self.decode(part) for part in parts))
        raise ValueError(f"{name} is not a value")

    def _items(self, term: Term) -> tuple[object, ...]:
        items = self.decode(term)
        return items if isinstance(items, tuple) else ()

    def _identity(self, text: str) -> int:
        if text not in self.texts:
            self.texts.append(text)
        return self.texts.index(text)

    def belongs(self, hint: Any, term: Term) -> Term:
        """Return the formula that a value is of a union type, unfolded once.

        Parts that are of recursive types are stated by the predicate of the type.
        """
        return z3.Or(*(self.typed(term, part) for part in get_args(hint)))

    def less(self, left: Term, right: Term) -> Term:
        """Return the formula ``left < right`` for two values of a numbered type."""
        return self.sort.int(left) < self.sort.int(right)

    def typed(self, term: Term, hint: Any, short: bool = False) -> Term:
        """Return the formula that a value is of a type; raises TypeError for types without terms.

        Of a tuple only this is required: that it is a list.  So laws are proved for more values than there are.  In a
        countermodel, which is to be read, tuples are `short`: none or one element, of the right type.
        """
        if hint in self.recursive:
            return self.recursive[hint](term)
        if hint in self.numbered:
            return self.sort.is_number(term)
        if isinstance(hint, NewType):
            return self.typed(term, hint.__supertype__, short)
        if get_origin(hint) in (Union, types.UnionType):
            return z3.Or(*(self.typed(term, part, short) for part in get_args(hint)))
        if get_origin(hint) is tuple:
            element, rest = self.sort.head(term), self.sort.tail(term)
            one = z3.And(self.typed(element, get_args(hint)[0], short), rest == self.nil) if short else True
            return z3.Or(self.sort.is_nil(term), z3.And(self.sort.is_cons(term), one))
        if hint in (None, type(None)):
            return self.sort.is_nothing(term)
        basic = {bool: "is_truth", int: "is_number", str: "is_text"}
        if hint in basic:
            return getattr(self.sort, basic[hint])(term)
        if isinstance(hint, type) and issubclass(hint, Struct):
            parts = (self.typed(self.field(hint, name, term), part, short) for name, part in _hints(hint).items())
            return z3.And(self.is_record(hint, term), *parts)
        raise TypeError(f"{hint} has no terms")


@cache
def _hints(record: type[Struct]) -> dict[str, Any]:
    return get_type_hints(record)


def _labelled(records: Iterable[type[Struct]]) -> dict[str, type[Struct]]:
    """Return the records by name, or by module and name where two have the same."""
    chosen = tuple(dict.fromkeys(records))
    counts = Counter(record.__name__ for record in chosen)
    return {
        r.__name__ if counts[r.__name__] == 1 else f"{r.__module__.replace('.', '_')}_{r.__name__}": r for r in chosen
    }


def _member(member: Enum) -> str:
    return f"{type(member).__name__}_{member.name}"
