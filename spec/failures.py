"""The record of a failed call in the stores, as serde reads it (seen on the oracle)."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import cast

from msgspec import Struct

from spec import json_text
from spec.json_number import I32_MAX, I32_MIN
from spec.rust_text import quoted
from spec.values import Json


class Failure(Struct, frozen=True):
    """What a service said when it failed."""

    ret_code: int
    message: str


def read_failure(text: Json) -> Failure | str:
    """The failure that a stored value tells of: an object, or an array of both fields; the text says what is wrong."""
    elements, members = json_text.elements(text), json_text.members(text)
    if elements is not None:
        return _of_array(elements)
    elif members is not None:
        return _of_object(members.get("ret_code"), members.get("message"))
    else:
        return _unexpected(text, "struct CallServiceFailed")


def _of_array(elements: tuple[Json, ...]) -> Failure | str:
    """The first of two elements is the return code."""
    problems = [check(part) for check, part in zip((_code_problem, _message_problem), elements, strict=False)]
    problem = next((found for found in problems if found is not None), None)
    count = len(elements)
    if problem is not None:
        return problem
    elif count < 2:
        return f"invalid length {count}, expected struct CallServiceFailed with 2 elements"
    elif count > 2:
        return f"invalid length {count}, expected fewer elements in array"
    else:
        return _failure(*elements)


def _of_object(ret_code: Json | None, message: Json | None) -> Failure | str:
    """Members are read in the order of their names, and what is missing is noticed in the order of the record."""
    message_problem = None if message is None else _message_problem(message)
    code_problem = None if ret_code is None else _code_problem(ret_code)
    problem = message_problem or code_problem
    if problem is not None:
        return problem
    elif ret_code is None:
        return "missing field `ret_code`"
    elif message is None:
        return "missing field `message`"
    else:
        return _failure(ret_code, message)


def _failure(ret_code: Json, message: Json) -> Failure:
    return Failure(int(ret_code), json_text.as_string(message) or "")


def _message_problem(message: Json) -> str | None:
    return None if json_text.kind(message) == "string" else _unexpected(message, "a string")


def _code_problem(ret_code: Json) -> str | None:
    code = json_text.as_integer(ret_code)
    if code is None:
        return _unexpected(ret_code, "i32")
    return None if I32_MIN <= code <= I32_MAX else f"invalid value: integer `{code}`, expected i32"


def _unexpected(value: Json, expected: str) -> str:
    return f"invalid type: {_described(value)}, expected {expected}"


def _described(value: Json) -> str:
    match json_text.kind(value):
        case "string":
            return f"string {quoted(json_text.as_string(value) or '')}"
        case "number" if json_text.is_integer(value):
            return f"integer `{value}`"
        case "number":
            return f"floating point `{_without_exponent(value)}`"
        case "boolean":
            return f"boolean `{value}`"
        case "array":
            return "sequence"
        case "object":
            return "map"
        case _:
            return "null"


def _without_exponent(number: Json) -> str:
    """A double with the fewest digits that tell it apart, as Rust shows it: no exponent, and no fraction of zero.

    Of two such numbers that are equally near, Rust takes the greater one, and Python the even one.
    """
    shown = Decimal(number)
    unit = Decimal(1).scaleb(cast(int, shown.as_tuple().exponent))
    # Fractions are exact, where decimals would be rounded themselves.
    if 2 * (abs(Fraction(float(number))) - abs(Fraction(shown))) == Fraction(unit):
        shown += unit.copy_sign(shown)
    digits = f"{shown:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
