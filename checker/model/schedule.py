"""Schedules: the moves of a run as a short text that replays exactly.

A schedule is a list of words::

    s           the initial peer starts
    m2          message 2 is delivered
    c1          call 1 is answered
    +m2         a copy of message 2 is delivered, and the message stays in flight
    -m2         message 2 is lost
    r@B         peer B restarts

Messages and calls are numbered from 1 in the order in which the run sends and requests them.  For the reader, a message
may name its receiver and a call its peer, ``m2>B`` and ``c1@A``; when they do, the names have to be right.  Names that
hold spaces or control characters are only allowed after ``r@``, written with ``%20`` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct

WordKind = Literal["start", "deliver", "answer", "duplicate", "drop", "restart"]

WORD = re.compile(
    r"(?P<start>s)"
    r"|(?P<fault>[+-]?)m(?P<message>[0-9]{1,9})(?:>(?P<receiver>\S+))?"
    r"|c(?P<call>[0-9]{1,9})(?:@(?P<caller>\S+))?"
    r"|r@(?P<restarted>\S+)"
)

LONGEST_NAME = 16
"""Longer peer names are left out where they are only for the reader."""

FAULT_KINDS: dict[str, WordKind] = {"": "deliver", "+": "duplicate", "-": "drop"}
FAULT_SIGNS = {kind: sign for sign, kind in FAULT_KINDS.items()}


class ScheduleError(ValueError):
    """An error for a schedule that cannot be read, or that the run does not allow; `word` counts its words from 1."""

    def __init__(self, message: str, word: int) -> None:
        super().__init__(f"word {word} of the schedule: {message}")
        self.word = word


class Word(Struct, frozen=True):
    """One word of a schedule: what happens, to which message or call, and the peer's name where it is given."""

    kind: WordKind
    number: int = 0
    peer: str | None = None

    def __str__(self) -> str:
        """Return the word as it is written."""
        match self.kind:
            case "start":
                return "s"
            case "answer":
                return f"c{self.number}{_shown('@', self.peer)}"
            case "restart":
                return f"r@{quote(self.peer or '', safe=SAFE)}"
            case _:
                return f"{FAULT_SIGNS[self.kind]}m{self.number}{_shown('>', self.peer)}"


SAFE = "!#$&'()*+,/:;=?@[]^`{|}~<>\"\\"
READABLE = re.compile(r"[\w.:-]+").fullmatch


def _shown(sign: str, peer: str | None) -> str:
    return f"{sign}{peer}" if peer and len(peer) <= LONGEST_NAME and READABLE(peer) else ""


def read_schedule(text: str) -> tuple[Word, ...]:
    """Read a schedule; raises `ScheduleError` at the first malformed word."""
    return tuple(_word(word, number) for number, word in enumerate(text.split(), 1))


def write_schedule(words: Iterable[Word]) -> str:
    """Write a schedule; `read_schedule` reads it back."""
    return " ".join(map(str, words))


def _word(text: str, number: int) -> Word:
    found = WORD.fullmatch(text)
    if found is None:
        raise ScheduleError(
            f"{text!r} is no move; moves are s, m1 or m1>PEER, c1 or c1@PEER, +m1, -m1 and r@PEER", number
        )
    if found["start"]:
        return Word("start")
    if found["message"]:
        return Word(FAULT_KINDS[found["fault"]], int(found["message"]), found["receiver"])
    if found["call"]:
        return Word("answer", int(found["call"]), found["caller"])
    return Word("restart", 0, unquote(found["restarted"]))
