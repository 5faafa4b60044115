"""The stores of a run: values, tetraplets and results by content id.

AquaVM 0.62: ``air/src/execution_step/execution_context/cid_state.rs``.
"""

from __future__ import annotations

from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap

from airspec.semantics.authenticity.cids import (
    canon_element_cid,
    canon_result_cid,
    service_result_cid,
    tetraplet_cid,
    value_cid,
)
from airspec.semantics.judgements import all_of
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.scopes import stored
from airspec.spec import json_text
from airspec.spec.data import CanonElement, CanonResult, CidInfo, ServiceResult
from airspec.spec.faults import CidNotFound, Store, Trap, Uncatchable
from airspec.spec.values import Cid, Json, Tetraplet, Value

T = TypeVar("T")


class Tracked(Struct, frozen=True, gc=False, eq=False):
    """The stores after a record was added, and the content id of that record."""

    stores: CidInfo
    cid: Cid


class Service(Struct, frozen=True, gc=False):
    """A service result with what its content ids refer to; `argument_hash` is the hash of the call's arguments."""

    json: Json
    argument_hash: Cid
    tetraplet: Tetraplet


@definition
def merge_stores(prev: CidInfo, current: CidInfo) -> CidInfo:
    """Return the union of the stores of both data; entries with the same id are equal, and nothing is removed."""
    return CidInfo(
        prev.value_store.update(current.value_store),
        prev.tetraplet_store.update(current.tetraplet_store),
        prev.canon_element_store.update(current.canon_element_store),
        prev.canon_result_store.update(current.canon_result_store),
        prev.service_result_store.update(current.service_result_store),
    )


@definition
def track_service_result(stores: CidInfo, json: Json, argument_hash: Cid, tetraplet: Tetraplet) -> Tracked:
    """Return the stores with a service result, its value and its tetraplet added, and the content id of the result."""
    value = value_cid(json)
    origin = tetraplet_cid(tetraplet)
    result = ServiceResult(value, argument_hash, origin)
    cid = service_result_cid(result)
    return Tracked(
        replace(
            stores,
            value_store=stores.value_store.insert(value, json),
            tetraplet_store=stores.tetraplet_store.insert(origin, tetraplet),
            service_result_store=stores.service_result_store.insert(cid, result),
        ),
        cid,
    )


@definition
def track_canon(stores: CidInfo, elements: tuple[Value, ...], tetraplet: Tetraplet) -> Tracked:
    """Return the stores with a canon result and all that it refers to added, and the content id of the result.

    `tetraplet` is that of the canon.
    """
    records = tuple(CanonElement(value_cid(e.json), tetraplet_cid(e.tetraplet), e.provenance) for e in elements)
    cids = tuple(canon_element_cid(record) for record in records)
    origin = tetraplet_cid(tetraplet)
    result = CanonResult(origin, cids)
    cid = canon_result_cid(result)
    return Tracked(
        CidInfo(
            stores.value_store.update({r.value: e.json for r, e in zip(records, elements, strict=True)}),
            stores.tetraplet_store.update(
                {r.tetraplet: e.tetraplet for r, e in zip(records, elements, strict=True)} | {origin: tetraplet}
            ),
            stores.canon_element_store.update(dict(zip(cids, records, strict=True))),
            stores.canon_result_store.insert(cid, result),
            stores.service_result_store,
        ),
        cid,
    )


@rules("Store", form="{store} ⊢ {kind} {cid} ↦", reads="in the store {store}, the {kind} {cid} is")
def entry(store: HashTrieMap[Cid, T], kind: Store, cid: Cid) -> T | Uncatchable:
    """Return what a content id refers to in one store, or an error that names the `kind` of the store."""
    found = store.get(cid)
    if found is None:
        "entry-missing: the content id refers to nothing in this store"
        return Uncatchable(CidNotFound(kind, cid))
    else:
        "entry-found: the content id refers to a record or a value"
        return found


@rules("Store", form="{text} read ⇓", reads="the stored text {text} is the value")
def readable(text: Json) -> Json | Trap:
    """Return a stored value, read anew: AquaVM reads floats inexactly, so their last digit can change each time."""
    json = json_text.canonical(text)
    if json is None:
        "value-not-json: the stored text is not JSON, and AquaVM panics"
        return Trap("stored-value-not-json")
    else:
        "value-json: the stored text is JSON, and is brought into canonical form"
        return json


@rules("Store", form="{stores} ⊢ service result {cid} ↦", reads="in the stores {stores}, the service result {cid} is")
def find_service(stores: CidInfo, cid: Cid) -> Service | Uncatchable | Trap:
    """Return the service result with this content id, with the value and tetraplet that it refers to."""
    result = need(entry(stores.service_result_store, Store.SERVICE_RESULT, cid))
    text = need(entry(stores.value_store, Store.VALUE, result.value_cid))
    tetraplet = need(entry(stores.tetraplet_store, Store.TETRAPLET, result.tetraplet_cid))
    json = need(readable(text))
    return Service(json, result.argument_hash, tetraplet)


@rules(
    "Store",
    form="{stores} ⊢ tetraplet of {cid} ↦",
    reads="in the stores {stores}, the canon {cid} has the tetraplet",
)
def find_canon_tetraplet(stores: CidInfo, cid: Cid) -> Tetraplet | Uncatchable:
    """Return the tetraplet of the canon result with this content id; it names the peer that performed the canon."""
    result = need(entry(stores.canon_result_store, Store.CANON_RESULT, cid))
    return entry(stores.tetraplet_store, Store.TETRAPLET, result.tetraplet)


@rules("Store", form="{stores} ⊢ elements of {cid} ↦", reads="in the stores {stores}, the canon {cid} has the elements")
def find_canon_elements(stores: CidInfo, cid: Cid) -> tuple[Value, ...] | Uncatchable | Trap:
    """Return all elements of the canon result with this content id, in their order."""
    result = need(entry(stores.canon_result_store, Store.CANON_RESULT, cid))
    elements = need(all_of(tuple(find_element(stores, element) for element in result.values)))
    return elements


@rules("Store", form="{stores} ⊢ element {cid} ↦", reads="in the stores {stores}, the canon element {cid} is")
def find_element(stores: CidInfo, cid: Cid) -> Value | Uncatchable | Trap:
    """Return the canon element with this content id as a value, with the parts of its tetraplet that AquaVM keeps."""
    element = need(entry(stores.canon_element_store, Store.CANON_ELEMENT, cid))
    text = need(entry(stores.value_store, Store.VALUE, element.value))
    tetraplet = need(entry(stores.tetraplet_store, Store.TETRAPLET, element.tetraplet))
    json = need(readable(text))
    return stored(json, tetraplet, element.provenance)
