"""The book: a Sphinx site whose rules, grammar and tables are generated from the project's own source."""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "docs" / "_ext")]

project = "The AIR specification"
author = "The airspec project"
release = "0.1.0"

extensions = ["sphinx.ext.doctest", "airspec_book", "laws_of_air", "seeded_faults", "anomalies_of_air"]
primary_domain = "air"
exclude_patterns = ["_ext", "_static", "_evidence"]
nitpicky = True
smartquotes = False

html_theme = "furo"
html_title = "AIR, the executable specification"
html_static_path = ["_static"]
html_css_files = ["rules.css", "railroad.css"]
html_copy_source = False
html_show_sourcelink = False
highlight_language = "text"
