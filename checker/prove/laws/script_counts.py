"""The number of scripts on which each law of scripts is tested; tests count them again while they check the laws."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from airspec.checker.prove.laws.corpus import CORPUS

_OF_THEIR_OWN: Final[Mapping[str, int]] = MappingProxyType(
    {
        "abandoned-changes-nothing": 3,
        "lenses-index": 15,
        "canon-lenses-index": 5,
        "map-lenses-index": 10,
        "canon-holds": 9,
        "canon-fixed": 30,
        "provenance": 2,
        "results-name-their-calls": 4,
        "arguments": 9,
        "comparison": 12,
        "by-name": 126,
        "output-unused": 70,
        "in-order": 10,
        "errors-name-their-calls": 15,
        "caught": 16,
        "error-fields": 5,
        "handled-is-cleared": 17,
        "as-if-first": 150,
        "comparisons-are-no-errors": 15,
        "failures-are-the-same": 3,
        "raised-again": 108,
        "own-results-are-signed": 5,
        "honest-data-are-accepted": 5,
        "forgeries-are-refused": 5,
        "nothing-is-taken-back": 5,
        "results-belong-to-their-calls": 12,
        "fold-unrolls": 168,
        "fold-empty": 28,
        "canon-fold-unrolls": 18,
        "stream-fold-unrolls": 12,
        "map-fold-unrolls": 3,
        "fold-meets-its-own": 4,
        "stream-fold-never-fails": 6,
        "waits-for-values": 75,
        "streams-may-grow": 6,
        "new-unused": 294,
        "shadowing-is-renaming": 26,
        "renaming": 8,
        "names-do-not-leak": 10,
        "ap-copies": 378,
        "seq-unit": 245,
        "seq-associative": 336,
        "seq-stops": 546,
        "xor-keeps": 672,
        "xor-catches": 216,
        "xor-associative": 384,
        "rethrow": 120,
        "par-symmetric": 240,
        "par-unit": 153,
        "par-fails": 160,
    }
)
"""For the laws that are not about given scripts, the scripts that their checks run."""


def script_count(law: str) -> int:
    """Return the number of scripts on which the law with this name is tested.

    A law that runs no scripts of its own is tested on the whole corpus.
    """
    return _OF_THEIR_OWN.get(law, len(CORPUS))
