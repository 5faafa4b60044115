"""The grammar of AIR, loaded from ``air.peg``: the one definition of the syntax, used by the parser and by the book.

AquaVM 0.62: ``crates/air-lib/air-parser/src/parser/air.lalrpop``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from msgspec import Struct
from parsimonious.exceptions import ParseError
from parsimonious.expressions import Expression, OneOf, Quantifier, Sequence, TokenMatcher
from parsimonious.grammar import Grammar, TokenGrammar
from parsimonious.nodes import Node

from airspec.spec.patterns import alternatives, pattern_of

SOURCE = Path(__file__).with_name("air.peg").read_text(encoding="utf-8")
"""The text of ``air.peg``."""

RULES = Grammar(SOURCE)
"""Every rule by its name, for the words and for the book."""

KEYWORDS: tuple[str, ...] = tuple(member.literal for member in RULES["keyword"].members[0].members)
WORD_KINDS: tuple[str, ...] = tuple(member.name for member in RULES["word"].members if member.name != "keyword")
LEXEME_KINDS: tuple[str, ...] = ("(", ")", "[", "]", "literal", *KEYWORDS, *WORD_KINDS)
"""The alphabet of the first part of the grammar."""

CODES: dict[str, str] = {kind: chr(ord("0") + place) for place, kind in enumerate(LEXEME_KINDS)}
"""One character for each kind of lexeme, so that the kinds of a whole script are one string."""

KIND_OF: dict[str, str] = {code: kind for kind, code in CODES.items()}

BLANK = ("space", "comment")
"""The lexemes that mean nothing."""

END = "end of script"

Pattern = re.Pattern[str]


def match(rule: str, text: str) -> Node | None:
    """Return the parse of the beginning of a text by the named rule; None if the rule does not match there."""
    try:
        return RULES[rule].match(text)
    except ParseError:
        return None


@cache
def blank() -> Any:
    """Return the compiled pattern for any run of white space and comments, also an empty one."""
    return re.compile(f"(?:{'|'.join([source_of(rule) for rule in BLANK])})*+")


@cache
def lexeme_and_blank() -> Pattern:
    """Return the compiled pattern for one lexeme and the white space and comments behind it, as two groups.

    Where no lexeme begins, the first group takes all the rest of the text, so that matches follow each other without
    gaps.  That rest is no word, as every word is a run.
    """
    lexeme = "|".join([source_of(rule.name) for rule in RULES["lexeme"].members if rule.name not in BLANK])
    return re.compile(f"({lexeme}|(?s:.+))({blank().pattern})")


def source_of(rule: str) -> str:
    """Return the regular expression, as text, of the named rule, which must be a single regular expression."""
    source: str = RULES[rule].re.pattern
    return source


@cache
def words(ascii_only: bool) -> Any:
    """Return the compiled pattern for the rule `word`, with a named group for each kind of word.

    With `ascii_only` it is right for ASCII texts only.
    """
    return alternatives(RULES["word"], ascii_only)


@cache
def accessors(ascii_only: bool) -> Any:
    """Return the compiled pattern for the rule `accessor`, with a named group for each kind of accessor.

    With `ascii_only` it is right for ASCII texts only.
    """
    return alternatives(RULES["accessor"], ascii_only)


class Lexeme(Struct, frozen=True):
    """A token for the part of the grammar that is over lexemes; `type` is the kind of the lexeme."""

    type: str


class Head(Struct, frozen=True, eq=False):
    """The part of an instruction's rule that comes before the instructions inside it.

    The instruction has from `least` to `most` others inside it. `expression` is the rule over lexemes, and `pattern`
    the same over their `CODES`, with a group for each place to be filled; `repeated` says of each group whether it may
    hold more than one value.
    """

    rule: str
    expression: Any
    pattern: Any
    repeated: tuple[bool, ...]
    least: int
    most: int


class Reading(Struct, frozen=True, eq=False):
    """A head matched against its rule: which lexemes fill which places of the rule.

    Each slot, in the order of the rule, is the offset, in lexemes, of the one that begins a value, or, for a repeated
    place, the offsets where its lexemes begin and end. For an optional value that is absent, it is the offset of the
    bracket in its place.
    """

    head: Head
    slots: tuple[int | tuple[int, int], ...]


class Mismatch(Struct, frozen=True):
    """The offset, in lexemes, of the first one in a head that fits no rule, and the names of what may stand there."""

    offset: int
    expected: tuple[str, ...]


@cache
def over_lexemes() -> Mapping[str, Expression]:
    """Return the rules of the first part of the grammar by name, with the kinds of lexemes as their terminals."""
    kinds = {*WORD_KINDS, "literal"}
    upper = SOURCE.partition("\nlexeme ")[0]
    terminals = "\n".join(f'{kind} = "{kind}"' for kind in sorted(kinds))
    rules: Mapping[str, Expression] = TokenGrammar(f"{upper}\n{terminals}\n")
    return rules


@cache
def heads() -> Mapping[str, tuple[Head, ...]]:
    """Return, for each keyword, the heads of all rules of instructions that begin with it."""
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
            re.compile("".join([f"({code_pattern(m)})" if fills_place(m) else code_pattern(m) for m in flat])),
            tuple(isinstance(member, Quantifier) and member.max > 1 for member in places),
            required,
            len(nested),
        )
        found[flat[1].literal].append(head)
    return {keyword: tuple(of_keyword) for keyword, of_keyword in found.items()}


def inner(expression: Expression) -> Expression:
    """Return the expression that a quantifier repeats, or any other expression unchanged."""
    return expression.members[0] if isinstance(expression, Quantifier) else expression


def fills_place(member: Expression) -> bool:
    """Return whether a part of a head is filled by values, and is not a bracket or the keyword."""
    return isinstance(member, Quantifier) or bool(member.name)


def code_pattern(expression: Expression) -> str:
    """Return, as text, the regular expression over `CODES` for a part of a head."""
    return pattern_of(expression, lambda kind: re.escape(CODES[kind]))


def read_head(codes: str) -> Reading | Mismatch:
    """Return which places of a rule the lexemes of a head fill, or the first lexeme at which every rule fails.

    `codes` has the `CODES` of the lexemes, from the opening bracket on.
    """
    for head in heads()[KIND_OF[codes[1]]]:
        found = head.pattern.fullmatch(codes)
        if found is not None:
            return Reading(head, slots(head, found))
    return mismatch([KIND_OF[code] for code in codes])


def slots(head: Head, found: re.Match[str]) -> tuple[int | tuple[int, int], ...]:
    """Return the slots of a `Reading` from a match of the head's pattern."""
    return tuple(
        [found.span(group) if repeated else found.start(group) for group, repeated in enumerate(head.repeated, 1)]
    )


def mismatch(kinds: list[str]) -> Mismatch:
    """Return where a head, given by the kinds of its lexemes, fails to fit the rules of its keyword.

    What is expected there is what the rules that fit the furthest go on with.
    """
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
    """Return the names of the parts or lexemes with which an expression can begin, for an error message."""
    if expression.name and not isinstance(expression, Sequence):
        return (expression.name,)
    if isinstance(expression, TokenMatcher):
        return (expression.literal,)
    if isinstance(expression, OneOf):
        return tuple(name for member in expression.members for name in first_of(member))
    return first_of(expression.members[0])
