"""Where the fields of a particle's data stand in an archive.

Records have their fields in the order of AquaVM's structures; the first byte of an enumeration says which of its cases
follows from the next word on.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/rkyv.rs``.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import Final

WORD: Final = 4
TEXT_SIZE: Final = 2 * WORD


class Record:
    """The layout of a record, whose fields take a word each and which is padded to at least `size` bytes.

    In `fields`, `i` stands for a pointer, `I` for a number, and `B` for the case number of an enumeration.
    """

    def __init__(self, fields: str, size: int = 0) -> None:
        used = len(fields) * WORD
        layout = struct.Struct(f">{fields.replace('B', 'B3x')}{max(size - used, 0)}x")
        self.size = layout.size
        self.pack = layout.pack
        self.unpack: Callable[[bytes, int], tuple[int, ...]] = layout.unpack_from
        self.pointers = tuple((i, i * WORD) for i, field in enumerate(fields) if field == "i")
        """Which of the fields are pointers, and where in the record they stand."""


@lru_cache(maxsize=256)
def numbers_layout(count: int) -> struct.Struct:
    """Return the layout of `count` unsigned 32-bit numbers."""
    return struct.Struct(f">{count}I")


NUMBER: Final = Record("I")
SIZED: Final = Record("iI")
"""A content id, a vector, or what else has a length: a pointer with the length, or with the number of elements."""

ENTRY: Final = Record("iIi")
"""An entry of a store: a content id with a record."""

CANON_ELEMENT: Final = Record("iIiIBiI")
LITERAL_ELEMENT: Final = Record("iIiIB", CANON_ELEMENT.size)
CANON_RESULT: Final = Record("iIiI")
SERVICE_RESULT: Final = Record("iIiIiI")
TETRAPLET_SIZE: Final = 4 * TEXT_SIZE
SIGNATURE: Final = Record("iIiI")
SUBTRACE: Final = Record("II")
LORE: Final = Record("IiI")
DATA: Final = Record("iIIiIiIiIiIiIiI")
"""The trace, the call id, five stores and the signatures."""

# Each state is filled up to the size of the greatest one.
STATE_SIZE: Final = 6 * WORD
PAR_STATE: Final = Record("BII", STATE_SIZE)
VECTOR_STATE: Final = Record("BiI", STATE_SIZE)
"""A fold or an ap."""

CALL_STATE: Final = Record("BBBiII", STATE_SIZE)
"""A call that was sent or that returned; the meaning of the last fields depends on the cases."""

CID_STATE: Final = Record("BBiI", STATE_SIZE)
"""A call that failed, or a canon that was performed."""

CANON_SENT_STATE: Final = Record("BBi", STATE_SIZE)

# The cases of the enumerations, in the order of their numbers.
PAR, CALL, FOLD, AP, CANON = range(5)
CALL_SENT, CALL_EXECUTED, CALL_FAILED = range(3)
SENDER_PEER, SENDER_PEER_WITH_CALL_ID = range(2)
SCALAR, STREAM, UNUSED = range(3)
CANON_SENT, CANON_EXECUTED = range(2)
FROM_LITERAL, FROM_SERVICE, FROM_CANON = range(3)
