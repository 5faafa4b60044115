"""Comments: the parts of a script that mean nothing to an interpreter, but something to its authors and its tests."""

from __future__ import annotations

from spec.lexical import scan
from spec.parser import Script
from spec.syntax import Span


def comments(script: Script) -> tuple[Span, ...]:
    """Where the comments of a script stand, each from its semicolon to the end of its line."""
    return scan(script.text).comments
