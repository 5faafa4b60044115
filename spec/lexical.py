"""Lexemes: the brackets, keywords, words and string literals that a script's text consists of.

The second part of the grammar says what a word looks like (`spec.grammar`); scripts repeat their words,
so each distinct run of characters is matched once and remembered.

AquaVM 0.62: ``crates/air-lib/air-parser/src/parser/lexer/``: ``air_lexer.rs``, ``call_variable_parser.rs``;
``crates/air-lib/lambda/parser/src/parser/``.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import accumulate, chain

from msgspec import Struct

from airspec.spec import grammar
from airspec.spec.errors import ScriptError, TrappingScriptError, place_of
from airspec.spec.grammar import CODES
from airspec.spec.json_number import I64_MAX, I64_MIN, U32_MAX
from airspec.spec.syntax import (
    Accessor,
    Boolean,
    ByScalar,
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    CanonStreamWithLens,
    EmptyArray,
    Error,
    Field,
    Float,
    Index,
    InitPeerId,
    Integer,
    LastError,
    Length,
    Lens,
    Literal,
    Path,
    Scalar,
    ScalarWithLens,
    Stream,
    StreamMap,
    Timestamp,
    Ttl,
)

Word = (
    Scalar
    | Stream
    | StreamMap
    | CanonStream
    | CanonStreamMap
    | ScalarWithLens
    | CanonStreamWithLens
    | CanonStreamMapWithLens
    | Literal
    | Integer
    | Float
    | Boolean
    | EmptyArray
    | InitPeerId
    | Timestamp
    | Ttl
    | LastError
    | Error
)

TRAP = "a name in a lambda may not end in a non-ASCII character: AquaVM's parser traps on it"
EMPTY_LENS = "provided lambda expression doesn't contain any accessor"
BAD_LENS = "unexpected symbol for value accessor"

MESSAGES = {
    "unclosed_quote": "this string literal has unclosed quote",
    "trap_in_error": TRAP,
    "empty_error_lens": EMPTY_LENS,
    "bad_error_lens": BAD_LENS,
    "leading_dot": "leading dot without any symbols before"
    " - please write 0 if it's float or variable name if it's a lambda",
    "bad_number": "a digit could contain only digits or one dot",
    "too_big_float": "this float is too big, a float could contain less than 12 digits",
    "bad_float": "invalid float literal",
    "bad_integer": "invalid digit found in string",
    "empty_tagged_name": "a tagged name should be non empty",
    "empty_canon_name": "a canon name should be non empty",
    "bad_name": "only alphanumeric, '_', and '-' characters are allowed in this position",
    "bad_lens_character": "invalid character in lambda",
    "trap": TRAP,
    "empty_lens": EMPTY_LENS,
    "stream_with_lens": "lambda can't be applied to streams in this position",
    "bad_lens": BAD_LENS,
}
"""AquaVM's message about each kind of malformed word."""

TOO_LARGE = "number too large to fit in target type"
TOO_SMALL = "number too small to fit in target type"
NOT_UNICODE = "a script is a Unicode text, and lone surrogates are no characters"


class Lexemes(Struct, frozen=True, eq=False):
    """The lexemes of a script in order, as four parallel sequences.

    `codes` has their kinds as `CODES`, `words` what they mean, None for brackets and keywords, and `starts` and `ends`
    the character offsets at which they begin and end. A left square bracket means the empty array, because it begins
    one wherever it begins a value.
    """

    codes: str
    words: list[Word | None]
    starts: list[int]
    ends: list[int]


class Malformed(Exception):  # noqa: N818 - becomes a ScriptError once the place is known
    """The error of a run of characters that is not a word.

    `offset` is where it goes wrong, in characters from the run's start; `traps` says whether AquaVM's parser panics on
    it.
    """

    def __init__(self, message: str, offset: int = 0, traps: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.offset = offset
        self.traps = traps


BRACKETS: dict[str, tuple[str, Word | None]] = {
    "(": (CODES["("], None),
    ")": (CODES[")"], None),
    "[": (CODES["["], EmptyArray()),
    "]": (CODES["]"], None),
}


def scan(text: str) -> Lexemes:
    """Return the lexemes of a script. Raise `ScriptError` at the first malformed word.

    Between the `bounds` are by turns a lexeme, here called a run, and the white space and comments behind it.
    """
    begin = len(grammar.blank().match(text)[0])
    parts = list(chain.from_iterable(grammar.lexeme_and_blank().findall(text, begin)))
    bounds = list(accumulate(map(len, parts), initial=begin))
    runs, starts, ends = parts[::2], bounds[:-1:2], bounds[1::2]
    try:
        known = BRACKETS | {run: _remembered_word(run) for run in set(runs).difference(BRACKETS)}
    except Malformed:
        raise _malformed(text, runs, starts) from None
    codes = "".join([known[run][0] for run in runs])
    return Lexemes(codes, [known[run][1] for run in runs], starts, ends)


def _malformed(text: str, runs: list[str], starts: list[int]) -> ScriptError:
    """Return the error for the first run of a text that is not a lexeme."""
    for run, start in zip(runs, starts, strict=True):
        try:
            if run not in BRACKETS:
                _word(run)
        except Malformed as problem:
            kind = TrappingScriptError if problem.traps else ScriptError
            return kind(problem.message, place_of(text, min(start + problem.offset, len(text))))
    raise AssertionError("every run is a lexeme")


def _diagnose(text: str) -> Malformed:
    """Return the rule of `malformed` that fits the text, and the offset at which the text is wrong."""
    node = grammar.match("malformed", text)
    if node is None:
        return Malformed(MESSAGES["bad_name"])
    rule = node.children[0].expr_name
    whole = rule in ("empty_error_lens", "empty_lens")
    return Malformed(MESSAGES[rule], 0 if whole else node.end, traps=MESSAGES[rule] is TRAP)


LONGEST_REMEMBERED = 1_000
"""Longer words are read each time, so that the words that are remembered need little memory, in characters."""


def _remembered_word(text: str) -> tuple[str, Word | None]:
    """Return what `_word` returns, which it remembers of a word that is not too long."""
    return _word(text) if len(text) <= LONGEST_REMEMBERED else _word.__wrapped__(text)


@lru_cache(maxsize=1 << 16)
def _word(text: str) -> tuple[str, Word | None]:
    """Return the code and the meaning of a string literal or of a run of characters."""
    if text[0] == '"' and text.find('"', 1) == len(text) - 1:
        return CODES["literal"], Literal(text[1:-1])
    found = grammar.words(text.isascii()).fullmatch(text)
    if found is None:
        raise _diagnose(text)
    kind = found.lastgroup
    if kind == "keyword":
        return CODES[text], None
    return CODES[kind], MEANINGS[kind](text)


def _integer(text: str) -> Integer:
    """Return a signed 64-bit integer; longer strings of digits are refused before they are converted."""
    digits = text.lstrip("+-").lstrip("0")
    value = int(text) if len(digits) <= 19 else 10**20 * (-1 if text[0] == "-" else 1)
    if value > I64_MAX:
        raise Malformed(TOO_LARGE)
    if value < I64_MIN:
        raise Malformed(TOO_SMALL)
    return Integer(value)


def _name_and_lens(text: str) -> tuple[str, Lens]:
    """Return a name that is followed by a lens, and that lens; names have no dots."""
    name, _, path = text.partition(".")
    if path == "length":
        return name, Length()
    found = grammar.accessors(text.isascii()).finditer(text, len(name) + len(".$"))
    return name, Path(tuple([_accessor(one.lastgroup, one.group(), one.start()) for one in found]))


def _accessor(kind: str, text: str, offset: int) -> Accessor:
    """Return an accessor of a kind: ``.[0]``, ``.[name]`` or ``.name``; a dot before a bracket means nothing."""
    inner = text.lstrip(".").strip("[]")
    match kind:
        case "index":
            return Index(_position(inner, offset))
        case "by_scalar":
            return ByScalar(inner)
        case _:
            return Field(inner)


def _position(text: str, offset: int) -> int:
    """Return the number in an index accessor: unsigned, 32 bits."""
    digits = text.lstrip("0") or "0"
    if len(digits) > 10 or int(digits) > U32_MAX:
        raise Malformed(TOO_LARGE, offset)
    return int(digits)


MEANINGS: dict[str, Callable[[str], Word]] = {
    "scalar": Scalar,
    "scalar_lens": lambda text: ScalarWithLens(*_name_and_lens(text)),
    "stream": Stream,
    "stream_map": StreamMap,
    "canon_stream": CanonStream,
    "canon_stream_lens": lambda text: CanonStreamWithLens(*_name_and_lens(text)),
    "canon_stream_map": CanonStreamMap,
    "canon_stream_map_lens": lambda text: CanonStreamMapWithLens(*_name_and_lens(text)),
    "integer": _integer,
    "float": lambda text: Float(float(text)),
    "boolean": lambda text: Boolean(text == "true"),
    "init_peer_id": lambda _: InitPeerId(),
    "timestamp": lambda _: Timestamp(),
    "ttl": lambda _: Ttl(),
    "error": lambda _: Error(),
    "error_lens": lambda text: Error(_name_and_lens(text)[1]),
    "last_error": lambda _: LastError(),
    "last_error_lens": lambda text: LastError(_name_and_lens(text)[1]),
}
"""The word of syntax that a run of each kind stands for."""
