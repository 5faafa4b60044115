"""The fuzzer: it finds what is wrong, shrinks it, writes it down, and plays it again."""

from __future__ import annotations

import json
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path

import msgspec
import pytest
from click.testing import CliRunner

from airspec.checker.cli._outcome import BadInputError
from airspec.checker.cli.fuzz import Session, command, seconds
from airspec.checker.conform.adapters.interpreters import Answer, SpecificationOnWire
from airspec.checker.conform.generation.idioms import write_idioms
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.generation.shrinking import RecordedChoices, RepeatedChoices, shrink
from airspec.checker.conform.lockstep import fuzz
from airspec.checker.conform.lockstep.coverage import UNREACHABLE, case_names, coverage, coverage_lines, fired_share
from airspec.checker.conform.lockstep.game import PEERS, Game, usual_particle
from airspec.semantics.notation.engine import firing
from airspec.semantics.notation.reading import all_cases, rule_name
from airspec.semantics.notation.transitions import step_entries

HARD_TO_REACH = {
    "Join": "failed-conflict executed-failed failed-executed canon-conflict executed-conflict unexpected-previous "
    "unexpected-current incompatible",
    "Lore": "back-too-far entry-nowhere entry-runs lore-repeated",
    "Merge": "narrow-beyond par-right-overflow par-underflow place-outside place-overflow",
    "Step": "call-result-without-arguments fold-stream-lost new-stream-failed premise-contradicts premise-stops",
    "Store": "canon-of-other-peer result-of-other-arguments result-of-other-call value-not-json",
}
"""Rule cases that only conflicting, forged or impossible data and panicking scripts lead to."""


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
    smallest = min(result.found, key=lambda found: len(found.setting.script)).setting.script
    assert {found.difference.field for found in result.found} == {"next_peers"}
    assert smallest.count("(call") + smallest.count("(canon") <= 4
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
    written = tmp_path / "coverage.json"
    arguments = ["spec", "--runs", "200", "--save", str(tmp_path), "--coverage", str(written)]
    result = CliRunner().invoke(command, arguments, standalone_mode=False)
    assert result.exception is None, result.output
    assert result.return_value == 0
    said = " ".join(result.output.split())
    assert "0 kinds of differences" in said
    assert "rule cases fired" in said
    relations = json.loads(written.read_text())["relations"]
    assert f"Join: {relations['Join']['fired']} of {relations['Join']['total']} fired" in said


def test_a_process_that_is_ended_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the system ends a process, its games are not counted, and the exit code says that some are left."""

    def ended(*_: object) -> None:
        raise BrokenProcessPool

    monkeypatch.setattr(Session, "batches", ended)
    result = CliRunner().invoke(command, ["spec", "--save", str(tmp_path)], standalone_mode=False)
    assert result.return_value == 3
    assert "for want of memory" in " ".join(result.output.split())


def test_a_difference_is_played_again(tmp_path: Path) -> None:
    """A recorded game replays; a move that is not possible is told."""
    path = tmp_path / "difference.json"
    setting = fuzz.Setting("(null)", None, 2, False, usual_particle(PEERS[0]))
    recorded = {**msgspec.to_builtins(setting), "moves": ["start"]}
    path.write_text(json.dumps(recorded))
    replayed = CliRunner().invoke(command, ["spec", "--replay", str(path)], standalone_mode=False)
    assert replayed.return_value == 0
    path.write_text(json.dumps(recorded | {"moves": ["start", "deliver 3"]}))
    impossible = CliRunner().invoke(command, ["spec", "--replay", str(path)], standalone_mode=False)
    assert isinstance(impossible.exception, BadInputError)
    assert "deliver 3" in str(impossible.exception)


def test_idioms_and_hostility_reach_the_rare_rules() -> None:
    """Hostile games of idioms fire what ordinary games do not, and nothing that is said to be out of reach."""
    wanted = {f"{relation}/{case}" for relation, cases in HARD_TO_REACH.items() for case in cases.split()}
    side = SpecificationOnWire()
    fired: set[str] = set()
    with firing() as log:
        for number in range(450):
            choices = RandomChoices(number)
            peers = choices.pick((2, 3, 4))
            script = write_idioms(choices, [peer.peer_id for peer in PEERS[:peers]])
            played = Game(script, side, side, choices, PEERS[:peers], hostile=True).play(fuzz.MOVES)
            assert played.difference is None
            fired.update(log)
            log.clear()
    assert wanted - fired == set()
    assert coverage(case_names(), fired).refuted == ()


def test_coverage_is_told_by_relation() -> None:
    """Each relation that matters has its own figures; what cannot be reached is told with its reason."""
    names = case_names()
    assert set(UNREACHABLE) <= set(names)
    fired = {name for name in names if name not in UNREACHABLE} - {"Join/sent-sent"}
    said = "\n".join(coverage_lines(fired))
    joins = sum(name.startswith("Join/") for name in names)
    assert f"Join: {joins - 1} of {joins} fired\n  not fired: Join/sent-sent" in said
    assert "Scope/fold-not-running: static validation" in said
    refuted = "\n".join(coverage_lines({"Scope/fold-not-running"}))
    assert "said to be out of reach, but fired: Scope/fold-not-running" in refuted


def test_coverage_counts_what_the_faithful_edition_can_fire() -> None:
    """Every rule of *Step* counts, the generic ones too, and nothing counts that only another edition has."""
    names = case_names()
    steps = {name for name in names if name.startswith("Step/")}
    assert len(set(names)) == len(names)
    assert {rule_name(entry) for entry in step_entries()} <= steps
    assert {"Step/premise-raises", "Step/premise-stops", "Step/premise-contradicts", "Step/premise-waits"} <= steps
    assert not {case.name for case in all_cases() if case.entry.module.startswith("airspec.semantics.editions.")} & set(
        names
    )
    assert fired_share({"Step/seq-left", "Step/call-refused-first"}) == f"1/{len(names)}"


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
