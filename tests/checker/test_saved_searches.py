"""Saved searches: a file is a way to go on, and nothing that is believed."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from airspec.checker.cli import main
from airspec.checker.explore import saving
from airspec.checker.explore.laws import Breach
from airspec.checker.explore.saving import SavedSearch, Sealed, digest_of

EXAMPLES = Path(__file__).parents[2] / "examples"
RACE = EXAMPLES / "canon-race.air"
PEERS = "BCDEFG"


def airspec(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert isinstance(left.value.code, int)
    return left.value.code


def long_script(folder: Path) -> Path:
    """A script whose search takes far longer than any test, and breaks no law."""
    calls = [
        f'(seq (call "{peer}" ("s" "f") [] v{peer}) ; ok="{peer}"\n'
        f'(call "{PEERS[number - 1]}" ("s" "g") [v{peer}] w{peer})) ; behaviour=echo\n'
        for number, peer in enumerate(PEERS)
    ]
    script = folder / "long.air"
    script.write_text("(par " + " (par ".join(calls[:-1]) + calls[-1] + ")" * (len(calls) - 1))
    return script


@pytest.mark.parametrize("depth", range(10))
def test_what_a_bound_of_depth_cut_off_is_explored_later(depth: int, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    found = airspec("check", RACE, "--depth", depth, "--save", saved)
    if found == 3:
        assert airspec("check", RACE, "--depth", depth, "--resume", saved) == 3
        assert airspec("check", RACE, "--resume", saved) == 12
    assert found == (12 if depth == 9 else 3)


@pytest.mark.parametrize("bound", [["--depth", "5"], ["--max-states", "30"], ["--depth", "0"]])
def test_a_search_in_parts_finds_what_one_search_finds(
    bound: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def counts() -> list[str]:
        return re.findall(r"[\d,]+ states, [\d,]+ moves, [\d,]+ quiescent, depth \d+", capsys.readouterr().out)

    example, saved = EXAMPLES / "gather-stream.air", tmp_path / "saved"
    faults = ["--duplicates", "1"]
    assert airspec("check", example, *faults) == 0
    whole = counts()
    assert airspec("check", example, *faults, *bound, "--save", saved) == 3
    counts()
    assert airspec("check", example, *faults, "--resume", saved) == 0
    assert counts() == whole


def test_a_search_goes_on_with_the_same_subject_only(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script, services, saved = tmp_path / "script.air", tmp_path / "services.toml", tmp_path / "saved"
    own = tmp_path / "own.py"
    script.write_text('(seq (call "B" ("s" "f") [] x) (call "C" ("s" "g") [x] y))')
    services.write_text('[services.s]\nf = { ok = 1 }\ng = { python = "own.py:g" }\n')
    own.write_text("def g(*call):\n    return 1\n")
    answered = ["--services", services]
    assert airspec("check", script, *answered, "--depth", "2", "--save", saved) == 3
    assert airspec("check", script, *answered, "--resume", saved) == 0
    moved = tmp_path / "moved.toml"
    moved.write_text(services.read_text())
    assert airspec("check", script, "--services", moved, "--resume", saved) == 0
    capsys.readouterr()

    def refused(*words: object) -> str:
        assert airspec("check", script, *words, "--resume", saved) == 2
        return capsys.readouterr().err

    assert "with other options" in refused(*answered, "--drops", "1")
    assert "with other options" in refused(*answered, "--init", "A")
    assert "with other options" in refused(*answered, "--edition", "repaired")
    assert "with other answers" in refused(*answered, "--default-service", "echo")
    services.write_text(services.read_text().replace("1", "2"))
    assert "with other answers" in refused(*answered)
    services.write_text(services.read_text().replace("2", "1"))
    own.write_text("def g(*call):\n    return 2\n")
    assert "with other answers" in refused(*answered)
    own.write_text("def g(*call):\n    return 1\n")
    script.write_text(script.read_text().replace('"C"', '"B"'))
    assert "for another script" in refused(*answered)


def test_a_search_is_of_the_rules_that_it_was_made_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert airspec("check", RACE, "--depth", "2", "--save", tmp_path / "saved") == 3
    monkeypatch.setattr(saving, "rules_fingerprint", lambda: "changed")
    assert airspec("check", RACE, "--resume", tmp_path / "saved") == 2
    assert "by another version of the rules or of airspec" in capsys.readouterr().err


def test_all_that_decides_what_a_search_finds_is_in_its_fingerprint() -> None:
    root = Path(saving.__file__).parents[2]
    names = {str(getattr(file, "name", "")) for package in saving.CODE for file in saving._sources(_folder(package))}
    for folder in ("spec", "semantics", "checker/model", "checker/explore"):
        assert {file.name for file in (root / folder).rglob("*.py")} <= names
    assert "air.peg" in names


def _folder(package: str) -> Any:
    return saving.files(package)


Forgery = Callable[[SavedSearch], Mapping[str, Any]]

FORGERIES: dict[str, Forgery] = {
    "all is explored": lambda saved: {"explored": len(saved.steps) + 1},
    "nothing was found": lambda saved: {"explored": 1, "steps": ()},
    "the last states are left out": lambda saved: {"steps": saved.steps[:-1]},
    "a state is missing": lambda saved: {"steps": saved.steps[:3] + saved.steps[4:]},
    "states are turned round": lambda saved: {"steps": saved.steps[::-1]},
    "a move that there is not": lambda saved: {"steps": (*saved.steps, (saved.explored, 99))},
    "a state that there is not": lambda saved: {"steps": (*saved.steps, (10_000, 0))},
    "too many are explored": lambda saved: {"explored": 10_000},
    "fewer than none are explored": lambda saved: {"explored": -1},
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_file_is_found_out(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also when its digest is right."""
    path = tmp_path / "saved"
    assert airspec("check", RACE, "--depth", "4", "--save", path) == 3
    saved = msgspec.json.decode(path.read_bytes(), type=Sealed).search
    forged = msgspec.structs.replace(saved, **FORGERIES[name](saved))
    assert forged != saved
    for digest in ("none", digest_of(forged)):
        path.write_bytes(msgspec.json.encode(Sealed(digest, forged)))
        capsys.readouterr()
        assert airspec("check", RACE, "--resume", path) == 2
        assert "saved: is damaged: " in capsys.readouterr().err


def test_of_a_large_search_some_moves_are_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A file in which most of the moves that it leaves out lead to something new is found out by a few of them."""
    path, example = tmp_path / "saved", EXAMPLES / "gather-stream.air"
    monkeypatch.setattr(saving, "MOST_TRIED", 20)
    assert airspec("check", example, "--depth", "9", "--save", path) == 3
    assert airspec("check", example, "--resume", path) == 0
    saved = msgspec.json.decode(path.read_bytes(), type=Sealed).search
    forged = msgspec.structs.replace(saved, explored=len(saved.steps) // 2, steps=saved.steps[: len(saved.steps) // 2])
    path.write_bytes(msgspec.json.encode(Sealed(digest_of(forged), forged)))
    capsys.readouterr()
    assert airspec("check", example, "--resume", path) == 2
    assert "leaves out where one of its moves leads" in capsys.readouterr().err


def test_a_damaged_file_is_found_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "saved"
    assert airspec("check", RACE, "--depth", "4", "--save", path) == 3
    content = path.read_bytes()
    for place, byte in enumerate(content):
        if not place % 7 and chr(byte).isdigit():
            path.write_bytes(content[:place] + bytes([byte ^ 1]) + content[place + 1 :])
            assert airspec("check", RACE, "--resume", path) == 2
            told = capsys.readouterr().err
            assert "is damaged: its digest is of something else" in told or "is no saved search" in told


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b'{"explored": 1, "steps": []}', b"[" * 100_000])
def test_what_is_no_saved_search_is_refused(content: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "saved").write_bytes(content)
    assert airspec("check", RACE, "--resume", tmp_path / "saved") == 2
    assert "saved: is no saved search: " in capsys.readouterr().err


@pytest.mark.parametrize("example", ["canon-race.air", "request-response.air"])
def test_laws_are_checked_of_the_moves_that_are_made_again(
    example: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """That a law held of a saved move is not believed, either."""
    script = EXAMPLES / example
    assert airspec("check", script, "--depth", "4", "--save", tmp_path / "saved") == 3
    broken = Breach("silent-replay", "it is broken now")
    monkeypatch.setattr("airspec.checker.explore.search.check_invocation", lambda *given: iter([broken]))
    assert airspec("check", script, "--max-states", "0", "--resume", tmp_path / "saved") == 12
    assert "here: it is broken now" in capsys.readouterr().out


def listening() -> None:
    """Let a process be interrupted, also when these tests run in the background, where that is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def started(script: Path, saved: Path, *more: str) -> subprocess.Popen[str]:
    """A check that runs for long, and has saved what it found so far."""
    program = (
        "from airspec.checker.explore import saving; saving.OFTEN = 0.1\nfrom airspec.checker.cli import main; main()"
    )
    words = [sys.executable, "-c", program, "check", *more, str(script), "--save", str(saved)]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, preexec_fn=listening)
    deadline = time.monotonic() + 60
    while not saved.exists():
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    time.sleep(0.5)
    return process


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_search_that_is_ended_has_saved_what_it_found(
    number: signal.Signals, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script, saved = long_script(tmp_path), tmp_path / "saved"
    process = started(script, saved)
    process.send_signal(number)
    out, _ = process.communicate(timeout=30)
    expected = -signal.SIGKILL if number == signal.SIGKILL else 3
    assert process.returncode == expected
    told = {signal.SIGINT: "it was interrupted", signal.SIGTERM: "it was terminated"}.get(number, "")
    assert told in out
    explored = msgspec.json.decode(saved.read_bytes(), type=Sealed).search.explored
    assert explored > 0
    assert airspec("check", script, "--resume", saved, "--max-states", explored) == 3
    assert f"{explored:,} states, " in capsys.readouterr().out


def test_an_interrupt_ends_the_check_of_all_scripts(tmp_path: Path) -> None:
    script = long_script(tmp_path)
    program = "from airspec.checker.cli import main; main()"
    words = [sys.executable, "-u", "-c", program, "check", str(RACE), str(script), str(EXAMPLES / "gather-stream.air")]
    process = subprocess.Popen(words, stdout=subprocess.PIPE, text=True, preexec_fn=listening)
    assert process.stdout is not None
    first = process.stdout.readline()
    time.sleep(1)
    process.send_signal(signal.SIGINT)
    out, _ = process.communicate(timeout=30)
    assert "violated" in first and process.returncode == 12
    assert f"undecided {script}: it was interrupted; no law was broken in what was seen\n" in out
    assert "gather-stream.air: it was interrupted before it was explored" in out


def test_a_save_that_fails_changes_no_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device that is always full")
    assert airspec("check", RACE, "--depth", "2", "--save", full) == 3
    captured = capsys.readouterr()
    assert "undecided" in captured.out and "/dev/full: cannot be written: No space left" in captured.err
    assert airspec("check", RACE, "--save", tmp_path / "no" / "saved") == 2
