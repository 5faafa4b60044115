"""Several answers that one run takes: the specification and AquaVM do the same with them."""

from __future__ import annotations

import pytest

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire, Specification
from airspec.checker.conform.generation.scripts import RandomChoices
from airspec.checker.conform.lockstep.run import PEERS, Game

A, B = (peer.peer_id for peer in PEERS[:2])
SCRIPTS = (
    f'(par (call "{A}" ("s" "f") [] x) (par (call "{A}" ("s" "g") [] $y) (call "{A}" ("s" "h") [] $y)))',
    f'(seq (call "{A}" ("s" "arr") [] l) (fold l i (par (call "{B}" ("s" "f") [i] $r) (next i))))',
    f'(par (xor (call "{A}" ("s" "err") [] x) (call "{A}" ("s" "g") [])) (call "{A}" ("s" "f") [] y))',
)


@pytest.mark.parametrize("script", SCRIPTS)
def test_games_take_several_answers_at_once_and_replay(avm: AquaVM, script: str) -> None:
    batched = 0
    for number in range(20):
        game = Game(script, Specification(), AquaVMOnWire(avm), RandomChoices(number), PEERS[:2])
        played = game.play(12)
        assert played.difference is None
        batched += any(move.startswith("batch") for move in played.moves)
        again = Game(script, Specification(), AquaVMOnWire(avm), RandomChoices(0), PEERS[:2])
        assert again.replay(played.moves).moves == played.moves and again.state == game.state
    assert batched > 0
