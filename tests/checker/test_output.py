"""The verdict survives its output, and files are written whole or not at all."""

from __future__ import annotations

import os
import resource
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from airspec.checker.cli import main
from airspec.checker.cli._outcome import worst
from airspec.checker.writing import check_writable, write_file

EXAMPLES = Path(__file__).parents[2] / "examples"
HOLDS, VIOLATED = str(EXAMPLES / "gather-stream.air"), str(EXAMPLES / "canon-race.air")
COMMAND = [sys.executable, "-c", "from airspec.checker.cli import main; main()"]
FULL = Path("/dev/full")
RACE = """
(seq
  (par (call "B" ("s" "f") [] $s) ; ok=1
  (par (call "C" ("s" "f") [] $s) ; ok=2
       (call "F" ("s" "f") [] $s))) ; ok=3
  (seq (canon "A" $s #seen)
  (xor (match #seen.$.[0] 1
         (call "A" ("s" "one") [])) ; ok=null
  (xor (match #seen.$.[0] 2 (null))
       (seq (call "D" ("s" "f") [] d) ; ok=4
       (seq (call "E" ("s" "f") [] e) ; ok=5
       (seq (call "D" ("s" "f") [] d2) ; ok=6
            (call "E" ("s" "late") []))))))))
"""
"""Two ends of this race are sooner than its last call."""

needs_full = pytest.mark.skipif(not FULL.exists(), reason="no device that is always full")


def airspec(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize(("script", "code"), [(HOLDS, 0), (VIOLATED, 12)])
def test_a_reader_that_goes_away_changes_no_exit_code(script: str, code: int, tmp_path: Path) -> None:
    for arguments in (["check", script], ["check", script, "--max-states", "0", "--save", str(tmp_path / "saved")]):
        reading, writing = os.pipe()
        os.close(reading)
        done = subprocess.run([*COMMAND, *arguments], stdout=writing, stderr=subprocess.PIPE, text=True, check=False)
        os.close(writing)
        assert (done.returncode, done.stderr) == (code if "--save" not in arguments else 3, "")
    assert (tmp_path / "saved").exists()


@needs_full
@pytest.mark.parametrize(("script", "code"), [(HOLDS, 2), (VIOLATED, 12)])
def test_a_full_disk_hides_no_violation_and_is_no_success(script: str, code: int) -> None:
    with FULL.open("w") as full:
        done = subprocess.run([*COMMAND, "check", script], stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    told = "airspec: the output cannot be written: No space left on device\n"
    assert (done.returncode, done.stderr) == (code, told)


@pytest.mark.parametrize("closed", ["stdout", "stderr"])
def test_a_stream_that_is_closed_changes_no_exit_code(closed: str) -> None:
    number = {"stdout": 1, "stderr": 2}[closed]
    for arguments, code in ((["check", VIOLATED], 12), (["check", "missing.air"], 2)):
        done = subprocess.run([*COMMAND, *arguments], preexec_fn=lambda: os.close(number), check=False)
        assert done.returncode == code


@pytest.mark.parametrize(("script", "code"), [(HOLDS, 2), (VIOLATED, 12)])
def test_a_page_that_cannot_be_written_hides_no_verdict(
    script: str, code: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for page in (tmp_path / "no" / "page.html", tmp_path, *([FULL] if FULL.exists() else [])):
        assert airspec("check", script, "--html", page) == code
        captured = capsys.readouterr()
        assert f"{page}: cannot be written: " in captured.err and captured.err.count("\n") == 1
        assert captured.out.startswith(("holds", "violated"))


def test_each_script_gets_its_verdict(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = tmp_path / "wrong.air"
    wrong.write_text("(seq")
    asks = tmp_path / "asks.air"
    asks.write_text('(call "B" ("s" "f") [] x)')
    assert airspec("check", wrong, HOLDS, asks, tmp_path / "missing.air", VIOLATED) == 2
    captured = capsys.readouterr()
    assert f"holds {HOLDS}" in captured.out and f"violated {VIOLATED}" in captured.out
    for place in ("wrong.air:1:", "asks.air", "missing.air: cannot be read"):
        assert place in captured.err
    assert airspec("check", HOLDS, VIOLATED, HOLDS) == 12


def test_an_internal_error_of_one_script_hides_no_other(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from airspec.checker.cli import check

    explore = check.Session.explore
    monkeypatch.setattr(
        check.Session,
        "explore",
        lambda session, script, *more: 1 / 0 if script == HOLDS else explore(session, script, *more),
    )
    assert airspec("check", HOLDS, VIOLATED) == 1
    captured = capsys.readouterr()
    assert "internal error: ZeroDivisionError" in captured.err and HOLDS in captured.err
    assert f"violated {VIOLATED}" in captured.out


def test_the_worst_exit_code_counts() -> None:
    codes = [1, 2, 12, 3, 0]
    for position, code in enumerate(codes):
        assert worst(codes[position:]) == worst(reversed(codes[position:])) == code


@pytest.mark.parametrize(
    "words",
    [
        ["mutants", "--json", "{no}/verdicts.json"],
        ["fuzz", "spec", "--runs", "1000000", "--coverage", "{no}/coverage.json"],
        ["fuzz", "spec", "--runs", "1000000", "--save", "{file}/folder"],
        ["run", "{file}", "--html", "{no}/page.html"],
    ],
)
def test_a_file_that_cannot_be_written_is_refused_before_the_work(
    words: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "file"
    file.write_text("")
    began = time.monotonic()
    assert airspec(*(word.format(no=tmp_path / "no", file=file) for word in words)) == 2
    captured = capsys.readouterr()
    assert "cannot be written" in captured.err and captured.out == "" and time.monotonic() - began < 20


def test_a_script_survives_a_full_disk(tmp_path: Path) -> None:
    """The limit on the size of files stands for the disk."""
    script = tmp_path / "script.air"
    text = f"(seq {'(seq (null) ' * 200} (null) {')' * 200} (null))"
    script.write_text(text)

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))

    words = [*COMMAND, "fmt", "-w", str(script)]
    done = subprocess.run(words, preexec_fn=limit, capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "script.air: cannot be written: " in done.stderr
    assert script.read_text() == text and list(tmp_path.iterdir()) == [script]


def listening() -> None:
    """Let a process be interrupted, also when these tests run in the background, where that is ignored."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_ends_a_command_without_a_traceback(number: signal.Signals, code: int) -> None:
    process = subprocess.Popen(
        [*COMMAND, "adapter", "spec"],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=listening,
    )
    time.sleep(2)
    process.send_signal(number)
    _, told = process.communicate(timeout=30)
    assert process.returncode == code and "Traceback" not in told


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    file.write_text("old")
    file.chmod(0o640)
    link.symlink_to(file)
    write_file(link, "new")
    assert link.is_symlink() and file.read_text() == "new" and stat.S_IMODE(file.stat().st_mode) == 0o640
    with pytest.raises(UnicodeEncodeError):
        write_file(file, "\ud800")
    for place in (tmp_path, tmp_path / "no" / "file"):
        with pytest.raises(OSError):
            write_file(place, "new")
        with pytest.raises(OSError):
            check_writable(place)
    check_writable(tmp_path / "other")
    assert file.read_text() == "new" and set(tmp_path.iterdir()) == {file, link}


def test_a_device_is_written_as_it_is() -> None:
    write_file("/dev/null", "gone")
    assert not Path("/dev/null").is_file()


@pytest.mark.parametrize("place", ["airspec.checker.cli.check.print_verdict", "airspec.checker.cli.check.check_page"])
def test_an_interrupt_of_the_output_changes_no_verdict(
    place: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupted(*given: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    assert airspec("check", VIOLATED, HOLDS, "--html", tmp_path / "page.html") == 12


def test_a_call_without_answer_hides_no_violation(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "script.air"
    script.write_text(RACE)
    assert airspec("check", script, "--all-laws", "--init", "A") == 2
    captured = capsys.readouterr()
    assert f"violated {script}: same-calls" in captured.out and 'nothing says what ("s" "late") answers' in captured.err
