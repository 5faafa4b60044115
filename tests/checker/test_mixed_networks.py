"""Networks in which some peers run the specification and others the real AquaVM, which read each other's bytes."""

from __future__ import annotations

from checker.adapters.avm import AquaVM
from checker.differential.interpreters import Alternating, Reference, SpecificationOnWire
from checker.differential.lockstep import PEERS, Game
from checker.generation.scripts import RandomChoices, write_script


def test_mixed_networks_agree_with_a_pure_one(avm: AquaVM) -> None:
    """Both mixtures play as a network of AquaVM alone does, and every signature is verified by both."""
    reference = Reference(avm)
    for seed in range(200):
        for mixture in (
            Alternating(SpecificationOnWire(), reference, PEERS),
            Alternating(reference, SpecificationOnWire(), PEERS),
        ):
            choices = RandomChoices(seed)
            script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
            played = Game(script, mixture, reference, choices).play(20)
            assert played.difference is None, f"seed {seed}: {played.difference}\n{script}"
