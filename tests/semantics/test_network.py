"""The network: moves, schedules that replay exactly, faults, and the memory of invocations."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airspec.checker.model.moves import ImpossibleMoveError, make_move, possible_moves
from airspec.checker.model.schedule import ScheduleError, Word, read_schedule, write_schedule
from airspec.checker.model.story import CALL_MOVES, FLIGHT_MOVES, HOST_MOVES, Event, Story
from airspec.checker.model.topology import EVERYWHERE, Topology
from airspec.checker.model.world import World
from airspec.semantics.invoke import invoke
from airspec.semantics.merge.observations import differing, equivalent, observations, summary
from airspec.semantics.network.changes import owed_then
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.network.state import (
    INITIAL,
    NO_DATA,
    NO_FAULTS,
    Alter,
    Answer,
    Batch,
    Copy,
    Deliver,
    DeliverWith,
    Drop,
    Duplicate,
    Expire,
    Fail,
    Faults,
    Flight,
    Forget,
    Inject,
    Link,
    Owed,
    RequestId,
    Restart,
    Revert,
    Silence,
    Spoil,
    Start,
)
from airspec.semantics.network.transition import Impossible, transition
from airspec.semantics.notation.engine import firing
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec.data import Data
from airspec.spec.parser import Script, parse
from airspec.spec.states import Executed, Fold, Lore, Par, Sent, StreamResult, Subtrace, Trace
from airspec.spec.values import Cid

TWO_WORKERS = """
(seq
  (par (call "B" ("s" "work") [1] b) (call "C" ("s" "work") [2] c))
  (call "A" ("s" "join") [b c] result))
"""


MANY_CALLS = f"""
(par
  (par (call "A" ("s" "f") [1]) (call "A" ("s" "count") []))
  {TWO_WORKERS})
"""


class Echo:
    """Services that return their first argument; ``count`` returns how often it was called."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        return "count" if request.function_name == "count" else None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        if request.function_name == "unknown":
            raise UnknownServiceError(peer, request)
        return CallResult(0, str(count) if request.function_name == "count" else request.arguments[0])


def world(text: str = TWO_WORKERS) -> World:
    return World(parse(text), Particle("A"), Echo())


def results_of(event: Event) -> list[str]:
    assert event.invocation is not None
    return [result.result for _, result in event.invocation.results]


def played(schedule: str, text: str = TWO_WORKERS) -> Story:
    story = Story(world(text))
    story.play(read_schedule(schedule))
    return story


def test_a_particle_starts_once_and_comes_to_rest() -> None:
    story = Story(world())
    assert story.play_randomly(0, 100)
    assert story.state.is_quiescent() and possible_moves(story.world, story.state) == ()
    with pytest.raises(ImpossibleMoveError):
        make_move(story.world, story.state, Start())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32))
def test_random_runs_replay_exactly_from_their_schedules(seed: int) -> None:
    story = Story(world())
    story.play_randomly(seed, 100)
    again = Story(world())
    again.play(read_schedule(write_schedule(story.words)))
    assert again.state == story.state
    assert [(e.before, e.after, e.sent, e.called) for e in again.events] == [
        (e.before, e.after, e.sent, e.called) for e in story.events
    ]


TOPOLOGIES = st.sampled_from([EVERYWHERE, Topology({"A": ("B",)}), Topology(unreachable=("C",))])


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_faults_replay_too(data: st.DataObject) -> None:
    story = Story(World(parse(MANY_CALLS), Particle("A"), Echo(), topology=data.draw(TOPOLOGIES)))
    faults = data.draw(st.builds(Faults, *[st.integers(0, 2)] * len(Faults.__struct_fields__)))
    while words := story.possible_words(faults):
        word = data.draw(st.sampled_from(words))
        assert story.word_of(story.move_of(word)) == word and word in read_schedule(str(word))
        story.play([word])
    again = Story(story.world)
    again.play(read_schedule(write_schedule(story.words)))
    assert again.state == story.state


BATCHED = st.lists(st.integers(1, 99), min_size=1).map(tuple)


@given(
    st.lists(
        st.one_of(
            st.just(Word("start")),
            st.builds(Word, st.sampled_from([*FLIGHT_MOVES, *CALL_MOVES]), st.integers(1, 99)),
            st.builds(Word, st.sampled_from([*FLIGHT_MOVES, *CALL_MOVES]), st.integers(1, 99), st.just("B")),
            st.builds(Word, st.sampled_from(["batch", "deliver-with"]), st.integers(1, 99), st.just("B"), BATCHED),
            st.builds(Word, st.sampled_from([*HOST_MOVES]), st.just(0), st.text(min_size=1)),
        )
    )
)
def test_schedules_read_back(words: list[Word]) -> None:
    assert read_schedule(write_schedule(words)) == tuple(words)


@pytest.mark.parametrize(
    ("schedule", "message"),
    [
        ("s mB", "word 2 of the schedule: 'mB' is no move"),
        ("s s", "word 2 of the schedule: s does not fit: the particle was started already (possible now: m1>B m2>C)"),
        ("s m3", "message 3 is not in flight"),
        ("s m1>C", "message 1 goes to B, not C"),
        ("s m1 c2", "call 2 is not outstanding"),
        ("s m1 c1@C", "call 1 is made on B, not C"),
        ("s r@D", "peer D has not taken part yet"),
        ("m1", "possible now: s"),
    ],
)
def test_a_schedule_that_does_not_fit_says_where_and_what_would(schedule: str, message: str) -> None:
    with pytest.raises(ScheduleError) as caught:
        played(schedule)
    assert message in str(caught.value)


def test_a_copy_is_delivered_and_the_message_stays() -> None:
    story = played("s +m1 m1")
    assert [flight.receiver for flight in story.state.flights] == ["C"]
    assert story.events[1].effect is not None and len(story.events[1].effect.requests) == 1
    assert story.events[2].effect is not None and story.events[2].effect.is_silent()


def test_a_dropped_message_is_gone() -> None:
    story = played("s -m1 m2 c1")
    assert story.state.faults == Faults(drops=1)
    assert story.state.peer("B").kept == NO_DATA


def test_a_restart_keeps_data_and_loses_calls() -> None:
    story = played("s m1 r@B")
    peer = story.state.peer("B")
    assert peer.kept != NO_DATA and peer.owed == ()


def test_a_peer_that_restarts_without_data_or_with_old_ones_has_lost_those_it_kept() -> None:
    before = played("s m1 b@B c1").state.peer("B")
    assert before.copy not in (NO_DATA, before.kept) and before.lost == ()
    forgot = played("s m1 b@B c1 f@B").state.peer("B")
    assert (forgot.kept, forgot.owed, forgot.copy, forgot.lost) == (NO_DATA, (), NO_DATA, (before.kept,))
    old = played("s m1 b@B c1 o@B").state.peer("B")
    assert (old.kept, old.owed, old.copy, old.lost) == (before.copy, (), NO_DATA, (before.kept,))


def test_at_a_peer_where_the_time_is_over_nothing_arrives_any_more() -> None:
    story = played("s m1 m2 c1 x@A c2")
    assert story.state.is_quiescent() and story.state.expired == ("A",) and not story.state.unreached
    assert [message.number for message in story.events[-2].messages] == [3]
    assert [message.lost for message in story.events[-1].sent] == ["the particle's time is over at A"]
    with pytest.raises(ScheduleError, match="nothing is on its way to peer A"):
        story.play(read_schedule("x@A"))


def test_what_is_lost_for_want_of_a_way_is_known_by_its_link() -> None:
    w = World(parse(TWO_WORKERS), Particle("A"), Echo(), topology=Topology({"A": ("B",)}))
    story = Story(w)
    story.play_randomly(0, 100)
    assert story.state.unreached == (Link("A", "C"),) and not story.state.is_undisturbed()
    assert not any(peer.peer == "C" for peer in story.state.peers)


def test_answers_that_come_together_bring_what_they_bring_one_by_one() -> None:
    text = '(par (call "A" ("s" "count") [] x) (par (call "A" ("s" "count") [] y) (call "B" ("s" "g") [1])))'
    one_by_one, together = Story(world(text)), Story(world(text))
    together.world = one_by_one.world
    one_by_one.play(read_schedule("s c1 c2"))
    together.play(read_schedule("s c1+c2"))
    assert together.state.counters == one_by_one.state.counters == (("count", 2),)
    assert results_of(together.events[-1]) == ["0", "1"]
    left, right = (story.world.data(story.state.peer("A").kept) for story in (one_by_one, together))
    assert equivalent(left, right) and together.state.faults == Faults(batches=1)


def test_data_and_answers_that_come_together_bring_what_they_bring_one_by_one() -> None:
    text = f'(par (call "A" ("s" "f") [1] x) (par (call "A" ("s" "f") [2] y) {TWO_WORKERS}))'
    one_by_one, together = Story(world(text)), Story(world(text))
    together.world = one_by_one.world
    one_by_one.play(read_schedule("s m1 c3 c1 c2 m3"))
    together.play(read_schedule("s m1 c3 m3+c1+c2"))
    left, right = (story.world.data(story.state.peer("A").kept) for story in (one_by_one, together))
    assert equivalent(left, right) and results_of(together.events[-1]) == ["1", "2"]
    assert together.state.flights == one_by_one.state.flights and not together.state.peer("A").owed
    with pytest.raises(ScheduleError, match="message 2 goes to C, not A"):
        played("s m2+c1", text)


def test_a_failure_is_an_error_that_names_the_service() -> None:
    story = played("s m1 !c1")
    assert story.events[-1].invocation is not None
    ((_, result),) = story.events[-1].invocation.results
    assert result == CallResult(1, '"service s.work failed on peer B"')
    assert story.state.faults == Faults(failures=1) and story.state.peer("B").owed == ()


def test_only_faults_that_were_asked_for_happen_and_no_more_of_each() -> None:
    for name in Faults.__struct_fields__:
        story = Story(world(MANY_CALLS))
        most = replace(NO_FAULTS, **{name: 1})
        chosen = random.Random(name)
        while words := story.possible_words(most):
            story.play([chosen.choice(words)])
        so_far = story.state.faults
        assert all(getattr(so_far, field) <= getattr(most, field) for field in Faults.__struct_fields__)


def test_impossible_moves_are_refused() -> None:
    w = world()
    state = make_move(w, INITIAL, Start()).state
    nowhere = Flight("Z", NO_DATA)
    for move in (
        Deliver(nowhere),
        Duplicate(nowhere),
        Drop(nowhere),
        Answer("A", 7),
        Fail("A", 7),
        Silence("A", 7),
        Batch("A", (7, 8)),
        Batch("A", (1,)),
        Batch("A", (1, 1)),
        DeliverWith(nowhere, (1,)),
        Forget("Z"),
        Copy("Z"),
        Revert("A"),
        Expire("A"),
    ):
        with pytest.raises(ImpossibleMoveError):
            make_move(w, state, move)
    assert Restart("A") not in possible_moves(w, state, Faults(restarts=1))


def test_a_label_that_the_state_does_not_allow_is_data() -> None:
    w = world()
    for label in (Deliver(Flight("B", NO_DATA)), Answer("A", 1), Restart("A"), Spoil("A", NO_DATA)):
        assert transition(w, INITIAL, label) == Impossible(label)


def test_every_label_fires_its_rule() -> None:
    w = world()
    state = make_move(w, INITIAL, Start()).state
    flight = state.flights[0]
    forged = w.plant(Data((Sent("Z"),)))
    labels = (
        Duplicate(flight),
        Answer("B", 1),
        Alter(flight, forged),
        Drop(Flight("B", forged)),
        Inject(Flight("C", forged)),
        Spoil("B", forged),
        Deliver(state.flights[1]),
        Restart("C"),
        Start(),
    )
    with firing() as fired:
        for label in labels:
            moved = transition(w, state, label)
            state = state if isinstance(moved, Impossible) else moved.state
    names = [name.removeprefix("Network/") for name in fired if name.startswith("Network/")]
    assert names == ["duplicate", "answer", "alter", "drop", "inject", "spoil", "deliver", "restart", "impossible"]
    assert state.peer("B").kept == forged and Flight("C", forged) in state.flights
    assert state.faults == Faults(duplicates=1, drops=1, restarts=1) and state.peer("C").owed == ()


def test_every_fault_fires_its_rule() -> None:
    w = world(MANY_CALLS)
    state = make_move(w, INITIAL, Start()).state
    to_b, to_c = state.flights
    labels = (
        Batch("A", (1, 2)),
        Deliver(to_b),
        Copy("B"),
        Fail("B", 1),
        Revert("B"),
        Deliver(to_c),
        Silence("C", 1),
        Forget("C"),
        Inject(to_c),
        Inject(to_c),
        Deliver(to_c),
        DeliverWith(to_c, (1,)),
        Inject(Flight("A", NO_DATA)),
        Expire("A"),
    )
    with firing() as fired:
        for label in labels:
            state = make_move(w, state, label).state
    names = [name.removeprefix("Network/") for name in fired if name.startswith("Network/")]
    expected = ("batch", "deliver", "copy", "fail", "revert", "silence", "forget", "inject", "deliver-with", "expire")
    assert tuple(dict.fromkeys(names)) == expected
    assert state.faults == Faults(batches=2, failures=1, stale=1, silences=1, forgets=1, expiries=1)
    assert state.is_quiescent() and state.expired == ("A",) and state.peer("B").lost and state.peer("C").lost


def test_data_of_an_adversary_are_taken_for_no_others() -> None:
    w = world()
    assert w.plant(Data()) != NO_DATA and w.intern(Data()) == NO_DATA


def test_a_request_takes_the_place_of_an_older_one_with_its_number() -> None:
    one, two, other = (Owed(call, RequestId(request)) for call, request in ((1, 0), (2, 1), (1, 2)))
    assert owed_then((one, two), (other,)) == (other, two)


def test_independent_moves_commute() -> None:
    one, other = Story(world()), Story(world())
    other.world = one.world
    one.play(read_schedule("s m1>B m2>C c1@B c2@C"))
    other.play(read_schedule("s m2>C m1>B c1@C c2@B"))
    assert one.state == other.state


def test_counters_of_services_are_part_of_the_state() -> None:
    text = '(seq (call "A" ("s" "count") [] x) (call "A" ("s" "count") [] y))'
    story = played("s c1 c2", text)
    assert story.state.counters == (("count", 2),)
    assert [results_of(event) for event in story.events[1:]] == [["0"], ["1"]]


def test_an_unknown_service_is_an_error_of_the_input() -> None:
    with pytest.raises(UnknownServiceError, match='"s" "unknown"'):
        played("s c1", '(call "A" ("s" "unknown") [])')


def test_each_invocation_runs_once() -> None:
    runs = []

    def counted(
        script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
    ) -> Outcome:
        runs.append(peer)
        return invoke(script, prev, current, particle, peer, results)

    w = World(parse(TWO_WORKERS), Particle("A"), Echo(), counted)
    for seed in range(20):
        Story(w).play_randomly(seed, 100)
    assert len(runs) == len(w.effects)


# --- observational equivalence --------------------------------------------------------------------------


def stream(name: str, generation: int) -> Executed:
    return Executed(StreamResult(Cid(name), generation))


def test_the_sender_and_the_generation_are_forgotten() -> None:
    left: Trace = (Sent("A"), stream("x", 0))
    right: Trace = (Sent("B", 4), stream("x", 3))
    assert equivalent(Data(left), Data(right))
    assert not equivalent(Data(left), Data((Sent("A"), stream("y", 0))))


def test_the_order_of_a_folds_iterations_is_forgotten() -> None:
    def folded(first: int, second: int, names: tuple[str, str]) -> Trace:
        lore = (
            Lore(first, (Subtrace(4, 1), Subtrace(5, 0))),
            Lore(second, (Subtrace(5, 1), Subtrace(6, 0))),
        )
        return (Par(1, 1), stream("x", 0), stream("y", 0), Fold(lore), stream(names[0], 0), stream(names[1], 0))

    assert equivalent(Data(folded(1, 2, ("of x", "of y"))), Data(folded(2, 1, ("of y", "of x"))))
    assert not equivalent(Data(folded(1, 2, ("of x", "of y"))), Data(folded(2, 1, ("of x", "of y"))))


def test_what_only_one_side_has_is_named_by_position() -> None:
    left, right = Data((Par(1, 1), Sent("A"), stream("x", 0))), Data((Par(1, 0), stream("z", 0)))
    assert differing(left, right) == ((1, 2), (1,))


@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.builds(Par, st.integers(0, 9), st.integers(0, 9)),
            st.just(Sent("A")),
            st.builds(
                Fold,
                st.lists(
                    st.builds(
                        Lore,
                        st.integers(0, 9),
                        st.lists(st.builds(Subtrace, st.integers(0, 9), st.integers(0, 9)), min_size=2, max_size=2).map(
                            tuple
                        ),
                    ),
                    max_size=2,
                ).map(tuple),
            ),
        ),
        max_size=7,
    ).map(tuple)
)
def test_any_trace_has_observations(trace: Trace) -> None:
    assert summary(Data(trace)) == summary(Data(trace))
    assert all(0 <= seen.position < len(trace) for seen in observations(trace).values())
