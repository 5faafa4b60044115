"""Content ids, signatures and the verification of incoming data, against AquaVM."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

import base58
import pytest
from blake3 import blake3
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from particle_samples import KEYS, PARTICLE, PEERS
from rpds import HashTrieMap

from airspec.semantics.aquavm.messages import code_of, message_of
from airspec.semantics.authenticity import cids
from airspec.semantics.authenticity.content_check import check_cid
from airspec.semantics.authenticity.keys import is_square
from airspec.semantics.authenticity.signatures import message, sign, signature_problem
from airspec.semantics.authenticity.store_check import complaints
from airspec.semantics.authenticity.verification import peer_signatures, verify
from airspec.semantics.interpret import Invocation
from airspec.semantics.wire.envelope import decode, encode
from airspec.spec.codes import CID_STORE_CORRUPT
from airspec.spec.data import EMPTY, Data
from airspec.spec.faults import Store, Trap, Uncatchable
from airspec.spec.values import Cid

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

SALT = PARTICLE.particle_id
STORES = ("value_store", "tetraplet_store", "canon_element_store", "canon_result_store", "service_result_store")


def read(raw: bytes) -> Data:
    found = decode(raw)
    assert not isinstance(found, Uncatchable)
    return found[1]


# --- content ids ----------------------------------------------------------------------------------------


def test_content_ids_of_aquavm_are_recomputed(particles: list[tuple[str, bytes]]) -> None:
    ids = {
        "value_store": cids.value_cid,
        "tetraplet_store": cids.tetraplet_cid,
        "canon_element_store": cids.canon_element_cid,
        "canon_result_store": cids.canon_result_cid,
        "service_result_store": cids.service_result_cid,
    }
    seen = set()
    for _, raw in particles:
        for store, of in ids.items():
            for cid, record in getattr(read(raw).cid_info, store).items():
                assert of(record) == cid
                seen.add(store)
    assert seen == set(STORES)


@given(st.text(max_size=30), st.sampled_from(["b", "B", "f", "z", "k", "m", "u"]), st.booleans())
def test_ids_in_other_bases_and_by_sha2_are_accepted(text: str, base: str, by_sha2: bool) -> None:
    data = text.encode()
    digest = hashlib.sha256(data).digest() if by_sha2 else blake3(data).digest()
    binary = bytes.fromhex("01800412 20" if by_sha2 else "0180041e20") + digest
    number = int.from_bytes(binary, "big")
    written = {
        "b": base64.b32encode(binary).decode().rstrip("=").lower(),
        "B": base64.b32encode(binary).decode().rstrip("="),
        "f": binary.hex(),
        "z": base58.b58encode(binary).decode(),
        "k": "".join("0123456789abcdefghijklmnopqrstuvwxyz"[number // 36**i % 36] for i in range(57, -1, -1)).lstrip(
            "0"
        ),
        "m": base64.b64encode(binary).decode().rstrip("="),
        "u": base64.urlsafe_b64encode(binary).decode().rstrip("="),
    }
    cid = Cid(base + written[base])
    assert check_cid(cid, text, Store.VALUE) is None
    assert check_cid(cid, text + " ", Store.VALUE) is not None


@given(st.text(max_size=70))
def test_any_text_is_judged_as_an_id(text: str) -> None:
    assert check_cid(Cid(text), "1", Store.VALUE) is not None


# --- signatures -----------------------------------------------------------------------------------------


def test_signatures_are_those_of_aquavm(particles: list[tuple[str, bytes]]) -> None:
    for _, raw in particles:
        peers = peer_signatures(read(raw))
        assert not isinstance(peers, Uncatchable | Trap)
        mine = peers[PEERS[0]]
        assert mine.key == KEYS[0].tagged_public
        assert sign(mine.cids, SALT, KEYS[0]) == mine.signature


@given(st.lists(st.text(max_size=8), max_size=5), st.text(max_size=8), st.randoms())
def test_a_multiset_is_signed(texts: list[str], salt: str, chance: object) -> None:
    """In any order, but with each of its elements, and for this particle only."""
    ids = [Cid(text) for text in texts]
    signature = sign(ids, salt, KEYS[1])
    key = KEYS[1].tagged_public
    assert signature_problem(key, signature, sorted(ids, reverse=True), salt) is None
    for others, other_salt in (([*ids, Cid("")], salt), (ids[1:], salt + "x"), (ids, salt + "x")):
        assert message(others, other_salt) != message(ids, salt)
        assert signature_problem(key, signature, others, other_salt) is not None


@given(st.sampled_from((3, 5, 7, 11, 13, 17, 2**61 - 1, 2**255 - 19)), st.integers(0, 2**255))
def test_squares_are_known(prime: int, number: int) -> None:
    """By Euler's criterion, and as every square is one."""
    assert is_square(number % prime, prime) == (pow(number, (prime - 1) // 2, prime) in (0, 1))
    assert is_square(number**2 % prime, prime)


# --- verification ---------------------------------------------------------------------------------------


def ret_code_of(answer: object) -> int:
    return -1 if isinstance(answer, Trap) else code_of(answer) if isinstance(answer, Uncatchable) else 0


def corruptions(data: Data) -> Iterator[tuple[str, Data]]:
    """The data with each entry of each store removed, misnamed or named by no id at all, and each signature altered."""
    yield "nothing", data
    for name in STORES:
        store = getattr(data.cid_info, name)
        for cid, record in store.items():
            other = cid[:-2] + ("a" if cid[-2] != "a" else "b") + cid[-1]
            for kind, changed in (
                ("removed", store.remove(cid)),
                ("misnamed", store.insert(other, record)),
                ("garbage", store.insert("garbage", record)),
                ("other codec", store.insert("bafkreifzjut3te7nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e", record)),
            ):
                yield f"{name} {kind}", replace(data, cid_info=replace(data.cid_info, **{name: changed}))
    for key, signature in data.signatures.items():
        yield from altered_signatures(data, key, signature)


def altered_signatures(data: Data, key: bytes, signature: bytes) -> Iterator[tuple[str, Data]]:
    """The data with the one signature that is there altered, its key altered, or both removed."""
    keys = [b"", b"\0", b"\1" + key[1:], b"\2" + key[1:], key[:-1], key + b"\0"]
    keys += [key[:i] + bytes([key[i] ^ 1]) + key[i + 1 :] for i in range(1, 12)]
    # Some of these are points of secp256k1, and some are not.
    keys += [b"\2" + bytes([root]) + x.to_bytes(32, "big") for root in (2, 3, 4) for x in range(6)]
    signatures = [b"", b"\0", b"\1" + signature[1:], b"\2" + signature[1:], signature[:-1], signature + b"\0"]
    signatures += [signature[:i] + bytes([signature[i] ^ 1]) + signature[i + 1 :] for i in (1, 20, 40, 64)]
    signatures.append(signature[:-1] + b"\xff")
    yield "signature removed", replace(data, signatures=HashTrieMap())
    for pair in [(changed, signature) for changed in keys] + [(key, changed) for changed in signatures]:
        yield "signature " + " ".join(part.hex() for part in pair), replace(data, signatures=HashTrieMap([pair]))


@pytest.mark.parametrize("as_prev", [False, True])
def test_corrupted_data_are_judged_as_by_aquavm(avm: AquaVM, particles: list[tuple[str, bytes]], as_prev: bool) -> None:
    """The same code and the same message; of several complaints about stores AquaVM makes any."""
    for _, raw in particles:
        for kind, data in corruptions(read(raw)):
            prev, current = (data, EMPTY) if as_prev else (EMPTY, data)
            answer = verify(prev, current, SALT)
            written = encode(data)
            expected = avm.invoke(
                Invocation(
                    "(null)",
                    written if as_prev else b"",
                    b"" if as_prev else written,
                    PARTICLE,
                    PEERS[1],
                    KEYS[1].secret,
                )
            )
            assert ret_code_of(answer) == expected.ret_code, kind
            if expected.ret_code == CID_STORE_CORRUPT:
                told = {message_of(Uncatchable(fault)) for fault in complaints(current.cid_info)}
                assert expected.error_message in told
            elif isinstance(answer, Uncatchable):
                assert message_of(answer) == expected.error_message


def test_data_of_another_particle_are_refused(avm: AquaVM, particles: list[tuple[str, bytes]]) -> None:
    for script, raw in particles:
        expected = avm.invoke(
            Invocation(script, b"", raw, replace(PARTICLE, particle_id="other"), PEERS[1], KEYS[1].secret)
        )
        answer = verify(EMPTY, read(raw), "other")
        assert isinstance(answer, Uncatchable)
        assert (code_of(answer), message_of(answer)) == (expected.ret_code, expected.error_message)


def test_of_two_stages_the_later_signature_is_kept(particles: list[tuple[str, bytes]]) -> None:
    """In whichever order they are met."""
    for (script, earlier), (other, later) in pairwise(particles):
        if script == other:
            assert verify(read(earlier), read(later), SALT) == verify(read(later), read(earlier), SALT)
            assert verify(read(earlier), read(later), SALT) == read(later).signatures


def test_a_peer_cannot_take_anything_back(avm: AquaVM, particles: list[tuple[str, bytes]]) -> None:
    """Two data of one peer that contain different things: neither AquaVM nor this verification merges them."""
    last = dict(particles)
    scripts = list(last)
    for one, other in ((scripts[1], scripts[3]), (scripts[3], scripts[1])):
        answer = verify(read(last[one]), read(last[other]), SALT)
        expected = avm.invoke(Invocation(other, last[one], last[other], PARTICLE, PEERS[1], KEYS[1].secret))
        assert isinstance(answer, Uncatchable)
        assert (code_of(answer), message_of(answer)) == (expected.ret_code, expected.error_message)
