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

from spec import grammar
from spec.errors import ScriptError, place_of
from spec.grammar import CODES, KIND_OF
from spec.lexical import NOT_UNICODE, Lexemes, scan
from spec.syntax import (
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
from spec.validation import validate


class Script(Struct, frozen=True, eq=False):
    """A valid script: its text, its tree, and the BLAKE3 digest of the text, in hexadecimal."""

    text: str
    instruction: Instruction
    digest: str


def parse(text: str, source: str = "<script>") -> Script:
    """Read and validate a script.

    Raises `ScriptError` with the place for anything that the reference interpreter refuses; its subclass
    `TrappingScriptError` where the reference interpreter's own parser traps.  `source` names the text in errors.
    Scripts are remembered by their text, so parsing one again costs a hash.
    """
    try:
        return _parse(text)
    except ScriptError as error:
        raise type(error)(error.message, error.place, source) from None


@lru_cache(maxsize=256)
def _parse(text: str) -> Script:
    try:
        encoded = text.encode()
    except UnicodeEncodeError as error:
        raise ScriptError(NOT_UNICODE, place_of(text, error.start)) from None
    lexemes = scan(text)
    instruction = assemble(text, lexemes)
    problem = validate(instruction)
    if problem is not None:
        raise ScriptError(problem.message, place_of(text, _offset(lexemes, problem.span, problem.name)))
    return Script(text, instruction, blake3(encoded).hexdigest())


# --- instructions -----------------------------------------------------------------------------------


class Open(Struct, eq=False):
    """An instruction whose closing bracket has not been met: where its head begins and what it holds so far."""

    start: int
    reading: grammar.Reading
    inner: list[Instruction]


OPENING = re.compile(re.escape(CODES["("]) + "[" + "".join(re.escape(CODES[word]) for word in grammar.KEYWORDS) + "]")
"""An instruction begins with a bracket and a keyword; no other place in the grammar has these two in a row."""


def assemble(text: str, lexemes: Lexemes) -> Instruction:
    """Build the tree of a script's lexemes; raises `ScriptError` at the first that does not fit."""
    begins = [found.start() for found in OPENING.finditer(lexemes.codes)]
    if not begins or begins[0] != 0:
        bracketed = lexemes.codes.startswith(CODES["("])
        raise _unexpected(text, lexemes, int(bracketed), ("keyword" if bracketed else "instruction",))
    begins.append(len(lexemes.codes))
    stack: list[Open] = []
    whole: Instruction | None = None
    for begin, following in pairwise(begins):
        if whole is not None:
            raise _unexpected(text, lexemes, begin, (grammar.END,))
        if stack and len(stack[-1].inner) == stack[-1].reading.head.most:
            raise _unexpected(text, lexemes, begin, (")",))
        shape = lexemes.codes[begin:following]
        head = shape.rstrip(CODES[")"])
        reading = _reading(head)
        if isinstance(reading, grammar.Mismatch):
            raise _unexpected(text, lexemes, begin + reading.offset, reading.expected)
        stack.append(Open(begin, reading, []))
        for close in range(begin + len(head), following):
            if whole is not None:
                raise _unexpected(text, lexemes, close, (grammar.END,))
            if len(stack[-1].inner) < stack[-1].reading.head.least:
                raise _unexpected(text, lexemes, close, ("instruction",))
            built = _build(stack.pop(), close, lexemes)
            if stack:
                stack[-1].inner.append(built)
            else:
                whole = built
    if whole is None:
        complete = len(stack[-1].inner) >= stack[-1].reading.head.least
        raise _unexpected(text, lexemes, len(lexemes.codes), (")",) if complete else ("instruction",))
    return whole


@lru_cache(maxsize=1 << 14)
def _reading(head: str) -> grammar.Reading | grammar.Mismatch:
    return grammar.read_head(head)


def _build(opened: Open, close: int, lexemes: Lexemes) -> Instruction:
    """The instruction of a head, its inner instructions and its closing bracket."""
    words, start = lexemes.words, opened.start
    filled: list[Any] = []
    for slot in opened.reading.slots:
        if isinstance(slot, int):
            filled.append(words[start + slot])
        else:
            filled.append(tuple([words[start + offset] for offset in slot]))
    span = Span(lexemes.starts[start], lexemes.ends[close])
    built: Instruction = BUILDERS[opened.reading.head.rule](span, *filled, *opened.inner)
    return built


def _call(span: Span, peer: Any, service: Any, function: Any, arguments: Any, output: tuple[Any, ...]) -> Call:
    return Call(
        span=span,
        peer=peer,
        service=service,
        function=function,
        arguments=arguments,
        output=output[0] if output else None,
    )


BUILDERS: dict[str, Any] = {
    "call": _call,
    "canon": lambda span, peer, stream, target: Canon(span=span, peer=peer, stream=stream, target=target),
    "canon_map": lambda span, peer, stream, target: CanonMap(span=span, peer=peer, stream=stream, target=target),
    "canon_map_scalar": lambda span, peer, stream, target: CanonMapScalar(
        span=span, peer=peer, stream=stream, target=target
    ),
    "ap": lambda span, value, target: Ap(span=span, value=value, target=target),
    "ap_map": lambda span, key, value, target: ApMap(span=span, key=key, value=value, target=target),
    "seq": lambda span, left, right: Seq(span=span, left=left, right=right),
    "par": lambda span, left, right: Par(span=span, left=left, right=right),
    "xor": lambda span, left, right: Xor(span=span, left=left, right=right),
    "match": lambda span, left, right, body: Match(span=span, left=left, right=right, body=body),
    "mismatch": lambda span, left, right, body: Mismatch(span=span, left=left, right=right, body=body),
    "fold_scalar": lambda span, over, i, body, last=None: FoldScalar(
        span=span, iterable=over, iterator=i.name, body=body, last=last
    ),
    "fold_stream": lambda span, over, i, body, last=None: FoldStream(
        span=span, stream=over, iterator=i.name, body=body, last=last
    ),
    "fold_map": lambda span, over, i, body, last=None: FoldMap(
        span=span, stream=over, iterator=i.name, body=body, last=last
    ),
    "next": lambda span, iterator: Next(span=span, iterator=iterator.name),
    "new": lambda span, variable, body: New(span=span, variable=variable, body=body),
    "fail_literal": lambda span, code, message: FailLiteral(span=span, code=code.value, message=message.text),
    "fail": lambda span, argument: Fail(span=span, argument=argument),
    "never": lambda span: Never(span=span),
    "null": lambda span: Null(span=span),
}
"""How the slots of each rule, in their order, become the fields of its instruction."""


# --- errors -----------------------------------------------------------------------------------------


def _unexpected(text: str, lexemes: Lexemes, lexeme: int, expected: tuple[str, ...]) -> ScriptError:
    """The error for a lexeme, or the end of the script, where the grammar has something else."""
    wanted = " or ".join(name.replace("_", " ") if name.isidentifier() else name for name in expected)
    if lexeme < len(lexemes.codes):
        offset, found = lexemes.starts[lexeme], KIND_OF[lexemes.codes[lexeme]]
        return ScriptError(f"expected {wanted}, found {found.replace('_', ' ')}", place_of(text, offset))
    return ScriptError(f"expected {wanted}, found the {grammar.END}", place_of(text, len(text)))


def _offset(lexemes: Lexemes, span: Span, name: str | None) -> int:
    """Where an instruction mentions a name, or else where it begins."""
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
