"""Stored values that are no failure are refused with the words of AquaVM."""

from __future__ import annotations

import json

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.generation.forged_attacks import signed, told_of_call
from airspec.semantics.authenticity.cids import value_cid
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation, interpret
from airspec.semantics.particle import CallResult, Particle
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.data import Data
from airspec.spec.failures import Failure, read_failure
from airspec.spec.faults import Uncatchable
from airspec.spec.states import Failed
from airspec.spec.values import Json

ALICE, BOB = KeyPair(b"\1" * 32), KeyPair(b"\2" * 32)
PARTICLE = Particle(ALICE.peer_id, "particle", 1700000000000, 60000)
SCRIPT = f'(call "{BOB.peer_id}" ("s" "f") [] x)'

PARTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**64 - 1),
    st.sampled_from((-(2**31) - 1, -(2**31), 2**31 - 1, 2**31)),
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(2.0**49, 2.0**53),
    st.text(max_size=4),
    st.lists(st.none(), max_size=1),
    st.dictionaries(st.text(max_size=1), st.none(), max_size=1),
)
"""Values of all sorts."""

RECORDS = st.one_of(
    PARTS,
    st.lists(PARTS, max_size=4),
    st.fixed_dictionaries({}, optional={"ret_code": PARTS, "message": PARTS, "extra": PARTS}),
)
"""Values that may be failures, and mostly are none."""


def on_bob(prev: bytes, results: dict[int, CallResult]) -> Invocation[bytes]:
    return Invocation(SCRIPT, prev, b"", PARTICLE, BOB.peer_id, BOB.secret, results)


@pytest.fixture(scope="module")
def failed() -> Data:
    """Data in which Bob's call failed."""
    asked = interpret(on_bob(b"", {}))
    decoded = decode(interpret(on_bob(asked.data, {1: CallResult(1, "bad")})).data)
    assert not isinstance(decoded, Uncatchable)
    return decoded[1]


def telling(failed: Data, value: Json) -> Invocation[bytes]:
    """Alice gets the data in which Bob signs that this value is his failure."""
    state = failed.trace[0]
    assert isinstance(state, Failed)
    told = replace(failed.cid_info.service_result_store[state.cid], value_cid=value_cid(value))
    forged = signed(told_of_call(failed, 0, told, value), [BOB], PARTICLE.particle_id)
    return Invocation(SCRIPT, b"", encode(forged), PARTICLE, ALICE.peer_id, ALICE.secret)


@settings(max_examples=400)
@example(1923192769520267.0)
@example("\U00011f02\u0cf3\u09be\u2ffc")
@given(RECORDS)
def test_a_stored_failure_is_read_as_by_aquavm(avm: AquaVM, failed: Data, record: object) -> None:
    given_ = telling(failed, Json(json.dumps(record)))
    left, right = interpret(given_), avm.invoke(given_)
    assert (left.ret_code, left.error_message) == (right.ret_code, right.error_message)


@given(st.integers(-(2**31), 2**31 - 1), st.text())
def test_both_forms_of_a_failure_are_read(ret_code: int, message: str) -> None:
    for record in ({"message": message, "ret_code": ret_code}, [ret_code, message]):
        assert read_failure(Json(json.dumps(record, ensure_ascii=False))) == Failure(ret_code, message)
