"""The grammar of AIR, loaded from ``air.peg``: the one definition of the syntax, used by the parser and by the book."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import regex
from msgspec import Struct
from parsimonious.exceptions import ParseError
from parsimonious.expressions import Expression, OneOf, Quantifier, Sequence, TokenMatcher
from parsimonious.grammar import Grammar, TokenGrammar
from parsimonious.nodes import Node

from spec.patterns import alternatives, pattern_of

SOURCE = Path(__file__).with_name("air.peg").read_text(encoding="utf-8")
"""The text of ``air.peg``."""

RULES = Grammar(SOURCE)
"""Every rule by its name, for the words and for the book."""

KEYWORDS: tuple[str, ...] = tuple(member.literal for member in RULES["keyword"].members[0].members)
WORD_KINDS: tuple[str, ...] = tuple(member.name for member in RULES["word"].members if member.name != "keyword")
LEXEME_KINDS: tuple[str, ...] = ("(", ")", "[", "]", "literal", *KEYWORDS, *WORD_KINDS)
"""What the first part of the grammar is written over."""

CODES: dict[str, str] = {kind: chr(ord("0") + place) for place, kind in enumerate(LEXEME_KINDS)}
"""One character for each kind of lexeme, so that the kinds of a whole script are one string."""

KIND_OF: dict[str, str] = {code: kind for kind, code in CODES.items()}

END = "end of script"

Pattern = re.Pattern[str]


def match(rule: str, text: str, start: int) -> Node | None:
    """The match of a rule at an offset of a text, or None."""
    try:
        return RULES[rule].match(text, start)
    except ParseError:
        return None


def lexeme_pattern() -> Pattern:
    """One regular expression for the rule `lexeme`, with a group for each alternative."""
    alternatives = (RULES[member.name] for member in RULES["lexeme"].members)
    groups = "|".join(f"(?P<{rule.name}>{rule.re.pattern})" for rule in alternatives)
    return re.compile(groups)


@cache
def words() -> Any:
    """The rule `word` as one regular expression, with a group for each kind."""
    return alternatives(RULES["word"])


@cache
def accessors() -> Any:
    """The rule `accessor` as one regular expression, with a group for each kind."""
    return alternatives(RULES["accessor"])


class Lexeme(Struct, frozen=True):
    """A lexeme as the first part of the grammar sees it: only its kind."""

    type: str


class Head(Struct, frozen=True, eq=False):
    """An instruction's rule up to the instructions inside it.

    `least` and `most` count those; the closing bracket ends them.  `pattern` is the `expression` over the codes of
    lexemes, with a group for each place that is to be filled; `repeated` has, for each group, the pattern of what
    stands there any number of times, or None.
    """

    rule: str
    expression: Any
    pattern: Any
    repeated: tuple[Any, ...]
    least: int
    most: int


class Reading(Struct, frozen=True, eq=False):
    """How the lexemes of a head fill the places of its rule.

    Each slot is the offset of the lexeme that begins a value, or all the offsets for a repeated or
    optional one, in the order of the rule.
    """

    head: Head
    slots: tuple[Any, ...]


class Mismatch(Struct, frozen=True):
    """That no rule fits a head: the offset of the first wrong lexeme and the names of what could stand there."""

    offset: int
    expected: tuple[str, ...]


@cache
def over_lexemes() -> Mapping[str, Expression]:
    """The first part of the grammar, with each kind of word as a terminal."""
    kinds = {*WORD_KINDS, "literal"}
    upper = SOURCE.partition("\nlexeme ")[0]
    terminals = "\n".join(f'{kind} = "{kind}"' for kind in sorted(kinds))
    rules: Mapping[str, Expression] = TokenGrammar(f"{upper}\n{terminals}\n")
    return rules


@cache
def heads() -> Mapping[str, tuple[Head, ...]]:
    """The heads of all instructions, by keyword."""
    found: dict[str, list[Head]] = {keyword: [] for keyword in KEYWORDS}
    instruction = over_lexemes()["instruction"]
    for rule in instruction.members:
        nested = [member for member in rule.members if inner(member) is instruction]
        flat = [member for member in rule.members[:-1] if inner(member) is not instruction]
        required = sum(1 for member in nested if member is instruction)
        places = [member for member in flat if fills_place(member)]
        head = Head(
            rule.name,
            Sequence(*flat, name=rule.name),
            regex.compile("".join([f"({code_pattern(m)})" if fills_place(m) else code_pattern(m) for m in flat])),
            tuple(regex.compile(code_pattern(inner(m))) if isinstance(m, Quantifier) else None for m in places),
            required,
            len(nested),
        )
        found[flat[1].literal].append(head)
    return {keyword: tuple(of_keyword) for keyword, of_keyword in found.items()}


def inner(expression: Expression) -> Expression:
    """What a quantifier repeats; any other expression itself."""
    return expression.members[0] if isinstance(expression, Quantifier) else expression


def fills_place(member: Expression) -> bool:
    """Whether a part of a head is more than a bracket or the keyword."""
    return isinstance(member, Quantifier) or bool(member.name)


def code_pattern(expression: Expression) -> str:
    """The pattern of a part of a head, over the codes of lexemes."""
    return pattern_of(expression, lambda kind: regex.escape(CODES[kind]))


def read_head(codes: str) -> Reading | Mismatch:
    """Match the lexemes of one head, from its opening bracket, against the rules of its keyword."""
    for head in heads()[KIND_OF[codes[1]]]:
        found = head.pattern.fullmatch(codes)
        if found is not None:
            return Reading(head, slots(head, found))
    return mismatch([KIND_OF[code] for code in codes])


def slots(head: Head, found: Any) -> tuple[int | tuple[int, ...], ...]:
    """The places that a matched head fills, without brackets and keyword."""
    return tuple(
        found.start(group)
        if repeated is None
        else tuple(each.start() for each in repeated.finditer(found.string, *found.span(group)))
        for group, repeated in enumerate(head.repeated, 1)
    )


def mismatch(kinds: list[str]) -> Mismatch:
    """Why no rule of its keyword fits a head: what the rule could go on with that fits the furthest."""
    lexemes = [Lexeme(kind) for kind in (*kinds, END)]
    failures: list[Mismatch] = []
    for head in heads()[kinds[1]]:
        try:
            node = head.expression.match(lexemes)
        except ParseError as error:
            failures.append(Mismatch(error.pos, first_of(error.expr)))
            continue
        failures.append(Mismatch(node.end, ("instruction",) if head.most else (")",)))
    furthest = max(failure.offset for failure in failures)
    expected = [name for failure in failures if failure.offset == furthest for name in failure.expected]
    return Mismatch(furthest, tuple(dict.fromkeys(expected)))


def first_of(expression: Expression) -> tuple[str, ...]:
    """The names of what an expression can begin with, for an error message."""
    if expression.name and not isinstance(expression, Sequence):
        return (expression.name,)
    if isinstance(expression, TokenMatcher):
        return (expression.literal,)
    if isinstance(expression, OneOf):
        return tuple(name for member in expression.members for name in first_of(member))
    return first_of(expression.members[0])
