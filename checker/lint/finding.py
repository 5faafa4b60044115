"""Findings, and the rules that make them."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from airspec.spec.errors import place_of
from airspec.spec.parser import Script

RULES: Final = {
    "unset-variable": "a variable is read where nothing sets it",
    "unwritten-stream": "what a stream or map holds is read, and nothing writes to it",
    "unread-stream": "something is written to a stream or map, and nothing reads it",
    "unreachable": "an instruction follows one that never completes",
    "fold-without-last": "an instruction follows a fold over a stream that has no last instruction",
    "fold-without-next": "a fold has no `next`, so it stops at the first element",
    "never-taken": "a branch is guarded by a comparison of constants that is never true",
    "needless-handler": "the left instruction of an `xor` cannot fail, so the right one never runs",
}
"""Each rule with what it finds."""


class Finding(Struct, frozen=True):
    """What a rule found: the offset in the script's text, in characters from 0, a sentence, and a suggestion or ""."""

    rule: str
    offset: int
    message: str
    suggestion: str = ""


def told_finding(script: Script, finding: Finding) -> str:
    """Return a finding as one line: "line:column: rule: message", and the suggestion if there is one."""
    place = place_of(script.text, finding.offset)
    suggestion = f"; {finding.suggestion}" if finding.suggestion else ""
    return f"{place.line}:{place.column}: {finding.rule}: {finding.message}{suggestion}"
