"""The grammar as railroad diagrams, made from the parsed grammar."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence
from html import escape
from typing import Any

import railroad
from parsimonious.expressions import Expression, Literal, Lookahead, OneOf, Quantifier, Regex
from parsimonious.expressions import Sequence as InOrder

from airspec.spec.grammar import RULES, SOURCE

ROW = 4
"""The number of parts of a sequence on one line of a diagram."""


def diagrams(names: Sequence[str]) -> str:
    """Return the railroad diagrams of these rules as HTML, each with its name and an anchor."""
    return "".join(
        f'<figure class="air-railroad" id="grammar-{name}"><figcaption>{name}</figcaption>{svg(name)}</figure>'
        for name in names
    )


def regular(names: Sequence[str]) -> str:
    """Return these rules, which are regular expressions, as HTML that shows their lines of the grammar."""
    lines = {line.split("=")[0].strip(): line for line in SOURCE.splitlines() if re.match(r"\w+ *=", line)}
    return f'<div class="highlight"><pre>{escape(chr(10).join(lines[name] for name in names))}</pre></div>'


def svg(name: str) -> str:
    """Return the railroad diagram of one rule as SVG."""
    out = io.StringIO()
    railroad.Diagram(*top(RULES[name])).writeSvg(out.write)
    return out.getvalue()


def top(expression: Expression) -> list[Any]:
    """Return the items of the diagram of a rule's body; a long sequence is stacked, to fit a narrow screen."""
    if isinstance(expression, InOrder) and len(expression.members) > ROW + 1:
        drawn = [draw(member) for member in expression.members]
        rows = [railroad.Sequence(*drawn[i : i + ROW]) for i in range(0, len(drawn), ROW)]
        return [railroad.Stack(*rows)]
    return [body(expression)]


def draw(expression: Expression) -> Any:
    """Return the diagram of a part of a rule: the name of another rule, or the content of an unnamed part."""
    return railroad.NonTerminal(expression.name) if expression.name else body(expression)


def body(expression: Expression) -> Any:
    """Return the diagram of the content of an expression; raises TypeError for a kind that has none."""
    if isinstance(expression, Literal):
        return railroad.Terminal(expression.literal)
    if isinstance(expression, Regex):
        return railroad.Terminal(f"/{expression.re.pattern}/")
    if isinstance(expression, OneOf):
        return railroad.Choice(0, *(draw(member) for member in expression.members))
    if isinstance(expression, Lookahead):
        return railroad.Comment("not before" if expression.negativity else "before")
    if isinstance(expression, Quantifier):
        inner = draw(expression.members[0])
        if expression.max == 1:
            return railroad.Optional(inner)
        return railroad.OneOrMore(inner) if expression.min else railroad.ZeroOrMore(inner)
    if isinstance(expression, InOrder):
        return railroad.Sequence(*(draw(member) for member in expression.members))
    raise TypeError(f"no diagram for {type(expression).__name__}")
