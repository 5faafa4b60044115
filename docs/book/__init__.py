"""The generator of the book: an extension of Sphinx that typesets the rules from their source.

Typesetting itself does not need Sphinx, which is imported when the extension is set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx


def setup(app: Sphinx) -> dict[str, Any]:
    """Set up the extension, ``extensions = ["airspec.book"]``, and return its metadata for Sphinx."""
    from airspec.book.extension import setup_extension

    return setup_extension(app)
