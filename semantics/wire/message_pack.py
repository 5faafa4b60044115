"""A reader of MessagePack as forgiving, and as strict, as the one in AquaVM 0.62.

Texts need not be UTF-8, what follows the first value is ignored, and nesting is bounded.

AquaVM 0.62: ``crates/air-lib/interpreter-sede/src/``.
"""

from __future__ import annotations

from struct import Struct as Layout
from typing import Any, Final

from msgspec import Struct

DEPTH_LIMIT: Final = 1023
"""The number of arrays and maps that may stand inside one another."""


ENDED: Final = "the bytes end within a value"


class MalformedError(ValueError):
    """The error of bytes that are not MessagePack, are nested too deeply, or do not hold what is expected."""


class Text(Struct, frozen=True):
    """A MessagePack string, as bytes, which need not be UTF-8."""

    data: bytes


class Opened(Struct, frozen=True):
    """The beginning of an array or a map; `values` counts the values directly in it, two for each pair of a map."""

    is_map: bool
    values: int


class Extension(Struct, frozen=True):
    """An extension value, without its contents."""


Token = None | bool | int | float | bytes | Text | Opened | Extension

_NUMBERS: Final = {
    0xCA: Layout(">f"),
    0xCB: Layout(">d"),
    0xCC: Layout(">B"),
    0xCD: Layout(">H"),
    0xCE: Layout(">I"),
    0xCF: Layout(">Q"),
    0xD0: Layout(">b"),
    0xD1: Layout(">h"),
    0xD2: Layout(">i"),
    0xD3: Layout(">q"),
}
_CONSTANTS: Final[dict[int, Token]] = {0xC0: None, 0xC2: False, 0xC3: True}
# First byte of what has a length: how many bytes the length takes.
_BYTES: Final = {0xC4: 1, 0xC5: 2, 0xC6: 4}
_EXTENSIONS: Final = {0xC7: 1, 0xC8: 2, 0xC9: 4}
_TEXTS: Final = {0xD9: 1, 0xDA: 2, 0xDB: 4}
_ARRAYS: Final = {0xDC: 2, 0xDD: 4}
_MAPS: Final = {0xDE: 2, 0xDF: 4}


class Scanner:
    """A reader of MessagePack, token by token; a token is a value, or the beginning of an array or a map."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def _take(self, count: int) -> bytes:
        taken = self._data[self._at : self._at + count]
        if len(taken) < count:
            raise MalformedError(ENDED)
        self._at += count
        return taken

    def _length(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def token(self) -> Token:
        """Read and return the next token: a value, or the beginning of an array or a map. Raise MalformedError."""
        at = self._at
        if at >= len(self._data):
            raise MalformedError(ENDED)
        first = self._data[at]
        self._at = at + 1
        if first <= 0x7F:
            return first
        if first <= 0x8F:
            return Opened(True, 2 * (first & 0x0F))
        if first <= 0x9F:
            return Opened(False, first & 0x0F)
        if first <= 0xBF:
            return Text(self._take(first & 0x1F))
        if first >= 0xE0:
            return first - 0x100
        return self._marked(first)

    def _marked(self, first: int) -> Token:
        if first in _CONSTANTS:
            return _CONSTANTS[first]
        if first in _NUMBERS:
            layout = _NUMBERS[first]
            number: Any = layout.unpack(self._take(layout.size))[0]
            return float(number) if isinstance(number, float) else int(number)
        if first in _TEXTS:
            return Text(self._take(self._length(_TEXTS[first])))
        if first in _BYTES:
            return self._take(self._length(_BYTES[first]))
        if first in _ARRAYS:
            return Opened(False, self._length(_ARRAYS[first]))
        if first in _MAPS:
            return Opened(True, 2 * self._length(_MAPS[first]))
        if 0xD4 <= first <= 0xD8:
            self._take(1 + (1 << (first - 0xD4)))
            return Extension()
        if first in _EXTENSIONS:
            self._take(1 + self._length(_EXTENSIONS[first]))
            return Extension()
        raise MalformedError(f"no value begins with the byte {first:#04x}")

    def rest(self, token: Token, depth: int) -> tuple[Token, ...]:
        """Read the rest of the value that begins with a token, and return the tokens of its direct parts.

        There are none unless the token begins an array or a map, `depth` of which surround it. Raise MalformedError if
        the bytes end too early or values are nested too deeply.
        """
        if not isinstance(token, Opened):
            return ()
        parts: list[Token] = []
        open_values = [token.values]
        while open_values:
            if depth + len(open_values) > DEPTH_LIMIT:
                raise MalformedError("values are nested too deep")
            if open_values[-1] == 0:
                open_values.pop()
                continue
            open_values[-1] -= 1
            part = self.token()
            if len(open_values) == 1:
                parts.append(part)
            if isinstance(part, Opened):
                open_values.append(part.values)
        return tuple(parts)
