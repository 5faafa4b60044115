"""Pages that show the command: every command on them is run, and prints what the page says."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from airspec.checker.cli import main

DOCS = Path(__file__).parents[2] / "docs"
PAGES = ("reading-a-verdict", "why-it-hangs")
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n((?:   :.*\n)*)\n((?:   .*\n|\n)+)", re.MULTILINE)


def blocks(page: str) -> Iterator[tuple[str, str, str]]:
    """Yield the language, the caption and the text of each block of a page."""
    for language, options, text in BLOCK.findall((DOCS / f"{page}.rst").read_text()):
        caption = re.search(r":caption: (.*)", options)
        yield language, caption[1] if caption else "", textwrap.dedent(text).strip("\n")


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    printed, ran = "", 0
    for language, caption, text in blocks(page):
        if language == "text":
            Path(caption).write_text(text + "\n")
            continue
        assert language == "console"
        for line in text.splitlines():
            if line.startswith("$ airspec "):
                with pytest.raises(SystemExit):
                    main(line.split()[2:])
                printed, ran = " ".join(capsys.readouterr().out.split()), ran + 1
            elif line.strip():
                expected = " ".join(line.strip().removesuffix("…").split())
                assert expected in printed
    assert ran > 2
