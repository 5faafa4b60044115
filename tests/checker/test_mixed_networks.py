"""Networks in which some peers run the specification and others AquaVM, which read each other's bytes."""

from __future__ import annotations

import pytest

from airspec.checker.bench.workloads import Play, examples
from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import Alternating, AquaVMOnWire, SpecificationOnWire
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.lockstep.game import PEERS, Game
from airspec.checker.conform.lockstep.numbered_environment import Made
from airspec.semantics.particle import CallResult

EXAMPLES = tuple(examples())
ENOUGH = 2000
"""Moves after which a game has come to rest."""


class GameOfPlay(Game):
    """A game with the peers and the services of a play."""

    def __init__(self, play: Play, mixture: Alternating, aquavm: AquaVMOnWire, seed: int) -> None:
        super().__init__(play.script, mixture, aquavm, RandomChoices(seed), play.peers)
        self.given = play
        self.answered = 0

    def respond(self, made: Made) -> CallResult:
        """What the services of the play answer."""
        self.answered += 1
        return self.given.answer(made, self.answered)


def test_mixed_networks_agree_with_a_pure_one(avm: AquaVM) -> None:
    """Both mixtures play as a network of AquaVM alone does, and every signature is verified by both."""
    aquavm = AquaVMOnWire(avm)
    for seed in range(200):
        for mixture in (
            Alternating(SpecificationOnWire(), aquavm, PEERS),
            Alternating(aquavm, SpecificationOnWire(), PEERS),
        ):
            choices = RandomChoices(seed)
            script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
            played = Game(script, mixture, aquavm, choices).play(20)
            assert played.difference is None, f"seed {seed}: {played.difference}\n{script}"


@pytest.mark.parametrize("number", range(len(EXAMPLES)), ids=[play.name for play in EXAMPLES])
def test_examples_complete_in_mixed_networks(avm: AquaVM, number: int) -> None:
    """They come to rest as in a network of AquaVM alone; every signature that arrives was verified by the receiver."""
    aquavm = AquaVMOnWire(avm)
    for seed in range(20):
        for sides in ((SpecificationOnWire(), aquavm), (aquavm, SpecificationOnWire())):
            play = tuple(examples())[number]  # its services count what they were asked
            game = GameOfPlay(play, Alternating(*sides, play.peers), aquavm, seed)
            played = game.play(ENOUGH)
            assert played.difference is None, f"seed {seed}: {played.difference}"
            assert len(played.moves) < ENOUGH
            assert len([peer for peer in range(len(game.peers)) if game.kept(peer)[0]]) > 1
