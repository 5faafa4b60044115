"""The examples of the page about the package run, and print what the page says."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path
from textwrap import dedent

import airspec

PAGE = Path(__file__).parents[2] / "docs" / "package.rst"


def test_the_examples_print_what_the_page_says() -> None:
    blocks = re.findall(r"\.\. (testcode|testoutput)::\n\n((?:   .*\n|\n)+)", PAGE.read_text(encoding="utf-8"))
    namespace: dict[str, object] = {}
    printed = io.StringIO()
    compared = 0
    for kind, text in blocks:
        if kind == "testcode":
            printed = io.StringIO()
            with contextlib.redirect_stdout(printed):
                exec(dedent(text), namespace)
        else:
            assert printed.getvalue().strip() == dedent(text).strip()
            compared += 1
    assert compared == 3


def test_every_public_name_is_there_and_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name in set(airspec.__all__) - {"__version__"}:
        assert getattr(airspec, name) is not None
        assert f"``{name}``" in page
