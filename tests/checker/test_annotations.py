"""Annotations: services in the comments of a script, in the forms of AquaVM's testing framework."""

from __future__ import annotations

from pathlib import Path

from click.testing import CliRunner

from airspec.checker.cli.run import command


def test_annotations_over_several_lines(tmp_path: Path) -> None:
    """`#| .. |#` behind a call means the same as a comment, on one line or on several."""
    script = tmp_path / "script.air"
    script.write_text(
        '(seq\n  (call "A" ("s" "f") [1] x) #|\n    map = {\n      "1": {"a": 5}\n    }\n  |#\n'
        '  (call "B" ("s" "g") [x.$.a] y) #| echo |#)\n'
    )
    result = CliRunner().invoke(command, [str(script)], standalone_mode=False)
    assert result.exception is None
    assert '("s" "f") [1] → {"a":5}' in result.output
    assert '("s" "g") [5] → 5' in result.output
