"""The Sphinx extension of the book, which generates all parts that follow from the project's source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config
from sphinx.errors import ExtensionError
from sphinx.writers.html5 import HTML5Translator

from airspec import __version__
from airspec.book.directives import DIRECTIVES, air_html
from airspec.book.domain import AirDomain, check_consistency
from airspec.book.sources import source_pages

STATIC: Final = Path(__file__).parent / "static"
"""The folder of the book's style sheets."""

_LINK = re.compile(r"\{\{([^{}]+)\}\}")


def _visit(translator: HTML5Translator, node: air_html) -> None:
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


def _pages(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield from source_pages()


def _add_static_files(app: Sphinx, config: Config) -> None:
    config.html_static_path.append(str(STATIC))


def setup_extension(app: Sphinx) -> dict[str, Any]:
    """Register all parts of the extension with Sphinx, and return its metadata."""
    app.add_domain(AirDomain)
    app.add_node(air_html, html=(_visit, None))
    for name, directive in DIRECTIVES.items():
        app.add_directive(name, directive)
    app.connect("env-check-consistency", check_consistency)
    app.connect("html-collect-pages", _pages)
    app.connect("config-inited", _add_static_files)
    for sheet in sorted(STATIC.glob("*.css")):
        app.add_css_file(sheet.name)
    return {"version": __version__, "parallel_read_safe": True, "parallel_write_safe": True}
