"""Faults of services, hosts and networks: each option shows what it is for on a script, from the command line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from airspec.checker.cli import main

EXAMPLES = Path(__file__).parents[2] / "examples"

ONE_CALL = '(call "B" ("s" "f") [1] x) ; ok=2\n'
GUARDED = f'(xor\n{ONE_CALL} (call "B" ("s" "sorry") [%last_error%.$.message])) ; ok=3\n'
TWO_CALLS = '(par (call "A" ("s" "f") [] x) ; ok=1\n (seq (call "A" ("s" "g") [] y) ; ok=2\n (null)))\n'
RACING = (
    '(par (call "B" ("s" "f") [] x) ; ok=1\n(seq (call "A" ("s" "g") [] y) ; ok=2\n (call "B" ("s" "h") [y]))) ; ok=3\n'
)
RETURNED = f'(seq {ONE_CALL} (call "A" ("s" "show") [x])) ; ok=null\n'
OVER_RELAY = (
    '(seq (call "R" ("op" "noop") []) ; ok=null\n'
    f'(seq {ONE_CALL} (seq (call "R" ("op" "noop") []) ; ok=null\n (call "A" ("s" "show") [x])))) ; ok=null\n'
)


@pytest.fixture
def script(tmp_path: Path) -> Path:
    return tmp_path / "script.air"


@pytest.fixture
def behind_relay(tmp_path: Path) -> Path:
    path = tmp_path / "topology.toml"
    path.write_text('[reach]\nA = ["R"]\n')
    return path


def airspec(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str]:
    """Run the command; return its exit code, and what it printed."""
    with pytest.raises(SystemExit) as left:
        main([str(word) for word in words])
    assert isinstance(left.value.code, int)
    captured = capsys.readouterr()
    return left.value.code, captured.out + captured.err


def quiescent(output: str) -> int:
    found = re.search(r"([0-9,]+) quiescent", output)
    assert found is not None
    return int(found[1].replace(",", ""))


@pytest.mark.parametrize(
    ("text", "option", "ends", "schedule", "told"),
    [
        (GUARDED, "--failures", 2, "s m1 !c1 c2", 'fails with 1: "service s.f failed on peer B"'),
        (ONE_CALL, "--silence", 2, "s m1 -c1", 'B: ("s" "f") [1] is never answered'),
        (ONE_CALL, "--expiries", 3, "s x@B", "ignores m1 from A"),
        (ONE_CALL, "--expiries", 3, "s m1 x@B", "will have no answer to c1"),
        (ONE_CALL, "--forgets", 3, "s m1 f@B", "B restarts without the data that it kept"),
        (RETURNED, "--stale", 7, "s m1 b@B c1 o@B", "B restarts with old data"),
        (RACING, "--batches", 2, "s m1 c1 m2+c2", 'B gets m2 from A, and B: ("s" "f") [] → 1'),
        (TWO_CALLS, "--batches", 2, "s c1+c2", '("s" "f") [] → 1, and ("s" "g") [] → 2'),
    ],
)
def test_an_option_leads_to_more_ends_and_its_schedules_replay(
    capsys: pytest.CaptureFixture[str], script: Path, text: str, option: str, ends: int, schedule: str, told: str
) -> None:
    script.write_text(text)
    code, without = airspec(capsys, "check", script, "--init", "A", "--bad-ends", "none")
    assert (code, quiescent(without)) == (0, 1)
    code, output = airspec(capsys, "check", script, "--init", "A", option, "1", "--bad-ends", "none")
    assert (code, quiescent(output)) == (0, ends)
    code, story = airspec(capsys, "run", script, "--init", "A", "--schedule", schedule)
    assert code == 0 and told in story


def test_an_error_that_no_service_answers_in_the_script_reaches_a_branch(
    capsys: pytest.CaptureFixture[str], script: Path
) -> None:
    script.write_text(GUARDED)
    assert "sorry" not in airspec(capsys, "run", script, "--init", "A", "--schedule", "s m1 c1")[1]
    assert 'calls ("s" "sorry")' in airspec(capsys, "run", script, "--init", "A", "--schedule", "s m1 !c1")[1]


@pytest.mark.parametrize(
    ("options", "cause"),
    [
        (["--forgets", "1"], "as B restarted without the data that it kept"),
        (["--stale", "1"], "as init restarted with old data"),
    ],
)
def test_a_second_execution_names_the_restart_that_is_its_cause(
    capsys: pytest.CaptureFixture[str], options: list[str], cause: str
) -> None:
    example = EXAMPLES / "gather-stream.air"
    code, output = airspec(capsys, "check", example, "--duplicates", "1", "--bad-ends", "none", *options)
    assert code == 12
    assert "violated" in output and "at-most-once" in output
    assert re.search(rf"here: peer \w+ executes \(.*\) a second time, {cause}\n", output)
    schedule = re.findall(r"--schedule '(.*)'", output)[0]
    code, story = airspec(capsys, "run", example, "--schedule", schedule)
    calls = re.findall(r"calls (\(.*\) \[.*\])  \(c\d+\)", story)
    assert code == 0 and len(calls) > len(set(calls))


def test_restarts_that_keep_data_and_duplicates_break_no_law(capsys: pytest.CaptureFixture[str]) -> None:
    words = ("--restarts", "1", "--duplicates", "1", "--batches", "1", "--bad-ends", "none")
    assert airspec(capsys, "check", EXAMPLES / "gather-stream.air", *words)[0] == 0


def test_a_missing_hop_is_told_and_a_hop_that_is_there_is_not(
    capsys: pytest.CaptureFixture[str], script: Path, behind_relay: Path, tmp_path: Path
) -> None:
    network = ("--init", "A", "--topology", behind_relay)
    script.write_text(RETURNED)
    assert "lost: B cannot be reached from A, which reaches R only\n" in airspec(capsys, "check", script, *network)[1]
    script.write_text(OVER_RELAY.replace('(call "R" ("op" "noop") []) ; ok=null\n (call "A"', '(null) (call "A"'))
    page = tmp_path / "page.html"
    output = airspec(capsys, "check", script, *network, "--html", page)[1]
    assert "lost: A cannot be reached from B; it can from R\n" in output
    assert "<p>lost: A cannot be reached from B; it can from R</p>" in page.read_text()
    assert '<text class="cross"' in page.read_text()
    code, story = airspec(capsys, "run", script, *network)
    assert code == 0 and "sends m3 to A, lost: A cannot be reached from B; it can from R\n" in story
    script.write_text(OVER_RELAY)
    code, output = airspec(capsys, "check", script, *network)
    assert code == 0 and "lost:" not in output


def test_nothing_arrives_at_a_peer_that_cannot_be_reached(capsys: pytest.CaptureFixture[str], script: Path) -> None:
    script.write_text(ONE_CALL)
    code, output = airspec(capsys, "check", script, "--init", "A", "--unreachable", "B")
    assert code == 12 and "lost: B cannot be reached\n" in output and "1 of 1 ends lost" in output
    _, story = airspec(capsys, "run", script, "--init", "A", "--unreachable", "B")
    assert "schedule: s\n" in story
    _, output = airspec(capsys, "check", script, "--init", "A", "--unreachable", "X")
    assert "note: no data were sent to X, which was to be unreachable\n" in output


def test_a_replay_of_a_violation_is_played_on_the_same_network(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """D of this script has no part in the race; the printed command names the network all the same."""
    topology = tmp_path / "topology.toml"
    topology.write_text('[reach]\nelsewhere = ["R"]\n')
    words = ("--topology", topology, "--unreachable", "nobody")
    code, output = airspec(capsys, "check", EXAMPLES / "canon-race.air", *words)
    assert code == 12
    for line in re.findall(r"replay: airspec (run .*) --schedule", output):
        assert line.endswith(f"--topology {topology} --unreachable nobody")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--topology", "nowhere.toml"), "nowhere.toml: cannot be read"),
        (("--failures", "-1"), "--failures"),
        (("--schedule", "s f@B"), "word 2 of the schedule: f@B does not fit: peer B keeps no data"),
        (("--schedule", "s o@A"), "no copy was made of the data of peer A"),
        (("--schedule", "s x@Z"), "nothing is on its way to peer Z, and its services owe no answer"),
        (("--schedule", "s m1 !c2"), "call 2 is not outstanding"),
        (("--schedule", "s m1 c1+c1"), "different calls of one peer"),
        (("--schedule", "s !c1+c2"), "word 2 of the schedule: '!c1+c2' is no move; moves are s, m1"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(
    capsys: pytest.CaptureFixture[str], script: Path, words: tuple[str, ...], message: str
) -> None:
    script.write_text(ONE_CALL)
    command = "run" if "--schedule" in words else "check"
    code, output = airspec(capsys, command, script, "--init", "A", *words)
    assert code == 2 and message in output


@pytest.mark.parametrize("schedule", ["s m1 !c1", "s m1 -c1", "s m1 x@B", "s x@B", "s m1 f@B", "s m1 b@B c1 o@B"])
def test_diagrams_show_each_fault(
    capsys: pytest.CaptureFixture[str], script: Path, tmp_path: Path, schedule: str
) -> None:
    script.write_text(RETURNED)
    page = tmp_path / "page.html"
    assert airspec(capsys, "run", script, "--init", "A", "--schedule", schedule, "--html", page)[0] == 0
    diagram = page.read_text().partition("<svg")[2].partition("</svg>")[0]
    shown = {"f": "restart, no data", "o": "restart, old data", "x": "time is over"}
    last = schedule.split()[-1]
    assert f">{shown.get(last[0], last)}" in diagram


def test_answers_that_are_not_json_fail_and_can_be_caught(
    capsys: pytest.CaptureFixture[str], script: Path, tmp_path: Path
) -> None:
    call = '(call "A" ("s" "f") [] x)'
    caught = '(call "A" ("s" "sorry") [%last_error%.$.message])'
    services = tmp_path / "services.toml"
    services.write_text('[services.s]\nf = { text = "not json" }\nsorry = { ok = 1 }\n')
    script.write_text(f"(xor {call} {caught})")
    _, from_file = airspec(capsys, "run", script, "--init", "A", "--services", services)
    script.write_text(f'(xor\n{call} ; text="not json"\n{caught}) ; ok=1\n')
    _, annotated = airspec(capsys, "run", script, "--init", "A")
    assert from_file == annotated
    assert '("s" "f") [] → not json' in annotated and 'calls ("s" "sorry")' in annotated


@pytest.mark.parametrize(
    ("annotation", "told"),
    [
        ('err={"ret_code": 7, "text": "it is down"}', "fails with 7: it is down"),
        ('seq_error={"0": {"ret_code": 0, "text": "no"}}', "→ no"),
        ("text=1", 'a "text" has to be a string'),
        ('text="\\ud800"', "half of a pair"),
        ('err={"ret_code": 7, "text": "a", "result": 1}', 'a "result" or a "text"'),
    ],
)
def test_texts_stand_where_results_do(
    capsys: pytest.CaptureFixture[str], script: Path, annotation: str, told: str
) -> None:
    script.write_text(f'(call "A" ("s" "f") [] x) ; {annotation}\n')
    assert told in airspec(capsys, "run", script, "--init", "A", "--schedule", "s c1")[1]
