"""Data that cannot be true: the specification and AquaVM refuse them, or panic, in the same places."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import Answer, AquaVMOnWire, Interpreter, SpecificationOnWire
from airspec.checker.conform.generation.forged_attacks import VALUES, signed, told_of_call
from airspec.checker.conform.lockstep.game import CODES_ONLY, PEERS, usual_particle
from airspec.semantics.authenticity.cids import value_cid
from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import CallResult
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.data import EMPTY, CidInfo, Data
from airspec.spec.faults import Uncatchable
from airspec.spec.states import Ap, Executed, Failed, Fold, Lore, Par, ScalarResult, State, Subtrace
from airspec.spec.values import Json

PEER = PEERS[0]
GIVEN = usual_particle(PEER)
SPECIFICATION = SpecificationOnWire()

NUMBERS = st.sampled_from((0, 1, 2, 3, 5, 999, 2**32 - 1))
SUBTRACES = st.builds(Subtrace, NUMBERS, NUMBERS)
LORES = st.lists(st.builds(Lore, NUMBERS, st.lists(SUBTRACES, min_size=1, max_size=3).map(tuple)), max_size=3)
APPENDS = st.builds(Ap, st.lists(st.integers(0, 2), max_size=2).map(tuple))
STATES = st.lists(st.one_of(APPENDS, st.builds(Par, st.integers(0, 3), st.integers(0, 3))), max_size=4)

FOLDS = (
    "(seq (ap 1 $s) (fold $s i (seq (par (null) (null)) (next i))))",
    "(seq (seq (ap 1 $s) (ap 2 $s)) (seq (fold $s i (seq (ap i $t) (next i)) (ap 3 $t)) (ap 4 $t)))",
    "(seq (seq (ap 1 $s) (ap 2 $s)) (fold $s i (par (fold $s j (seq (ap j $t) (next j))) (next i))))",
)


@pytest.fixture(scope="module")
def aquavm(avm: AquaVM) -> AquaVMOnWire:
    """AquaVM 0.62.0, with data as bytes."""
    return AquaVMOnWire(avm)


def compared(answer: Answer, side: Interpreter) -> object:
    """What has to be the same of two answers."""
    if answer.trap is not None:
        return "trap"
    message = "" if answer.ret_code in CODES_ONLY else answer.error_message
    return answer.ret_code, message, side.inspect(answer.data)["trace"]


def play(aquavm: AquaVMOnWire, script: str, prev: Data, current: Data) -> Answer:
    """Run a script on both interpreters, which must not differ; the answer of the specification."""
    particles = [b"" if data is EMPTY else encode(data) for data in (prev, current)]
    answers = [
        side.invoke(Invocation(script, *particles, GIVEN, PEER.peer_id, PEER.secret))
        for side in (SPECIFICATION, aquavm)
    ]
    assert compared(answers[0], SPECIFICATION) == compared(answers[1], aquavm), script
    return answers[0]


def lore(begin: int, length: int) -> list[Lore]:
    """The lore of one value, with these states before its ``next``."""
    return [Lore(0, (Subtrace(begin, length), Subtrace(0, 0)))]


@settings(max_examples=300, deadline=None, database=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(FOLDS), st.booleans(), st.lists(APPENDS, min_size=1, max_size=2), LORES, STATES)
@example(FOLDS[0], True, [Ap((0,))], lore(999, 0), []).via("a par where the slider stands behind the trace")
@example(FOLDS[0], False, [Ap((0,))], lore(2**32 - 1, 1), [Par(0, 0)]).via("a window whose end overflows")
@example(FOLDS[0], True, [Ap((0,))], lore(999, 1), [Par(0, 0)]).via("a window behind the trace")
@example(FOLDS[0], True, [Ap((0,))], [Lore(2, lore(0, 0)[0].subtraces)], [Ap(())]).via("no generation")
@example(FOLDS[0], True, [Ap((0,))], [Lore(2, lore(0, 0)[0].subtraces)], [Ap((3, 1))]).via("two generations")
@example(FOLDS[0], True, [Ap((0,))], [Lore(1, lore(0, 0)[0].subtraces), Lore(0, ())], []).via("a fold in a message")
def test_impossible_folds(
    aquavm: AquaVMOnWire, script: str, kept: bool, values: list[State], entries: list[Lore], rest: list[State]
) -> None:
    """Lore with any numbers in it, in kept and in arriving data."""
    data = replace(EMPTY, trace=(*values, Fold(tuple(entries)), *rest))
    play(aquavm, script, *((data, EMPTY) if kept else (EMPTY, data)))


def kept_after(script: str, result: CallResult) -> Data:
    """What a peer keeps of a script whose only call had this result."""
    asked = Invocation(script, b"", b"", GIVEN, PEER.peer_id, PEER.secret)
    answered = replace(asked, prev=SPECIFICATION.invoke(asked).data, results={1: result})
    decoded = decode(SPECIFICATION.invoke(answered).data)
    assert not isinstance(decoded, Uncatchable)
    return decoded[1]


@pytest.mark.parametrize("text", [*VALUES, '["m",1]', '[1,"m",2]', "null", '{"message":"m","ret_code":2147483647}'])
def test_stored_failures(aquavm: AquaVMOnWire, text: str) -> None:
    """A peer signs that a call failed, with any value as the failure: what is one is raised, all else is refused."""
    script = f'(call "{PEER.peer_id}" ("s" "err") [] x)'
    failed = kept_after(script, CallResult(1, "oops"))
    result = next(iter(failed.cid_info.service_result_store.values()))
    told = replace(result, value_cid=value_cid(Json(text)))
    play(aquavm, script, EMPTY, signed(told_of_call(failed, 0, told, Json(text)), PEERS, GIVEN.particle_id))


ONE_OF_EACH = f'''
(seq (call "{PEER.peer_id}" ("s" "str") [] x)
     (seq (ap x $s)
          (canon "{PEER.peer_id}" $s #cc)))'''


@pytest.mark.parametrize("failed", [False, True])
@pytest.mark.parametrize("store", CidInfo.__struct_fields__)
def test_what_kept_data_lack_is_noticed_when_it_is_needed(aquavm: AquaVMOnWire, store: str, failed: bool) -> None:
    """Values and elements are missed with an error; results and tetraplets with a panic, before anything runs."""
    done = kept_after(ONE_OF_EACH, CallResult(0, '"v"'))
    call = done.trace[0]
    assert isinstance(call, Executed) and isinstance(call.result, ScalarResult)
    trace = (Failed(call.result.cid), *done.trace[1:]) if failed else done.trace
    for cid in getattr(done.cid_info, store):
        rest = getattr(done.cid_info, store).discard(cid)
        lacking = replace(done, trace=trace, cid_info=replace(done.cid_info, **{store: rest}))
        answer = play(aquavm, ONE_OF_EACH, lacking, EMPTY)
        if store in ("canon_result_store", "service_result_store", "tetraplet_store"):
            assert answer.trap is not None
        elif not failed:
            assert answer.ret_code == 20010
