"""Numbers of JSON as serde_json 1.0 reads them in AquaVM 0.62.

Integers that fit 64 bits stay integers.  Every other number becomes a double by a fast arithmetic: the digits that
fit an unsigned 64-bit integer, times or divided by a power of ten.  The result may differ from the nearest double
in the last place, and since content ids are computed over what was read, that difference is observable.
"""

from __future__ import annotations

import re
from typing import Final

I64_MIN: Final = -(2**63)
I64_MAX: Final = 2**63 - 1
U64_MAX: Final = 2**64 - 1
U32_MAX: Final = 2**32 - 1
I32_MIN: Final = -(2**31)
I32_MAX: Final = 2**31 - 1

POWERS_OF_TEN: Final = tuple(float(f"1e{exponent}") for exponent in range(309))
SAFE_DIGITS: Final = 19
"""The number of decimal digits that always fit 64 bits."""

NUMBER: Final = re.compile(r"(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?)([0-9]+))?").fullmatch


def read_integer(text: str) -> int | float:
    """Return the value of a JSON number without fraction and exponent, given as text.

    -0 and integers beyond 64 bits become doubles. Raise ValueError when the number is out of the range of a double.
    """
    if len(text) <= SAFE_DIGITS + 1 and text != "-0":
        value = int(text)
        if I64_MIN <= value <= U64_MAX:
            return value
    return read_double(text)


def read_double(text: str) -> float:
    """Return the value of a JSON number, given as text, as a double. Raise ValueError when it is out of range."""
    parts = NUMBER(text)
    if parts is None:
        raise ValueError(f"{text!r} is not a JSON number")
    sign, whole, fraction, exponent_sign, exponent_digits = parts.groups()
    significand, taken = significant(0, whole)
    exponent = len(whole) - taken
    if fraction is not None:
        significand, taken = significant(significand, fraction)
        exponent -= taken
    if exponent_digits is not None:
        written = int(exponent_digits.lstrip("0")[:11] or "0")
        if written > I32_MAX:
            if significand != 0 and exponent_sign != "-":
                raise ValueError("number out of range")
            return -0.0 if sign else 0.0
        exponent = exponent - written if exponent_sign == "-" else min(exponent + written, I32_MAX)
    value = scale(significand, exponent)
    return -value if sign else value


def significant(significand: int, digits: str) -> tuple[int, int]:
    """Return a significand extended by as many of the leading digits as 64 bits hold, and how many digits these are."""
    if significand == 0 and len(digits) <= SAFE_DIGITS:
        return int(digits), len(digits)
    for taken, digit in enumerate(digits):
        extended = significand * 10 + int(digit)
        if extended > U64_MAX:
            return significand, taken
        significand = extended
    return significand, len(digits)


def scale(significand: int, exponent: int) -> float:
    """Return a significand times the power of ten with this exponent, as serde_json computes it in doubles.

    Raise ValueError when the result is out of range.
    """
    value = float(significand)
    while abs(exponent) >= len(POWERS_OF_TEN) and value != 0.0:
        if exponent >= 0:
            raise ValueError("number out of range")
        value /= POWERS_OF_TEN[-1]
        exponent += len(POWERS_OF_TEN) - 1
    if value == 0.0:
        return value
    if exponent < 0:
        return value / POWERS_OF_TEN[-exponent]
    value *= POWERS_OF_TEN[exponent]
    if value == float("inf"):
        raise ValueError("number out of range")
    return value
