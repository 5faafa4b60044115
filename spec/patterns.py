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
    """Return, as text, a regular expression that matches the same texts as an expression of the grammar.

    `literal` returns the pattern for a quoted text of the grammar. Raise AssertionError for any other kind of
    expression.
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
    """Return the compiled pattern for a choice between rules, with a group for each, named after the rule.

    With `ascii_only` it is right for ASCII texts only, and is compiled by `re`, which takes a quarter of the time of
    `regex` but knows no Unicode properties.
    """
    source = f"(?>{'|'.join([f'(?P<{rule.name}>{pattern_of(rule)})' for rule in choice.members])})"
    return re.compile(in_ascii(source), re.ASCII) if ascii_only else regex.compile(source)


def in_ascii(source: str) -> str:
    """Return a pattern with its Unicode properties, which the grammar has only in brackets, narrowed to ASCII."""
    return source.replace(r"\p{Alphabetic}", "A-Za-z").replace(r"\p{N}", r"\d")
