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
"""Attacks on current data: on parts that no signature covers, or on the contents of the stores."""

AT_HOME: Final = ("spoil", "rot", "echo")
"""Attacks on the data that a peer kept: the same two, and sending them back with an unsigned part changed."""

ATTACKS: Final = ("tamper", "tamper", "forge", "spoil", "spoil", "rot", "echo", "echo")
"""All attacks, each as often as its probability requires."""

OF_CONTENTS: Final = ("forge", "rot")

SEEDS: Final = 10_000
"""The number of attacks of a kind on the same data."""

PATIENCE: Final = 8
"""The number of times that a run with attacks draws again when the move that it drew is not possible."""


def attacked(data: bytes, kind: str, seed: int, keys: Sequence[KeyPair], salt: str) -> bytes:
    """Return encoded data after one attack of a kind in `ATTACKS`; bytes that cannot be decoded are returned unchanged.

    `seed` chooses the change, `keys` sign forged data, and `salt` is the id of the particle.
    """
    decoded = decode(data)
    if isinstance(decoded, Uncatchable):
        return data
    known = decoded[1]
    return encode(forge(known, seed, keys, salt) if kind in OF_CONTENTS else tamper(known, seed))
