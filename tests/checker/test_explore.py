"""Exploration: exact counts, each law broken by something wrong, bounds that are never a pass."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from types import FrameType
from typing import Any

import pytest
from msgspec.structs import replace

from airspec.checker.explore import search as search_module
from airspec.checker.explore.breach import LawName
from airspec.checker.explore.laws import LAWS
from airspec.checker.explore.search import Bounds, NoAnswerError, Search, Verdict
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.story import Story
from airspec.checker.model.world import Invoke, World
from airspec.checker.report.explanation import explain
from airspec.semantics.invoke import invoke
from airspec.semantics.network.state import Faults
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec.data import EMPTY, Data
from airspec.spec.parser import Script
from airspec.spec.states import CanonExecuted, Sent

INSIDE = ("_explore", "_visit", "leave", "make", "add", "check", "_breaches", "look_at_ends")
"""The functions of a search in which an interrupt comes; it comes nowhere else that anything is changed."""

JOIN = """
(seq
  (par (call "B" ("s" "f") [] b) ; ok=1
       (call "C" ("s" "f") [] c)) ; ok=2
  (call "A" ("s" "join") [b c])) ; ok=3
"""
PAIR = """
(par (call "B" ("s" "f") [] x) ; ok=1
     (call "A" ("s" "f") [] y)) ; ok=1
"""
RACE = """
(seq
  (par (call "B" ("s" "f") [] $s) ; ok=1
       (call "C" ("s" "f") [] $s)) ; ok=2
  (seq (canon "A" $s #c) (call "A" ("s" "use") [#c]))) ; ok=3
"""


def search(text: str, faults: Faults | None = None, interpreter: Invoke = invoke, all_laws: bool = False) -> Search:
    annotated = read_annotated(text, "script")
    world = World(annotated.script, Particle("A"), ServiceSources(), interpreter, annotations=annotated.annotations)
    return Search(world, faults or Faults(), all_laws)


def laws(verdict: Verdict) -> list[LawName]:
    return [violation.breach.law for violation in verdict.violations]


def test_a_join_holds_and_its_counts_are_exact() -> None:
    verdict = search(JOIN).run(Bounds())
    assert (laws(verdict), verdict.cut) == ([], None)
    counts = verdict.counts
    # Two independent chains of deliver, answer, deliver to A; then the joining call.
    assert (counts.states, counts.moves, counts.ends, counts.different_ends, counts.waiting) == (18, 26, 1, 1, 0)
    again = search(JOIN).run(Bounds()).counts
    assert replace(again, seconds=0.0) == replace(counts, seconds=0.0)


def test_independent_calls_have_as_many_states_as_interleavings_have_cuts() -> None:
    calls = "".join(f'(call "P{n}" ("s" "f") []) ; ok=1\n' for n in range(3))
    first, second, third = calls.splitlines()
    text = f"(par {first}\n(par {second}\n{third}\n))"
    counts = search(text).run(Bounds()).counts
    assert counts.states == 1 + 3**3  # before the start, and each of three calls not delivered, owed or answered


def test_a_race_into_a_canon_is_found_by_the_shortest_schedules() -> None:
    found = search(RACE)
    (violation,) = found.run(Bounds()).violations
    assert violation.breach.law == "same-calls" and "race" in violation.breach.sentence
    assert len(violation.runs) == 2
    for moves in violation.runs:
        story = Story(found.world)
        story.play_moves(moves)
        assert story.state.is_quiescent()


def test_bounds_are_never_a_pass() -> None:
    for bounds in (Bounds(states=3), Bounds(depth=2), Bounds(seconds=0.0)):
        verdict = search(JOIN).run(bounds)
        assert verdict.cut is not None and not verdict.violations
        assert verdict.counts.states < 18
    assert search(JOIN).run(Bounds(states=18, depth=8)).cut is None


def test_duplicates_and_drops_keep_the_laws_of_a_join() -> None:
    for faults in (Faults(duplicates=1), Faults(drops=1), Faults(restarts=1)):
        verdict = search(JOIN, faults).run(Bounds())
        broken = [] if faults == Faults(duplicates=1) else ["network-progress"]  # what is lost is not sent again
        assert (laws(verdict), verdict.cut) == (broken, None)


@pytest.mark.parametrize(
    ("faults", "counts"),
    [
        (Faults(duplicates=1), (70, 145, 2)),
        (Faults(drops=1), (34, 54, 5)),
        (Faults(restarts=1), (27, 41, 4)),
        (Faults(duplicates=1, drops=1, restarts=1), (201, 479, 28)),
        (Faults(failures=1), (27, 41, 4)),
        (Faults(silences=1), (27, 41, 4)),
        (Faults(batches=1), (18, 26, 1)),
    ],
)
def test_counts_with_faults_are_exact(faults: Faults, counts: tuple[int, int, int]) -> None:
    """In `JOIN` no peer owes two calls at once.

    So no answers are taken together, a restart loses one answer, and a failure ends what waits for the answer.
    """
    found = search(JOIN, faults).run(Bounds()).counts
    assert (found.states, found.moves, found.ends) == counts


def test_a_call_without_answer_is_named_with_its_schedule() -> None:
    with pytest.raises(NoAnswerError) as caught:
        search('(seq (call "A" ("s" "f") [] x) (null))').run(Bounds())
    assert len(caught.value.moves) == 2


# --- seeded faults: each law is broken by a wrong interpreter ------------------------------------------------

Change = Callable[[Data, Data, str, Outcome], Outcome]


def wrong(change: Change) -> Invoke:
    """An interpreter whose outcomes are changed, given prev data, current data, and the peer."""

    def run(
        script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
    ) -> Outcome:
        return change(prev, current, peer, invoke(script, prev, current, particle, peer, results))

    return run


def asks_again(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    """A request that was made before is made again, under the same call id."""
    request = CallRequest("s", "f", (), ())
    owed = [s for s in prev.trace if isinstance(s, Sent) and s.peer_id == peer and s.call_id is not None]
    if not owed or not current.trace or peer == "A":
        return outcome
    return Outcome(0, "", outcome.data, outcome.next_peers, ((9, request), *outcome.call_requests))


def sends_again(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    return Outcome(0, "", outcome.data, ("B",), outcome.call_requests) if peer == "A" and prev.trace else outcome


def forgets_canons(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    if any(isinstance(state, CanonExecuted) for state in prev.trace):
        return Outcome(0, "", EMPTY)
    return outcome


def abandons(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    return Outcome(20000, "seeded", prev) if peer == "A" and current.trace else outcome


def finds_the_script_wrong(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    return Outcome(20007, "seeded", prev) if peer == "A" and current.trace else outcome


def forgets_results(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    """What arrives is not taken in."""
    return Outcome(0, "", prev) if current.trace and peer == "A" else outcome


def contradicts(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    return Outcome(20000, "seeded", prev) if peer.startswith("observer") else outcome


def nothing(prev: Data, current: Data, peer: str, outcome: Outcome) -> Outcome:
    return outcome


@pytest.mark.parametrize(
    ("text", "change", "law"),
    [
        (JOIN, asks_again, "at-most-once"),
        (JOIN, sends_again, "silent-replay"),
        (JOIN, sends_again, "duplicate-is-no-op"),
        (RACE, forgets_canons, "canon-stability"),
        (JOIN, abandons, "no-uncatchable-error"),
        (JOIN, contradicts, "scalar-agreement"),
        (RACE, nothing, "same-calls"),
        (JOIN, forgets_results, "nothing-lost"),
        (JOIN, finds_the_script_wrong, "no-script-error"),
    ],
)
def test_a_wrong_interpreter_breaks_the_law(text: str, change: Change, law: LawName) -> None:
    searched = search(text, Faults(duplicates=1), wrong(change), all_laws=True)
    verdict = searched.run(Bounds(states=2000))
    assert law in laws(verdict)
    assert law in LAWS
    for violation in verdict.violations:  # what the rules did not do is explained by what the data say
        for difference in explain(searched.world, violation).differences:
            assert difference.left.lines != difference.right.lines


def test_the_budget_of_seconds_holds_inside_of_an_invocation() -> None:
    def slow(*given: Any) -> Outcome:
        """The invocations of C go on for ever, also where an exception is lost."""
        while given[4] == "C":
            with suppress(Exception):
                sum(range(100))
        return invoke(*given)

    search(JOIN).run(Bounds())  # now all rules are compiled
    began = time.monotonic()
    found = search(JOIN, interpreter=slow)
    verdict = found.run(Bounds(seconds=1.5))
    assert verdict.cut == "the budget of 1.5 seconds was spent" and time.monotonic() - began < 10
    assert 0 < verdict.counts.states < 18
    found.world.invoke = invoke
    assert found.run(Bounds()).counts.states == 18
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def interrupted_after(lines: int) -> tuple[Search, Verdict]:
    """A search that was interrupted after so many lines of it."""
    found, left = search(PAIR), iter(range(lines))

    def trace(frame: FrameType, event: str, argument: object) -> Any:
        if frame.f_code.co_filename != search_module.__file__ or frame.f_code.co_name not in INSIDE:
            return None
        if event == "line" and next(left, None) is None:
            sys.settrace(None)
            raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        return found, found.run(Bounds())
    finally:
        sys.settrace(None)


def test_a_search_that_was_interrupted_at_any_line_goes_on_to_the_same_verdict() -> None:
    whole = search(PAIR).run(Bounds())
    lines = 0
    while True:
        found, verdict = interrupted_after(lines)
        if verdict.cut is None:
            break
        assert verdict.cut == "it was interrupted"
        again = found.run(Bounds())
        assert (again.violations, again.cut, again.interrupt) == ((), None, None)
        assert (again.counts.states, again.counts.depth) == (whole.counts.states, whole.counts.depth)
        lines += 1
    assert lines > 100
