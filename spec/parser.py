"""The parser: from a script's text to its syntax tree.

Instructions nest without limit, so they are assembled with an explicit stack.  Everything between two
instructions, the *head*, is flat; its shape (the kinds of its lexemes) is matched against the grammar's rule for
the instruction, once for each distinct shape.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise
from typing import Any

from blake3 import blake3
from msgspec import Struct

from airspec.spec import grammar
from airspec.spec.errors import ScriptError, place_of
from airspec.spec.grammar import CODES, KIND_OF
from airspec.spec.lexical import NOT_UNICODE, Lexemes, scan
from airspec.spec.syntax import (
    Ap,
    ApMap,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Fail,
    FailLiteral,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    Match,
    Mismatch,
    Never,
    New,
    Next,
    Null,
    Par,
    Seq,
    Span,
    Xor,
)
from airspec.spec.validation import validate


class Script(Struct, frozen=True, eq=False):
    """A valid script: its text, its tree, and the BLAKE3 digest of the text, in hexadecimal."""

    text: str
    instruction: Instruction
    digest: str


def parse(text: str, source: str = "<script>") -> Script:
    """Return the script with this text, read and validated.

    Raise `ScriptError`, with the place, for anything that AquaVM refuses, and its subclass `TrappingScriptError` where
    AquaVM's own parser traps.  `source` names the text in errors.
    Scripts are remembered by their text, so parsing one again costs a hash.
    """
    try:
        return _parse(text) if len(text) <= LONGEST_USUAL else _parse_long(text)
    except ScriptError as error:
        raise type(error)(error.message, error.place, source) from None


LONGEST_USUAL = 100_000
"""Of longer scripts only a few are remembered, in characters."""


@lru_cache(maxsize=256)
def _parse(text: str) -> Script:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise ScriptError(NOT_UNICODE, place_of(text, error.start)) from None
    lexemes = scan(text)
    closed = assemble(text, lexemes)
    problem = validate(closed)
    if problem is not None:
        raise ScriptError(problem.message, place_of(text, mention(lexemes, problem.span, problem.name)))
    return Script(text, closed[-1], blake3(encoded).hexdigest())


@lru_cache(maxsize=4)
def _parse_long(text: str) -> Script:
    return _parse.__wrapped__(text)


# --- instructions -----------------------------------------------------------------------------------


class Open(Struct, eq=False):
    """An instruction whose closing bracket has not been read yet.

    `start` is the index of its first lexeme, `reading` its head, and `inner` the instructions inside it so far.
    """

    start: int
    reading: grammar.Reading
    inner: list[Instruction]


LEFT, RIGHT = CODES["("], CODES[")"]

OPENING = re.compile(re.escape(LEFT) + "[" + "".join(re.escape(CODES[word]) for word in grammar.KEYWORDS) + "]")
"""The beginning of an instruction: no other place in the grammar has a bracket before a keyword."""


def assemble(text: str, lexemes: Lexemes) -> list[Instruction]:
    """Return the instructions of a script in the order in which they are closed: the whole comes last.

    Raise `ScriptError` at the first lexeme that does not fit.
    """
    codes = lexemes.codes
    begins = [found.start() for found in OPENING.finditer(codes)]
    if not begins or begins[0] != 0:
        bracketed = codes.startswith(LEFT)
        raise _unexpected(text, lexemes, int(bracketed), ("keyword" if bracketed else "instruction",))
    begins.append(len(codes))
    stack: list[Open] = []
    closed: list[Instruction] = []
    for begin, following in pairwise(begins):
        if stack:
            if len(stack[-1].inner) == stack[-1].reading.head.most:
                raise _unexpected(text, lexemes, begin, (")",))
        elif closed:
            raise _unexpected(text, lexemes, begin, (grammar.END,))
        head = codes[begin:following].rstrip(RIGHT)
        reading = _reading(head)
        if isinstance(reading, grammar.Mismatch):
            raise _unexpected(text, lexemes, begin + reading.offset, reading.expected)
        stack.append(Open(begin, reading, []))
        for close in range(begin + len(head), following):
            if not stack:
                raise _unexpected(text, lexemes, close, (grammar.END,))
            if len(stack[-1].inner) < stack[-1].reading.head.least:
                raise _unexpected(text, lexemes, close, ("instruction",))
            built = _build(stack.pop(), close, lexemes)
            closed.append(built)
            if stack:
                stack[-1].inner.append(built)
    if stack:
        complete = len(stack[-1].inner) >= stack[-1].reading.head.least
        raise _unexpected(text, lexemes, len(codes), (")",) if complete else ("instruction",))
    return closed


@lru_cache(maxsize=1 << 14)
def _reading(head: str) -> grammar.Reading | grammar.Mismatch:
    return grammar.read_head(head)


def _build(opened: Open, close: int, lexemes: Lexemes) -> Instruction:
    """Return the instruction of a head, its inner instructions and its closing bracket.

    Only what is a value has a word; the second bracket of an empty array has none.
    """
    words, start = lexemes.words, opened.start
    filled: list[Any] = []
    for slot in opened.reading.slots:
        if isinstance(slot, int):
            filled.append(words[start + slot])
        else:
            first, last = slot
            filled.append(tuple([word for word in words[start + first : start + last] if word is not None]))
    filled += opened.inner
    span = Span(lexemes.starts[start], lexemes.ends[close])
    built: Instruction = BUILDERS[opened.reading.head.rule](*filled, span=span)
    return built


BUILDERS: dict[str, Any] = {
    "call": Call,
    "canon": Canon,
    "canon_map": CanonMap,
    "canon_map_scalar": CanonMapScalar,
    "ap": Ap,
    "ap_map": ApMap,
    "seq": Seq,
    "par": Par,
    "xor": Xor,
    "match": Match,
    "mismatch": Mismatch,
    "fold_scalar": lambda over, iterator, *inner, span: FoldScalar(over, iterator.name, *inner, span=span),
    "fold_stream": lambda over, iterator, *inner, span: FoldStream(over, iterator.name, *inner, span=span),
    "fold_map": lambda over, iterator, *inner, span: FoldMap(over, iterator.name, *inner, span=span),
    "next": lambda iterator, span: Next(iterator.name, span=span),
    "new": New,
    "fail_literal": lambda code, message, span: FailLiteral(code.value, message.text, span=span),
    "fail": Fail,
    "never": Never,
    "null": Null,
}
"""The record of each rule's instruction, made of what fills its places and the instructions inside it, in order."""


# --- errors -----------------------------------------------------------------------------------------


def _unexpected(text: str, lexemes: Lexemes, lexeme: int, expected: tuple[str, ...]) -> ScriptError:
    """Return the error for a lexeme, or the end of the script, where the grammar has something else."""
    wanted = " or ".join(name.replace("_", " ") if name.isidentifier() else name for name in expected)
    if lexeme < len(lexemes.codes):
        offset, found = lexemes.starts[lexeme], KIND_OF[lexemes.codes[lexeme]]
        return ScriptError(f"expected {wanted}, found {found.replace('_', ' ')}", place_of(text, offset))
    return ScriptError(f"expected {wanted}, found the {grammar.END}", place_of(text, len(text)))


def mention(lexemes: Lexemes, span: Span, name: str | None) -> int:
    """Return the character offset at which an instruction, given by its span, first mentions a name.

    If the name is None or not mentioned, it is the offset at which the instruction begins.
    """
    if name is not None:
        for start, end, word in zip(lexemes.starts, lexemes.ends, lexemes.words, strict=True):
            if start >= span.start and end <= span.end and word is not None and _mentions(word, name):
                return start
    return span.start


def _mentions(word: Any, name: str) -> bool:
    if getattr(word, "name", None) == name:
        return True
    accessors = getattr(getattr(word, "lens", None), "accessors", ())
    return any(getattr(accessor, "scalar", None) == name for accessor in accessors)
