"""Rules of the grammar as regular expressions, which match the same texts much faster.

A parsing expression never goes back on a choice once it has matched, so alternatives become atomic groups and
repetitions possessive ones.  Only rules without recursion have such a pattern.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import regex
from parsimonious.expressions import Expression, Literal, Lookahead, OneOf, Quantifier, Regex, Sequence


def pattern_of(expression: Expression, literal: Callable[[str], str] = regex.escape) -> str:
    """Return the source of the regular expression that matches what an expression matches.

    `literal` gives the pattern of a quoted text of the grammar.
    """
    if isinstance(expression, Literal):
        return literal(expression.literal)
    if isinstance(expression, Regex):
        return f"(?:{expression.re.pattern})"
    parts = [pattern_of(member, literal) for member in expression.members]
    if isinstance(expression, OneOf):
        return f"(?>{'|'.join(parts)})"
    if isinstance(expression, Sequence):
        return "".join(parts)
    if isinstance(expression, Lookahead):
        return f"(?{'!' if expression.negativity else '='}{parts[0]})"
    if isinstance(expression, Quantifier):
        most = "" if expression.max == float("inf") else str(int(expression.max))
        return f"(?:{parts[0]}){{{expression.min},{most}}}+"
    raise AssertionError(f"the grammar has an expression without a pattern: {expression}")


def alternatives(choice: OneOf, ascii_only: bool) -> Any:
    """Return a compiled choice between named rules, with a group for each, which has the name of the rule.

    For ASCII texts `re` does, which takes a quarter of the time of `regex` but knows no Unicode properties.
    """
    source = f"(?>{'|'.join([f'(?P<{rule.name}>{pattern_of(rule)})' for rule in choice.members])})"
    return re.compile(in_ascii(source), re.ASCII) if ascii_only else regex.compile(source)


def in_ascii(source: str) -> str:
    """Return the source of a pattern with properties as ASCII characters; the grammar has letters only in brackets."""
    return source.replace(r"\p{Alphabetic}", "A-Za-z").replace(r"\p{N}", r"\d")
