"""Writing values, variables and lenses as text: as in a script, and as in AquaVM's messages."""

from __future__ import annotations

from decimal import Decimal

from airspec.spec.lenses import lens_text
from airspec.spec.syntax import (
    Boolean,
    CallOutput,
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    CanonStreamWithLens,
    EmptyArray,
    Error,
    Float,
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
    Value,
)

Printable = Value | CallOutput | StreamMap | Lens

FLOAT_WIDTH = 11
"""The longest float that the grammar allows, in characters."""


def render(value: Printable) -> str:
    """Return the text of a value, a variable or a lens as it is written in a script.

    Raise `ValueError` for a float that no script can contain (not finite, or more than 11 characters long).
    """
    return _script_float(value.value) if isinstance(value, Float) else display(value)


def display(value: Printable) -> str:
    """Return the text of a value, a variable or a lens as AquaVM's messages have it.

    It is as in scripts, but for floats, which have no fraction of zero.
    """
    match value:
        case Literal(text=text):
            return f'"{text}"'
        case Integer(value=number):
            return str(number)
        case Float(value=number):
            return _positional(number)
        case Boolean(value=truth):
            return "true" if truth else "false"
        case EmptyArray():
            return "[]"
        case Scalar() | Stream() | StreamMap() | CanonStream() | CanonStreamMap():
            return value.name
        case ScalarWithLens() | CanonStreamWithLens() | CanonStreamMapWithLens():
            return value.name + lens_text(value.lens)
        case Length() | Path():
            return lens_text(value)
        case _:
            return _particle_value(value)


def _particle_value(value: InitPeerId | Timestamp | Ttl | LastError | Error) -> str:
    match value:
        case InitPeerId():
            return "%init_peer_id%"
        case Timestamp():
            return "%timestamp%"
        case Ttl():
            return "%ttl%"
        case LastError(lens=lens):
            return "%last_error%" + ("" if lens is None else lens_text(lens))
        case Error(lens=lens):
            return ":error:" + ("" if lens is None else lens_text(lens))


def _positional(number: float) -> str:
    """Return the shortest decimal that reads back, without exponent and without empty fraction, as Rust writes it."""
    text = format(Decimal(repr(number)), "f")
    return text.removesuffix(".0")


def _script_float(number: float) -> str:
    text = _positional(number)
    if "." not in text:
        text += ".0" if len(text) + 2 <= FLOAT_WIDTH else "."
    if not set(text) <= set("-.0123456789") or len(text) > FLOAT_WIDTH:
        raise ValueError(f"no script can contain the float {number!r}")
    return text
