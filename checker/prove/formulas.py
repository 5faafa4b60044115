"""The formula of a proposition, printed from the very functions that state it.

These are evaluated on symbols (`reading.symbols`); there is no other text of a formula.  Below it stand the definitions
of what it abbreviates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import z3
from msgspec import Struct

from airspec.checker.prove.evidence import Formula
from airspec.checker.prove.reading.symbols import JOIN, Meaning, Symbols, between
from airspec.checker.prove.reading.terms import Term

MEMBER: Final = "{} ∈ T"
"""That a thing is one of those that a law speaks of, which goes without saying in a premise."""


class Stated(Struct, frozen=True, eq=False):
    """A symbolic subject from which a law is printed: its name, its symbols, and the `thing` given to the law."""

    name: str
    symbols: Symbols
    thing: Any


def printed(
    stated: Sequence[Stated], premise: Callable[[Any], Term], conclusion: Callable[[Any], Term], somewhere: bool = False
) -> Formula:
    """Return a law, given by its premise and conclusion, as a printed formula.

    Both functions are evaluated on the thing of each subject in `stated`; where subjects give different formulas, each
    line begins with the names of its subjects.  With `somewhere`, the formula is existential (∃) instead of universal.
    """
    lines: dict[str, list[str]] = {}
    where: dict[str, list[str]] = {}
    for of in stated:
        given = [term for term in _conjuncts(premise(of.thing)) if not _is_member(term)]
        goal = conclusion(of.thing)
        term = z3.Implies(z3.And(*given), goal) if given else goal
        exists = f"∃ {', '.join(_free(term, of.symbols))}: " if somewhere else ""
        lines.setdefault(exists + text(term), []).append(of.name)
        for line in _explained(term, of.symbols):
            where.setdefault(line, []).append(of.name)
    every = [of.name for of in stated]
    return Formula(tuple(_labelled(lines, every)), tuple(_labelled(where, every)))


def _labelled(lines: dict[str, list[str]], every: Sequence[str]) -> Iterator[str]:
    """Lines, with the names of what they are about where that is not everything."""
    for line, names in lines.items():
        yield line if names == every else f"{', '.join(names)}: {line}"


def _explained(term: Term, symbols: Symbols) -> Iterator[str]:
    """What the symbols of a term mean that are no more than names, and those of their definitions, which come first."""
    pending, seen = [term], dict[str, Meaning]()
    while pending:
        for template in _templates(pending.pop(0)):
            if template in symbols.meanings and template not in seen:
                meaning = seen[template] = symbols.meanings[template]
                pending += [] if meaning.term is None else [meaning.term]
    for template, meaning in sorted(seen.items(), key=lambda item: item[1].term is None):
        yield _meaning(template, meaning)


def _meaning(template: str, meaning: Meaning) -> str:
    head = template.format(*(text(parameter) for parameter in meaning.parameters))
    return f"{head}: {meaning.sentence}" if meaning.term is None else f"{head} ≔ {text(meaning.term)}"


def _templates(term: Term) -> Iterator[str]:
    """The symbols of a term, in the order in which they are read."""
    if term.decl().kind() == z3.Z3_OP_UNINTERPRETED:
        yield term.decl().name()
    for argument in term.children():
        yield from _templates(argument)


def _free(term: Term, symbols: Symbols) -> list[str]:
    """The variables of a term."""
    names = dict.fromkeys(_templates(term))
    return [name for name in names if "{}" not in name and name not in symbols.constants]


def _is_member(term: Term) -> bool:
    return bool(term.decl().name() == MEMBER)


def _conjuncts(term: Term) -> Iterator[Term]:
    """The parts of a conjunction, without those that are true of themselves."""
    if z3.is_and(term):
        for part in term.children():
            yield from _conjuncts(part)
    elif not z3.is_true(term):
        yield term


CHOICE, IMPLIED, EQUIVALENT, CONNECTED, COMPARED, JOINED, ATOM = range(1, 8)
"""How strongly signs bind."""

BUILT_IN: Final = {"nothing": "∅", "nil": "⟨⟩", "no_case": "no case", "head": "{}.head", "tail": "{}.tail"}
"""How the constructors and parts of values are written."""


def text(term: Term, outer: int = 0) -> str:
    """Return a term as text, in parentheses if its outermost sign binds no more tightly than `outer`.

    Binding strengths are the constants from `CHOICE` (weakest) to `ATOM`; with 0, there are no outer parentheses.
    """
    written, strength = _written(term)
    return f"({written})" if strength <= outer else written


def _written(term: Term) -> tuple[str, int]:
    """A term as it is printed, and how strongly it binds."""
    arguments = term.children()
    match term.decl().kind():
        case z3.Z3_OP_AND:
            return _connected("and", list(_conjuncts(term)) or [z3.BoolVal(True)])
        case z3.Z3_OP_OR:
            return _connected("or", arguments)
        case z3.Z3_OP_IMPLIES if list(_conjuncts(arguments[0])):
            return f"{text(arguments[0], IMPLIED)} ⇒ {text(arguments[1], IMPLIED)}", IMPLIED
        case z3.Z3_OP_IMPLIES:
            return _written(arguments[1])
        case z3.Z3_OP_NOT:
            return f"not {text(arguments[0], COMPARED)}", COMPARED
        case z3.Z3_OP_EQ if z3.is_bool(arguments[0]):
            return f"{text(arguments[0], EQUIVALENT)} ⇔ {text(arguments[1], EQUIVALENT)}", EQUIVALENT
        case z3.Z3_OP_EQ:
            return f"{text(arguments[0], COMPARED)} = {text(arguments[1], COMPARED)}", COMPARED
        case z3.Z3_OP_DISTINCT:
            return f"{text(arguments[0], COMPARED)} ≠ {text(arguments[1], COMPARED)}", COMPARED
        case z3.Z3_OP_ITE:
            test, yes, no = (text(argument, CHOICE) for argument in arguments)
            return f"if {test} then {yes} else {no}", CHOICE
    return _filled(BUILT_IN.get(term.decl().name(), term.decl().name()), arguments)


def _connected(word: str, parts: Sequence[Term]) -> tuple[str, int]:
    if len(parts) == 1:
        return _written(parts[0])
    return f" {word} ".join(text(part, CONNECTED) for part in parts), CONNECTED


def _filled(template: str, arguments: Sequence[Term]) -> tuple[str, int]:
    """A symbol with its arguments: a sign between them, a part of one, or its name before them."""
    if template == "{}":
        return _written(arguments[0])
    if template.startswith("{}."):
        return template.format(text(arguments[0], JOINED)), ATOM
    if not (template.startswith("{}") or template.endswith("{}")):
        return template.format(*(text(argument) for argument in arguments)), ATOM
    strength = JOINED if template == between(JOIN) else COMPARED
    inner = JOINED if JOIN in template else COMPARED
    return template.format(*(text(argument, inner) for argument in arguments)), strength
