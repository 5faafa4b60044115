"""The command: exit codes, one clear sentence for bad input, and reports that stand alone."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from airspec.checker.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"
CALL = '(call "B" ("s" "f") [1] x)'


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "script.air"
    path.write_text(CALL)
    return path


def airspec(*words: object) -> int:
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert isinstance(left.value.code, int)
    return left.value.code


@pytest.mark.parametrize(
    ("example", "more", "code"),
    [
        ("two-phase-vote.air", [], 0),
        ("canon-race.air", [], 12),
        ("two-phase-vote.air", ["--max-states", "5"], 3),
        ("two-phase-vote.air", ["--depth", "3"], 3),
        ("two-phase-vote.air", ["--budget", "0s"], 3),
        ("two-phase-vote.air", ["--budget", "soon"], 2),
    ],
)
def test_exit_codes_of_check(example: str, more: list[str], code: int) -> None:
    assert airspec("check", EXAMPLES / example, *more) == code


def test_a_violation_is_replayed_by_the_command_it_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("check", EXAMPLES / "canon-race.air") == 12
    commands = re.findall(r"replay: airspec run (\S+) --schedule '(.*)'", capsys.readouterr().out)
    ends = []
    for path, schedule in commands:
        assert airspec("run", path, "--schedule", schedule) == 0
        ends.append(re.findall(r"canon \[.*\]", capsys.readouterr().out))
    assert len(ends) == 2 and ends[0] != ends[1]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["run", "{dir}/missing.air"], "missing.air: cannot be read: No such file"),
        (["check", "{dir}/latin.air"], "latin.air: is not UTF-8 (byte 1)"),
        (["fmt", "{dir}/broken.air"], "broken.air:1:1: `seq` is not closed before the end of the script"),
        (["check", "{dir}/script.air"], 'nothing says what ("s" "f") answers on peer B, in the schedule'),
        (["run", "{dir}/script.air", "--schedule", "s c9"], "word 2 of the schedule: c9 does not fit"),
        (["run", "{dir}/script.air", "--services", "{dir}/typo.toml"], "services.s.f: 'okay' defines no service"),
        (["run", "{dir}/script.air", "--services", "{dir}/broken.toml"], "broken.toml: is no TOML"),
        (["run", "{dir}/script.air", "--services", "{dir}/python.toml"], "cannot be loaded"),
        (["run", "{dir}/annotated.air"], "annotated.air:1:28: in the annotation: the value is no JSON"),
        (["run", "{dir}/script.air", "--html", "{dir}/no/page.html", "--services", "aqua"], "cannot be written"),
        (["step", "{dir}/script.air", "--schedule", "s -m1"], "the last move of the schedule runs nothing"),
        (["laws", "--check", "seq-unit", "--scope", "trace"], "none of these laws is of the scope 'trace'"),
        (["prove", "--law", "windows", "--subject", "trace"], "the law 'windows' says nothing of trace"),
    ],
)
def test_bad_input_is_one_sentence_with_its_place(
    words: list[str], message: str, script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = script.parent
    (folder / "latin.air").write_bytes(b"(\xe9")
    (folder / "broken.air").write_text("(seq (null)\n")
    (folder / "typo.toml").write_text("[services.s]\nf = { okay = 1 }\n")
    (folder / "broken.toml").write_text("[services")
    (folder / "python.toml").write_text('[services.s]\nf = { python = "missing.py:f" }\n')
    (folder / "annotated.air").write_text(f"{CALL} ; ok=nonsense")
    assert airspec(*(word.format(dir=folder) for word in words)) == 2
    captured = capsys.readouterr()
    assert message in captured.err and "Traceback" not in captured.err


def test_a_search_that_was_cut_off_goes_on(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    example, saved = EXAMPLES / "two-phase-vote.air", tmp_path / "saved"
    assert airspec("check", example) == 0
    whole = re.findall(r"[\d,]+ states, [\d,]+ moves, \d+ quiescent", capsys.readouterr().out)
    assert airspec("check", example, "--max-states", "9", "--save", saved) == 3
    assert airspec("check", example, "--max-states", "17", "--resume", saved, "--save", saved) == 3
    capsys.readouterr()
    assert airspec("check", example, "--resume", saved) == 0
    assert re.findall(r"[\d,]+ states, [\d,]+ moves, \d+ quiescent", capsys.readouterr().out) == whole
    assert airspec("check", EXAMPLES / "canon-race.air", "--resume", saved) == 2
    assert "another script" in capsys.readouterr().err


@pytest.mark.parametrize("source", ["aqua", "{dir}/services.toml"])
def test_services_answer(source: str, script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (script.parent / "services.toml").write_text('[peers.B.services.s]\n"*" = { python = "own.py:f" }\n')
    own = "def f(peer, service, function, arguments, count):\n    return [peer, count]\n"
    (script.parent / "own.py").write_text(own)
    assert airspec("run", script, "--services", source.format(dir=script.parent)) == 0
    expected = '"success":true' if source == "aqua" else '["B",0]'
    assert expected in capsys.readouterr().out


def test_fmt_writes_the_standard_layout(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script.write_text(f"(seq {CALL} (null))")
    assert airspec("fmt", "--check", script) == 1
    assert airspec("fmt", "--write", script) == 0
    assert airspec("fmt", "--check", script) == 0


def test_step_shows_every_step(script: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("step", script) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[1].startswith("one run of peer init (schedule s; next: --schedule 's m1>B')")
    assert "evaluate  1:1 (call" in out and "the data go to B" in out and "halted" in out
    assert "Network/start Invoke/not-verified Invoke/start Invoke/prepare" in out
    assert "Invoke/farewell Invoke/conclusion\n      return code 0" in out


def test_step_names_frames_services_and_new_generations_in_words(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "words.air"
    script.write_text('(par (ap 1 $s) (call %init_peer_id% ("s" "f") [] $s)) ; ok=1')
    assert airspec("step", script) == 0
    out = capsys.readouterr().out
    assert "return from the left branch of par" in out and "return from the right branch of par" in out
    assert "trace 1: ap  (generation new)" in out and 'call %init_peer_id% ("s" "f") [] $s' in out
    assert airspec("step", script, "--schedule", "s c1") == 0
    out = capsys.readouterr().out
    assert "the last one" in out and "(stream, generation new)" in out


def test_step_names_one_transition_and_apart_from_it_what_it_asked(
    script: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert airspec("step", script) == 0
    lines = [line.strip() for line in capsys.readouterr().out.splitlines()]
    first = lines.index('1  evaluate  1:1 (call "B" ("s" "f") [1] x)')
    name, asked = lines[first + 1 : first + 3]
    assert name == "Step/call-forward"
    assert asked.startswith("asked: Resolve/") and "Join/call-not-met" in asked and "Step/" not in asked
    last = lines.index("2  return")
    assert lines[last + 1 : last + 3] == ["Step/end", "halted"]


def test_an_internal_error_is_one_sentence(
    script: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("airspec.checker.cli.fmt._formatted", lambda name: 1 / 0)
    assert airspec("fmt", script) == 1
    assert "internal error: ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_output_that_cannot_be_written_is_one_sentence() -> None:
    """A full disk is no internal error."""
    with Path("/dev/full").open("w") as full:
        command = [sys.executable, "-c", "from airspec.checker.cli import main; main()", "laws"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert (done.returncode, done.stderr) == (
        2,
        "airspec: the output cannot be written: No space left on device\n",
    )


def test_step_says_which_premise_failed_and_why(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "fails.air"
    script.write_text('(seq (ap 1 x) (call %init_peer_id% ("s" "f") [x.$.a]))')
    assert airspec("step", script) == 0
    out = capsys.readouterr().out
    assert "Step/premise-raises" in out
    assert 'c ⊢ arguments of (call %init_peer_id% ("s" "f") [x.$.a]) fails: 10007, value' in out


def test_prove_says_first_what_is_proved(capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("prove", "--subject", "fold") == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].startswith("Proved (Z3 ")
    windows = [line for line in lines if "The windows of both sides are those that each recorded." in line]
    assert [line.split(" (")[0] for line in windows] == [
        "windows: The windows of both sides are those that each recorded. 1 of 1 proved"
    ]
    sums = lines.index("6 obligations: 6 as stated proved or witnessed, 0 refuted as stated, 0 others")
    assert lines[sums + 2] == "Why the proofs speak of the rules that run"
    assert all(line.startswith("tested: ") for line in lines[sums + 3 : sums + 6])


def test_a_law_that_is_false_is_refuted_apart_with_its_countermodel(capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("prove", "--law", "commutative", "--subject", "ap") == 0
    out = capsys.readouterr().out
    assert "Proved" not in out and "Refuted, as stated\ncommutative: " in out and '{"a": {"ap": ' in out
    assert "1 obligation: 0 as stated proved or witnessed, 1 refuted as stated, 0 others" in out


def test_laws_are_listed_with_their_grades_and_false_claims_apart(capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("laws") == 0
    held, _, refuted = capsys.readouterr().out.partition("\n\nrefuted\n")
    *laws, total = held.splitlines()
    grades = Counter(line.partition("; ")[2].split(", ")[0] for line in laws[::2])
    assert set(grades) == {"proved", "model-checked", "tested"}
    assert total == f"{grades.total()} laws: " + ", ".join(f"{number} {grade}" for grade, number in grades.items())
    assert [line.split()[0] for line in refuted.splitlines()[::3]] == [
        "commutative",
        "faithful-refinement",
        "repaired-refinement",
    ]
    assert all(line.startswith("    witness: ") for line in refuted.splitlines()[2::3])


def test_checked_laws_say_on_how_much(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        airspec(
            "laws",
            "--check",
            "commutative",
            "closed",
            "arguments",
            "faithful-refinement",
            "repaired-refinement",
            "--json",
        )
        == 0
    )
    checked = {law["name"]: law for law in json.loads(capsys.readouterr().out)}
    assert {name: law["verdict"] for name, law in checked.items()} == {
        "closed": "proved",
        "arguments": "tested",
        "commutative": "refuted",
        "faithful-refinement": "refuted",
        "repaired-refinement": "refuted",
    }
    assert checked["arguments"]["of"] == "9 scripts, each in one order of its messages and answers"
    assert checked["commutative"]["witnesses"] and not checked["commutative"]["holds"]
    assert airspec("laws", "--json", "commutative") == 0
    (listed,) = json.loads(capsys.readouterr().out)
    assert listed["evidence"][0]["kind"] == "refuted" and listed["counterexample"]
