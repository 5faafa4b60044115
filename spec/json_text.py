"""JSON values as canonical text, the way serde_json writes them in AquaVM.

AquaVM 0.62: ``crates/air-lib/interpreter-value/src/value/``.

Canonical text is compact, has the members of objects sorted by the bytes of their names (of members with
one name the last stands), integers of 64 bits in decimal and every other number as a double, in the shortest form
that reads back.  A value never leaves this form: it is read once, by `canonical`, when it enters from a
service or from data; everything else takes canonical texts apart or puts them together.

Numbers are read by serde_json's own arithmetic, which is not correctly rounded (`spec.json_number`); taking
apart a canonical text copies the texts of its parts and so does not read its numbers again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache
from json import JSONDecoder
from typing import Final, Literal, NoReturn

import msgspec

from airspec.spec.json_number import I64_MAX, I64_MIN, U32_MAX, U64_MAX, read_double, read_integer
from airspec.spec.json_problem import DEPTH_LIMIT, problem
from airspec.spec.values import Json

__all__ = [
    "EMPTY_ARRAY",
    "NULL",
    "array",
    "as_i64",
    "as_integer",
    "as_string",
    "as_u32",
    "boolean",
    "canonical",
    "element",
    "elements",
    "equal",
    "is_integer",
    "kind",
    "length",
    "member",
    "members",
    "number",
    "object_of",
    "problem",
    "string",
]

Kind = Literal["null", "boolean", "number", "string", "array", "object"]

NULL: Final = Json("null")
EMPTY_ARRAY: Final = Json("[]")

MEMOISED_LENGTH: Final = 1 << 14
"""Longer texts are read each time, so that the memory of `canonical` stays bounded."""

# Texts of one token that are canonical as they stand.  Lone surrogates are no text.
CANONICAL_TOKEN: Final = re.compile(r'"[^"\\\x00-\x1f\ud800-\udfff]*"|0|-?[1-9][0-9]{0,17}|true|false|null').fullmatch

# What the fast reader reads otherwise than serde_json: a negative integer zero, and integers beyond 64 bits.
UNUSUAL_INTEGER: Final = re.compile(r"-0(?![.0-9])|[0-9]{19}").search

STRING_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
NEGATIVE_ZERO: Final = re.compile(r'("(?:[^"\\]|\\.)*")|-0\.0(?![0-9])')
PLAIN_STRING: Final = re.compile(r'[^"\\\x00-\x1f\ud800-\udfff]*').fullmatch
INTEGER: Final = re.compile(r"-?[0-9]+").fullmatch


# --- reading --------------------------------------------------------------------------------------------


def canonical(text: str) -> Json | None:
    """Return the canonical form of a JSON text, or None when serde_json would refuse the text.

    Refused are, beside what the grammar of JSON excludes: numbers beyond the range of a double, lone surrogates,
    and more than `DEPTH_LIMIT` nested arrays and objects.
    """
    if CANONICAL_TOKEN(text):
        return Json(text)
    return _canonical_memoised(text) if len(text) <= MEMOISED_LENGTH else _canonical(text)


def _canonical(text: str) -> Json | None:
    if _too_deep(text):
        return None
    try:
        return Json(
            _WRITER.encode(_read_exactly(text) if UNUSUAL_INTEGER(text) else _FAST_READER.decode(text)).decode()
        )
    except (msgspec.MsgspecError, ValueError):
        return None


def _read_exactly(text: str) -> object:
    # The exact reader lets lone surrogates pass, which the writer notices only in members that were not replaced.
    complaint = problem(text) if "\\u" in text else None
    if complaint is not None:
        raise ValueError(complaint)
    return _EXACT_READER.decode(text)


def _too_deep(text: str) -> bool:
    """Return whether a JSON text has more than `DEPTH_LIMIT` nested brackets; for other texts this is arbitrary."""
    if text.count("[") + text.count("{") <= DEPTH_LIMIT:
        return False
    depth = 0
    for bracket in re.findall(r"[\[\]{}]", STRING_TOKEN.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > DEPTH_LIMIT:
            return True
    return False


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


_canonical_memoised = lru_cache(maxsize=1024)(_canonical)
_FAST_READER: Final = msgspec.json.Decoder(float_hook=read_double)
_EXACT_READER: Final = JSONDecoder(parse_float=read_double, parse_int=read_integer, parse_constant=_refuse)
_WRITER: Final = msgspec.json.Encoder(order="sorted")


# --- putting together -----------------------------------------------------------------------------------


def string(s: str) -> Json:
    """Return the canonical JSON text of a string."""
    return Json(f'"{s}"' if PLAIN_STRING(s) else _WRITER.encode(s).decode())


def number(n: int | float) -> Json:
    """Return the JSON text of a 64-bit integer, signed or unsigned, or of a double; ``null`` if it is not finite.

    Raise OverflowError for other integers.
    """
    if isinstance(n, float):
        return Json(_WRITER.encode(n).decode())
    if not I64_MIN <= n <= U64_MAX:
        raise OverflowError(f"{n} does not fit 64 bits")
    return Json(str(n))


def boolean(truth: bool) -> Json:
    """Return ``true`` or ``false`` as JSON text."""
    return Json("true" if truth else "false")


def array(items: Iterable[Json]) -> Json:
    """Return the JSON text of the array that has these elements."""
    return Json(f"[{','.join(items)}]")


def object_of(members_by_name: Mapping[str, Json]) -> Json:
    """Return the canonical JSON text of the object that has these members."""
    inner = ",".join([f"{string(name)}:{members_by_name[name]}" for name in sorted(members_by_name)])
    return Json(f"{{{inner}}}")


# --- taking apart ---------------------------------------------------------------------------------------

_KINDS: Final[Mapping[str, Kind]] = {
    "n": "null",
    "t": "boolean",
    "f": "boolean",
    '"': "string",
    "[": "array",
    "{": "object",
}


def kind(json: Json) -> Kind:
    """Return which of the six kinds of JSON values a value is."""
    return _KINDS.get(json[0], "number")


def elements(json: Json) -> tuple[Json, ...] | None:
    """Return the elements of an array; None if the value is not an array."""
    return _elements(json) if json[0] == "[" else None


def members(json: Json) -> Mapping[str, Json] | None:
    """Return the members of an object by name; None if the value is not an object."""
    return _members(json) if json[0] == "{" else None


def length(json: Json) -> int | None:
    """Return the number of elements of an array; None if the value is not an array."""
    found = elements(json)
    return None if found is None else len(found)


def element(json: Json, position: int) -> Json | None:
    """Return the element of an array at a position, counted from 0.

    Return None if the array has no such position, or the value is not an array.
    """
    found = elements(json)
    return found[position] if found is not None and 0 <= position < len(found) else None


def member(json: Json, name: str) -> Json | None:
    """Return the member of an object with this name; None if there is none, or the value is not an object."""
    found = members(json)
    return None if found is None else found.get(name)


@lru_cache(maxsize=1024)
def _elements(json: Json) -> tuple[Json, ...]:
    return tuple([Json(str(raw, "utf-8")) for raw in _ARRAY_READER.decode(json)])


@lru_cache(maxsize=1024)
def _members(json: Json) -> Mapping[str, Json]:
    return {name: Json(str(raw, "utf-8")) for name, raw in _OBJECT_READER.decode(json).items()}


_ARRAY_READER: Final = msgspec.json.Decoder(list[msgspec.Raw])
_OBJECT_READER: Final = msgspec.json.Decoder(dict[str, msgspec.Raw])
_STRING_READER: Final = msgspec.json.Decoder(str)


def as_string(json: Json) -> str | None:
    """Return the characters of a JSON string, without quotes and escapes; None if the value is not a string."""
    if json[0] != '"':
        return None
    return _STRING_READER.decode(json) if "\\" in json else json[1:-1]


def is_integer(json: Json) -> bool:
    """Return whether a value is a number without fraction and exponent, which serde_json keeps in 64 bits."""
    return INTEGER(json) is not None


def as_integer(json: Json) -> int | None:
    """Return the number of an integer from -2^63 to 2^64-1; None for any other value.

    A double is no integer here, even one without a fraction such as ``1.0``.
    """
    return int(json) if INTEGER(json) else None


def as_i64(json: Json) -> int | None:
    """Return the number of an integer that fits signed 64 bits; None for any other value."""
    n = as_integer(json)
    return n if n is not None and n <= I64_MAX else None


def as_u32(json: Json) -> int | None:
    """Return the number of an integer that fits unsigned 32 bits; None for any other value."""
    n = as_integer(json)
    return n if n is not None and 0 <= n <= U32_MAX else None


def equal(a: Json, b: Json) -> bool:
    """Return whether two values are equal: their texts differ at most in the signs of doubles that are zero."""
    if a == b:
        return True
    return ("-0.0" in a or "-0.0" in b) and _positive_zeros(a) == _positive_zeros(b)


def _positive_zeros(json: Json) -> str:
    return NEGATIVE_ZERO.sub(lambda found: found[1] or "0.0", json)
