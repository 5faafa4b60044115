"""Boundary values of hosts and services: particles with extreme parameters, and answers that are barely JSON."""

from __future__ import annotations

import random
from typing import Final

from airspec.semantics.particle import CallResult, Particle
from airspec.spec.json_number import I32_MAX, I32_MIN, U32_MAX, U64_MAX

TEXTS: Final = ("", "é", "\0", "x" * 200, 'a"b\\c\n\u0301', "😀", "12D3")
"""Texts that are not valid ids of peers or particles."""

TIMES: Final = (0, 1, 2**63, U64_MAX)
LIFETIMES: Final = (0, 7, U32_MAX)
RET_CODES: Final = (0, 0, 0, 0, 0, 0, 1, -1, I32_MAX, I32_MIN)

NUMBERS: Final = (
    "0",
    "-0",
    "-0.0",
    "1.0",
    "0.1",
    "1e5",
    "1E+2",
    "1e-400",
    "1e400",
    "-1e308",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551615",
    "18446744073709551616",
    "-9223372036854775808",
    "-9223372036854775809",
    "123456789012345678901234567890",
    "1.7976931348623157e308",
    "5e-324",
    "2.2250738585072011e-308",
    "1923192769520267.3",
    "01",
    "1.",
    "+1",
    ".5",
    "0x1",
    "NaN",
)
STRINGS: Final = (
    '"a"',
    '""',
    '"\\ud83d\\ude00"',
    '"\\u0000"',
    '"\\/"',
    '"\u2028\ufeff\u0301"',
    '"\x7f"',
    '"\\ud800"',
    '"\\x"',
    '"\\u12"',
    '"\x01"',
    '"a',
)
NAMES: Final = ("a", "k", "zz", "error_code", "message", "ret_code", "1", "", "\\u0061", "é")
DEPTHS: Final = (1, 126, 127, 128, 129)
"""Levels of nested arrays; serde_json reads so many and no more."""


def particle(init_peer_id: str, seed: int) -> Particle:
    """Return a particle with extreme parameters, chosen by the seed; in most, another text replaces `init_peer_id`."""
    chance = random.Random(seed)
    return Particle(
        chance.choice((init_peer_id, *TEXTS)), chance.choice(TEXTS), chance.choice(TIMES), chance.choice(LIFETIMES)
    )


def answer(seed: str) -> CallResult:
    """Return a service's answer with a text that is JSON or nearly JSON, chosen by the seed."""
    chance = random.Random(seed)
    text = chance.choice(("", " ", "[1] x", "\ufeff1", *(written(chance, 4) for _ in range(30))))
    return CallResult(chance.choice(RET_CODES), text)


def written(chance: random.Random, depth: int) -> str:
    """Return a random text that is JSON or nearly so; `depth` bounds the levels of arrays and objects with content."""
    match chance.randrange(8 if depth else 4):
        case 0:
            return chance.choice(NUMBERS)
        case 1:
            return chance.choice(STRINGS)
        case 2:
            return chance.choice(("null", "true", "false", "nul"))
        case 3:
            levels = chance.choice(DEPTHS) if chance.randrange(4) == 0 else 1
            return "[" * levels + "]" * levels
        case 4 | 5:
            inner = [written(chance, depth - 1) for _ in range(chance.randrange(4))]
            return f"[{','.join(inner)}{chance.choice(('', ' ', chr(10)))}]"
        case _:
            inner = [f'"{chance.choice(NAMES)}":{written(chance, depth - 1)}' for _ in range(chance.randrange(4))]
            return f"{{{' ,'.join(inner)}}}"
