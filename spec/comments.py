"""Comments: the parts of a script that mean nothing to an interpreter, but something to its authors and its tests."""

from __future__ import annotations

from bisect import bisect_left

from spec.lexical import scan
from spec.parser import Script
from spec.syntax import Call, Span, children


def comments(script: Script) -> tuple[Span, ...]:
    """Where the comments of a script stand, each from its semicolon to the end of its line."""
    return scan(script.text).comments


def trailing_comments(script: Script) -> tuple[tuple[Call, str], ...]:
    """Each call that a comment follows on the same line, with the comment's text, in textual order.

    This is where AquaVM's testing framework lets an author say what the service answers: ``(call ...) ; ok=42``.  As
    there, a comment of two or more semicolons is only a remark.  The text is without semicolon and surrounding spaces.
    """
    lexemes = scan(script.text)
    found: list[tuple[Call, str]] = []
    positions = [comment.start for comment in lexemes.comments]
    for call in _calls(script):
        which = bisect_left(positions, call.span.end)
        if which == len(positions):
            continue
        comment, following = lexemes.comments[which], bisect_left(lexemes.starts, call.span.end)
        if following < len(lexemes.starts) and lexemes.starts[following] < comment.start:
            continue
        text = script.text[comment.start + 1 : comment.end]
        if script.text.find("\n", call.span.end, comment.start) < 0 and not text.startswith(";"):
            found.append((call, text.strip()))
    return tuple(found)


def _calls(script: Script) -> list[Call]:
    """The calls of a script in textual order."""
    found: list[Call] = []
    pending = [script.instruction]
    while pending:
        instruction = pending.pop()
        if isinstance(instruction, Call):
            found.append(instruction)
        pending.extend(reversed(children(instruction)))
    return found
