"""Input that a new user gives: what is wrong is one sentence with its place, and nothing else happens."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path

import pytest
from test_cli import CALL, airspec

COMMANDS = ("check", "run", "step", "fmt", "lint")
"""The commands that read a script."""

DIGITS = "9" * 5000

BAD_FILES = {
    "good.air": "(null)",
    "script.air": CALL,
    "empty.air": "",
    "binary.air": bytes(range(256)),
    "utf16.air": "(null)".encode("utf-16"),
    "bom.air": "\ufeff(null)",
    "null.air": "(null\0)",
    "unclosed.air": "(seq (null)\r\n  (null)\r\n",
    "quote.air": '(call "B ("s" "f") [] x)',
    "misspelt.air": "(seq (null)\n (sec (null) (null)))",
    "number.air": f"(ap {DIGITS} x)",
    "index.air": f"(seq (ap [] x) (ap x.$.[{DIGITS}] y))",
    "steering.air": "(ap \x1b[31m x)",
    "remark.air": ") #|" * 25_000,
    "deep.air": "(seq " * 20_000,
    "annotated.air": f"{CALL} ; ok={DIGITS}",
    "nested.air": f"{CALL} ; ok={'[' * 3000}{']' * 3000}",
    "key.air": f'{CALL} ; seq_ok={{"{DIGITS}": 1}}',
    "argument.air": f"{CALL} ; behaviour=arg.{DIGITS}",
    "nan.air": f"{CALL} ; ok=NaN",
    "odd.air": f'(call "B" ("s..{DIGITS}" "f") [1] x)',
    "broken.toml": "[services",
    "control.toml": "[services.s]\nf = \0",
    "number.toml": f"[services.s]\nf = {{ ok = {DIGITS} }}",
    "key.toml": f"[services.s]\nf = {{ seq_ok = {{ {DIGITS} = 1 }} }}",
    "deep.toml": f"[services.s]\nf = {{ ok = {'[' * 3000}{']' * 3000} }}",
    "date.toml": "[services.s]\nf = { ok = 2020-01-01 }",
    "table.toml": "services = 3",
    "array.json": "[1]",
    "broken.json": '{"relay": }',
    "number.json": f'{{"relay": {DIGITS}}}',
}

ANY_COMMAND = [
    ("missing.air", "missing.air: cannot be read: No such file"),
    (".", ": cannot be read: Is a directory"),
    ("empty.air", "empty.air:1:1: the script has no instruction"),
    ("binary.air", "binary.air: is not UTF-8 (byte 128)"),
    ("utf16.air", "utf16.air: is not UTF-8 (byte 0)"),
    ("bom.air", "bom.air:1:1: a byte order mark stands before the script"),
    ("null.air", "null.air:1:6: the character U+0000"),
    ("unclosed.air", "unclosed.air:1:1: `seq` is not closed"),
    ("quote.air", 'quote.air:1:7: the text `"B ("` is followed by `s"'),
    ("misspelt.air", "misspelt.air:2:3: `sec` is not the name of an instruction"),
    ("number.air", "number.air:1:5: `9999"),
    ("index.air", "index.air:1:23: `x.$.[999"),
    ("steering.air", "steering.air:1:5: the character U+001B"),
    ("remark.air", "remark.air:1:3: `#|` begins no remark"),
    ("deep.air", "is not closed before the end of the script"),
]
"""Scripts that no command reads, and what each says."""

RUNNING = [
    (
        "annotated.air",
        [],
        "annotated.air:1:28: in the annotation: the value is no JSON: a number in it has too many digits",
    ),
    ("nested.air", [], "nested.air:1:28: in the annotation: the value is no JSON: it is nested too deeply"),
    ("key.air", [], "key.air:1:28: in the annotation: 'seq_ok' has the key '999"),
    ("argument.air", [], "argument.air:1:28: in the annotation: 'arg.999"),
    ("nan.air", [], "nan.air:1:28: in the annotation: nan is no JSON value"),
    ("odd.air", [], 'nothing says what ("s..999'),
    ("good.air", ["--init", ""], "--init needs the name of a peer"),
    ("good.air", ["--services", "{dir}/missing.toml"], "missing.toml: cannot be read"),
    ("good.air", ["--services", "{dir}/broken.toml"], "broken.toml: is no TOML"),
    ("good.air", ["--services", "{dir}/control.toml"], "control.toml:2:5: is no TOML"),
    ("good.air", ["--services", "{dir}/number.toml"], "number.toml: is no TOML: a number has too many digits"),
    ("good.air", ["--services", "{dir}/key.toml"], "services.s.f: 'seq_ok' has the key '999"),
    ("good.air", ["--services", "{dir}/deep.toml"], "deep.toml: is no TOML: a value is nested too deeply"),
    ("good.air", ["--services", "{dir}/date.toml"], "services.s.f: 2020-01-01 is no JSON value"),
    ("good.air", ["--services", "{dir}/table.toml"], "services has to be a table"),
    ("good.air", ["--init-data", "{dir}/missing.json"], "missing.json: cannot be read"),
    ("good.air", ["--init-data", "{dir}/array.json"], "array.json: needs an object"),
    ("good.air", ["--init-data", "{dir}/broken.json"], "broken.json:1:11: is no JSON"),
    ("good.air", ["--init-data", "{dir}/number.json"], "number.json: is no JSON: a number has too many digits"),
]
"""Input of the commands that run a script, and what each says."""

BAD_INPUT = [([command, "{dir}/" + name], told) for name, told in ANY_COMMAND for command in COMMANDS]
BAD_INPUT += [([c, "{dir}/" + name, *more], told) for name, more, told in RUNNING for c in ("check", "run")]


@pytest.mark.parametrize(("words", "told"), BAD_INPUT, ids=[" ".join(words) for words, _ in BAD_INPUT])
def test_any_bad_input_is_one_sentence(
    words: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in BAD_FILES.items():
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    assert airspec(*(word.format(dir=tmp_path) for word in words)) == 2
    captured = capsys.readouterr()
    sentence, *more = captured.err.splitlines()
    assert told in sentence and captured.out == ""
    assert all(line.startswith("  ") for line in more) and len(more) <= 3, "an excerpt, its caret, and a remedy"
    assert "\x1b" not in captured.err


def test_standard_input_is_a_script(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    for command in COMMANDS:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"(par (null) (null))")))
        assert airspec(command, "-") == 0
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(b"(seq (null)\n (nul))")))
        assert airspec(command, "-") == 2
        assert "airspec: -:2:3: `nul` is not the name of an instruction" in capsys.readouterr().err
    assert airspec("fmt", "--write", "-") == 2


@pytest.mark.parametrize("command", ["run", "step"])
def test_characters_that_steer_a_terminal_are_escaped(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "script.air"
    script.write_text('(call "B\x1b[31m" ("s\x07" "f\x9b") [] x)')
    assert airspec(command, script, "--default-service", "null") == 0
    out = capsys.readouterr().out
    assert "B\\u001b[31m" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", out)


def test_a_host_gives_variables_that_nothing_sets(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, given = tmp_path / "script.air", tmp_path / "given.json"
    script.write_text('(seq\n (canon relay $s #s)\n (call relay ("op" "f") [user #s] x)) ; the end')
    words = [script, "--default-service", "null", "--init-data", given]
    given.write_text('{"relay": "R"}')
    assert airspec("run", *words) == 2
    assert "script.air:3:26: nothing sets `user`" in capsys.readouterr().err
    given.write_text('{"relay": "R", "user": {"name": "Ann"}, "unused": 1}')
    assert airspec("run", *words) == 0
    assert 'R: ("op" "f") [{"name":"Ann"} []]' in capsys.readouterr().out
    assert airspec("check", *words) == 0


def test_a_host_answers_compiled_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, given = tmp_path / "script.air", tmp_path / "given.json"
    ask = '(call %init_peer_id% ("getDataSrv" "-relay-") [] -relay-)'
    script.write_text(f'(seq {ask} (call -relay- ("op" "f") []))')
    given.write_text('{"-relay-": "R"}')
    assert airspec("run", script, "--default-service", "null", "--init-data", given) == 0
    assert 'R: ("op" "f") []' in capsys.readouterr().out
