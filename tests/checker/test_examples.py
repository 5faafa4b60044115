"""The examples: each has the verdict that its first comment claims, and AquaVM does the same in every move."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire
from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.world import World
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation
from airspec.semantics.invoke import invoke
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.spec.data import Data, data_to_json
from airspec.spec.formatter import format_script
from airspec.spec.parser import Script, parse

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.air"))
VERDICT = re.compile(r";; Verdict: (holds|violated \(([a-z-]+)\))")


def search(text: str, init: str = "init") -> Search:
    annotated = read_annotated(text, "example")
    return Search(World(annotated.script, Particle(init), ServiceSources(), annotations=annotated.annotations))


def test_there_are_twelve() -> None:
    assert len(EXAMPLES) == 12


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_the_verdict_is_the_claimed_one(path: Path) -> None:
    text = path.read_text()
    claimed = VERDICT.search(text)
    assert claimed is not None and text.startswith(";; ")
    verdict = search(text).run(Bounds())
    assert verdict.cut is None
    broken = [violation.breach.law for violation in verdict.violations]
    assert broken[:1] == ([claimed[2]] if claimed[2] else [])


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_in_standard_layout(path: Path) -> None:
    text = path.read_text()
    assert format_script(parse(text)) == text


class BothInterpreters:
    """Invokes the specification and AquaVM on the same inputs, and compares what they answer."""

    def __init__(self, avm: AquaVM, keys: Mapping[str, KeyPair]) -> None:
        self.aquavm = AquaVMOnWire(avm)
        self.keys = {pair.peer_id: pair for pair in keys.values()}
        self.encoded: dict[object, bytes] = {((), 0): b""}
        self.compared = 0

    def __call__(
        self,
        script: Script,
        prev: Data,
        current: Data,
        particle: Particle,
        peer: str,
        results: Mapping[int, CallResult],
    ) -> Outcome:
        outcome = invoke(script, prev, current, particle, peer, results)
        key = self.keys.setdefault(peer, KeyPair(bytes([99]) * 32))
        if key.peer_id != peer:  # the observer that merges knowledge has no key of its own
            return outcome
        kept, arrived = (self.encoded.get((data.trace, data.last_call_request_id)) for data in (prev, current))
        if kept is None or arrived is None:  # the observer merged it: nobody signed that, and no peer ever sends it
            return outcome
        self.compared += 1
        answer = self.aquavm.invoke(Invocation(script.text, kept, arrived, particle, key.peer_id, key.secret, results))
        assert (answer.ret_code, answer.error_message) == (outcome.ret_code, outcome.error_message)
        assert answer.next_peers == frozenset(outcome.next_peers)
        assert dict(answer.call_requests) == dict(outcome.call_requests)
        assert self.aquavm.inspect(answer.data)["trace"] == data_to_json(outcome.data)["trace"]
        self.encoded.setdefault((outcome.data.trace, outcome.data.last_call_request_id), answer.data)
        return outcome


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_aquavm_does_the_same_in_every_interleaving(path: Path, avm: AquaVM) -> None:
    text = path.read_text()
    names = sorted({"init", *re.findall(r'"(B|C|D|server|relay|target|log|library)"', text)})
    keys = {name: KeyPair(bytes([number + 1]) * 32) for number, name in enumerate(names)}
    for name, pair in keys.items():
        text = text.replace(f'"{name}"', f'"{pair.peer_id}"')
    annotated = read_annotated(text, path.name)
    particle = Particle(keys["init"].peer_id)
    both = BothInterpreters(avm, keys)
    found = Search(
        World(annotated.script, particle, ServiceSources(), both, annotations=annotated.annotations), all_laws=True
    )
    assert found.run(Bounds()).cut is None
    assert both.compared >= len(both.encoded) - 1  # all data but the empty ones came from a run that was compared
