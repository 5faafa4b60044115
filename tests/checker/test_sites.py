"""Sites: the call that made a request is found, whichever interpreter made it and in whatever form it keeps data."""

from __future__ import annotations

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import (
    AquaVMOnWire,
    Interpreter,
    Specification,
    SpecificationOnWire,
)
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.lockstep.game import PEERS, Game
from airspec.checker.conform.lockstep.numbered_environment import Made
from airspec.checker.model.sites import callers, calls_of
from airspec.semantics.particle import CallResult
from airspec.spec.parser import parse


class Watched(Game):
    """A game that compares the call found by the rules with those that can have made a request by their text."""

    requests = 0
    alike = 0

    def respond(self, made: Made) -> CallResult:
        """Answer as ever, after the comparison."""
        possible = callers(calls_of(parse(made.invocation.script)), made.peer, made.request)
        assert made.sites()[made.call_id] in possible
        Watched.requests += 1
        Watched.alike += len(possible) > 1
        return super().respond(made)


def watch(side: Interpreter, other: Interpreter, games: int) -> None:
    Watched.requests = Watched.alike = 0
    for seed in range(games):
        choices = RandomChoices(seed)
        script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
        assert Watched(script, side, other, choices).play(30).difference is None
    assert Watched.requests > games and Watched.alike > games // 20


def test_the_rules_find_a_call_that_can_have_made_the_request() -> None:
    for side in (Specification(), SpecificationOnWire()):
        watch(side, side, 150)


def test_the_rules_find_the_calls_of_aquavm(avm: AquaVM) -> None:
    watch(AquaVMOnWire(avm), SpecificationOnWire(), 150)
