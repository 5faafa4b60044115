"""Data with forged contents: stores with missing or false entries, and false results that their peers signed.

AquaVM checks little of prev data, as they are a peer's own: there, a missing entry is noticed only when it is needed.
Current data are checked completely, so that false contents need the right content ids and signatures.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Container, Sequence

from msgspec.structs import replace
from rpds import HashTrieMap

from airspec.checker.conform.generation.unsigned_attacks import cid_of
from airspec.semantics.authenticity.cids import (
    argument_hash,
    canon_element_cid,
    canon_result_cid,
    service_result_cid,
    value_cid,
)
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.authenticity.signatures import add_signature
from airspec.semantics.authenticity.verification import signed_by
from airspec.spec.data import CanonElement, CanonResult, CidInfo, Data, ServiceResult
from airspec.spec.states import CanonExecuted, Executed, Failed, ScalarResult, State, StreamResult
from airspec.spec.values import Cid, Json

Forgery = Callable[[random.Random, Data], Data]

VALUES = (
    "} is not JSON",
    "7",
    '"x"',
    "[]",
    "[1,2]",
    '{"key":1.5,"value":1}',
    '{"key":"a"}',
    '{"message":"m"}',
    '{"message":1,"ret_code":1}',
    '{"message":"m","ret_code":1.5}',
    '{"message":"m","ret_code":4294967296}',
    '[1,"m"]',
    '{"extra":1,"message":"m","ret_code":-1}',
)
"""Forged values of a service result or an element: not JSON, not a failure, not a pair, not an array."""


def forge(data: Data, seed: int, keys: Sequence[KeyPair], salt: str) -> Data:
    """Return the data with one change in their contents, chosen by the seed.

    The change is a false result that is signed again with `keys`, or damage that leaves the signatures as they are or
    breaks one.  `salt` is the id of the particle.
    """
    chance = random.Random(seed)
    if chance.randrange(2):
        return signed(chance.choice(LIES)(chance, data), keys, salt)
    return chance.choice(DAMAGES)(chance, data)


def signed(data: Data, keys: Sequence[KeyPair], salt: str) -> Data:
    """Return the data signed again by those peers of `keys` that had a signature or are the author of a state.

    `salt` is the id of the particle, which signatures cover.
    """
    vouched: dict[str | None, list[Cid]] = {}
    for state in data.trace:
        for cid, peer_id in signed_by(data, state):
            vouched.setdefault(peer_id, []).append(cid)
    signatures = data.signatures
    for key in keys:
        if key.tagged_public in signatures or key.peer_id in vouched:
            signatures = add_signature(signatures, vouched.get(key.peer_id, ()), salt, key)
    return replace(data, signatures=signatures)


# --- damage, which no signature covers ------------------------------------------------------------------


def lose(chance: random.Random, data: Data) -> Data:
    """Return the data without one entry of a store, both chosen at random."""
    name, store = some_store(chance, data.cid_info)
    return with_store(data, name, store.discard(chance.choice(sorted(store)))) if store else data


def garble(chance: random.Random, data: Data) -> Data:
    """Return the data in which an id of a store has the entry of another id, or a forged value; both are random."""
    name, store = some_store(chance, data.cid_info)
    if not store:
        return data
    ids = sorted(store)
    record = store[chance.choice(ids)]
    if name == "value_store" and chance.randrange(2):
        record = chance.choice(VALUES)
    return with_store(data, name, store.insert(chance.choice(ids), record))


def unsign(chance: random.Random, data: Data) -> Data:
    """Return the data with one signature removed, replaced, malformed, or put under a malformed public key."""
    if not data.signatures:
        return data
    keys = sorted(data.signatures)
    key, other = chance.choice(keys), chance.choice(keys)
    rest = data.signatures.discard(key)
    return replace(
        data,
        signatures=chance.choice(
            (
                rest,
                data.signatures.insert(key, data.signatures[other]),
                data.signatures.insert(key, chance.choice((b"\0", b"\1" * 65))),
                rest.insert(chance.choice((b"\0", b"\2", b"\1" * 33)), data.signatures[key]),
            )
        ),
    )


def some_store(chance: random.Random, info: CidInfo) -> tuple[str, HashTrieMap[Cid, object]]:
    """Return the name and the content of a store chosen at random among those with entries, if there are any."""
    stores = [(name, getattr(info, name)) for name in info.__struct_fields__]
    return chance.choice([entry for entry in stores if entry[1]] or stores)


def with_store(data: Data, name: str, store: HashTrieMap[Cid, object]) -> Data:
    """Return the data with the store of this name replaced by `store`."""
    return replace(data, cid_info=replace(data.cid_info, **{name: store}))


# --- lies, which are signed -----------------------------------------------------------------------------


def some_state(chance: random.Random, data: Data, store: Container[Cid]) -> int | None:
    """Return the position in the trace of a random state whose content id is in a store; None if there is none."""
    places = [i for i, state in enumerate(data.trace) if cid_of(state) in store]
    return chance.choice(places) if places else None


def lie_of_call(chance: random.Random, data: Data) -> Data:
    """Return the data with a false value, argument hash or tetraplet in one service result; unchanged without any."""
    info = data.cid_info
    i = some_state(chance, data, info.service_result_store)
    if i is None:
        return data
    result = info.service_result_store[cid_of(data.trace[i])]
    text = Json(chance.choice(VALUES))
    told = chance.choice(
        (
            replace(result, value_cid=value_cid(text)),
            replace(result, value_cid=value_cid(text)),
            replace(result, argument_hash=argument_hash((text,))),
            replace(result, tetraplet_cid=chance.choice([*sorted(info.tetraplet_store), result.tetraplet_cid])),
        )
    )
    return told_of_call(data, i, told, text)


def told_of_call(data: Data, i: int, told: ServiceResult, text: Json) -> Data:
    """Return the data in which the state at position `i` of the trace refers to the service result `told`.

    The value `text` is added to the value store.
    """
    info = data.cid_info
    cid = service_result_cid(told)
    stores = replace(
        info,
        value_store=info.value_store.insert(value_cid(text), text),
        service_result_store=info.service_result_store.insert(cid, told),
    )
    return replace(data, trace=with_state(data, i, with_result(data.trace[i], cid)), cid_info=stores)


def lie_of_canon(chance: random.Random, data: Data) -> Data:
    """Return the data with false elements or a false tetraplet for one canonical stream; unchanged without any."""
    info = data.cid_info
    i = some_state(chance, data, info.canon_result_store)
    if i is None:
        return data
    canon = info.canon_result_store[cid_of(data.trace[i])]
    told = chance.choice(
        (
            replace(canon, values=()),
            replace(canon, values=canon.values[1:]),
            replace(canon, values=(*canon.values, *canon.values)),
            replace(canon, tetraplet=chance.choice([*sorted(info.tetraplet_store), canon.tetraplet])),
        )
    )
    if canon.values and chance.randrange(2):
        return told_of_element(chance, data, i, canon)
    return told_of_canon(data, i, told)


def told_of_element(chance: random.Random, data: Data, i: int, canon: CanonResult) -> Data:
    """Return the data with a false value of one element of `canon`, the result at position `i` of the trace."""
    info = data.cid_info
    j = chance.randrange(len(canon.values))
    text = Json(chance.choice(VALUES))
    known = info.canon_element_store.get(canon.values[j])
    if known is None:
        return data
    element: CanonElement = replace(known, value=value_cid(text))
    cid = canon_element_cid(element)
    stores = replace(
        info,
        value_store=info.value_store.insert(element.value, text),
        canon_element_store=info.canon_element_store.insert(cid, element),
    )
    values = (*canon.values[:j], cid, *canon.values[j + 1 :])
    return told_of_canon(replace(data, cid_info=stores), i, replace(canon, values=values))


def told_of_canon(data: Data, i: int, told: CanonResult) -> Data:
    """Return the data in which the state at position `i` of the trace refers to the canonical stream `told`."""
    cid = canon_result_cid(told)
    stores = replace(data.cid_info, canon_result_store=data.cid_info.canon_result_store.insert(cid, told))
    return replace(data, trace=with_state(data, i, CanonExecuted(cid)), cid_info=stores)


def with_result(state: State, cid: Cid) -> State:
    """Return the state of a call with `cid` as the id of its service result; an unused result becomes a scalar."""
    match state:
        case Executed(StreamResult(_, generation)):
            return Executed(StreamResult(cid, generation))
        case Failed():
            return Failed(cid)
        case _:
            return Executed(ScalarResult(cid))


def with_state(data: Data, i: int, state: State) -> tuple[State, ...]:
    """Return the trace of the data with `state` at position `i`."""
    return (*data.trace[:i], state, *data.trace[i + 1 :])


DAMAGES: tuple[Forgery, ...] = (lose, lose, garble, unsign)
LIES: tuple[Forgery, ...] = (lie_of_call, lie_of_canon)
