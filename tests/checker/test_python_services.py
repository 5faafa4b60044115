"""Services in Python: whatever a function does, a verdict is of answers that it gave, and would give again."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from airspec.checker.cli import main

FUNCTIONS = """
import os, random, sys, time

calls = 0

def pure(peer, service, function, arguments, count):
    print("a line for people")
    os.write(1, b"another\\n")
    return [peer, function, arguments, count]

def leaves(*call):
    sys.exit(0)

def ends(*call):
    os._exit(0)

def fails(*call):
    return 1 / 0

def hangs(*call):
    while True:
        pass

def sleeps_with_a_child(*call):
    import subprocess
    subprocess.run(["sleep", "1000"])

def varies(*call):
    global calls
    calls += 1
    return calls

def rarely_varies(*call):
    return random.random() < 1e-9

def seeded(peer, service, function, arguments, count):
    return random.Random(count).random()

def no_json(*call):
    return {1, 2}

def refuses(*call):
    from airspec.semantics.particle import CallResult
    return CallResult(7, '"not here"')
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("own.py").write_text(FUNCTIONS)
    Path("leaving.py").write_text("import sys\nsys.exit(0)\n")
    Path("ending.py").write_text("import os\nos._exit(0)\n")
    Path("hanging.py").write_text("while True:\n    pass\n")
    Path("script.air").write_text('(par (call "B" ("s" "f") [1] x) (call "C" ("s" "f") [1] y))')
    return tmp_path


def command(name: str, function: str, *more: str) -> int:
    Path("services.toml").write_text(f'[services.s]\nf = {{ python = "{function}" }}\n')
    with pytest.raises(SystemExit) as left:
        main([name, *more, "script.air", "--services", "services.toml", "--service-time", "1s"])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize("function", ["own.py:pure", "own.py:seeded", "own.py:refuses"])
def test_a_function_of_the_call_alone_is_explored(
    function: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert command("check", function, "--bad-ends", "none") == 0
    out = capfd.readouterr().out
    assert out.startswith("holds script.air") and "note: services" not in out and "another" not in out


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        ("own.py:leaves", "the Python function own.py:leaves failed: SystemExit: 0"),
        ("own.py:ends", "the Python function own.py:ends ended its process (exit code 0)"),
        ("own.py:fails", "the Python function own.py:fails failed: ZeroDivisionError: division by zero"),
        ("own.py:hangs", "the Python function own.py:hangs did not return within 1 s"),
        ("own.py:sleeps_with_a_child", "sleeps_with_a_child did not return within 1 s"),
        ("own.py:varies", 'contradicts itself: for call number 0 of ("s" "f") with [1] on peer B it answered 1, and'),
        ("own.py:rarely_varies", "rarely_varies draws from the module random, so its answers may vary"),
        ("own.py:no_json", "the Python function own.py:no_json failed: {1, 2} is no JSON value"),
        ("leaving.py:f", "leaving.py:f cannot be loaded: SystemExit: 0"),
        ("ending.py:f", "the Python function ending.py:f ended its process (exit code 0)"),
        ("hanging.py:f", "the Python function hanging.py:f did not return within 1 s"),
        ("own.py:missing", "own.py:missing cannot be loaded: AttributeError"),
        (":f", "':f' names no Python function"),
    ],
)
def test_a_function_that_gives_no_answer_gives_no_verdict(
    function: str, sentence: str, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert command("check", function) == 2
    captured = capfd.readouterr()
    assert sentence in captured.err and "services.toml: services.s.f: " in captured.err
    assert captured.err.count("\n") == 1 and "holds" not in captured.out


@pytest.mark.parametrize("name", ["run", "check"])
def test_all_commands_ask_a_function_twice(name: str, folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert command(name, "own.py:varies") == 2
    assert "contradicts itself" in capfd.readouterr().err


def test_the_budget_holds_while_a_function_runs(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("services.toml").write_text('[services.s]\nf = { python = "own.py:hangs" }\n')
    began = time.monotonic()
    with pytest.raises(SystemExit) as left:
        main(["check", "script.air", "--services", "services.toml", "--service-time", "60s", "--budget", "1s"])
    assert (left.value.code, time.monotonic() - began < 20) == (3, True)
    assert "undecided script.air: the budget of 1 seconds was spent" in capfd.readouterr().out


def test_other_scripts_get_their_verdicts(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """A process that was ended is started again."""
    Path("other.air").write_text('(call "B" ("s" "good") [] x)')
    Path("services.toml").write_text(
        '[services.s]\nf = { python = "own.py:ends" }\ngood = { python = "own.py:pure" }\n'
    )
    with pytest.raises(SystemExit) as left:
        main(["check", "script.air", "other.air", "--services", "services.toml"])
    assert left.value.code == 2
    captured = capfd.readouterr()
    assert "holds other.air" in captured.out and "own.py:ends ended its process" in captured.err


def test_entries_that_answer_no_call_are_told(folder: Path, capfd: pytest.CaptureFixture[str]) -> None:
    Path("services.toml").write_text(
        '[services.s]\nf = { ok = 1 }\ng = { ok = 1 }\n"*" = { ok = 1 }\n[services.t]\nf = { ok = 1 }\n'
        "[peers.CC.services.s]\nf = { ok = 1 }\n[peers.C.services.s]\nff = { ok = 1 }\n"
    )
    with pytest.raises(SystemExit) as left:
        main(["check", "script.air", "--services", "services.toml"])
    assert left.value.code == 0
    notes = [line for line in capfd.readouterr().out.splitlines() if line.startswith("note: ")]
    assert notes == [
        "note: services.toml: services.s.g answered no call, as none is of the function 'g'",
        "note: services.toml: services.s.* answered no call",
        "note: services.toml: services.t.f answered no call, as none is of the service 't'",
        "note: services.toml: peers.CC.services.s.f answered no call, as none is of the peer 'CC' (is 'C' meant?)",
        "note: services.toml: peers.C.services.s.ff answered no call, as none is of the function 'ff' (is 'f' meant?)",
    ]
