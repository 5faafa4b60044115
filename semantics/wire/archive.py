"""Archives of rkyv 0.7, big-endian with 32-bit relative pointers: the means to read and to write them.

An archive is an image of memory.  A record has a fixed size, aligned to 4 bytes; what has no fixed size (texts,
vectors, shared records) stands before the record that points to it; the root record ends the archive.  A pointer is a
signed distance from its own place.  A reader must not trust any of this: rkyv checks that every pointer leads into the
part of the archive that is not claimed yet, in the order in which the records are met, and so does this one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Hashable, Sequence
from itertools import chain
from typing import Any, Final, TypeVar

from semantics.wire.layout import TEXT_SIZE, WORD
from spec.json_number import U32_MAX

T = TypeVar("T")

INLINE: Final = TEXT_SIZE - 1
"""So many bytes of a string may stand in its record itself."""

OUT_OF_LINE: Final = 0x80
"""Set in the last byte of a string's record when the characters stand elsewhere."""

_U32: Final = struct.Struct(">I").unpack_from
_POINTER: Final = struct.Struct(">i").unpack_from
_SIZED: Final = struct.Struct(">iI").unpack_from
_TEXT: Final = struct.Struct("<4xi").unpack_from


class MalformedArchiveError(ValueError):
    """Bytes that are not a well-formed archive; the text says where."""


class Reader:
    """Reads an archive; `start` and `end` bound the part that no record has claimed yet."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = 0
        self.end = len(data)
        self._shared: dict[int, tuple[str, Any]] = {}

    def byte(self, at: int) -> int:
        """One byte."""
        return self.data[at]

    def u32(self, at: int) -> int:
        """An unsigned number of 32 bits."""
        number: int = _U32(self.data, at)[0]
        return number

    def root(self, size: int, read: Callable[[Reader, int], T]) -> T:
        """The record that ends the archive."""
        at = len(self.data) - size
        if at < 0:
            raise MalformedArchiveError(f"the root takes {size} bytes, but there are {len(self.data)}")
        return self.claimed(at, size, WORD, read)

    def claimed(self, at: int, size: int, align: int, read: Callable[[Reader, int], T]) -> T:
        """Read a record that is reached by its only pointer: what it points to stands before it, what follows after."""
        if at % align:
            raise MalformedArchiveError(f"the pointer to {at} is not aligned to {align} bytes")
        if at < self.start or at + size > self.end:
            raise MalformedArchiveError(f"{size} bytes at {at} are not within {self.start} to {self.end}")
        after = self.end
        self.end = at
        found = read(self, at)
        self.start, self.end = at + size, after
        return found

    def vector(self, at: int, size: int, read: Callable[[Reader, int], T]) -> tuple[T, ...]:
        """A vector of records of a size."""
        distance, count = _SIZED(self.data, at)
        return self.claimed(
            at + distance,
            count * size,
            WORD,
            lambda reader, first: tuple([read(reader, first + i * size) for i in range(count)]),
        )

    def bytes_box(self, at: int) -> bytes:
        """Bytes of any length."""
        distance, count = _SIZED(self.data, at)
        return self.claimed(at + distance, count, 1, lambda reader, first: reader.data[first : first + count])

    def text_box(self, at: int) -> str:
        """A text of any length."""
        return decoded(self.bytes_box(at))

    def string(self, at: int) -> str:
        """A string: a record with its characters, or with their number and place."""
        if self.data[at + INLINE] < OUT_OF_LINE:
            length = self.data[at + INLINE]
            if length > INLINE:
                raise MalformedArchiveError(f"the short string at {at} has {length} bytes")
            return decoded(self.data[at : at + length])
        length = self.u32(at)
        place = at + _TEXT(self.data, at)[0]
        return self.claimed(place, length, 1, characters(length))

    def shared_text(self, at: int) -> str:
        """A text that several records may point to."""
        distance, length = _SIZED(self.data, at)
        place = at + distance
        text: str = self._once("text", place, length, 1, characters(length))
        copied = text.encode()
        if len(copied) == length:
            return text
        # A second pointer may claim another length, which the reference believes: it reads that much of the copy that
        # it made for the first one, and what stands in memory behind it.
        return copied[:length].ljust(length, b"\0").decode("utf-8", "replace")

    def shared(self, at: int, kind: str, size: int, read: Callable[[Reader, int], T]) -> T:
        """A record that several records may point to, all as the same kind."""
        record: T = self._once(kind, at + _POINTER(self.data, at)[0], size, WORD, read)
        return record

    def _once(self, kind: str, place: int, size: int, align: int, read: Callable[[Reader, int], T]) -> Any:
        known = self._shared.get(place)
        if known is None:
            self._shared[place] = (kind, None)
            value = self.claimed(place, size, align, read)
            self._shared[place] = (kind, value)
            return value
        if known[0] != kind or place < 0 or place + size > len(self.data):
            raise MalformedArchiveError(f"{place} is pointed to as {known[0]} and as {kind}")
        return known[1]


def characters(length: int) -> Callable[[Reader, int], str]:
    """What reads so many bytes of a text."""
    return lambda reader, first: decoded(reader.data[first : first + length])


def decoded(data: bytes) -> str:
    """The characters of UTF-8 bytes."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedArchiveError(f"a text is not UTF-8: {error.reason}") from None


# --- writing --------------------------------------------------------------------------------------------


Words = list[int]
"""A record as numbers of 32 bits; a number below zero is a pointer, which depends on where the record will stand."""

_FAR: Final = 1 << 40
_SWAPPED: Final = struct.Struct("<i")
_PLAIN: Final = struct.Struct(">I")


def pointer_to(place: int) -> int:
    """The word that points to a place in the archive."""
    return ~place


def characters_at(place: int) -> int:
    """The second word of a string whose characters stand elsewhere: a distance with the little end first."""
    return ~(place + _FAR)


def pointer(word: int, at: int) -> int:
    """A pointer that stands at a place, as the unsigned number with the same bytes."""
    place = ~word
    if place < _FAR:
        return (place - at) & U32_MAX
    # The distance counts from the word before, where the string's record begins.
    swapped: int = _PLAIN.unpack(_SWAPPED.pack(place - _FAR - at + WORD))[0]
    return swapped


class Writer:
    """Writes an archive from front to back.

    A record is a list of words; what they point to has been written before.  Equal shared texts and records are
    written once.
    """

    def __init__(self) -> None:
        self._out = bytearray()
        self._texts: dict[str, Words] = {}
        self._records: dict[Hashable, int] = {}

    def finish(self, root: Words) -> bytes:
        """The archive with its root record."""
        self.record(root)
        return bytes(self._out)

    def align(self) -> int:
        """Fill up to a whole word; the place reached."""
        missing = -len(self._out) % WORD
        if missing:
            self._out += bytes(missing)
        return len(self._out)

    def record(self, words: Words) -> int:
        """Write a record; its place."""
        begin = self.align()
        if min(words, default=0) < 0:
            words = [word if word >= 0 else pointer(word, begin + i * WORD) for i, word in enumerate(words)]
        try:
            self._out += struct.pack(f">{len(words)}I", *words)
        except struct.error:
            raise OverflowError("a number in the data does not fit 32 bits") from None
        return begin

    def vector(self, records: Sequence[Words]) -> Words:
        """Write records one after another; the words that point to them."""
        return [pointer_to(self.record(list(chain.from_iterable(records)))), len(records)]

    def bytes_box(self, data: bytes) -> Words:
        """Write bytes; the words that point to them."""
        place = len(self._out)
        self._out += data
        return [pointer_to(place), len(data)]

    def text_box(self, text: str) -> Words:
        """Write a text; the words that point to it."""
        return self.bytes_box(text.encode())

    def string(self, text: str) -> Words:
        """The words of a string, after its characters were written if they are many."""
        data = text.encode()
        if len(data) > INLINE:
            place = len(self._out)
            self._out += data
            return [len(data), characters_at(place)]
        packed = data.ljust(INLINE, b"\0") + bytes([len(data)])
        return [int.from_bytes(packed[:WORD], "big"), int.from_bytes(packed[WORD:], "big")]

    def shared_text(self, text: str) -> Words:
        """The words that point to a text that may be pointed to already."""
        words = self._texts.get(text)
        if words is None:
            data = text.encode()
            # An empty text takes a byte, so that no other object has its place.
            words = [pointer_to(len(self._out)), len(data)]
            self._out += data or b"\0"
            self._texts[text] = words
        return words

    def shared(self, key: Hashable, words: Callable[[], Words]) -> int:
        """The word that points to a record that may be pointed to already; `key` tells records apart."""
        known = self._records.get(key)
        if known is None:
            known = self._records[key] = pointer_to(self.record(words()))
        return known
