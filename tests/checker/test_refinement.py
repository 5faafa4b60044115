"""Refinement: what the machine makes of two data is the join of their trees, and the check of it can fail."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airspec.checker.cli import main
from airspec.checker.cli._outcome import HOLDS, VIOLATED
from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.protocol import SpecificationAdapter, answer_to
from airspec.checker.conform.generation.scripts import HypothesisChoices, write_script
from airspec.checker.model.world import Invoke, World
from airspec.checker.prove.refinement import comparison
from airspec.checker.prove.refinement.anomalies import ANOMALIES, Anomaly, show, shown
from airspec.checker.prove.refinement.check import PARTICLE, Answers, Bound, Checker, check_refinement
from airspec.checker.prove.refinement.evidence import QUICK, evidence, reads_registers
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.editions import Edition
from airspec.semantics.interpret import Invocation
from airspec.semantics.invoke import invoke
from airspec.semantics.merge import tree
from airspec.semantics.merge.tree import Clash, Cons, FoldNode, Forest, Leaf, Nil, ParNode
from airspec.semantics.merge.tree_of_trace import forest_of_trace
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.data import EMPTY, Data
from airspec.spec.faults import Malformed, Uncatchable
from airspec.spec.parser import Script, parse
from airspec.spec.states import Ap, Fold, Lore, Par, Sent, Subtrace, Trace

REPAIRED = partial(invoke, edition=Edition.REPAIRED)
SETTINGS = settings(
    max_examples=250,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


# --- trees ------------------------------------------------------------------------------------------------


def test_a_trace_is_read_as_a_tree() -> None:
    """Branches and iterations stand inside; a par that counts the iterations of its fold ends where they begin."""
    trace = (Ap((7,)), Fold((Lore(0, (Subtrace(2, 2), Subtrace(4, 1))),)), Par(1, 5), Sent("a"), Sent("b"), Sent("c"))
    forest = forest_of_trace(trace)
    assert isinstance(forest, Cons) and forest.head == Leaf(Ap((0,)))
    assert isinstance(forest.tail, Cons) and isinstance(forest.tail.head, FoldNode)
    iteration = forest.tail.head.iterations
    assert isinstance(iteration, tree.Iteration) and iteration.path == (0,)
    assert iteration.before == Cons(ParNode(Cons(Leaf(Sent("a")), Nil()), Nil()), Nil())
    assert iteration.after == Cons(Leaf(Sent("b")), Nil())
    assert forest.tail.tail == Cons(Leaf(Sent("c")), Nil())


@pytest.mark.parametrize(
    "trace",
    [
        (Ap((0,)), Fold((Lore(2, (Subtrace(2, 1), Subtrace(3, 0))),)), Ap((0,))),
        (Ap((0,)), Fold((Lore(0, (Subtrace(2, 1), Subtrace(2, 1))),)), Sent("a")),
        (Ap((0,)), Fold((Lore(0, (Subtrace(2, 5), Subtrace(2, 0))),)), Sent("a")),
        (Ap((0,)), Fold((Lore(0, (Subtrace(2, 1), Subtrace(3, 0))),) * 2), Sent("a")),
    ],
)
def test_what_is_no_tree_is_told(trace: Trace) -> None:
    """A value that comes later, states that stand twice, runs beyond the end, two iterations of one value."""
    assert isinstance(forest_of_trace(trace), Malformed)


# --- all small scripts, and larger ones at random ------------------------------------------------------------


def test_small_scripts_are_joined_as_the_model_says() -> None:
    """The repaired edition on every script of up to four instructions, and on some that fold over streams."""
    small, folds = islice(evidence(Edition.REPAIRED), 2)
    assert small.holds and folds.holds, (small.breaches, folds.breaches)
    assert (small.scripts, small.cut) == (1252, 0)
    assert small.advanced > 0 and folds.advanced > 0
    assert folds.scripts > 50


def test_generated_scripts_are_joined_as_the_model_says() -> None:
    """Larger scripts at random; those that read error registers ask themselves which error came first."""

    @seed(0)
    @SETTINGS
    @given(st.data())
    def check(data: st.DataObject) -> None:
        text = write_script(HypothesisChoices(data.draw), ("A", "B", "C"), budget=12)
        if not reads_registers(text):
            checker = Checker(REPAIRED, QUICK.bound)
            checker.check(text)
            assert not checker.breaches, checker.breaches

    check()


# --- anomalies of the faithful edition -------------------------------------------------------------------------


@pytest.mark.parametrize("anomaly", ANOMALIES, ids=lambda anomaly: str(anomaly.name))
def test_anomalies_show_on_the_faithful_edition_only(anomaly: Anomaly) -> None:
    """Each is there as it is told, and repaired."""
    departure = show(anomaly, Edition.AVM_0_62).compared.departure
    assert departure is not None and departure.kind == anomaly.kind
    assert show(anomaly, Edition.REPAIRED).compared.departure is None


KEYS = {name: KeyPair(bytes([number]) * 32) for number, name in enumerate("ABCDEO", 1)}


def on_aquavm(avm: AquaVM) -> Invoke:
    """AquaVM, with data as records; peers are named by their keys."""
    keys = {key.peer_id: key for key in KEYS.values()}

    def run(
        script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
    ) -> Outcome:
        prev_bytes, current_bytes = (b"" if data is EMPTY else encode(data) for data in (prev, current))
        raw = avm.invoke(Invocation(script.text, prev_bytes, current_bytes, particle, peer, keys[peer].secret, results))
        decoded = decode(raw.data)
        assert not isinstance(decoded, Uncatchable)
        return Outcome(
            raw.ret_code,
            raw.error_message,
            decoded[1] if raw.data else EMPTY,
            tuple(raw.next_peers),
            tuple(raw.call_requests.items()),
            raw.trap,
        )

    return run


@pytest.mark.parametrize("anomaly", ANOMALIES, ids=lambda anomaly: str(anomaly.name))
def test_aquavm_has_the_same_anomalies(avm: AquaVM, anomaly: Anomaly) -> None:
    """Data made and joined by AquaVM depart from the model in the same way."""
    text = anomaly.script
    for name, key in KEYS.items():
        text = text.replace(f'"{name}"', f'"{key.peer_id}"')
    world = World(parse(text), replace(PARTICLE, init_peer_id=KEYS["A"].peer_id), Answers(), on_aquavm(avm))
    departure = shown(anomaly, world, KEYS["O"].peer_id).compared.departure
    assert departure is not None and departure.kind == anomaly.kind


# --- the check can fail --------------------------------------------------------------------------------------


def swapped(left: Forest, right: Forest) -> Forest | Clash:
    """A wrong join: the branches of pars are exchanged."""
    joined = tree.join_forests(left, right)
    return joined if isinstance(joined, Clash) else turned(joined)


def turned(forest: Forest) -> Forest:
    """A forest with the branches of its pars exchanged."""
    match forest:
        case Cons(ParNode(left, right), tail):
            return Cons(ParNode(right, left), turned(tail))
        case Cons(head, tail):
            return Cons(head, turned(tail))
        case Nil():
            return forest


def first_only(left: Forest, right: Forest) -> Forest | Clash:
    """A wrong join: what is known already is never learned better."""
    joined = tree.join_forests(left, right)
    return left if isinstance(left, Cons) and not isinstance(joined, Clash) else joined


def exchanged(left: Forest, right: Forest) -> Forest | Clash:
    """A wrong join: the arriving request is kept, not one's own."""
    return tree.join_forests(right, left)


def never_clashing(left: Forest, right: Forest) -> Forest:
    """A wrong join: what contradicts is kept."""
    joined = tree.join_forests(left, right)
    return left if isinstance(joined, Clash) else joined


@pytest.mark.parametrize("wrong", [swapped, first_only, exchanged, never_clashing])
def test_a_wrong_join_is_noticed(monkeypatch: pytest.MonkeyPatch, wrong: Callable[..., Forest | Clash]) -> None:
    """A model that joins in another way is not what the machine does."""
    monkeypatch.setattr(comparison, "join_forests", wrong)
    scripts = [
        '(par (call "A" ("s" "str") []) (call "B" ("s" "str") []))',
        '(par (seq (call "A" ("s" "str") [] $s) (call "B" ("s" "str") [])) (canon "B" $s #c))',
    ]
    assert not check_refinement("seeded", scripts, "two scripts", REPAIRED, Bound()).holds
    monkeypatch.undo()
    assert check_refinement("as it is", scripts, "two scripts", REPAIRED, Bound()).holds


# --- the edition on the command line -----------------------------------------------------------------------------


def test_the_example_of_the_anomaly_holds_when_repaired(capsys: pytest.CaptureFixture[str]) -> None:
    """The same script and laws, by the rules of either edition; each report names its edition."""
    script = str(Path(__file__).parents[2] / "examples" / "recursive-stream.air")
    for edition, code in ((Edition.AVM_0_62, VIOLATED), (Edition.REPAIRED, HOLDS)):
        with pytest.raises(SystemExit) as ended:
            main(["check", script, "--edition", edition.value])
        assert ended.value.code == code
        assert f"edition {edition.value}" in capsys.readouterr().out


def test_an_adapter_names_its_edition() -> None:
    """The answer to `start` says by which rules the specification runs."""
    for edition in Edition:
        answer = answer_to(SpecificationAdapter(edition), '{"op": "start", "protocol": 1}')
        assert answer is not None and answer["edition"] == edition.value
