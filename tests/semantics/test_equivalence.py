"""One ``≈`` and one ``⊑``: what is observed of data agrees with the definitions on states and on trees."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.model.world import World
from airspec.checker.prove.laws.corpus import CORPUS
from airspec.checker.prove.refinement.check import PARTICLE, Answers
from airspec.checker.prove.refinement.reachable import reach
from airspec.checker.prove.validation.translation_check import STATES, misjudged
from airspec.semantics.merge.equivalence import alike, below, observed
from airspec.semantics.merge.observations import equivalent, is_below, summary
from airspec.semantics.merge.tree import Forest, alike_forests, below_forests
from airspec.semantics.merge.tree_of_trace import forest_of_trace
from airspec.spec.data import Data
from airspec.spec.faults import Malformed
from airspec.spec.parser import parse
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Lore,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Subtrace,
    Trace,
    UnusedResult,
)
from airspec.spec.values import Cid

# --- states -----------------------------------------------------------------------------------------------

peers = st.sampled_from(["A", "B"])
cids = st.sampled_from([Cid("x"), Cid("y")])
numbers = st.integers(0, 2)
calls = st.one_of(
    st.builds(Sent, peers, st.none() | numbers),
    st.builds(Executed, st.builds(ScalarResult, cids) | st.builds(UnusedResult, cids)),
    st.builds(Executed, st.builds(StreamResult, cids, numbers)),
    st.builds(Failed, cids),
)
aps = st.builds(Ap, st.tuples(numbers))
canons = st.builds(CanonSent, peers) | st.builds(CanonExecuted, cids)
states = st.one_of(st.none(), calls, aps, canons, st.builds(Par, numbers, numbers), st.just(Fold(())))


@settings(max_examples=1000, deadline=None)
@given(states, states)
def test_states_are_equivalent_when_each_is_below_the_other(left: State | None, right: State | None) -> None:
    assert alike(left, right) == (below(left, right) and below(right, left))
    assert alike(left, observed(left)) and observed(observed(left)) == observed(left)


def test_observations_of_single_states_agree_with_the_definitions() -> None:
    assert len(STATES) ** 2 == 484 and list(misjudged()) == []


# --- traces that were generated -----------------------------------------------------------------------------


class Step(Struct, frozen=True):
    """A state of a call, an append or a canon, with a name by which folds refer to it."""

    name: int
    state: State


class Both(Struct, frozen=True):
    """A par of two branches."""

    left: Steps
    right: Steps


class Walk(Struct, frozen=True):
    """A fold: for each value, by the name of its step, what stands before and after ``next``."""

    iterations: tuple[tuple[int, Steps, Steps], ...]


Steps = tuple[Step | Both | Walk, ...]


@st.composite
def outlines(draw: st.DrawFn) -> Steps:
    """The outline of a trace."""
    names: list[int] = []

    def steps(depth: int) -> Steps:
        return tuple(step(depth) for _ in range(draw(st.integers(0, 3 if depth else 2))))

    def step(depth: int) -> Step | Both | Walk:
        kind = draw(st.integers(0, 6 if depth else 3))
        if kind <= 3:
            names.append(len(names))
            return Step(names[-1], draw(calls if kind <= 1 else (aps, canons)[kind - 2]))
        if kind == 4 or not names:
            return Both(steps(depth - 1), steps(depth - 1))
        chosen = draw(st.lists(st.sampled_from(names), max_size=3, unique=True))
        return Walk(tuple((name, steps(depth - 1), steps(depth - 1)) for name in chosen))

    return steps(3)


@st.composite
def variants(draw: st.DrawFn, outline: Steps) -> Steps:
    """The same outline with some states changed, some sides swapped, some ends left out, and folds in other orders."""
    changing, shortening = draw(st.sampled_from([0, 0, 1])), draw(st.sampled_from([0, 0, 1]))

    def steps(given: Steps) -> Steps:
        kept = draw(st.integers(0, len(given))) if shortening and draw(st.integers(0, 3)) == 0 else len(given)
        return tuple(step(part) for part in given[:kept])

    def step(part: Step | Both | Walk) -> Step | Both | Walk:
        match part:
            case Step(name, state):
                return Step(name, changed(state))
            case Both(left, right):
                return Both(*swapped(steps(left), steps(right)))
            case Walk(iterations):
                order = draw(st.permutations(iterations))
                return Walk(tuple((name, *swapped(steps(before), steps(after))) for name, before, after in order))

    def swapped(left: Steps, right: Steps) -> tuple[Steps, Steps]:
        return (right, left) if changing and draw(st.integers(0, 3)) == 0 else (left, right)

    def changed(state: State) -> State:
        if changing and draw(st.integers(0, 3)) == 0:
            return draw(calls | canons | aps)
        match state:
            case Sent():
                return Sent(draw(peers), draw(st.none() | numbers))
            case Executed(StreamResult(cid, _)):
                return Executed(StreamResult(cid, draw(numbers)))
            case Ap():
                return draw(aps)
            case _:
                return state

    return steps(outline)


def written(outline: Steps) -> Trace:
    """The trace of an outline; iterations for values that are not there are left out."""
    trace: list[State] = []
    places: dict[int, int] = {}

    def write(steps: Steps) -> int:
        begin = len(trace)
        for step in steps:
            place = len(trace)
            match step:
                case Step(name, state):
                    places[name] = place
                    trace.append(state)
                case Both(left, right):
                    trace.append(Par(0, 0))
                    trace[place] = Par(write(left), write(right))
                case Walk(iterations):
                    trace.append(Fold(()))
                    known = [part for part in iterations if part[0] in places]
                    trace[place] = Fold(tuple(Lore(places[n], (run(b), run(a))) for n, b, a in known))
        return len(trace) - begin

    def run(steps: Steps) -> Subtrace:
        begin = len(trace)
        return Subtrace(begin, write(steps))

    write(outline)
    return tuple(trace)


def tree_of(data: Data) -> Forest:
    forest = forest_of_trace(data.trace)
    assert not isinstance(forest, Malformed), forest
    return forest


def judged(left: Data, right: Data) -> tuple[bool, bool]:
    """Whether two data are equivalent, and the left below the right, in which all definitions agree."""
    ours, theirs = tree_of(left), tree_of(right)
    same, order = alike_forests(ours, theirs), below_forests(ours, theirs)
    assert (summary(left) == summary(right)) == equivalent(left, right) == same, (left.trace, right.trace)
    assert is_below(left, right) == order, (left.trace, right.trace)
    return same, order


@settings(max_examples=500, deadline=None)
@given(outlines().flatmap(lambda outline: st.tuples(variants(outline), variants(outline), outlines())))
def test_observations_of_generated_traces_agree_with_their_trees(outlined: tuple[Steps, ...]) -> None:
    one, other, unrelated = (Data(written(outline)) for outline in outlined)
    for left, right in product((one, other, unrelated), repeat=2):
        judged(left, right)


# --- traces that come about on networks ---------------------------------------------------------------------

SCRIPTS = 200
"""How many scripts are generated, besides the corpus."""


def reached(texts: Sequence[str]) -> Iterator[tuple[Data, ...]]:
    """The data that come about in each script, those with one trace once."""
    for text in texts:
        world = World(parse(text), PARTICLE, Answers())
        found = (world.data(one.number) for one in reach(world, 60).data)
        yield tuple(islice({data.trace: data for data in found}.values(), 16))


def test_observations_of_reachable_data_agree_with_their_trees() -> None:
    generated = [write_script(RandomChoices(number), ("A", "B", "C"), depth=6, budget=14) for number in range(SCRIPTS)]
    found = [judged(left, right) for data in reached((*CORPUS, *generated)) for left, right in product(data, repeat=2)]
    assert (len(found), sum(same for same, _ in found), sum(order for _, order in found)) == (9_645, 1_943, 5_390)
