"""Fingerprints: digests of all outcomes of a script, by which a mutant is distinguished from the original rules.

This module does not judge which rules are right; it only says whether a script distinguishes two sets of rules.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from hashlib import sha256

import msgspec
from msgspec import Struct

from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.world import World
from airspec.checker.prove.laws.authenticity_laws import KEYS, PARTICLE_OF_A, held, named, signing, tampered
from airspec.checker.prove.laws.harness import STATE_LIMIT, Services, StuckError
from airspec.semantics.network.state import Faults
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.spec.data import EMPTY, Data, data_to_json
from airspec.spec.parser import Script, parse


class Shown(Struct, frozen=True):
    """The input of a fingerprint: a script, and optionally another one, whose data are delivered to the first one.

    The data of the other script are delivered as they are, and also tampered with.
    """

    script: str
    data_of: str = ""


def digest(shown: Shown) -> str:
    """Return the SHA-256, in hexadecimal, of all outcomes of the input; raises `ScriptError` for an invalid script."""
    told = sha256()
    for text in observed(shown):
        told.update(text)
    return told.hexdigest()


def observed(shown: Shown) -> Iterator[bytes]:
    """Yield the encoded outcomes of a script's explored invocations, and of deliveries of the other script's data."""
    search, outcomes = _explored(shown.script)
    yield from outcomes
    if shown.data_of:
        foreign, _ = _explored(shown.data_of)
        for _, kept in ((KEYS["observer"].peer_id, EMPTY), *held(search)):
            for _, arriving in held(foreign):
                for data in (arriving, *(forged for _, forged in tampered(arriving))):
                    yield _delivered(search.world.script, kept, data)


def _explored(text: str) -> tuple[Search, list[bytes]]:
    outcomes: list[bytes] = []

    def watch(
        script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
    ) -> Outcome:
        outcome = signing(script, prev, current, particle, peer, results)
        outcomes.append(_written(outcome))
        return outcome

    search = Search(World(parse(named(text)), PARTICLE_OF_A, Services(), watch), Faults(batches=1), all_laws=True)
    try:
        search.run(Bounds(states=STATE_LIMIT))
    except StuckError as error:
        outcomes.append(str(error).encode())
    return search, outcomes


def _delivered(script: Script, kept: Data, arriving: Data) -> bytes:
    try:
        return _written(signing(script, kept, arriving, PARTICLE_OF_A, KEYS["observer"].peer_id, {}))
    except StuckError as error:
        return str(error).encode()


def _written(outcome: Outcome) -> bytes:
    """Return an outcome in full, without the order of entries in stores and of equal next peers."""
    data = data_to_json(outcome.data)
    requests = [(number, request) for number, request in outcome.call_requests]
    told = (outcome.ret_code, outcome.error_message, outcome.trap, outcome.next_peers, requests, data)
    return msgspec.json.encode(told, order="sorted")


def main() -> None:
    """Read a `Shown` as JSON from standard input, and print its digest; raises `ScriptError` for an invalid script."""
    print(digest(msgspec.json.decode(sys.stdin.buffer.read(), type=Shown)))


if __name__ == "__main__":
    main()
