"""The book: a Sphinx site whose rules, grammar and tables are generated from the project's own source."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent)]

project = "The AIR specification"
author = "The airspec project"
release = "0.1.0"

extensions = ["airspec_book"]
primary_domain = "air"
exclude_patterns = ["_ext", "_static"]
nitpicky = True
smartquotes = False

html_theme = "furo"
html_title = "The AIR specification"
html_static_path = ["_static"]
html_css_files = ["rules.css", "railroad.css"]
html_copy_source = False
html_show_sourcelink = False
highlight_language = "text"
