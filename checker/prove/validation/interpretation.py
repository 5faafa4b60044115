"""The meaning of terms: a term of Z3, read back as a function on Python values.

Where a translation left a symbol for a function or an expression, the meaning calls that function or evaluates that
expression, so that a term can be compared on any arguments with the function from which it was read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import z3

from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.reading.translation import Translation

Meaning = Callable[[Sequence[Any]], Any]
"""What a term means for given arguments."""


class Interpretation:
    """The meanings of terms: Python functions of the values of `parameters`."""

    def __init__(self, translation: Translation, parameters: Sequence[Term]) -> None:
        self.terms = translation.terms
        self.symbols = translation.meanings
        self.known: dict[int, tuple[Term, Meaning]] = {  # by identity of a term, which must live on
            parameter.get_id(): (parameter, _argument(i)) for i, parameter in enumerate(parameters)
        }

    def of(self, term: Term) -> Meaning:
        """Return the meaning of a term, computed once; raises ValueError if some part of it has none."""
        found = self.known.get(term.get_id())
        if found is None:
            meaning = self.read(term)
            found = self.known[term.get_id()] = (term, _remembering(meaning) if term.num_args() else meaning)
        return found[1]

    def read(self, term: Term) -> Meaning:
        """Return the meaning of a term without looking it up, from the meanings of its parts."""
        declared, parts = term.decl(), [self.of(part) for part in term.children()]
        match declared.kind():
            case z3.Z3_OP_TRUE | z3.Z3_OP_FALSE:
                value = z3.is_true(term)
                return lambda arguments: value
            case z3.Z3_OP_ANUM:
                number = term.as_long()
                return lambda arguments: number
            case z3.Z3_OP_ITE:
                test, yes, no = parts
                return lambda arguments: (yes if test(arguments) else no)(arguments)
            case z3.Z3_OP_AND:
                return lambda arguments: all(part(arguments) for part in parts)
            case z3.Z3_OP_OR:
                return lambda arguments: any(part(arguments) for part in parts)
            case z3.Z3_OP_NOT:
                return lambda arguments: not parts[0](arguments)
            case z3.Z3_OP_EQ:
                return lambda arguments: bool(parts[0](arguments) == parts[1](arguments))
            case z3.Z3_OP_DISTINCT:
                return lambda arguments: bool(parts[0](arguments) != parts[1](arguments))
            case z3.Z3_OP_LT:
                return lambda arguments: bool(parts[0](arguments) < parts[1](arguments))
            case z3.Z3_OP_DT_CONSTRUCTOR:
                return self.constructed(declared.name(), parts)
            case z3.Z3_OP_DT_IS:
                return self.tested(declared.params()[0].name(), parts[0])
            case z3.Z3_OP_DT_ACCESSOR:
                return self.accessed(declared.name(), parts[0])
            case z3.Z3_OP_UNINTERPRETED if declared.name() in self.symbols:
                symbol = self.symbols[declared.name()]
                return lambda arguments: symbol(*(part(arguments) for part in parts))
        raise ValueError(f"{declared.name()} has no meaning")

    def constructed(self, name: str, parts: Sequence[Meaning]) -> Meaning:
        """Return the meaning of a constructor, given by name, that is applied to `parts`."""
        constants = {"nothing": None, "nil": (), **self.terms.members}
        if name in constants:
            constant = constants[name]
            return lambda arguments: constant
        if name == "text":
            return lambda arguments: self.terms.texts[parts[0](arguments)]
        if name in {"truth", "number"}:
            return parts[0]
        if name == "cons":
            return lambda arguments: _extended(parts[0](arguments), parts[1](arguments))
        if name == "no_case":
            return _no_case
        record = self.terms.records[name]
        return lambda arguments: record(*(part(arguments) for part in parts))

    def tested(self, name: str, part: Meaning) -> Meaning:
        """Return the meaning of a test whether the value of `part` was made by a constructor, given by name."""
        if name in self.terms.records:
            record = self.terms.records[name]
            return lambda arguments: type(part(arguments)) is record
        if name in self.terms.members:
            member = self.terms.members[name]
            return lambda arguments: part(arguments) is member
        tests: dict[str, Callable[[Any], bool]] = {
            "nothing": lambda value: value is None,
            "truth": lambda value: isinstance(value, bool),
            "number": lambda value: isinstance(value, int) and not isinstance(value, bool),
            "text": lambda value: isinstance(value, str),
            "nil": lambda value: value == (),
            "cons": lambda value: isinstance(value, tuple) and value != (),
        }
        return lambda arguments: tests[name](part(arguments))

    def accessed(self, name: str, part: Meaning) -> Meaning:
        """Return the meaning of an access to a part of a value by the accessor `name`."""
        if name in {"bool", "int", "identity"}:
            return part
        if name == "head":
            return lambda arguments: part(arguments)[0]
        if name == "tail":
            return lambda arguments: part(arguments)[1:]
        field = next(
            field
            for record, fields in self.terms.names.items()
            for field in fields
            if name == f"{self.terms.label(record)}_{field}"
        )
        return lambda arguments: getattr(part(arguments), field)


def _argument(i: int) -> Meaning:
    return lambda arguments: arguments[i]


def _remembering(meaning: Meaning) -> Meaning:
    """Return a meaning that is computed once for the same arguments, as terms share their parts."""
    last: list[Any] = [None, None]

    def remembered(arguments: Sequence[Any]) -> Any:
        if last[0] is not arguments:
            last[1] = meaning(arguments)
            last[0] = arguments
        return last[1]

    return remembered


def _extended(item: Any, items: Any) -> Any:
    """Return a list with one more item: in front of a tuple, at the end of a persistent list."""
    return (item, *items) if isinstance(items, tuple) else items.append(item)


def _no_case(arguments: Sequence[Any]) -> Any:
    raise ValueError("no case applies")
