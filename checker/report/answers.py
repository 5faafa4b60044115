"""The answers of a run, which tell the values that its data only name."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from airspec.checker.model.story import Event
from airspec.semantics.authenticity.cids import value_cid
from airspec.spec import json_text
from airspec.spec.data import CidInfo
from airspec.spec.values import Cid, Json


def answers(events: Iterable[Event]) -> dict[Cid, Json]:
    """Return the values that services answered in a run, by content id; answers that are no JSON are left out."""
    found: dict[Cid, Json] = {}
    for event in events:
        for _, result in () if event.invocation is None else event.invocation.results:
            json = json_text.canonical(result.result)
            if json is not None:
                found[value_cid(json)] = json
    return found


def with_values(info: CidInfo, values: dict[Cid, Json]) -> CidInfo:
    """Return stores to which values are added, by content id.

    The data of a call without output hold the content id of its result, and not the result.
    """
    return replace(info, value_store=info.value_store.update(values))
