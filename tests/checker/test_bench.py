"""The benchmarks measure what they claim, and no cache changes an outcome, tampered data's least of all."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from airspec.checker.bench import memory, timing
from airspec.checker.bench.recorder import Recorded, record
from airspec.checker.bench.workloads import EXAMPLES, examples, folds, from_folder, generated, wide
from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.generation.unsigned_attacks import tamper
from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.data import Data
from airspec.spec.faults import Uncatchable
from airspec.spec.values import Json

BAD_SIGNATURES_OR_STORES = range(1, 10)


def outcome(given: Invocation[bytes]) -> RawOutcome:
    """The outcome; which of several forged ids is named is a matter of the order in a hash map."""
    found = interpret(given)
    return replace(found, error_message="") if found.ret_code in BAD_SIGNATURES_OR_STORES else found


def without_memory(given: Invocation[bytes]) -> RawOutcome:
    for cache in timing.bounded_caches():
        cache.cache_clear()
    return outcome(given)


def tampered(data: bytes, seed: int) -> bytes:
    """Data with something in the trace changed that no signature covers."""
    decoded = decode(data)
    assert not isinstance(decoded, Uncatchable)
    return encode(tamper(decoded[1], seed))


def other_value(data: bytes) -> bytes:
    """Data in which the first stored value is another one, under the same content id."""
    decoded = decode(data)
    assert not isinstance(decoded, Uncatchable)
    known: Data = decoded[1]
    cid = sorted(known.cid_info.value_store)[0]
    values = known.cid_info.value_store.insert(cid, Json('"forged"'))
    return encode(replace(known, cid_info=replace(known.cid_info, value_store=values)))


def flipped(data: bytes, seed: int) -> bytes:
    """Data with one bit changed."""
    chosen = random.Random(seed)
    changed = bytearray(data)
    changed[chosen.randrange(len(changed))] ^= 1 << chosen.randrange(8)
    return bytes(changed)


@pytest.fixture(scope="module")
def recorded() -> list[Recorded]:
    return [one for play in (*generated(12, 500), *examples()) for one in record(play, 3, 25)]


def test_remembering_changes_no_outcome(recorded: list[Recorded]) -> None:
    for number, one in enumerate(recorded):
        given = [one.given]
        if one.given.current:
            changed = (tampered(one.given.current, number), flipped(one.given.current, number))
            given += [replace(one.given, current=current) for current in changed]
        warm = [outcome(each) for each in given]
        assert [outcome(each) for each in given] == warm
        assert [without_memory(each) for each in given] == warm


def test_a_forged_value_is_refused_though_its_id_was_verified(recorded: list[Recorded]) -> None:
    seen = 0
    for one in recorded:
        decoded = decode(one.given.current)
        assert not isinstance(decoded, Uncatchable)
        if interpret(one.given).ret_code in BAD_SIGNATURES_OR_STORES or not list(decoded[1].cid_info.value_store):
            continue
        seen += 1
        forged = interpret(replace(one.given, current=other_value(one.given.current)))
        assert forged.ret_code in BAD_SIGNATURES_OR_STORES and forged.data == one.given.prev
    assert seen > 10


def test_every_cache_forgets() -> None:
    names = {cache.__name__ for cache in timing.bounded_caches()}
    assert {"open_archive", "check_stores", "peer_signatures", "_parse", "_word", "_problem", "key_problem"} <= names


def test_every_size_class_has_samples(avm: AquaVM) -> None:
    plays = [record(play, 0, 40) for play in (*generated(20, 0), *wide()) if not play.name.endswith(("45", "90"))]
    samples = timing.measure(plays, timing.Stopwatch(avm), 2, 0)
    rows = timing.rows(samples)
    classes = ["0 to 3", "4 to 7", "8 to 15", "16 to 31", "32 to 127", "128 and more"]
    assert [row.states for row in rows] == ["all", *classes]
    assert rows[0].samples == 2
    assert all(row.samples >= 2 and min(row.cold, row.as_peer, row.avm) > 0 and row.inside < row.avm for row in rows)


def test_memory_is_measured_in_processes_of_their_own(avm: AquaVM, recorded: list[Recorded]) -> None:
    compared = memory.compare([one.given for one in recorded[:20]])
    for side in (compared.spec, compared.avm):
        assert 5 < side.start < side.peak < 2000


def test_scripts_of_a_folder_are_played() -> None:
    plays = list(from_folder(EXAMPLES))
    assert len(plays) == len(list(Path(EXAMPLES).glob("*.air")))
    assert all(record(play, 0, 3) for play in plays)


def test_a_fold_over_many_values_makes_a_long_trace() -> None:
    play = next(play for play in wide() if play.script == folds(45))
    assert max(one.states for one in record(play, 1, 40)) > 128
