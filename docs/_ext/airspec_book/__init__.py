"""The Sphinx extension of the book: what can be generated from the project's source is generated from it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from docutils import nodes
from sphinx.errors import ExtensionError

from airspec_book.directives import DIRECTIVES, air_html
from airspec_book.domain import AirDomain, check_consistency
from airspec_book.sources import source_pages

_LINK = re.compile(r"\{\{([^{}]+)\}\}")


def _visit(translator: Any, node: air_html) -> None:
    builder, docname = translator.builder, translator.builder.current_docname
    functions = builder.env.get_domain("air").data["functions"]

    def address(match: re.Match[str]) -> str:
        target = match[1]
        if target.startswith("source:"):
            path, _, line = target.removeprefix("source:").partition("#")
            return f"{builder.get_relative_uri(docname, 'source/' + path.removesuffix('.py'))}#{line}"
        if target not in functions:
            raise ExtensionError(f"{docname} leads to {target}, which no page shows")
        return f"{builder.get_relative_uri(docname, functions[target])}#{target}"

    translator.body.append(_LINK.sub(address, node["html"]))
    raise nodes.SkipNode


def _pages(app: Any) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield from source_pages()


def setup(app: Any) -> dict[str, Any]:
    """Register the domain, the directives, the check of the whole book, and the pages of source."""
    app.add_domain(AirDomain)
    app.add_node(air_html, html=(_visit, None))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("env-check-consistency", check_consistency)
    app.connect("html-collect-pages", _pages)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
