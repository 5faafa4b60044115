"""The stores of a run: values, tetraplets and results by content id (sections 5.2 and 5.5 of the reference)."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from semantics.authenticity.cids import (
    canon_element_cid,
    canon_result_cid,
    service_result_cid,
    tetraplet_cid,
    value_cid,
)
from semantics.configuration import Config, Host
from semantics.notation import definition, rules
from semantics.scopes import stored
from spec import codes, json_text
from spec.data import CanonElement, CanonResult, CidInfo, ServiceResult
from spec.faults import Trap, Uncatchable
from spec.values import Cid, Json, Tetraplet, Value


class Tracked(Struct, frozen=True, gc=False, eq=False):
    """The stores after something was entered, and its content id."""

    stores: CidInfo
    cid: Cid


class Service(Struct, frozen=True, gc=False):
    """A service result with what it refers to."""

    json: Json
    argument_hash: Cid
    tetraplet: Tetraplet


@definition
def merge_stores(prev: CidInfo, current: CidInfo) -> CidInfo:
    """The union of both sides' stores; entries with one id are equal, and nothing is ever removed."""
    return CidInfo(
        prev.value_store.update(current.value_store),
        prev.tetraplet_store.update(current.tetraplet_store),
        prev.canon_element_store.update(current.canon_element_store),
        prev.canon_result_store.update(current.canon_result_store),
        prev.service_result_store.update(current.service_result_store),
    )


@definition
def track_service_result(stores: CidInfo, json: Json, argument_hash: Cid, tetraplet: Tetraplet) -> Tracked:
    """Enter the result of a call."""
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
    """Enter a canonical stream with its elements."""
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


@rules("Store")
def find_service(stores: CidInfo, cid: Cid) -> Service | Uncatchable | Trap:
    """A service result with its value and tetraplet.

    A stored text is read anew: the reference reads floats inexactly, so their last digit can change each time.
    """
    result = stores.service_result_store.get(cid)
    text = None if result is None else stores.value_store.get(result.value_cid)
    json = None if text is None else json_text.canonical(text)
    tetraplet = None if result is None else stores.tetraplet_store.get(result.tetraplet_cid)
    if result is None:
        "service-result-missing: the id refers to nothing"
        return codes.cid_not_found("service result aggregate", cid)
    elif text is None:
        "service-value-missing: the result's value is not there"
        return codes.cid_not_found("value", result.value_cid)
    elif tetraplet is None:
        "service-tetraplet-missing: the result's tetraplet is not there"
        return codes.cid_not_found("tetraplet", result.tetraplet_cid)
    elif json is None:
        "service-value-not-json: what is stored as the value is no JSON, which the reference relies on"
        return Trap("stored-value-not-json")
    else:
        "service-result: all is there"
        return Service(json, result.argument_hash, tetraplet)


@rules("Store")
def find_canon_tetraplet(stores: CidInfo, cid: Cid) -> Tetraplet | Uncatchable:
    """The tetraplet of a canonical stream."""
    result = stores.canon_result_store.get(cid)
    tetraplet = None if result is None else stores.tetraplet_store.get(result.tetraplet)
    if result is None:
        "canon-result-missing: the id refers to nothing"
        return codes.cid_not_found("canon result aggregate", cid)
    elif tetraplet is None:
        "canon-tetraplet-missing: the canon's tetraplet is not there"
        return codes.cid_not_found("tetraplet", result.tetraplet)
    else:
        "canon-tetraplet: the tetraplet of the peer that made it"
        return tetraplet


@definition
def find_canon_elements(stores: CidInfo, cid: Cid) -> tuple[Value | Uncatchable | Trap, ...]:
    """The elements of a canonical stream, each a value or what is missing of it."""
    return tuple(find_element(stores, element) for element in stores.canon_result_store[cid].values)


@rules("Store")
def find_element(stores: CidInfo, cid: Cid) -> Value | Uncatchable | Trap:
    """One element of a canonical stream."""
    element = stores.canon_element_store.get(cid)
    text = None if element is None else stores.value_store.get(element.value)
    json = None if text is None else json_text.canonical(text)
    tetraplet = None if element is None else stores.tetraplet_store.get(element.tetraplet)
    if element is None:
        "canon-element-missing: the id refers to nothing"
        return codes.cid_not_found("canon aggregate", cid)
    elif text is None:
        "canon-value-missing: the element's value is not there"
        return codes.cid_not_found("value", element.value)
    elif tetraplet is None:
        "canon-element-tetraplet-missing: the element's tetraplet is not there"
        return codes.cid_not_found("tetraplet", element.tetraplet)
    elif json is None:
        "canon-value-not-json: what is stored as the value is no JSON, which the reference relies on"
        return Trap("stored-value-not-json")
    else:
        "canon-element: a stored value, with what remains of its tetraplet"
        return stored(json, tetraplet, element.provenance)


@definition
def vouch(c: Config, peer: str, cid: Cid) -> Host:
    """The host side after a content id was met; a peer signs those that are its own."""
    return replace(c.host, signed=c.host.signed.push_front(cid)) if peer == c.me else c.host
