"""Counterexamples explain themselves: where runs part, which instructions differ, whose values, by which rules."""

from __future__ import annotations

import re
import shlex
from itertools import takewhile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from airspec.checker.cli import main
from airspec.checker.cli._outcome import HOLDS, VIOLATED
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.generation.services import answer
from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.moves import make_move
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.world import World
from airspec.checker.report.explanation import Explanation, explain
from airspec.checker.report.fork import fork_of
from airspec.checker.report.shortening import LONGEST_VALUE, shorten, shorten_both
from airspec.checker.report.visible import on_one_line
from airspec.semantics.network.state import INITIAL, NetworkState
from airspec.semantics.particle import CallRequest, CallResult, Particle
from airspec.spec.parser import parse

EXAMPLES = Path(__file__).parents[2] / "examples"
VIOLATED_EXAMPLES = ("canon-race", "timeout-race", "recursive-stream")

EQUAL_QUOTES = """
(seq
  (par
    (call "alice" ("shop" "quote") ["tea"] $quotes) ; ok=4
    (call "bob" ("shop" "quote") ["tea"] $quotes)) ; ok=4
  (seq (canon %init_peer_id% $quotes #quotes)
    (call %init_peer_id% ("client" "buy") [#quotes.$.[0]] receipt))) ; echo
"""

LONG_VALUES = """
(seq
  (par (call "B" ("s" "f") [] $s) ; ok="{0}B"
       (call "C" ("s" "f") [] $s)) ; ok="{0}C"
  (seq (canon "init" $s #cs) (call "init" ("s" "use") [#cs.$.[0]]))) ; echo
"""

CONFLICT = """
(par
  (seq (call "A" ("s" "f") [] x) ; ok={"k": 1}
       (ap x.$.a z))
  (call "A" ("s" "g") [%last_error%.$.message] y)) ; ok=1
"""


def world(text: str) -> World:
    annotated = read_annotated(text, "script")
    return World(annotated.script, Particle("init"), ServiceSources(), annotations=annotated.annotations)


def violations(w: World) -> tuple[Counterexample[Breach, Moves], ...]:
    """What is explained of a script: violations, but for how its particle ends, and notes."""
    verdict = Search(w, all_laws=True).run(Bounds(states=400))
    return (*(found for found in verdict.violations if found.breach.law != "network-progress"), *verdict.notes)


def explained(text: str, *laws: str) -> Explanation:
    """The explanation of the first counterexample to one of some laws."""
    w = world(text)
    chosen = laws or ("same-calls", "agreement")
    return explain(w, next(violation for violation in violations(w) if violation.breach.law in chosen))


def texts(told: Explanation) -> str:
    return "\n".join("\n".join((*d.left.lines, *d.right.lines)) for d in told.differences)


class GeneratedServices:
    """The services of generated scripts, without memory."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        return None

    def answer(self, peer: str, request: CallRequest, seen: int) -> CallResult:
        return answer(request, 0)


# --- what differs -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", VIOLATED_EXAMPLES)
def test_the_halves_of_an_examples_counterexample_differ_as_text(name: str) -> None:
    w = world((EXAMPLES / f"{name}.air").read_text())
    found = violations(w)
    assert found
    for violation in found:
        differences = explain(w, violation).differences
        assert differences and all(each.left.lines != each.right.lines for each in differences)


def test_the_halves_of_generated_counterexamples_differ_as_text() -> None:
    laws = set()
    for seed in (5, 13, 20, 43, 71, 97, 132, *range(400, 700)):
        w = World(parse(write_script(RandomChoices(seed), ("A", "B", "C"))), Particle("A"), GeneratedServices())
        for violation in violations(w):
            laws.add(violation.breach.law)
            for each in explain(w, violation).differences:
                assert each.left.lines != each.right.lines and re.match(r"\d+:\d+ \(", each.where), (seed, each)
    assert {"same-calls", "no-uncatchable-error"} <= laws


def test_values_that_differ_in_their_origin_only_are_told_apart_by_it() -> None:
    told = explained(EQUAL_QUOTES)
    (canon,) = told.differences
    assert canon.where == "6:8 (canon %init_peer_id% $quotes #quotes)"
    assert canon.left.lines == ('[0] 4 from alice ("shop" "quote") ["tea"]  (c1@alice, at 4:5)',)
    assert canon.right.lines == ('[0] 4 from bob ("shop" "quote") ["tea"]  (c2@bob, at 5:5)',)


def test_only_what_differs_is_shown() -> None:
    """The script's last call has the same argument and the same result in both runs, so nothing is said of it."""
    told = explained(
        """(seq (par (call "B" ("s" "f") [] $s) ; ok=1
                    (call "C" ("s" "f") [] $s)) ; ok=2
             (seq (call "init" ("s" "wait") [] x) ; ok=0
               (seq (canon "init" $s #c) (call "D" ("s" "use") [x] y)))) ; ok=3"""
    )
    assert [each.where.split()[1] for each in told.differences] == ["(canon"]


def test_long_values_are_shown_where_they_differ() -> None:
    told = explained(LONG_VALUES.replace("{0}", "x" * 300))
    first = told.differences[0]
    assert first.left.lines != first.right.lines
    assert "(2" in texts(told) and " characters) …" in texts(told) and "x" * 100 not in texts(told)
    assert 'xB"' in first.left.lines[0] + first.right.lines[0] and 'xC"' in first.left.lines[0] + first.right.lines[0]


def test_a_result_that_is_recorded_by_its_content_id_only_shows_its_value() -> None:
    told = explained((EXAMPLES / "canon-race.air").read_text())
    assert (told.differences[1].left.lines[-1], told.differences[1].right.lines[-1]) == ("returns 10", "returns 12")
    assert "bagaa" not in texts(told)


def test_the_rule_and_the_move_that_made_the_difference_are_named() -> None:
    canon = explained((EXAMPLES / "timeout-race.air").read_text()).differences[0]
    assert (canon.left.made, canon.right.made) == ("Step/canon-accept in m2>init", "Step/canon-perform in c1@init")


def test_iterations_of_one_instruction_are_told_apart_by_their_iterators() -> None:
    text = """
    (seq (par (call "B" ("s" "f") [] $s) ; ok="b"
              (call "C" ("s" "f") [] $s)) ; ok="c"
      (fold $s i (seq (seq (ap i $t) (canon "init" $t #ts)) (next i))))"""
    found = explained(text).differences
    assert len({each.where for each in found}) == 1
    assert sorted(each.within for each in found) == ['i = "b"', 'i = "c"']


def test_an_instruction_has_its_line_and_column() -> None:
    text = (
        '(seq (par (call "B" ("s" "f") [] $s) (call "C" ("s" "f") [] $s)) ; ok=1\n'
        ' (seq (seq (call "init" ("s" "w") []) (null)) (canon "init" $s #c)))'
    )
    text = text.replace("$s) (call", "$s) ; ok=2\n (call").replace("(null)", "; ok=3\n (null)")
    where = explained(text).differences[0].where
    line, column = map(int, where.split()[0].split(":"))
    assert text.splitlines()[line - 1][column - 1 :].startswith('(canon "init" $s #c)')


# --- why --------------------------------------------------------------------------------------------------


def test_an_abandoned_run_names_its_instruction_and_what_the_content_ids_stand_for() -> None:
    told = explained(CONFLICT, "no-uncatchable-error")
    (culprit,) = told.culprits
    assert culprit.where.startswith('5:3 (call "A" ("s" "g")') and culprit.rule == "Step/premise-stops"
    assert [content for _, content in told.contents][1] == 'the arguments [""]'


def test_a_state_of_another_instruction_is_named_with_the_instruction() -> None:
    """A replayed script reaches an append where its own data hold the state of a call."""
    text = write_script(RandomChoices(20), ("A", "B", "C"), depth=5, budget=16)
    w = World(parse(text), Particle("A"), GeneratedServices())
    violation = next(each for each in violations(w) if each.breach.law == "no-uncatchable-error")
    (culprit,) = explain(w, violation).culprits
    assert re.search(r"the next state of the previous data is that of \d+:\d+ \(call .* in m1>C", culprit.deed)


def test_a_replay_that_is_not_silent_names_who_asks() -> None:
    told = explained((EXAMPLES / "recursive-stream.air").read_text(), "silent-replay")
    deeds = [each.deed for each in told.culprits if each.where.startswith("9:7 (call ")]
    assert deeds == ["sends the data to library"]


# --- the fork ---------------------------------------------------------------------------------------------


def reached(w: World, moves: Moves) -> NetworkState:
    state = INITIAL
    for move in moves:
        state = make_move(w, state, move).state
    return state


def test_runs_are_told_as_one_until_they_part() -> None:
    """The two shortest runs to different ends part at the first chance; told again, only when the race is decided."""
    w = world((EXAMPLES / "canon-race.air").read_text())
    (violation,) = violations(w)
    found = len(list(takewhile(lambda pair: pair[0] == pair[1], zip(*violation.runs, strict=False))))
    fork = fork_of(w, *violation.runs)
    assert fork.common > found
    for moves, before in zip(fork.runs, violation.runs, strict=True):
        assert sorted(map(repr, moves)) == sorted(map(repr, before))
        assert reached(w, moves) == reached(w, before)
    assert fork.runs[0][: fork.common] == fork.runs[1][: fork.common]
    told = explain(w, violation)
    assert told.parting is not None
    assert told.parting.common == "s m1>B m2>C c1@B c2@C"
    assert [rest.split()[0] for rest in told.parting.rests] == ["m3>init", "m4>init"]


# --- the command ------------------------------------------------------------------------------------------


def run(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    return left.value.code, capsys.readouterr().out


@pytest.mark.parametrize("name", VIOLATED_EXAMPLES)
def test_replay_commands_work_when_they_are_pasted(
    name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "it's [a] script :x: .air"
    script.write_text((EXAMPLES / f"{name}.air").read_text())
    code, out = run(capsys, "check", str(script), "--all-laws", "--edition", "avm-0.64")
    assert code == VIOLATED
    commands = re.findall(r"^  replay: (.*)$", out, re.MULTILINE)
    assert commands
    for command in commands:
        program, *words = shlex.split(command)
        assert program == "airspec"
        assert run(capsys, *words)[0] == HOLDS


LONG_ERROR = f"""
(xor
  (seq
    (call %init_peer_id% ("d" "relay") [] -relay-) ; ok=null
    (call -relay- ("{"long-" * 20}op" "noop") []))
  (seq (call %init_peer_id% ("err" "e") [%last_error%]) ; echo
       (call %init_peer_id% ("err" "f") []))) ; err={{"ret_code": 1, "result": "{"why " * 40}END"}}
"""


@pytest.mark.parametrize("command", ["run", "step", "html"])
def test_no_value_or_message_of_an_error_is_cut(
    command: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script, page = tmp_path / "null-relay.air", tmp_path / "page.html"
    script.write_text(LONG_ERROR)
    if command == "step":
        out = run(capsys, "step", str(script), "--schedule", "s c1")[1]
        out += run(capsys, "step", str(script), "--schedule", "s c1 c2")[1]
        out += run(capsys, "step", str(script), "--schedule", "s c1 c2 c3")[1]
    else:
        out = run(capsys, "run", str(script), "--html", str(page))[1]
    if command == "html":
        out = page.read_text()
    assert "-relay-" in out and ("why " * 40 + "END") in out
    for line in out.splitlines():
        if "10011" in line:
            assert "more characters" not in line
    assert out.count("`-relay-`") or out.count("'-relay-'") or "variable -relay-" in out


def test_step_shows_services_as_the_author_named_them(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "annotated.air"
    script.write_text(LONG_ERROR)
    for schedule in ("s", "s c1", "s c1 c2", "s c1 c2 c3"):
        out = run(capsys, "step", str(script), "--schedule", schedule)[1]
        assert '("d" "relay")' in out or '("err" "e")' in out
        assert not re.search(r'\.\.[0-9]+\\?"', out)


# --- shortening -------------------------------------------------------------------------------------------

TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=200)


@settings(suppress_health_check=list(HealthCheck), deadline=None)
@given(TEXTS, TEXTS, TEXTS, TEXTS)
def test_two_values_that_differ_are_shortened_to_texts_that_differ(a: str, b: str, before: str, after: str) -> None:
    left, right = f"{before}{a}{after}", f"{before}{b}{after}"
    shown = shorten_both(left, right)
    assert (shown[0] == shown[1]) == (left == right)
    assert all(len(text) <= LONGEST_VALUE + 60 for text in shown)


@given(TEXTS)
def test_a_mark_says_how_much_of_a_value_is_left_out(text: str) -> None:
    shown = shorten(text)
    marked = re.fullmatch(r"(.*)… \((\d+) more characters\)", shown, re.DOTALL)
    assert shown == text if marked is None else len(marked[1]) + int(marked[2]) == len(text)


def test_what_a_terminal_would_obey_is_shown_as_an_escape() -> None:
    assert on_one_line("a\x1b[31m\nb\u202e") == r"a\u001b[31m\nb\u202e"


def test_the_book_shows_a_counterexample_as_it_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    printed = run(capsys, "check", str(EXAMPLES / "canon-race.air"))[1].splitlines()
    explained_in = printed[printed.index(next(line for line in printed if "both runs begin" in line)) : -2]
    page = (EXAMPLES.parent / "docs" / "network.rst").read_text()
    assert "\n".join(f" {line}" for line in explained_in) in page
