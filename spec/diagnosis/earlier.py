"""Words of earlier AIR: what they are written as today.

The versions are those of AquaVM whose parser no longer reads them, by its commits "getting rid of %current_peer_id%"
(0.2.0), "Use $ to identify streams instead of []" (0.8.0), "Use custom logic for lambda instead of json path" (0.16.0)
and "reduce stream usage scope" (0.32.0).
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from airspec.spec import grammar
from airspec.spec.diagnosis.fault import Fault, quoted
from airspec.spec.diagnosis.heads import STREAMS_READ, canon_name

JSON_PATH = "AIR before AquaVM 0.16.0 had JSON paths in place of lenses"

LONGEST_NOTATION = 200
"""Longer words are in no notation that anyone wrote, in characters."""

MOST_LINES = 8
"""Lines that a message lists at most."""

NAME = r"[\w-]+"
ACCUMULATOR = re.compile(rf"({NAME})\[\]")
CURRENT_PEER = re.compile(r"%current_peer_id%.*", re.DOTALL)
QUOTED_KEY = re.compile(rf"([$#%]?{NAME})\.\$\.?((?:\.?\[[0-9]+\]|\.{NAME})*)\.?\[[\"']({NAME})[\"']\].*", re.DOTALL)
POSITIONS = re.compile(rf"([$#%]?{NAME})\.\$.*?\[([0-9]+)\s*,.*", re.DOTALL)
WILDCARD = re.compile(rf"[$#%]?{NAME}\.\$.*(?:\*|\.\.|\?|@|:).*", re.DOTALL)
STREAM_WITH_LENS = re.compile(rf"(\${NAME})(\..*)", re.DOTALL)


def earlier_fault(text: str, run: str, start: int) -> Fault | None:
    """Return the fault of a word of earlier AIR; None for any other word.

    The word is `run`, which begins at the character offset `start` of the text. The remedy lists the lines of other
    words of earlier AIR in the text.
    """
    fault = _earlier(run, start)
    if fault is None:
        return None
    lines = _other_lines(text, start)
    listed = ", ".join(map(str, lines[:MOST_LINES])) + (", …" if len(lines) > MOST_LINES else "")
    more = f"; more words of earlier AIR are in line{'s' if len(lines) > 1 else ''} {listed}" if lines else ""
    return replace(fault, remedy=fault.remedy + more)


def _earlier(run: str, start: int) -> Fault | None:
    if len(run) > LONGEST_NOTATION:
        return None
    if CURRENT_PEER.fullmatch(run):
        message = "`%current_peer_id%` is of AIR before AquaVM 0.2.0"
        return Fault(message, start, "name the peer, or write `%init_peer_id%` for the peer that starts the particle")
    if found := ACCUMULATOR.fullmatch(run):
        message = f"{quoted(run)} is an accumulator, of AIR before AquaVM 0.8.0"
        return Fault(message, start, f"write the stream `${found[1]}`, and canonicalise it where it is read")
    if found := STREAM_WITH_LENS.fullmatch(run):
        name, canon = found[1], canon_name(found[1])
        remedy = f"write `(canon PEER {name} {canon})` before, and read {quoted(canon + found[2])} ({STREAMS_READ})"
        return Fault(f"a stream such as `{name}` cannot be read with a lens", start, remedy)
    if found := QUOTED_KEY.fullmatch(run):
        path = f"{found[2]}.{found[3]}".lstrip(".")
        remedy = f"write {quoted(f'{found[1]}.$.{path}')} ({JSON_PATH})"
        return Fault("a lens names a member without brackets and quotation marks", start, remedy)
    if found := POSITIONS.fullmatch(run):
        remedy = f"write `{found[1]}.$.[{found[2]}]`, and each of the others as a value of its own ({JSON_PATH})"
        return Fault("a lens takes one position, not a list", start, remedy)
    if WILDCARD.fullmatch(run):
        message = "a lens names one member or position at a time, without wildcards, ranges or filters"
        return Fault(message, start, f"walk over the elements with `fold` ({JSON_PATH})")
    return None


def _other_lines(text: str, start: int) -> list[int]:
    """Return the lines with words of earlier AIR, but for the word at `start`, as many as are listed and one more."""
    lines: list[int] = []
    line, counted = 1, 0
    for found in grammar.lexeme_and_blank().finditer(text, grammar.blank().match(text).end()):
        if found.start() == start or _earlier(found[1], found.start()) is None:
            continue
        line += text.count("\n", counted, found.start())
        counted = found.start()
        if line not in lines[-1:]:
            lines.append(line)
        if len(lines) > MOST_LINES:
            break
    return lines
