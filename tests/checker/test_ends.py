"""What becomes of a particle: every kind of end, by its definition, and what is said of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from airspec.checker.cli import main
from airspec.checker.explore.ends import BAD_ENDS, BadEnd, End
from airspec.checker.explore.search import Bounds, Search, Verdict
from airspec.checker.model.moves import Faults
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.world import World
from airspec.semantics.particle import Particle

FINISHED = """
(seq (call "B" ("s" "f") [] x) ; ok=1
     (call "A" ("s" "take") [x])) ; ok=null
"""
FAILED = """
(seq (call "B" ("s" "f") [] x) ; err={"ret_code": 1, "result": "no"}
     (call "A" ("s" "take") [x])) ; ok=null
"""
FAILED_AT_THE_STARTER = """
(seq (call "A" ("s" "f") [] x) ; err={"ret_code": 1, "result": "no"}
     (call "A" ("s" "take") [x])) ; ok=null
"""
FAILED_AND_TOLD = """
(xor (call "B" ("s" "f") [] x) ; err={"ret_code": 1, "result": "no"}
     (seq (call "A" ("s" "error") [%last_error%]) ; ok=null
          (fail :error:)))
"""
NEVER = '(seq (never) (call "A" ("s" "take") []))'
UNSET = """
(seq (par (call "B" ("s" "f") [] x) ; ok=1
          (null))
  (seq (xor (match 1 2 (call "A" ("s" "g") [] y)) ; ok=2
            (null))
       (call "A" ("s" "take") [y]))) ; ok=null
"""
UNFINISHED_FOLD = """
(seq (seq (ap 1 $s)
          (fold $s i (seq (call "A" ("s" "f") [i]) ; ok=null
                          (next i))))
     (call "A" ("s" "take") [])) ; ok=null
"""
FORWARDED_TOO_EARLY = """
(par (call "B" ("s" "f") [] x) ; ok=1
     (seq (call "B" ("s" "g") [] y) ; ok=2
          (call "C" ("s" "h") [x]))) ; ok=3
"""
BOTH_BRANCHES_WAIT = """
(seq (par (never)
          (seq (never) (null)))
     (null))
"""
ONE_BRANCH_WAITS = "(seq (par (never) (null)) (null))"


def verdict(text: str, faults: Faults | None = None, bad_ends: frozenset[BadEnd] = BAD_ENDS) -> Verdict:
    annotated = read_annotated(text, "script")
    world = World(annotated.script, Particle("A"), ServiceSources(), annotations=annotated.annotations)
    return Search(world, faults or Faults(), bad_ends=bad_ends).run(Bounds())


def ends(found: Verdict) -> list[End]:
    assert sum(seen.count for seen in found.ends) == found.counts.ends > 0
    return [seen.end for seen in found.ends]


@pytest.mark.parametrize(
    ("text", "kind", "told", "said"),
    [
        (FINISHED, "finished", True, ""),
        (ONE_BRANCH_WAITS, "finished", False, ""),
        (FAILED, "failed", False, "error 10000 on B in (call"),
        (FAILED_AT_THE_STARTER, "failed", True, "error 10000 on A in (call"),
        (FAILED_AND_TOLD, "failed", True, "error 10000 on A in (fail :error:), line 4"),
        (NEVER, "waiting", False, "(never), line 1 never completes"),
        (UNSET, "waiting", False, "line 6 waits for y, which has no value on any peer"),
        (UNFINISHED_FOLD, "waiting", True, "(next i), line 4 waits for more values"),
    ],
)
def test_an_end_is_classified_and_its_reason_is_said(text: str, kind: str, told: bool, said: str) -> None:
    (end,) = ends(verdict(text))
    assert (end.kind, end.told) == (kind, told)
    assert any(said in reason for reason in end.reasons) if said else not end.reasons


def test_of_a_par_that_waits_both_branches_are_named() -> None:
    (end,) = ends(verdict(BOTH_BRANCHES_WAIT))
    assert len(end.reasons) == 2


def test_a_particle_that_nobody_sends_on_is_lost_and_who_knows_what_is_missing_is_said() -> None:
    kinds = {end.kind: end for end in ends(verdict(FORWARDED_TOO_EARLY))}
    assert set(kinds) == {"lost", "finished"}
    (reason,) = kinds["lost"].reasons
    assert reason.startswith("C would call") and "if it knew what B knows" in reason


def test_every_message_that_is_lost_loses_the_particle() -> None:
    found = verdict(FINISHED, Faults(drops=1))
    assert sorted((seen.end.kind, seen.count) for seen in found.ends) == [("finished", 1), ("lost", 1), ("lost", 1)]


BESIDE = """
(seq (par (call "B" ("s" "f") [] x) ; ok=1
          (call "C" ("s" "f") [])) ; ok=2
     (call "A" ("s" "take") [x])) ; ok=null
"""


def test_a_peer_that_was_asked_and_knows_nothing_is_missed_whichever_way_it_came_to_that() -> None:
    """Whether a message was lost, or a peer forgot it: the same knowledge is the same end."""
    for faults in (Faults(drops=1), Faults(forgets=1)):
        found = verdict(BESIDE, faults)
        assert {end.kind for end in ends(found)} == {"lost", "finished"}
        said = [reason for end in ends(found) for reason in end.reasons]
        assert any(reason.startswith("C, which has no data of the particle, would call") for reason in said)


def test_a_peer_whose_time_is_over_is_waited_for_and_not_missed() -> None:
    found = ends(verdict(FINISHED, Faults(expiries=1)))
    assert {end.kind for end in found} == {"waiting", "finished"}
    assert all("where the particle's time is over" in reason for end in found for reason in end.reasons)


def test_the_same_knowledge_with_and_without_time_left_are_different_ends() -> None:
    """B never runs: because a message to it was lost, or because its time was over."""
    found = ends(verdict(FINISHED, Faults(drops=1, expiries=1)))
    lost = [reason for end in found if end.kind == "lost" for reason in end.reasons]
    waiting = [reason for end in found if end.kind == "waiting" for reason in end.reasons]
    assert any("B, which has no data" in reason for reason in lost)
    assert any("answer of B, where the particle's time is over" in reason for reason in waiting)


@pytest.mark.parametrize("told", ["%last_error%", "%last_error%.$.message"])
def test_an_error_that_was_caught_before_is_not_the_one_that_ends_the_particle(told: str) -> None:
    script = """
(seq
  (xor (call "B" ("s" "f") [] x) ; err={"ret_code": 1, "result": "first"}
       (call "A" ("s" "error") [TOLD])) ; ok=null
  (call "C" ("s" "g") [] y)) ; err={"ret_code": 2, "result": "second"}
"""
    (end,) = ends(verdict(script.replace("TOLD", told)))
    assert (end.kind, end.told) == ("failed", False)


def test_what_would_set_a_variable_is_named_with_what_it_waits_for() -> None:
    reasons = [reason for end in ends(verdict(BESIDE, Faults(silences=1))) for reason in end.reasons]
    assert any("waits for x, which has no value on any peer ((call" in reason for reason in reasons)


def test_a_call_that_is_forgotten_is_waited_for() -> None:
    found = verdict(FINISHED, Faults(restarts=1))
    reasons = [reason for end in ends(found) for reason in end.reasons]
    assert any("waits for the answer of B" in reason for reason in reasons)


@pytest.mark.parametrize(
    ("text", "kinds", "broken"),
    [
        (FINISHED, get_args(BadEnd), False),
        (FAILED, ("untold",), True),
        (FAILED, ("lost", "waiting"), False),
        (FAILED_AT_THE_STARTER, ("untold",), False),
        (FAILED_AT_THE_STARTER, ("failed",), True),
        (NEVER, ("waiting",), True),
        (NEVER, (), False),
        (FORWARDED_TOO_EARLY, ("lost",), True),
    ],
)
def test_what_breaks_progress_is_chosen(text: str, kinds: tuple[BadEnd, ...], broken: bool) -> None:
    laws = [violation.breach.law for violation in verdict(text, bad_ends=frozenset(kinds)).violations]
    assert ("network-progress" in laws) is broken


EQUAL_ANSWERS = """
(seq (par (call "B" ("s" "f") [] $s) ; ok=1
          (call "C" ("s" "f") [] $s)) ; ok={second}
     (seq (canon "A" $s #c) (call "A" ("s" "take") [#c]))) ; ok=null
"""


def test_schedules_with_the_same_calls_agree_for_the_outside_and_the_rest_is_a_note() -> None:
    found = verdict(EQUAL_ANSWERS.replace("{second}", "1"))
    assert not found.violations and [note.breach.law for note in found.notes] == ["agreement"]
    found = verdict(EQUAL_ANSWERS.replace("{second}", "2"))
    (violation,) = found.violations
    assert violation.breach.law == "same-calls"
    assert "with [[1]]" in violation.breach.sentence and "with [[2]]" in violation.breach.sentence


def airspec(*words: str) -> int:
    with pytest.raises(SystemExit) as left:
        main(list(words))
    assert isinstance(left.value.code, int)
    return left.value.code


def test_the_command_tells_the_ends_and_what_is_never_evaluated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = tmp_path / "unset.air"
    script.write_text(UNSET.lstrip())
    assert airspec("check", str(script), "--init", "A") == 12
    output = capsys.readouterr().out
    assert "1 of 1 ends waiting, and A was not told" in output
    assert re.search(r"never evaluated:\n +\(call \"A\" .*, line 3", output)
    assert "likely wrong, 3:13: never-taken:" in output and "unset-variable: `y` is set only at 3:" in output
    assert airspec("check", str(script), "--init", "A", "--bad-ends", "none") == 0
    assert "9 laws model-checked" in capsys.readouterr().out
    assert airspec("check", str(script), "--bad-ends", "lots") == 2
    assert "'lots' is no kind of end" in capsys.readouterr().err


def test_a_run_ends_with_the_same_account(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    script = tmp_path / "unset.air"
    script.write_text(UNSET.lstrip())
    assert airspec("run", str(script), "--init", "A") == 0
    output = capsys.readouterr().out
    assert "end: waiting, and A was not told" in output and "waits for y, which has no value on any peer" in output
