"""Bytes as texts in base 32 and base 58, for content ids, peer ids, keys and signatures.

A particle's data have many of them, so that they are made from whole numbers, not digit by digit.
"""

from __future__ import annotations

from typing import Final

BASE32: Final = "abcdefghijklmnopqrstuvwxyz234567"
BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

_PAIRS58: Final = [high + low for high in BASE58 for low in BASE58]
_PAIR_BASE: Final = len(_PAIRS58)
_LIMB: Final = _PAIR_BASE**5
"""Ten digits of base 58 fit a machine word."""

_VALUES58: Final = {pair: value for value, pair in enumerate(_PAIRS58)}


# Base 32: five bits of a number become a byte.  Each step moves the upper half of every run of digits to its place.
_DIGITS: Final = 64
_MOVES: Final = [
    (sum(((1 << 5 * half) - 1) << (16 * half * run + 5 * half) for run in range(_DIGITS // (2 * half))), 3 * half)
    for half in (32, 16, 8, 4, 2, 1)
]
_LETTERS: Final = bytes.maketrans(bytes(range(32)), BASE32.encode())


def base32(data: bytes) -> str:
    """At most 40 bytes in lower-case base 32 without padding."""
    spread = int.from_bytes(data.ljust(_DIGITS * 5 // 8, b"\0"), "big")
    for upper_halves, distance in _MOVES:
        upper = spread & upper_halves
        spread += (upper << distance) - upper
    return spread.to_bytes(_DIGITS, "big").translate(_LETTERS)[: -(-len(data) * 8 // 5)].decode()


def base58(data: bytes) -> str:
    """Bytes in base 58; each leading zero byte is a digit of its own."""
    significant = data.lstrip(b"\0")
    number = int.from_bytes(significant, "big")
    pairs: list[str] = []
    while number:
        number, limb = divmod(number, _LIMB)
        for _ in range(5):
            limb, pair = divmod(limb, _PAIR_BASE)
            pairs.append(_PAIRS58[pair])
    text = "".join(reversed(pairs)).lstrip(BASE58[0])
    return BASE58[0] * (len(data) - len(significant)) + text


def base58_bytes(text: str) -> bytes:
    """The bytes of a base-58 text; raises ValueError for other characters."""
    significant = text.lstrip(BASE58[0])
    even = significant if len(significant) % 2 == 0 else BASE58[0] + significant
    number = 0
    try:
        for at in range(0, len(even), 2):
            number = number * _PAIR_BASE + _VALUES58[even[at : at + 2]]
    except KeyError:
        raise ValueError("a character is not of base 58") from None
    return bytes(len(text) - len(significant)) + number.to_bytes((number.bit_length() + 7) // 8, "big")
