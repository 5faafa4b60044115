"""The book: a Sphinx site whose rules, grammar and tables are generated from the project's own source."""

from __future__ import annotations

import airspec

project = "The AIR specification"
author = "The airspec developers"
release = airspec.__version__

extensions = [
    "sphinx.ext.doctest",
    "airspec.book",
    "airspec.book.laws_page",
    "airspec.book.seeded_faults_page",
    "airspec.book.anomalies_page",
]
primary_domain = "air"
exclude_patterns = ["book", "tutorials", "_evidence"]
nitpicky = True
smartquotes = False

html_theme = "furo"
html_title = "AIR, the executable specification"
html_copy_source = False
html_show_sourcelink = False
highlight_language = "text"
