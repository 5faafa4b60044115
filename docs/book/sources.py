"""The source of the rules, and of what states the laws, as pages of the book, so that each links to its line."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from airspec.book.places import PACKAGE, place_of
from airspec.checker.prove.laws.catalogue import CATALOGUE
from airspec.semantics.notation.reading import source_path
from airspec.semantics.notation.registry import load


def source_pages() -> Iterator[tuple[str, dict[str, Any], str]]:
    """Yield the name, context and template of a page for every module with a rule or the statement of a law.

    Each line of the source on such a page has an anchor ``L-<number>``.
    """
    formatter = HtmlFormatter(linenos="inline", lineanchors="L", anchorlinenos=True, cssclass="highlight air-source")
    rules = {place_of(entry): Path(source_path(entry)) for entry in load()}
    laws = {law.place.path: PACKAGE / law.place.path for law in CATALOGUE}
    for shown, path in sorted({**rules, **laws}.items()):
        body = highlight(path.read_text(encoding="utf-8"), PythonLexer(), formatter)
        yield f"source/{shown.removesuffix('.py')}", {"title": shown, "body": f"<h1>{shown}</h1>{body}"}, "page.html"
