"""The wire format: read and written as AquaVM does, and refused where it refuses."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from particle_samples import KEYS, PARTICLE, PEERS
from rpds import HashTrieMap

from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.particle import CallRequest, CallResult
from airspec.semantics.wire.calls import decode_requests, decode_results, encode_requests, encode_results, json_of
from airspec.semantics.wire.envelope import Versions, decode, encode, open_archive, open_envelope
from airspec.spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult, data_to_json
from airspec.spec.faults import Uncatchable
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
    StreamResult,
    Subtrace,
    UnusedResult,
)
from airspec.spec.values import FromCanon, FromLiteral, FromService, Tetraplet

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

NUMBERS = st.integers(0, 2**32 - 1)
TEXTS = st.text(max_size=12)
SUBTRACES = st.builds(Subtrace, NUMBERS, NUMBERS)
STATES = st.one_of(
    st.builds(Par, NUMBERS, NUMBERS),
    st.builds(Sent, TEXTS, st.none() | NUMBERS),
    st.builds(Executed, st.builds(ScalarResult, TEXTS)),
    st.builds(Executed, st.builds(StreamResult, TEXTS, NUMBERS)),
    st.builds(Executed, st.builds(UnusedResult, TEXTS)),
    st.builds(Failed, TEXTS),
    st.builds(Ap, st.lists(NUMBERS, max_size=3).map(tuple)),
    st.builds(CanonSent, TEXTS),
    st.builds(CanonExecuted, TEXTS),
    st.builds(
        Fold, st.lists(st.builds(Lore, NUMBERS, st.lists(SUBTRACES, max_size=3).map(tuple)), max_size=3).map(tuple)
    ),
)
PROVENANCES = st.one_of(st.just(FromLiteral()), st.builds(FromService, TEXTS), st.builds(FromCanon, TEXTS))


def stores(records: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    """Stores of records under arbitrary texts."""
    return st.dictionaries(TEXTS, records, max_size=3).map(HashTrieMap)


DATA = st.builds(
    Data,
    st.lists(STATES, max_size=6).map(tuple),
    NUMBERS,
    st.builds(
        CidInfo,
        stores(TEXTS),
        stores(st.builds(Tetraplet, TEXTS, TEXTS, TEXTS, TEXTS)),
        stores(st.builds(CanonElement, TEXTS, TEXTS, PROVENANCES)),
        stores(st.builds(CanonResult, TEXTS, st.lists(TEXTS, max_size=3).map(tuple))),
        stores(st.builds(ServiceResult, TEXTS, TEXTS, TEXTS)),
    ),
    st.dictionaries(st.binary(max_size=70), st.binary(max_size=70), max_size=3).map(HashTrieMap),
)


@given(DATA)
def test_what_is_written_is_read(data: Data) -> None:
    found = decode(encode(data))
    assert not isinstance(found, Uncatchable)
    assert data_to_json(found[1]) == data_to_json(data)


@given(DATA)
def test_aquavm_reads_what_is_written(avm: AquaVM, data: Data) -> None:
    """Whatever the data: strings short and long, empty vectors, shared texts, every case of every enumeration."""
    assert avm.inspect(encode(data, Versions("1.2.3", "4.5.6"))) == {
        "data": data_to_json(data),
        "versions": {"version": "1.2.3", "interpreter_version": "4.5.6"},
    }


def test_data_of_aquavm_are_read(avm: AquaVM, particles: list[tuple[str, bytes]]) -> None:
    for _, raw in particles:
        found = decode(raw)
        assert not isinstance(found, Uncatchable)
        assert data_to_json(found[1]) == avm.inspect(raw)["data"]


def test_rewritten_data_are_accepted_by_aquavm(avm: AquaVM, particles: list[tuple[str, bytes]]) -> None:
    """As prev data and as current data, where all signatures and content ids are verified."""
    for script, raw in particles:
        found = decode(raw)
        assert not isinstance(found, Uncatchable)
        again = encode(found[1])
        for prev, current, who in ((raw, b"", 0), (b"", raw, 1), (b"", raw, 2)):
            ours = [again if data else b"" for data in (prev, current)]
            expected = avm.invoke(Invocation(script, prev, current, PARTICLE, PEERS[who], KEYS[who].secret))
            answer = avm.invoke(Invocation(script, *ours, PARTICLE, PEERS[who], KEYS[who].secret))
            assert (answer.ret_code, answer.error_message) == (0, "")
            assert avm.inspect(answer.data) == avm.inspect(expected.data)
            assert answer.next_peers == expected.next_peers


@given(st.binary(max_size=200))
def test_any_bytes_are_answered(raw: bytes) -> None:
    assert decode(raw) is not None
    assert open_archive(raw) is not None


def packed(**fields: object) -> bytes:
    return msgspec.msgpack.encode(fields)


UNREADABLE = range(2, 6)
"""Codes for bytes that cannot be read."""

ARCHIVE = bytes(open_envelope(b"").archive)  # type: ignore[union-attr]
GOOD = {"version": "0.17.2", "interpreter_version": "0.62.0", "inner_data": ARCHIVE}
ENVELOPES = {
    "good": packed(**GOOD),
    "other-key": packed(**GOOD, other=[1, {"a": 2.5}]),
    "behind": packed(**GOOD) + b"behind",
    "no-archive": packed(version="0.17.2", interpreter_version="0.62.0"),
    "no-version": packed(interpreter_version="0.62.0", inner_data=ARCHIVE),
    "numbers": packed(**{**GOOD, "inner_data": list(ARCHIVE)}),
    "too-great-numbers": packed(**{**GOOD, "inner_data": [256]}),
    "empty-archive": packed(**{**GOOD, "inner_data": b""}),
    "array": msgspec.msgpack.encode(["0.17.2", "0.62.0"]),
    "nothing": b"\xc0",
    "many": b"\xdf\xff\xff\xff\xff",
    "deep": packed(**GOOD, other=0)[:-1] + b"\x91" * 1022 + b"\x01",
    "too-deep": packed(**GOOD, other=0)[:-1] + b"\x91" * 1023 + b"\x01",
    **{
        f"version-{text}": packed(**{**GOOD, "interpreter_version": text})
        for text in ("0.60.9", "0.61.0-rc1", "0.61.0+x", "99.0.0", "1.2", "1.02.3", "1.2.3-01", "1.2.3-0a", "")
    },
}


def frame(answer: RawOutcome) -> tuple[int, str, str]:
    """The return code of an answer, and what its message says before and after the words of a reader of bytes."""
    before, _, rest = answer.error_message.partition(": ")
    return (
        (answer.ret_code, before, rest.partition("\n")[2])
        if answer.ret_code in UNREADABLE
        else (answer.ret_code, "", "")
    )


@pytest.mark.parametrize("name", ENVELOPES)
def test_envelopes_are_accepted_and_refused_as_by_aquavm(avm: AquaVM, name: str) -> None:
    invocation = Invocation("(null)", b"", ENVELOPES[name], PARTICLE, PEERS[1], KEYS[1].secret)
    assert frame(interpret(invocation)) == frame(avm.invoke(invocation))


def mutated(chance: random.Random, raw: bytes) -> bytes:
    """Data with a few bytes changed, inserted, removed or cut off."""
    data = bytearray(raw)
    for _ in range(chance.choice((1, 1, 2, 4))):
        # Most of what can go wrong is near the end, where the root record is.
        at = chance.randrange(len(data)) if chance.random() < 0.6 else -1 - int(chance.random() ** 2 * len(data))
        match chance.randrange(5):
            case 0:
                data[at] ^= 1 << chance.randrange(8)
            case 1:
                data[at] = chance.choice((0, 1, 2, 3, 4, 0x80, 0xFF, chance.randrange(256)))
            case 2:
                data[at] = (data[at] + chance.choice((-4, 4, -1, 1))) & 0xFF
            case 3:
                data[at:at] = bytes([chance.randrange(256)])
            case 4 if chance.random() < 0.8:
                del data[at]
            case _:
                del data[at:]
        data = data or bytearray(b"\x00")
    return bytes(data)


def reads_foreign_memory(raw: bytes) -> bool:
    """Whether a second pointer to a text claims more than the first: AquaVM reads what stands behind its copy,
    where this reader has zeros."""
    found = decode(raw)
    return not isinstance(found, Uncatchable) and "\\x00" in repr(data_to_json(found[1]))


def test_mutated_data_are_accepted_and_refused_as_by_aquavm(avm: AquaVM, particles: list[tuple[str, bytes]]) -> None:
    chance = random.Random(62)
    originals = [raw for _, raw in particles] + [encode(decode(raw)[1]) for _, raw in particles]  # type: ignore[index]
    for _ in range(5000):
        raw = mutated(chance, chance.choice(originals))
        prev, current = (raw, b"") if chance.random() < 0.2 else (b"", raw)
        invocation = Invocation("(null)", prev, current, PARTICLE, PEERS[1], KEYS[1].secret)
        answer = avm.invoke(invocation)
        if frame(interpret(invocation)) != frame(answer):
            assert reads_foreign_memory(raw), (raw.hex(), answer)


# --- call requests and results --------------------------------------------------------------------------

JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-(2**63), 2**64 - 1), st.floats(allow_nan=False), st.text()),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
).filter(lambda value: "inf" not in repr(value))
CALL_ID = st.integers(0, 2**32 - 1)
REQUESTS = st.builds(
    CallRequest,
    st.text(),
    st.text(),
    st.lists(JSON_VALUES.map(json_of), max_size=3).map(tuple),
    st.lists(st.lists(st.builds(Tetraplet, TEXTS, TEXTS, TEXTS, TEXTS), max_size=2).map(tuple), max_size=2).map(tuple),
)
RESULTS = st.builds(CallResult, st.integers(-(2**31), 2**31 - 1), st.text())


@given(st.dictionaries(CALL_ID, REQUESTS, max_size=3))
def test_requests_are_read_back(requests: dict[int, CallRequest]) -> None:
    assert decode_requests(encode_requests(requests)) == requests


@given(st.dictionaries(CALL_ID, RESULTS, max_size=3))
def test_results_are_read_back(results: dict[int, CallResult]) -> None:
    assert decode_results(encode_results(results)) == {str(call_id): result for call_id, result in results.items()}


RESULT = {"ret_code": 0, "result": "1"}
CALL_RESULTS = {
    "none": {},
    "good": {"1": RESULT},
    "any-key": {" -1": RESULT},
    "number-key": {1: RESULT},
    "array": {"1": [0, "1"]},
    "long-array": {"1": [0, "1", 2]},
    "other-field": {"1": {**RESULT, "other": [1, {}]}},
    "missing-field": {"1": {"ret_code": 0}},
    "too-great": {"1": {**RESULT, "ret_code": 2**31}},
    "bytes": {"1": {**RESULT, "result": b"1"}},
    "not-utf8": {"1": {**RESULT, "result": b"\xff"}},
    "double": {"1": {**RESULT, "ret_code": 0.0}},
    "null": None,
}


@pytest.mark.parametrize("name", CALL_RESULTS)
@pytest.mark.parametrize("behind", [b"", b"behind"])
def test_call_results_are_accepted_and_refused_as_by_aquavm(avm: AquaVM, name: str, behind: bytes) -> None:
    raw = b"\x81\x04" + msgspec.msgpack.encode(CALL_RESULTS[name]) + behind
    answer = avm.invoke(Invocation("(null)", b"", b"", PARTICLE, PEERS[0], KEYS[0].secret), raw)
    assert isinstance(decode_results(raw), Uncatchable) == (answer.ret_code == 5)
