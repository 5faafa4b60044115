"""Archives of rkyv 0.7, big-endian with 32-bit relative pointers: the means to read and to write them.

An archive is an image of memory.  A record has a fixed size, aligned to 4 bytes; what has no fixed size (texts,
vectors, shared records) stands before the record that points to it; the root record ends the archive.  A pointer is a
signed distance from its own place.  A reader must not trust any of this: rkyv checks that every pointer leads into the
part of the archive that is not claimed yet, in the order in which the records are met, and so does this one.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any, Final, TypeVar

from msgspec import Struct

from airspec.semantics.wire.layout import SIZED, TEXT_SIZE, WORD, Record, numbers_layout
from airspec.spec.values import Cid

T = TypeVar("T")

INLINE: Final = TEXT_SIZE - 1
"""The number of bytes of a string that may stand in its record itself."""

OUT_OF_LINE: Final = 0x80
"""The bits that are set in the last byte of a string's record when the characters stand elsewhere."""

_LENGTH: Final = struct.Struct(">I").unpack_from
_DISTANCE: Final = struct.Struct("<4xi").unpack_from


class MalformedArchiveError(ValueError):
    """The error of bytes that are not a well-formed archive; the text says where."""


class Shared(Struct, frozen=True, gc=False):
    """An object to which several records may point: its kind, its size in bytes, and what was read from it."""

    kind: str
    size: int
    record: Any


class Reader:
    """A reader of an archive; `start` and `end` bound the bytes that no record has claimed yet.

    Places and `at` are byte offsets in the archive. A method with `at` reads what the pointer at that offset leads to;
    one with `place` reads what stands at that offset itself. All raise MalformedArchiveError where the archive is
    malformed.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.start = 0
        self.end = len(data)
        self._shared: dict[int, Shared] = {}

    def root(self, size: int, read: Callable[[Reader, int], T]) -> T:
        """Return what `read` makes of the root record, which is the last `size` bytes of the archive."""
        place = len(self.data) - size
        if place < 0:
            raise MalformedArchiveError(f"the root takes {size} bytes, but there are {len(self.data)}")
        return self._claimed(place, size, read)

    def vector(self, at: int, size: int, read: Callable[[Reader, int], T]) -> tuple[T, ...]:
        """Return the elements, each of `size` bytes and read by `read`, of the vector whose pointer is at `at`."""
        distance, count = SIZED.unpack(self.data, at)
        place = at + distance
        behind = place + count * size
        after = self._enter(place, behind)
        found = tuple([read(self, each) for each in range(place, behind, size)])
        self.start, self.end = behind, after
        return found

    def numbers(self, at: int, size: int) -> tuple[int, ...]:
        """Return all numbers in the vector whose pointer is at `at`, and whose elements are `size` bytes of numbers."""
        distance, count = SIZED.unpack(self.data, at)
        place = at + distance
        behind = place + count * size
        self.end = self._enter(place, behind)
        self.start = behind
        return numbers_layout(count * size // WORD).unpack_from(self.data, place)

    def bytes_box(self, at: int) -> bytes:
        """Return the sequence of bytes that the pointer at `at` leads to."""
        distance, size = SIZED.unpack(self.data, at)
        place = at + distance
        behind = place + size
        if place < self.start or behind > self.end:
            raise self._outside(place, behind)
        self.start = behind
        return self.data[place:behind]

    def text_box(self, at: int) -> str:
        """Return the text that the pointer at `at` leads to."""
        distance, size = SIZED.unpack(self.data, at)
        return self._text(at + distance, size)

    def string(self, at: int) -> str:
        """Return the string whose record is at `at`; the record holds the characters, or a length and a pointer."""
        data = self.data
        size = data[at + INLINE]
        if size >= OUT_OF_LINE:
            return self._text(at + _DISTANCE(data, at)[0], _LENGTH(data, at)[0])
        if size > INLINE:
            raise MalformedArchiveError(f"the short string at {at} has {size} bytes")
        return decoded(data[at : at + size])

    def shared_text(self, place: int, size: int) -> Cid:
        """Return the text of `size` bytes at `place`, to which several records may point.

        In data, such texts are the content ids; that they are valid is not checked here.
        """
        known = self._shared.get(place)
        if known is None:
            known = self._shared[place] = Shared("text", size, self._text(place, size))
        elif known.size != size or known.kind != "text":
            return self._text_of_other_size(known, place, size)
        text: Cid = known.record
        return text

    def shared(self, place: int, kind: str, size: int, read: Callable[[Reader, int], T]) -> T:
        """Return the record of `size` bytes at `place`, to which several records may point; `read` is used only once.

        Raise MalformedArchiveError if another pointer leads there and expects another `kind`.
        """
        known = self._shared.get(place)
        if known is None:
            # While the record is read, a text within it that claims to stand at the same place is refused.
            self._shared[place] = Shared(kind, size, None)
            known = self._shared[place] = Shared(kind, size, self._claimed(place, size, read))
        elif known.kind != kind:
            raise MalformedArchiveError(f"{place} is pointed to as {known.kind} and as {kind}")
        record: T = known.record
        return record

    def _text_of_other_size(self, known: Shared, place: int, size: int) -> Cid:
        """Return a text whose second pointer claims another length, as AquaVM reads it.

        AquaVM reads that many bytes of the copy that it made for the first pointer, and of the memory behind it.
        """
        if known.kind != "text" or place + size > len(self.data):
            raise MalformedArchiveError(f"{place} is pointed to as {known.kind} and as text")
        return Cid(known.record.encode()[:size].ljust(size, b"\0").decode("utf-8", "replace"))

    # --- claims -----------------------------------------------------------------------------------------

    def _claimed(self, place: int, size: int, read: Callable[[Reader, int], T]) -> T:
        """Read a record that was not read before."""
        behind = place + size
        after = self._enter(place, behind)
        found = read(self, place)
        self.start, self.end = behind, after
        return found

    def _enter(self, place: int, behind: int) -> int:
        """Claim records, and return the end of what was not claimed, which has to be restored once they are read.

        What they point to stands before them, what is read afterwards behind them.
        """
        if place % WORD:
            raise MalformedArchiveError(f"the pointer to {place} is not aligned to {WORD} bytes")
        after = self.end
        if place < self.start or behind > after:
            raise self._outside(place, behind)
        self.end = place
        return after

    def _text(self, place: int, size: int) -> str:
        """Claim the characters of a text; the check of `bytes_box` is repeated, as most of what is read are texts."""
        behind = place + size
        if place < self.start or behind > self.end:
            raise self._outside(place, behind)
        self.start = behind
        return decoded(self.data[place:behind])

    def _outside(self, place: int, behind: int) -> MalformedArchiveError:
        return MalformedArchiveError(f"{behind - place} bytes at {place} are not within {self.start} to {self.end}")


def decoded(data: bytes) -> str:
    """Return the text that these UTF-8 bytes encode. Raise MalformedArchiveError if they are not UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise MalformedArchiveError(f"a text is not UTF-8: {error.reason}") from None


# --- writing --------------------------------------------------------------------------------------------


Fields = tuple[int, ...]
"""The fields of a record or some of them; a pointer is given as the place that it points to."""

_WRITTEN_LENGTH: Final = struct.Struct(">I").pack
_WRITTEN_DISTANCE: Final = struct.Struct("<i").pack
_SHORT: Final = struct.Struct(f"{INLINE}sB").pack


class Writer:
    """A writer of an archive, from front to back; places are byte offsets in the archive.

    A record is written after everything that it points to. Equal shared texts and strings are written once.
    """

    def __init__(self) -> None:
        self._out = bytearray()
        self._texts: dict[str, Fields] = {}
        self._strings: dict[str, int] = {}

    def finish(self) -> bytes:
        """Return the archive, which ends with the record that was written last."""
        return bytes(self._out)

    def align(self) -> int:
        """Append zero bytes up to the next whole word, and return the offset reached."""
        begin = len(self._out)
        if begin % WORD:
            self._out += bytes(-begin % WORD)
            begin = len(self._out)
        return begin

    def record(self, kind: Record, fields: list[int]) -> int:
        """Write a record, and return its place.

        `fields` has its fields in order, pointers as the places that they lead to; the list is changed.
        """
        place = self.align()
        for i, offset in kind.pointers:
            fields[i] -= place + offset
        self._out += kind.pack(*fields)
        return place

    def vector(self, records: Sequence[tuple[Record, list[int]]]) -> Fields:
        """Write records one after another, and return the place of the first and their number.

        The fields of each are as in `record`, and are changed.
        """
        out = self._out
        begin = at = self.align()
        for kind, fields in records:
            for i, offset in kind.pointers:
                fields[i] -= at + offset
            out += kind.pack(*fields)
            at += kind.size
        return begin, len(records)

    def numbers(self, numbers: Sequence[int]) -> int:
        """Write unsigned 32-bit numbers one after another, and return the place of the first."""
        place = self.align()
        self._out += numbers_layout(len(numbers)).pack(*numbers)
        return place

    def bytes_box(self, data: bytes) -> Fields:
        """Write bytes, and return their place and their number."""
        place = len(self._out)
        self._out += data
        return (place, len(data))

    def text_box(self, text: str) -> Fields:
        """Write a text as UTF-8, and return its place and its length in bytes."""
        return self.bytes_box(text.encode())

    def strings(self, texts: Sequence[str]) -> int:
        """Write the records of strings one after another, and return the place of the first.

        A short string stands in its record; the record of a longer one has its length and a pointer to it.
        """
        out = self._out
        strings: list[tuple[bytes, int | None]] = []
        for text in texts:
            data = text.encode()
            size = len(data)
            if size <= INLINE:
                strings.append((_SHORT(data, size), None))
            else:
                strings.append((_WRITTEN_LENGTH(size), len(out)))
                out += data
        begin = at = self.align()
        for data, place in strings:
            out += data
            if place is not None:
                # The little end comes first: the last byte has the sign, which tells a distance from characters.
                out += _WRITTEN_DISTANCE(place - at)
            at += TEXT_SIZE
        return begin

    def shared_text(self, text: str) -> Fields:
        """Return the place of a text and its length in bytes; it is written unless an equal one has been."""
        words = self._texts.get(text)
        if words is None:
            data = text.encode()
            # An empty text takes a byte, so that no other object has its place.
            words = self._texts[text] = self.bytes_box(data)
            if not data:
                self._out += b"\0"
        return words

    def shared_string(self, text: str) -> int:
        """Return the place of the record of a string; it is written unless an equal one has been."""
        place = self._strings.get(text)
        if place is None:
            place = self._strings[text] = self.strings([text])
        return place
