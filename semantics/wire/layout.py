"""Where the fields of a particle's data stand in an archive (seen in data of AquaVM 0.62).

Sizes are in bytes.  Records have their fields in the order of AquaVM's structures; the first byte of an enumeration
says which of its cases follows from the next word on.
"""

from __future__ import annotations

from typing import Final

WORD: Final = 4
CID_SIZE: Final = 8
VECTOR_SIZE: Final = 8
BOX_SIZE: Final = 8
TEXT_SIZE: Final = 8

STATE_SIZE: Final = 24
LORE_SIZE: Final = WORD + VECTOR_SIZE
SUBTRACE_SIZE: Final = 2 * WORD
ENTRY_SIZE: Final = CID_SIZE + WORD
VALUE_SIZE: Final = BOX_SIZE
TETRAPLET_SIZE: Final = 4 * TEXT_SIZE
CANON_ELEMENT_SIZE: Final = 2 * CID_SIZE + 3 * WORD
CANON_RESULT_SIZE: Final = CID_SIZE + VECTOR_SIZE
SERVICE_RESULT_SIZE: Final = 3 * CID_SIZE
SIGNATURE_SIZE: Final = 2 * BOX_SIZE
STORES_SIZE: Final = 5 * VECTOR_SIZE
DATA_SIZE: Final = VECTOR_SIZE + WORD + STORES_SIZE + VECTOR_SIZE

# The cases of the enumerations, in the order of their numbers.
PAR, CALL, FOLD, AP, CANON = range(5)
CALL_SENT, CALL_EXECUTED, CALL_FAILED = range(3)
SENDER_PEER, SENDER_PEER_WITH_CALL_ID = range(2)
SCALAR, STREAM, UNUSED = range(3)
CANON_SENT, CANON_EXECUTED = range(2)
LITERAL, SERVICE_RESULT, CANON_RESULT = range(3)
