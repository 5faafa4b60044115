"""Values as serde names them in its complaints."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import cast

from airspec.semantics.aquavm.rust_text import quoted
from airspec.spec import json_text
from airspec.spec.values import Json


def described(value: Json) -> str:
    """Return a JSON value as serde names it in error messages: its kind, and the value if it is not a container."""
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
    """Return a double with the fewest digits that tell it apart, as Rust writes it: no exponent, no fraction of zero.

    Of two such numbers that are equally near, Rust takes the greater one, and Python the even one.
    """
    shown = Decimal(number)
    unit = Decimal(1).scaleb(cast(int, shown.as_tuple().exponent))
    # Fractions are exact, where decimals would be rounded themselves.
    if 2 * (abs(Fraction(float(number))) - abs(Fraction(shown))) == Fraction(unit):
        shown += unit.copy_sign(shown)
    digits = f"{shown:f}"
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
