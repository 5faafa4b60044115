"""The fuzzer: it finds what is wrong, shrinks it, writes it down, and plays it again."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from checker.cli._outcome import BadInputError
from checker.cli.fuzz import command, seconds
from checker.differential import fuzz
from checker.differential.interpreters import Answer, SpecificationOnWire
from checker.generation.shrinking import RecordedChoices, RepeatedChoices, shrink


class Forgetful(SpecificationOnWire):
    """A deliberately wrong interpreter: it forgets a next peer when there are two."""

    name = "forgetful"

    def invoke(self, *args: object) -> Answer:
        """Run a script, and forget a peer."""
        answer = super().invoke(*args)  # type: ignore[arg-type]
        if len(answer.next_peers) < 2:
            return answer
        return Answer(
            answer.ret_code,
            answer.error_message,
            answer.data,
            frozenset(sorted(answer.next_peers)[1:]),
            answer.call_requests,
            answer.trap,
        )


@pytest.mark.parametrize("number", [0, 1])
def test_a_wrong_interpreter_is_found_and_the_game_shrunk(monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    """Both ways of searching find the fault, and what they show is small."""
    sides = {"right": SpecificationOnWire(), "wrong": Forgetful()}
    monkeypatch.setattr(fuzz, "interpreter", sides.__getitem__)
    monkeypatch.setattr(fuzz, "BATCH", 150)
    result = fuzz.Batch("right", "wrong", number, frozenset()).run()
    assert result.found != ()
    smallest = min(result.found, key=lambda found: len(found.script))
    assert smallest.difference.field == "next_peers"
    assert smallest.script.count("(call") + smallest.script.count("(canon") <= 4
    assert result.fired


def test_equal_interpreters_differ_nowhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The specification against itself: no difference, every seed gives the same games again."""
    monkeypatch.setattr(fuzz, "BATCH", 60)
    one, two = (fuzz.run_batch("spec", "spec", 4, frozenset()) for _ in range(2))
    assert one.found == ()
    assert (one.games, one.moves, one.trivial) == (two.games, two.moves, two.trivial)
    assert one.trivial * 5 < one.games


def test_the_command(tmp_path: Path) -> None:
    """`airspec fuzz spec --against spec` ends with exit code 0 and reports the coverage of rules."""
    result = CliRunner().invoke(command, ["spec", "--runs", "200", "--save", str(tmp_path)], standalone_mode=False)
    assert result.exception is None, result.output
    assert result.return_value == 0
    said = " ".join(result.output.split())
    assert "0 kinds of differences" in said
    assert "rule cases fired" in said


def test_a_difference_is_played_again(tmp_path: Path) -> None:
    """A recorded game replays; a move that is not possible is told."""
    path = tmp_path / "difference.json"
    recorded = {"script": "(null)", "other_script": None, "peers": 2, "moves": ["start"]}
    path.write_text(json.dumps(recorded))
    replayed = CliRunner().invoke(command, ["spec", "--replay", str(path)], standalone_mode=False)
    assert replayed.return_value == 0
    path.write_text(json.dumps(recorded | {"moves": ["start", "deliver 3"]}))
    impossible = CliRunner().invoke(command, ["spec", "--replay", str(path)], standalone_mode=False)
    assert isinstance(impossible.exception, BadInputError)
    assert "deliver 3" in str(impossible.exception)


@pytest.mark.parametrize("budget", ["", "x", "5 minutes", "-1s"])
def test_a_bad_budget_is_refused(budget: str) -> None:
    """A time that is none is told in one sentence."""
    with pytest.raises(BadInputError, match="is not a time"):
        seconds(budget)
    assert seconds("2m") == 120


def test_shrinking_keeps_what_matters() -> None:
    """A shrunk sequence of choices still shows the property, and nothing superfluous."""
    choices = RecordedChoices(3)
    for _ in range(50):
        choices.pick(range(9))

    def shows(made: object) -> bool:
        again = RepeatedChoices(made)  # type: ignore[arg-type]
        return sum(again.pick(range(9)) for _ in range(50)) >= 10

    smallest = shrink(choices.made, shows)
    assert shows(smallest)
    assert len(smallest) <= 3
