"""The specification and AquaVM answer the same generated moves alike, in every field."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire, Specification
from airspec.checker.conform.generation.scripts import HypothesisChoices, RandomChoices, write_script
from airspec.checker.conform.lockstep.game import PEERS, Game, Played

SETTINGS = settings(
    max_examples=500,
    deadline=None,
    database=None,
    phases=(Phase.generate, Phase.shrink),
    suppress_health_check=list(HealthCheck),
)


def describe(script: str, played: Played) -> str:
    """What a failing comparison says."""
    return f"{played.difference}\n{script}"


@pytest.fixture(scope="module")
def aquavm(avm: AquaVM) -> AquaVMOnWire:
    """AquaVM 0.62.0, with data as bytes."""
    return AquaVMOnWire(avm)


@pytest.mark.parametrize("batch", range(4))
def test_generated_scripts(aquavm: AquaVMOnWire, batch: int) -> None:
    """Two thousand scripts and schedules over two to four peers that Hypothesis generates, and would shrink."""

    @seed(batch)
    @SETTINGS
    @given(st.data())
    def game(data: st.DataObject) -> None:
        choices = HypothesisChoices(data.draw)
        peers = choices.pick((3, 2, 4))
        script = write_script(choices, [peer.peer_id for peer in PEERS[:peers]], depth=5, budget=12)
        played = Game(script, Specification(), aquavm, choices, PEERS[:peers]).play(20)
        assert played.difference is None, describe(script, played)

    game()


@pytest.mark.parametrize("batch", range(2))
def test_larger_scripts_at_random(aquavm: AquaVMOnWire, batch: int) -> None:
    """A thousand larger scripts, chosen uniformly; fewer than one in five may leave no trace at all."""
    trivial = 0
    for number in range(batch * 500, batch * 500 + 500):
        choices = RandomChoices(number)
        peers = choices.pick((2, 3, 4))
        script = write_script(choices, [peer.peer_id for peer in PEERS[:peers]])
        played = Game(script, Specification(), aquavm, choices, PEERS[:peers]).play(25)
        assert played.difference is None, f"seed {number}: {describe(script, played)}"
        trivial += played.trace_length == 0
    assert trivial < 100


def test_a_wrong_rule_is_found(aquavm: AquaVMOnWire, monkeypatch: pytest.MonkeyPatch) -> None:
    """The comparison can fail: with streams read in another order, it does."""
    from airspec.semantics import streams

    def reversed_contents(stream: streams.StreamState) -> tuple[object, ...]:
        return tuple(entry.value for generation in streams.generations(stream) for entry in generation)[::-1]

    monkeypatch.setattr("airspec.semantics.rules.canon.contents", reversed_contents)
    found = 0
    for number in range(300):
        choices = RandomChoices(number)
        script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
        found += Game(script, Specification(), aquavm, choices).play(25).difference is not None
    assert found > 0
