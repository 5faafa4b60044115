"""Attacks in a generated run: on data in flight, on data that a peer keeps, or on data sent back to their peer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from airspec.checker.conform.generation.forged_attacks import forge
from airspec.checker.conform.generation.unsigned_attacks import tamper
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.faults import Uncatchable

IN_FLIGHT: Final = ("tamper", "forge")
"""Attacks on arriving data: what no signature covers, or the contents of the stores."""

AT_HOME: Final = ("spoil", "rot", "echo")
"""Attacks on what a peer has kept: the same two, and sending it back changed where no signature shows it."""

ATTACKS: Final = ("tamper", "tamper", "forge", "spoil", "spoil", "rot", "echo", "echo")
"""All attacks, as often as they are to be chosen."""

OF_CONTENTS: Final = ("forge", "rot")

SEEDS: Final = 10_000
"""The number of attacks of a kind on the same data."""

PATIENCE: Final = 8
"""The number of times that a run with attacks draws again when the move that it drew is not possible."""


def attacked(data: bytes, kind: str, seed: int, keys: Sequence[KeyPair], salt: str) -> bytes:
    """Return the data after an attack of a kind; `keys` sign forged data, and `salt` is the id of the particle."""
    decoded = decode(data)
    if isinstance(decoded, Uncatchable):
        return data
    known = decoded[1]
    return encode(forge(known, seed, keys, salt) if kind in OF_CONTENTS else tamper(known, seed))
