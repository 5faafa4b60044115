"""Symbolic signatures: peers refuse exactly what they would refuse with keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import pytest

from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.world import World
from airspec.checker.prove.laws.corpus import CORPUS
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.invoke import invoke
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec import codes
from airspec.spec.data import Data
from airspec.spec.parser import Script, parse

NAMES: Final = {name: KeyPair(bytes([number + 1]) * 32) for number, name in enumerate("ABCDE")}
KEYS: Final = {key.peer_id: key for key in NAMES.values()}
STRANGER: Final = KeyPair(bytes([99]) * 32)
REFUSED: Final = """
(par (call "B" ("s" "obj") [] x0)
  (par (ap x0 $s1)
    (fold $s1 i2
      (new $s7
        (seq
          (seq
            (seq
              (mismatch :error: x0
                (seq (call %init_peer_id% ("s" "g") [] x3) (xor (fail x3.$.a) (ap x0.length y4))))
              (ap i2 $s1))
            (fold [] i5 (par (ap (1 x0) %m6) (next i5))))
          (next i2)))
      (canon "C" %m6 #%cm8))))
"""
"""A peer loses an executed canon of its own here, and others then refuse what it sends."""


class Services:
    """Answers that are strings, and one failure."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        return None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        if request.function_name == "err":
            return CallResult(1, '"no"')
        return CallResult(0, '["a","b"]' if request.function_name in ("arr", "obj") else f'"{request.function_name}"')


def with_keys(
    script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
) -> Outcome:
    return invoke(script, prev, current, particle, peer, results, KEYS.get(peer, STRANGER))


def explored(text: str, keys: bool, signs: bool) -> tuple[int, list[str], bool]:
    """The number of states, the broken laws, and whether a peer refused data because of signatures."""
    for name, key in NAMES.items():
        text = text.replace(f'"{name}"', f'"{key.peer_id}"')
    particle = Particle(NAMES["A"].peer_id)
    world = World(parse(text), particle, Services(), with_keys if keys else None, signs=signs)
    verdict = Search(world, all_laws=True).run(Bounds(states=3000))
    refused = any(effect.ret_code == codes.BAD_SIGNATURE for effect in world.effects.values())
    return verdict.counts.states, sorted(found.breach.law for found in verdict.violations), refused


@pytest.mark.parametrize("text", [REFUSED, *CORPUS[::3]])
def test_symbols_and_keys_refuse_the_same(text: str) -> None:
    assert explored(text, keys=False, signs=True) == explored(text, keys=True, signs=False)


def test_honest_peers_are_refused_which_a_network_without_signatures_does_not_show() -> None:
    assert explored(REFUSED, keys=False, signs=True)[2]
    assert not explored(REFUSED, keys=False, signs=False)[2]
