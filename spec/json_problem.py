"""The message of serde_json about a text that is not JSON, with the place.

The message becomes part of a failed call's result, hence of content ids, so every interpreter has to give exactly
this one.  Places count bytes, and differ by one between complaints about the next byte and those about the last one.
"""

from __future__ import annotations

import re
from typing import Final, NoReturn

from airspec.spec.json_number import I32_MAX, read_double

DEPTH_LIMIT: Final = 127
"""The number of arrays and objects inside one another that serde_json accepts."""

EOF_VALUE: Final = "EOF while parsing a value"
EOF_LIST: Final = "EOF while parsing a list"
EOF_OBJECT: Final = "EOF while parsing an object"
EOF_STRING: Final = "EOF while parsing a string"
INVALID_NUMBER: Final = "invalid number"
OUT_OF_RANGE: Final = "number out of range"
LONE_SURROGATE: Final = "lone leading surrogate in hex escape"
UNEXPECTED_END: Final = "unexpected end of hex escape"

SPACE: Final = re.compile(rb"[ \n\t\r]*")
PLAIN: Final = re.compile(rb'[^"\\\x00-\x1f]*')
DIGITS: Final = re.compile(rb"[0-9]*")
REST_OF_WORD: Final = {b"n": b"ull", b"t": b"rue", b"f": b"alse"}


class _Refused(Exception):  # noqa: N818 - never leaves this module
    pass


def problem(text: str) -> str | None:
    """Return serde_json's message about a text that is not JSON, with line and column; None when the text is JSON."""
    scanner = _Scanner(text.encode("utf-8", "surrogatepass"))
    try:
        scanner.document()
    except _Refused as refused:
        before = scanner.data[: scanner.at]
        line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n") - 1
        return f"{refused} at line {line} column {column}"
    return None


class _Scanner:
    """A position in a text, with methods that move it over what they are named after.

    Each raises `_Refused`, with the complaint and its place, where the text has something else.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.at = 0

    def refuse(self, reason: str) -> NoReturn:
        """Raise `_Refused` about the byte before the position."""
        raise _Refused(reason)

    def refuse_next(self, reason: str) -> NoReturn:
        """Raise `_Refused` about the byte at the position."""
        self.at = min(len(self.data), self.at + 1)
        raise _Refused(reason)

    def peek(self) -> bytes:
        """Return the byte at the position, without moving; empty at the end."""
        return self.data[self.at : self.at + 1]

    def take(self, at_end: str) -> bytes:
        """Return the byte at the position, and move past it; at the end of the text, refuse it for the reason given."""
        byte = self.peek() or self.refuse(at_end)
        self.at += 1
        return byte

    def run(self, pattern: re.Pattern[bytes]) -> bytes:
        """Move past the longest match of a pattern, which may be empty, and return that match."""
        found = pattern.match(self.data, self.at)
        assert found is not None
        self.at = found.end()
        return found[0]

    def after_space(self) -> bytes:
        """Move past white space, and return the byte that follows, empty at the end, without moving past it."""
        self.run(SPACE)
        return self.peek()

    def document(self) -> None:
        """Move past one JSON value, and refuse anything but white space behind it."""
        brackets: list[bytes] = []
        inside = True
        while inside:
            opened = self.value_or_bracket(len(brackets))
            if opened:
                brackets.append(opened)
            inside = self.to_next_value(brackets, first=bool(opened))
        if self.after_space():
            self.refuse_next("trailing characters")

    def value_or_bracket(self, depth: int) -> bytes:
        """Move past a value that is no array or object, or past an opening bracket.

        Return that bracket, or nothing after a value; `depth` is the number of brackets that are open.
        """
        byte = self.after_space()
        match byte:
            case b"":
                self.refuse_next(EOF_VALUE)
            case b"[" | b"{":
                if depth == DEPTH_LIMIT:
                    self.refuse_next("recursion limit exceeded")
                self.at += 1
                return byte
            case b'"':
                self.at += 1
                self.string()
            case b"n" | b"t" | b"f":
                self.at += 1
                self.word(REST_OF_WORD[byte])
            case _ if byte in b"-0123456789":
                self.number()
            case _:
                self.refuse_next("expected value")
        return b""

    def to_next_value(self, brackets: list[bytes], first: bool) -> bool:
        """Move to the next value inside the open `brackets`; return False if there is none, as all are closed.

        `first` says whether the position is behind an opening bracket, and not behind a value.
        """
        while brackets:
            in_list = brackets[-1] == b"["
            closing, at_end = (b"]", EOF_LIST) if in_list else (b"}", EOF_OBJECT)
            byte = self.after_space() or self.refuse_next(at_end)
            if byte == closing:
                self.at += 1
                brackets.pop()
                first = False
                continue
            if not first:
                byte = self.after_comma(byte, closing)
            if not in_list:
                self.name(byte)
            return True
        return False

    def after_comma(self, byte: bytes, closing: bytes) -> bytes:
        """Move past the comma between two elements or members and white space, and return the byte that follows.

        `byte` is the one at the position, and `closing` the bracket that could stand there in place of a comma.
        """
        if byte != b",":
            self.refuse_next(f"expected `,` or `{closing.decode()}`")
        self.at += 1
        following = self.after_space() or self.refuse_next(EOF_VALUE)
        if following == closing:
            self.refuse_next("trailing comma")
        return following

    def name(self, byte: bytes) -> None:
        """Move past the name of a member and the colon behind it; `byte` is the one at the position."""
        if byte != b'"':
            self.refuse_next("key must be a string")
        self.at += 1
        self.string()
        colon = self.after_space() or self.refuse_next(EOF_OBJECT)
        if colon != b":":
            self.refuse_next("expected `:`")
        self.at += 1

    def word(self, rest: bytes) -> None:
        """Move past `rest`, the characters of ``null``, ``true`` or ``false`` behind the first one."""
        for expected in rest:
            if self.take(EOF_VALUE)[0] != expected:
                self.refuse("expected ident")

    def string(self) -> None:
        """Move over a string, from behind its opening quote to behind its closing one."""
        while True:
            self.run(PLAIN)
            match self.take(EOF_STRING):
                case b'"':
                    return
                case b"\\":
                    self.escape()
                case _:
                    self.refuse("control character (\\u0000-\\u001F) found while parsing a string")

    def escape(self) -> None:
        """Move over an escape, from behind its backslash."""
        byte = self.take(EOF_STRING)
        if byte in b'"\\/bfnrt':
            return
        if byte != b"u":
            self.refuse("invalid escape")
        unit = self.hexadecimal()
        if 0xDC00 <= unit <= 0xDFFF:
            self.refuse(LONE_SURROGATE)
        if 0xD800 <= unit <= 0xDBFF:
            for expected in (b"\\", b"u"):
                if self.take(EOF_STRING) != expected:
                    self.refuse(UNEXPECTED_END)
            if not 0xDC00 <= self.hexadecimal() <= 0xDFFF:
                self.refuse(LONE_SURROGATE)

    def hexadecimal(self) -> int:
        """Move past four hexadecimal digits, and return the number that they write."""
        if self.at + 4 > len(self.data):
            self.at = len(self.data)
            self.refuse(EOF_STRING)
        unit = 0
        for _ in range(4):
            digit = self.take(EOF_STRING)
            if digit not in b"0123456789abcdefABCDEF":
                self.refuse("invalid escape")
            unit = unit * 16 + int(digit, 16)
        return unit

    def number(self) -> None:
        """Move over a number."""
        begin = self.at
        if self.peek() == b"-":
            self.at += 1
        first = self.take(EOF_VALUE)
        if first not in b"0123456789":
            self.refuse(INVALID_NUMBER)
        following = self.run(DIGITS)
        if first == b"0" and following:
            self.at -= len(following)
            self.refuse_next(INVALID_NUMBER)
        if self.peek() == b".":
            self.at += 1
            if not self.run(DIGITS):
                self.refuse_next(INVALID_NUMBER if self.peek() else EOF_VALUE)
        if self.peek() in (b"e", b"E"):
            self.exponent(begin)
        self.in_range(begin)

    def exponent(self, begin: int) -> None:
        """Move over the exponent of the number that began at `begin`."""
        is_zero = not self.data[begin : self.at].strip(b"-0.")
        self.at += 1
        negative = self.peek() == b"-"
        if self.peek() in (b"+", b"-"):
            self.at += 1
        digit = self.take(EOF_VALUE)
        if digit not in b"0123456789":
            self.refuse(INVALID_NUMBER)
        exponent = int(digit)
        while (digit := self.peek()) and digit in b"0123456789":
            self.at += 1
            exponent = exponent * 10 + int(digit)
            if exponent > I32_MAX:
                # The other numbers with so great an exponent are zeros.
                if not is_zero and not negative:
                    self.refuse(OUT_OF_RANGE)
                self.run(DIGITS)

    def in_range(self, begin: int) -> None:
        """Raise `_Refused` if the number between `begin` and the position is out of the range of a double."""
        try:
            read_double(self.data[begin : self.at].decode())
        except ValueError:
            self.refuse(OUT_OF_RANGE)
