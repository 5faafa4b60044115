"""Anomalies: where the faithful edition does not join traces as the model does, each with the smallest known script.

AquaVM 0.62 has all of them too (`tests/checker/test_refinement.py` runs them there), and the repaired edition has none.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from airspec.checker.model.schedule import read_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.prove.refinement.check import PARTICLE, Answers
from airspec.checker.prove.refinement.comparison import OBSERVER, Compared, Kind, compare
from airspec.semantics.editions import Edition
from airspec.spec.data import EMPTY, Data
from airspec.spec.parser import parse


class Anomaly(Struct, frozen=True):
    """A script with two data that the machine, in the faithful edition, does not join as the model does.

    `prev` and `current` are schedules: the data are those that the peer of the last move has after them; the empty
    schedule stands for empty data.  `kind` is the kind of departure; `model` and `machine` say in words what each makes
    of the data.  `responsible` names the rule that causes the difference in the faithful edition, and `repair` the one
    that replaces it in the repaired edition; a function that is not a rule is named with its module.
    """

    name: str
    sentence: str
    script: str
    prev: str
    current: str
    kind: Kind
    model: str
    machine: str
    responsible: str
    repair: str


def told_to_both(peer: str, name: str) -> str:
    """Return instructions that bind `name` to a result of a service of `peer`, and then call D and E with it."""
    told = " ".join(f'(call "{other}" ("s" "echo") [{name}])' for other in "DE")
    return f'(seq (call "{peer}" ("s" "str") [] {name}) (par {told}))'


ANOMALIES: Final = (
    Anomaly(
        "generation-skipped",
        "A fold over a stream that its own body fills does not walk all values that arrive with the data: its cursor "
        "counts generations that are empty, and skips as many of those that hold values.",
        '(par (call "A" ("s" "str") [] $s) '
        '(seq (ap 1 $s) (fold $s i (xor (match i 1 (ap 2 $s)) (call "B" ("s" "str") [i])))))',
        "",
        "s c1",
        "lost",
        "three iterations, as in the data that arrived",
        "two iterations: for the value that the body appended there is none, and its request to B is lost",
        "Step/fold-stream-more",
        "Stream/add-alone",
    ),
    Anomaly(
        "generation-nested",
        "The values of one generation are walked one inside another, so that the second waits for the first, or for a "
        "`next` that never comes. Which values came together is a local matter: D knows z last and appends 1 and 2 in "
        "one run, E knows x last and appends them in two; where both meet, kept data decide.",
        f"(par (par {told_to_both('A', 'x')} (par {told_to_both('B', 'y')} {told_to_both('C', 'z')})) "
        '(par (par (mismatch x z (ap 1 $s)) (mismatch y z (ap 2 $s))) (fold $s i (call "A" ("s" "echo") [i]))))',
        "s m1 m2 c1 c2 c3 m3 m5 m7",
        "s m1 m2 c1 c2 c3 m3 m5 m7 m6 m8 m4",
        "lost",
        "an iteration for each of the two values, as E has them",
        "an iteration for the first value only, as D has it; what E did for the second is lost",
        "Stream/add-previous",
        "Stream/add-alone",
    ),
    Anomaly(
        "request-forgotten",
        "A call is sent on before its arguments are known; when they turn out to be wrong, the call fails without "
        "taking the state of that request, so that what follows it stands elsewhere in the trace.",
        '(par (call "A" ("s" "str") [] x) (call "B" ("s" "str") [x.$.a]))',
        "s",
        "s c1",
        "lost",
        "the request to B stays in the right branch",
        "the right branch is empty",
        "airspec.semantics.rules.call.reach",
        "Step/call-refused-asked",
    ),
    Anomaly(
        "key-takes-a-state",
        "A pair whose key cannot be used is not appended and leaves no state, but takes one from the data: that of "
        "the instruction that follows. No peer that receives the data can run the script.",
        '(seq (call "A" ("s" "arr") [] x) (xor (ap (x 1) %m) (call "A" ("s" "str") [])))',
        "",
        "s c1",
        "abandoned",
        "the call of the handler is known",
        "an error that nothing can catch: the state of a call stands where that of an append is expected",
        "airspec.semantics.rules.ap.reach_pair",
        "airspec.semantics.editions.repaired.reach_pair_of_known_key",
    ),
    Anomaly(
        "canon-takes-a-state",
        "A canon whose peer is no string fails and leaves no state, but takes one from the data, like the pair above.",
        '(seq (call "A" ("s" "arr") [] x) (xor (canon x $s #c) (call "A" ("s" "str") [])))',
        "",
        "s c1",
        "abandoned",
        "the call of the handler is known",
        "an error that nothing can catch: the state of a call stands where that of a canon is expected",
        "airspec.semantics.rules.canon.reach_canon",
        "airspec.semantics.editions.repaired.reach_canon_of_known_peer",
    ),
    Anomaly(
        "failure-is-complete",
        "A fold over a stream drops the error of its body. It is complete on the peer whose service failed, in the run "
        "in which that became known, and on no other peer and in no other run.",
        '(seq (ap 1 $s) (seq (fold $s i (call "A" ("s" "err") [])) (call "A" ("s" "str") [])))',
        "",
        "s c1",
        "lost",
        "the request for the call that follows the fold",
        "the fold is not complete, and what follows it is not met",
        "airspec.semantics.rules.stream_fold.is_complete",
        "airspec.semantics.editions.repaired.is_complete_unless_failed",
    ),
)


UNREPAIRED: Final = (
    '(seq (call "A" ("s" "deep") [] x0) (seq (call "C" ("s" "num") [x0.length x0.length x0] $s1) '
    '(seq (fold x0 i2 (par (seq (call %init_peer_id% ("s" "echo") [] x0) (ap ("k" "") %m3)) (next i2)) (ap x0 $s4)) '
    "(fold $s4 i5 (seq (fold $s1 i7 (seq (fold $s1 i6 (par (ap i6 $s8) (next i6))) (next i7))) (next i5)) "
    '(fold $s8 i9 (ap ("a" "") %m10))))))'
)
"""A script whose data the repaired edition does not join as the model does either; the reason is not known yet."""


class Shown(Struct, frozen=True):
    """The result for an anomaly on one interpreter: the two data that were joined, and the comparison."""

    prev: Data
    current: Data
    compared: Compared


def show(anomaly: Anomaly, edition: Edition) -> Shown:
    """Join the data of an anomaly by the rules of an edition, and return the data and the comparison.

    The data are made by the same rules, which must allow the schedules of the anomaly.
    """
    return shown(anomaly, World(parse(anomaly.script), PARTICLE, Answers(), edition=edition))


def shown(anomaly: Anomaly, world: World, observer: str = OBSERVER) -> Shown:
    """Join the data of an anomaly in a world of its script, and return the data and the comparison.

    The world may run another interpreter.  `observer` is the peer that joins the data.
    """
    prev, current = (data_after(world, schedule) for schedule in (anomaly.prev, anomaly.current))
    compared = compare(world.script, world.particle, prev, current, world.invoke, observer)
    return Shown(prev, current, compared)


def data_after(world: World, schedule: str) -> Data:
    """Return the data that the peer of the last move has after a schedule, which is played from the start.

    The empty schedule gives the empty data.
    """
    if schedule == "":
        return EMPTY
    story = Story(world)
    story.play(read_schedule(schedule))
    return world.data(story.events[-1].after)
