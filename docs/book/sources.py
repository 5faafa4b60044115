"""The source of the rules as pages of the book, so that a rule links to its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from airspec.book.places import place_of
from airspec.semantics.notation.reading import source_path
from airspec.semantics.notation.registry import load


def source_pages() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield a page for each module that registers a function; each line has an anchor ``L-<number>``."""
    formatter = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=True, cssclass="highlight air-source")
    for shown, path in sorted({(place_of(entry), source_path(entry)) for entry in load()}):
        body = highlight(Path(path).read_text(encoding="utf-8"), PythonLexer(), formatter)
        yield f"source/{shown.removesuffix('.py')}", {"title": shown, "body": f"<h1>{shown}</h1>{body}"}, "page.html"
