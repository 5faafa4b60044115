"""Whether stores hold what their content ids say and all that they refer to (section 5.4 of the reference)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import Any, Final, TypeVar

from rpds import HashTrieMap

from semantics.aquavm.rust_text import quoted
from semantics.authenticity.cids import canon_element_text, canon_result_text, service_result_text, tetraplet_text
from semantics.authenticity.content_check import check_cid
from semantics.notation import opaque
from spec import codes
from spec.data import CidInfo
from spec.faults import Uncatchable
from spec.values import Cid, FromCanon, FromService

T = TypeVar("T")

# The reference's names for what the stores hold, which its messages contain.
VALUE: Final = "air_interpreter_data::raw_value::RawValue"
TETRAPLET: Final = "marine_call_parameters::SecurityTetraplet"
CANON_ELEMENT: Final = "air_interpreter_data::executed_state::CanonCidAggregate"
CANON_RESULT: Final = "air_interpreter_data::executed_state::CanonResultCidAggregate"
SERVICE_RESULT: Final = "air_interpreter_data::executed_state::ServiceResultCidAggregate"


@opaque("a hash function")
@lru_cache(maxsize=64)
def check_stores(info: CidInfo) -> CidInfo | Uncatchable:
    """The stores, if all is in order; the error is the first complaint, in the order in which AquaVM looks at them."""
    complaint = next(complaints(info), None)
    return info if complaint is None else codes.refused(codes.CID_STORE_CORRUPT, complaint)


def complaints(info: CidInfo) -> Iterator[str]:
    """All complaints about the stores."""
    yield from wrong_ids(info.value_store, lambda text: text, VALUE)
    yield from wrong_ids(info.tetraplet_store, tetraplet_text, TETRAPLET)
    yield from wrong_ids(info.canon_element_store, canon_element_text, CANON_ELEMENT)
    yield from wrong_ids(info.canon_result_store, canon_result_text, CANON_RESULT)
    yield from dangling_of_canons(info)
    yield from dangling_of_elements(info)
    yield from wrong_ids(info.service_result_store, service_result_text, SERVICE_RESULT)
    yield from dangling_of_services(info)


def wrong_ids(store: HashTrieMap[Cid, T], text: Callable[[T], str], type_name: str) -> Iterator[str]:
    """Complaints about ids that are not those of what they name."""
    for cid, record in store.items():
        complaint = check_cid(cid, text(record), type_name)
        if complaint is not None:
            yield complaint


def dangling(store: HashTrieMap[Cid, Any], source: str, target: str, references: Iterable[Cid]) -> Iterator[str]:
    """Complaints about references that lead to nothing."""
    for cid in references:
        if cid not in store:
            yield f"Reference CID {quoted(cid)} from type {quoted(source)} to {quoted(target)} was not found"


def dangling_of_canons(info: CidInfo) -> Iterator[str]:
    """Complaints about what canonical streams refer to."""
    for result in info.canon_result_store.values():
        yield from dangling(info.canon_element_store, CANON_RESULT, CANON_ELEMENT, result.values)
        yield from dangling(info.tetraplet_store, CANON_RESULT, TETRAPLET, [result.tetraplet])


def dangling_of_elements(info: CidInfo) -> Iterator[str]:
    """Complaints about what elements of canonical streams refer to."""
    for element in info.canon_element_store.values():
        yield from dangling(info.tetraplet_store, CANON_ELEMENT, TETRAPLET, [element.tetraplet])
        yield from dangling(info.value_store, CANON_ELEMENT, VALUE, [element.value])
        match element.provenance:
            case FromService(cid):
                yield from dangling(info.service_result_store, CANON_ELEMENT, SERVICE_RESULT, [cid])
            case FromCanon(cid):
                yield from dangling(info.canon_result_store, CANON_ELEMENT, CANON_RESULT, [cid])


def dangling_of_services(info: CidInfo) -> Iterator[str]:
    """Complaints about what service results refer to."""
    for result in info.service_result_store.values():
        yield from dangling(info.tetraplet_store, SERVICE_RESULT, TETRAPLET, [result.tetraplet_cid])
        yield from dangling(info.value_store, SERVICE_RESULT, VALUE, [result.value_cid])
