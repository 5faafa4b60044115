"""The check of stores: each content id is that of its record, and each reference leads to a record.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/cid_info.rs``, and ``cid_store.rs`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, TypeVar

from rpds import HashTrieMap

from airspec.semantics.authenticity.cids import (
    canon_element_text,
    canon_result_text,
    service_result_text,
    tetraplet_text,
)
from airspec.semantics.authenticity.content_check import check_cid
from airspec.semantics.notation import opaque
from airspec.spec.data import CidInfo
from airspec.spec.faults import CidDangling, CidFault, Store, Uncatchable
from airspec.spec.values import Cid, FromCanon, FromService

T = TypeVar("T")


@opaque("a hash function")
@lru_cache(maxsize=64)
def check_stores(info: CidInfo) -> CidInfo | Uncatchable:
    """Return the stores if all their content ids and references are right, else the error for the first that is not.

    They are checked in the order in which AquaVM does it.
    """
    complaint = next(complaints(info), None)
    return info if complaint is None else Uncatchable(complaint)


def complaints(info: CidInfo) -> Iterator[CidFault]:
    """Yield a fault for each wrong content id and each dangling reference in the stores, in AquaVM's order."""
    yield from wrong_ids(info.value_store, lambda text: text, Store.VALUE)
    yield from wrong_ids(info.tetraplet_store, tetraplet_text, Store.TETRAPLET)
    yield from wrong_ids(info.canon_element_store, canon_element_text, Store.CANON_ELEMENT)
    yield from wrong_ids(info.canon_result_store, canon_result_text, Store.CANON_RESULT)
    yield from dangling_of_canons(info)
    yield from dangling_of_elements(info)
    yield from wrong_ids(info.service_result_store, service_result_text, Store.SERVICE_RESULT)
    yield from dangling_of_services(info)


def wrong_ids(store: HashTrieMap[Cid, T], text: Callable[[T], str], kind: Store) -> Iterator[CidFault]:
    """Yield a fault for each content id in a store that is not the id of the text of its record.

    `text` gives the text of a record; `kind` names the store in the faults.
    """
    for cid, record in store.items():
        complaint = check_cid(cid, text(record), kind)
        if complaint is not None:
            yield complaint


def dangling(
    store: HashTrieMap[Cid, Any], source: Store, target: Store, references: Iterable[Cid]
) -> Iterator[CidFault]:
    """Yield a fault for each of the references that is not a content id in `store`.

    `source` names the store with the references in the fault, `target` the store that they refer to.
    """
    for cid in references:
        if cid not in store:
            yield CidDangling(source, target, cid)


def dangling_of_canons(info: CidInfo) -> Iterator[CidFault]:
    """Yield a fault for each dangling reference in a canon result: to an element or to a tetraplet."""
    for result in info.canon_result_store.values():
        yield from dangling(info.canon_element_store, Store.CANON_RESULT, Store.CANON_ELEMENT, result.values)
        yield from dangling(info.tetraplet_store, Store.CANON_RESULT, Store.TETRAPLET, [result.tetraplet])


def dangling_of_elements(info: CidInfo) -> Iterator[CidFault]:
    """Yield a fault for each dangling reference in a canon element: to a tetraplet, a value or its provenance."""
    for element in info.canon_element_store.values():
        yield from dangling(info.tetraplet_store, Store.CANON_ELEMENT, Store.TETRAPLET, [element.tetraplet])
        yield from dangling(info.value_store, Store.CANON_ELEMENT, Store.VALUE, [element.value])
        match element.provenance:
            case FromService(cid):
                yield from dangling(info.service_result_store, Store.CANON_ELEMENT, Store.SERVICE_RESULT, [cid])
            case FromCanon(cid):
                yield from dangling(info.canon_result_store, Store.CANON_ELEMENT, Store.CANON_RESULT, [cid])


def dangling_of_services(info: CidInfo) -> Iterator[CidFault]:
    """Yield a fault for each dangling reference in a service result: to a tetraplet or to a value."""
    for result in info.service_result_store.values():
        yield from dangling(info.tetraplet_store, Store.SERVICE_RESULT, Store.TETRAPLET, [result.tetraplet_cid])
        yield from dangling(info.value_store, Store.SERVICE_RESULT, Store.VALUE, [result.value_cid])
