"""Several answers that one run takes: the specification and AquaVM do the same with them."""

from __future__ import annotations

import pytest

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire, Specification
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.lockstep.game import PEERS, Game

A, B = (peer.peer_id for peer in PEERS[:2])
SCRIPTS = {
    f'(par (call "{A}" ("s" "f") [] x) (par (call "{A}" ("s" "g") [] $y) (call "{A}" ("s" "h") [] $y)))': {"batch"},
    f'(par (xor (call "{A}" ("s" "err") [] x) (call "{A}" ("s" "g") [])) (call "{A}" ("s" "f") [] y))': {"batch"},
    f'(par (call "{B}" ("s" "f") [] $s) (seq (call "{A}" ("s" "g") [] $s) (call "{B}" ("s" "h") [] $s)))': {
        "batch",
        "deliver-with",
    },
}


@pytest.mark.parametrize(("script", "expected"), SCRIPTS.items())
def test_games_take_answers_together_and_replay(avm: AquaVM, script: str, expected: set[str]) -> None:
    together = set()
    for number in range(20):
        game = Game(script, Specification(), AquaVMOnWire(avm), RandomChoices(number), PEERS[:2])
        played = game.play(12)
        assert played.difference is None
        together |= {move.split()[0] for move in played.moves} & {"batch", "deliver-with"}
        again = Game(script, Specification(), AquaVMOnWire(avm), RandomChoices(0), PEERS[:2])
        assert again.replay(played.moves).moves == played.moves and again.state == game.state
    assert together == expected
