"""What is said of the parts of instructions: their names, the kinds of words, and the forms of the grammar."""

from __future__ import annotations

from typing import Any

from parsimonious.expressions import OneOf, Quantifier, Sequence, TokenMatcher

from airspec.spec import grammar

PARTS = {
    "peer": ("PEER", "a peer (a name in quotes, %init_peer_id%, or a variable)"),
    "name": ("NAME", "a name (in quotes, or a variable)"),
    "value": ("VALUE", "a value"),
    "ap_value": ("VALUE", "a value"),
    "key": ("KEY", "a key (a text, a number or a scalar)"),
    "iterable": ("ARRAY", "an array (a scalar or a canonical stream), a stream or a map"),
    "call_output": ("OUTPUT", "a scalar or a stream"),
    "ap_target": ("OUTPUT", "a scalar or a stream"),
    "new_variable": ("VARIABLE", "a variable"),
    "fail_argument": ("ERROR", "an error (a scalar, %last_error% or :error:)"),
    "scalar": ("scalar", "a scalar"),
    "stream": ("$stream", "a stream"),
    "stream_map": ("%map", "a map"),
    "canon_stream": ("#canon", "a canonical stream"),
    "canon_stream_map": ("#%canon", "a canonical map"),
    "integer": ("CODE", "an error code"),
    "literal": ('"text"', "a text in quotes"),
    "instruction": ("INSTRUCTION", "an instruction"),
    "(": ("(", "a pair in brackets"),
    "]": ("]", "the end of the empty array"),
}
"""For each part of an instruction that the grammar names: how forms write it, and what it is called."""

KINDS = {
    "(": "a round bracket",
    ")": "a closing bracket",
    "[": "a square bracket",
    "]": "a closing bracket",
    "literal": "a text",
    "init_peer_id": "a peer",
    "error": "an error",
    "error_lens": "part of an error",
    "last_error": "an error",
    "last_error_lens": "part of an error",
    "timestamp": "a number",
    "ttl": "a number",
    "boolean": "a boolean",
    "integer": "a number",
    "float": "a number with a decimal point",
    "scalar": "a scalar",
    "scalar_lens": "part of a scalar",
    "stream": "a stream",
    "stream_map": "a map",
    "canon_stream": "a canonical stream",
    "canon_stream_lens": "part of a canonical stream",
    "canon_stream_map": "a canonical map",
    "canon_stream_map_lens": "part of a canonical map",
}
"""What a lexeme of each kind is called; a keyword is the name of an instruction."""


def kind_in_words(kind: str) -> str:
    """Return what messages call a lexeme of a kind."""
    return KINDS.get(kind, "the name of an instruction")


def part_in_words(names: tuple[str, ...]) -> str:
    """Return what messages call the parts of instructions, given by their names in the grammar, joined by “or”."""
    return " or ".join(dict.fromkeys(PARTS[name][1] if name in PARTS else name.replace("_", " ") for name in names))


def forms(keyword: str) -> str:
    """Return a remedy that shows the form of every instruction with a keyword."""
    rules = [rule for rule in grammar.over_lexemes()["instruction"].members if rule.members[1].literal == keyword]
    return f"the form is {' or '.join(f'`{_form(rule)}`' for rule in rules)}"


def _form(rule: Sequence) -> str:
    """Return a rule of an instruction with a placeholder for each part."""
    words = [_placeholder(member) for member in rule.members]
    text = " ".join(words)
    for bracket in "([":
        text = text.replace(f"{bracket} ", bracket)
    for bracket in ")]":
        text = text.replace(f" {bracket}", bracket)
    return text


def _placeholder(member: Any) -> str:
    if isinstance(member, Quantifier):
        inner = _placeholder(member.members[0])
        return f"{inner} …" if member.max > 1 else f"[{inner}]" if inner == "INSTRUCTION" else inner
    if member.name:
        return PARTS[member.name][0] if member.name in PARTS else str(member.name).upper()
    return str(member.literal)


def kinds_of(expression: Any) -> frozenset[str]:
    """Return the kinds of lexemes with which a text that matches an expression of the grammar can begin."""
    if isinstance(expression, TokenMatcher):
        return frozenset({expression.literal})
    if isinstance(expression, OneOf):
        return frozenset(kind for member in expression.members for kind in kinds_of(member))
    return kinds_of(expression.members[0])
