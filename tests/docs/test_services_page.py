"""The page about services: each of its commands prints what the page shows, and each word has an example."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from textwrap import dedent

import pytest

from airspec.checker.cli import main
from airspec.checker.model.services.behaviours import ALIASES, BEHAVIOUR, WORDS

PAGE = (Path(__file__).parents[2] / "docs" / "services.rst").read_text(encoding="utf-8")
BLOCK = re.compile(r"^\.\. code-block:: (\w+)\n(?:   :caption: (.*)\n)?\n((?:   .*\n|\n)+)", re.MULTILINE)
COMMAND = "$ airspec "


def test_the_commands_print_what_the_page_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    compared = 0
    for language, caption, text in BLOCK.findall(PAGE):
        if language != "console":
            Path(caption).write_text(dedent(text), encoding="utf-8")
            continue
        printed = ""
        for line in dedent(text).strip().splitlines():
            if line.startswith(COMMAND):
                with pytest.raises(SystemExit):
                    main(shlex.split(line.removeprefix(COMMAND)))
                captured = capsys.readouterr()
                printed = captured.out + captured.err
            else:
                before, found, printed = printed.partition(line)
                assert found, f"{line!r} is not in {before!r}"
                compared += 1
    assert compared > 25


def test_every_word_has_an_example() -> None:
    examples = "".join(text for _, _, text in BLOCK.findall(PAGE))
    for word in WORDS:
        assert re.search(rf"; {word}\s*=|\{{ {word} = ", examples), word
    for name in re.findall(r"\w+(?=[|)])", BEHAVIOUR.pattern.partition(")")[0] + ")"):
        assert f"behaviour={name}" in examples or f"; {name}\n" in examples, name
    for alias in ALIASES:
        assert f"``{alias}``" in PAGE
