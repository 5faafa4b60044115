"""Comments: the parts of a script that an interpreter ignores, and that authors and tests read."""

from __future__ import annotations

import re

from airspec.spec.grammar import source_of
from airspec.spec.lexical import scan
from airspec.spec.parser import Script
from airspec.spec.syntax import Span

COMMENT = re.compile(source_of("comment"))


def comments(script: Script) -> tuple[Span, ...]:
    """Return the spans of a script's comments, each from its semicolon to the end of its line."""
    lexemes = scan(script.text)
    gaps = zip([0, *lexemes.ends], [*lexemes.starts, len(script.text)], strict=True)
    return tuple([Span(*found.span()) for gap in gaps for found in COMMENT.finditer(script.text, *gap)])
