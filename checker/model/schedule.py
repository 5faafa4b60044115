"""Schedules: the moves of a run as a short text that replays exactly.

A schedule is a list of words::

    s           the initial peer starts
    m2          message 2 is delivered
    c1          call 1 is answered
    +m2         a copy of message 2 is delivered, and the message stays in flight
    -m2         message 2 is lost
    c1+c3       calls 1 and 3 of one peer are answered, and the peer runs once with both results
    m2+c1+c3    message 2 is delivered while calls 1 and 3 are answered, and the peer runs once on all of it
    !c1         the service fails: call 1 is answered with an error
    -c1         call 1 is never answered
    r@B         peer B restarts, and forgets the calls that its services owe
    f@B         peer B restarts without the data that it kept
    b@B         a copy (backup) is made of the data that peer B keeps
    o@B         peer B restarts with that copy: with old data
    x@B         the particle's time is over at peer B

Messages and calls are numbered from 1 in the order in which the run sends and requests them.  For the reader, a message
may name its receiver and a call its peer, ``m2>B`` and ``c1@A``; when they do, the names have to be right.  Names that
hold spaces or control characters are only allowed where a peer has to be named, written with ``%20`` and the like.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal
from urllib.parse import quote, unquote

from msgspec import Struct

WordKind = Literal[
    "start",
    "deliver",
    "deliver-with",
    "answer",
    "duplicate",
    "drop",
    "batch",
    "fail",
    "silence",
    "restart",
    "forget",
    "copy",
    "revert",
    "expire",
]

WORD = re.compile(
    r"(?P<start>s)"
    r"|(?P<fault>[+-]?)m(?P<message>[0-9]{1,9})(?P<answers>(?:\+c[0-9]{1,9})*)(?:>(?P<receiver>\S+))?"
    r"|(?P<outcome>[!-]?)c(?P<call>[0-9]{1,9})(?P<others>(?:\+c[0-9]{1,9})*)(?:@(?P<caller>\S+))?"
    r"|(?P<host>[rfbox])@(?P<hosted>\S+)"
)

MOVES = "s, m1 or m1>PEER, +m1, -m1, c1 or c1@PEER, c1+c2, m1+c1, !c1, -c1, r@PEER, f@PEER, b@PEER, o@PEER and x@PEER"

LONGEST_NAME = 16
"""Longer peer names are left out where they are only for the reader."""

FAULT_KINDS: dict[str, WordKind] = {"": "deliver", "+": "duplicate", "-": "drop"}
FAULT_SIGNS = {kind: sign for sign, kind in FAULT_KINDS.items()}
OUTCOME_KINDS: dict[str, WordKind] = {"": "answer", "!": "fail", "-": "silence"}
OUTCOME_SIGNS = {kind: sign for sign, kind in OUTCOME_KINDS.items()}
HOST_KINDS: dict[str, WordKind] = {"r": "restart", "f": "forget", "b": "copy", "o": "revert", "x": "expire"}
HOST_LETTERS = {kind: letter for letter, kind in HOST_KINDS.items()}
"""What happens to a peer as a whole; these words have to name it."""


class ScheduleError(ValueError):
    """A schedule that cannot be read, or that the run does not allow; `word` is the place of the bad word, from 1."""

    def __init__(self, message: str, word: int) -> None:
        super().__init__(f"word {word} of the schedule: {message}")
        self.word = word


class Word(Struct, frozen=True):
    """One word of a schedule: the kind of its move, the number of the message or call, and the peer's name if given.

    `number` counts the messages or the calls of the run from 1; 0 if the move is about neither.  `others` are the
    numbers of the calls that are answered together with the first one, or while the message is delivered.
    """

    kind: WordKind
    number: int = 0
    peer: str | None = None
    others: tuple[int, ...] = ()

    def __str__(self) -> str:
        """Return the word as schedules write it, such as ``m2>B``; names that are long or hard to read are left out."""
        match self.kind:
            case "start":
                return "s"
            case "answer" | "fail" | "silence":
                return f"{OUTCOME_SIGNS[self.kind]}c{self.number}{_shown('@', self.peer)}"
            case "batch":
                calls = "+".join(f"c{number}" for number in (self.number, *self.others))
                return f"{calls}{_shown('@', self.peer)}"
            case "deliver-with":
                answers = "".join(f"+c{number}" for number in self.others)
                return f"m{self.number}{answers}{_shown('>', self.peer)}"
            case "restart" | "forget" | "copy" | "revert" | "expire":
                return f"{HOST_LETTERS[self.kind]}@{quote(self.peer or '', safe=SAFE)}"
            case _:
                return f"{FAULT_SIGNS[self.kind]}m{self.number}{_shown('>', self.peer)}"


SAFE = "!#$&'()*+,/:;=?@[]^`{|}~<>\"\\"
READABLE = re.compile(r"[\w.:-]+").fullmatch


def _shown(sign: str, peer: str | None) -> str:
    return f"{sign}{peer}" if peer and len(peer) <= LONGEST_NAME and READABLE(peer) else ""


def read_schedule(text: str) -> tuple[Word, ...]:
    """Return the words of a schedule; raises `ScheduleError` at the first malformed word."""
    return tuple(_word(word, number) for number, word in enumerate(text.split(), 1))


def write_schedule(words: Iterable[Word]) -> str:
    """Return the text of a schedule, which `read_schedule` reads back."""
    return " ".join(map(str, words))


def _word(text: str, number: int) -> Word:
    found = WORD.fullmatch(text)
    if found is None or (found["others"] and found["outcome"]) or (found["answers"] and found["fault"]):
        raise ScheduleError(f"{text!r} is no move; moves are {MOVES}", number)
    if found["start"]:
        return Word("start")
    if found["message"]:
        answers = _numbers(found["answers"])
        kind = "deliver-with" if answers else FAULT_KINDS[found["fault"]]
        return Word(kind, int(found["message"]), found["receiver"], answers)
    if found["call"]:
        others = _numbers(found["others"])
        kind = "batch" if others else OUTCOME_KINDS[found["outcome"]]
        return Word(kind, int(found["call"]), found["caller"], others)
    return Word(HOST_KINDS[found["host"]], 0, unquote(found["hosted"]))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.findall("[0-9]+", text)))
