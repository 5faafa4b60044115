"""Given scripts on two interpreters: names of peers get keys, and a difference is seen."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from airspec.checker.cli import main
from airspec.checker.cli._input import RunOptions
from airspec.checker.cli.compare import compare
from airspec.checker.conform.adapters.interpreters import Answer, AquaVMOnWire, SpecificationOnWire
from airspec.checker.conform.lockstep.given_game import cast_of, renamed
from airspec.semantics.interpret import Invocation
from airspec.spec.parser import parse

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

EXAMPLES = Path(__file__).parents[2] / "examples"
OPTIONS = RunOptions("init", ("aqua",), "error")
SCRIPT = """(seq (call %init_peer_id% ("getDataSrv" "-relay-") [] -relay-)
 (seq (call -relay- ("op" "noop") [])
  (seq (call "far peer" ("peer" "identify") ["-relay-"] x) (canon -relay- $s #s))))"""


class Forgetful(SpecificationOnWire):
    """An interpreter that sends a particle to nobody once its trace is long."""

    def invoke(self, given: Invocation[bytes]) -> Answer:
        """What the specification says, with fewer next peers."""
        answer = super().invoke(given)
        long = len(self.inspect(answer.data)["trace"]) > 2
        return replace(answer, next_peers=frozenset()) if long else answer


def test_names_stand_for_peers_with_keys() -> None:
    script = parse(SCRIPT, "script")
    cast = cast_of(script, "init")
    assert {"init", "relay", "-relay-", "far peer"} <= set(cast.ids)
    played = renamed(SCRIPT, cast)
    assert f'(call "{cast.ids["far peer"]}"' in played
    assert cast.text('{"a":["relay",1.0]}', cast.ids) == f'{{"a":["{cast.ids["relay"]}",1.0]}}'
    assert cast.text(cast.text('["relay"]', cast.ids), cast.names) == '["relay"]'
    assert cast.text("} no JSON relay", cast.ids) == "} no JSON relay"


def test_a_difference_is_seen_with_its_moves(tmp_path: Path) -> None:
    path = tmp_path / "script.air"
    path.write_text(SCRIPT, encoding="utf-8")
    sides = (SpecificationOnWire(), SpecificationOnWire())
    assert compare(str(path), sides, OPTIONS, 3, 0).difference is None
    found = compare(str(path), (SpecificationOnWire(), Forgetful()), OPTIONS, 3, 0)
    assert found.difference is not None and found.difference.field == "next_peers"
    assert found.difference.moves[0] == "start"


def test_the_examples_agree_with_aquavm(avm: AquaVM) -> None:
    for path in sorted(EXAMPLES.glob("*.air")):
        found = compare(str(path), (SpecificationOnWire(), AquaVMOnWire(avm)), RunOptions("A", (), "error"), 3, 1)
        assert found.difference is None, (path.name, found.difference)
        assert found.invocations > 3, path.name


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["spec", "nowhere.air"], "nowhere.air: cannot be read"),
        (["spec", "."], ".: has no .air files"),
        (["no-such-command", "nowhere.air"], "the adapter 'no-such-command' cannot be started"),
    ],
)
def test_bad_input_is_one_sentence(
    arguments: list[str],
    sentence: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit) as ended:
        main(["compare", *arguments])
    told = capsys.readouterr().err
    assert ended.value.code == 2
    assert sentence in told and told.count("\n") == 1


NEIGHBOURS = """(seq (call %init_peer_id% ("dht" "neighbours") [] peers) ; ok=["n1",{"next":"n2"}]
 (seq (call peers.$.[0] ("s" "f") [] x) ; ok={"far":"n3"}
  (seq (call peers.$.[1].next ("s" "f") [] y) ; ok="n4"
   (par (call y ("s" "f") [] z) ; behaviour=service
    (call x.$.far ("s" "f") [] z2))))) ; behaviour=service
"""


def compare_in_words(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    with pytest.raises(SystemExit) as ended:
        main(["compare", "spec", *words])
    assert isinstance(ended.value.code, int)
    captured = capsys.readouterr()
    return ended.value.code, captured.out, captured.err


def test_peers_that_only_answers_name_take_part(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "script.air"
    path.write_text(NEIGHBOURS, encoding="utf-8")
    sides = (SpecificationOnWire(), SpecificationOnWire())
    found = compare(str(path), sides, OPTIONS, 3, 0)
    # The start, the first answer, and for each of four peers the arrival of the particle and an answer.
    assert (found.difference, found.lost, found.cut) == (None, frozenset(), 0) and found.invocations >= 3 * 10
    monkeypatch.setattr("airspec.checker.cli.compare.MOST_PEERS", 0)
    assert compare(str(path), sides, OPTIONS, 3, 0).lost == {"n1"}


def test_what_was_not_compared_is_told_and_no_success(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    lost, good, wrong = tmp_path / "lost.air", tmp_path / "good.air", tmp_path / "wrong.air"
    lost.write_text('(call "" ("s" "f") [] x) ; ok=1')
    good.write_text('(call "B" ("s" "f") [] x) ; ok=1')
    wrong.write_text("(seq")
    code, out, _ = compare_in_words(capsys, str(lost))
    assert code == 3 and "but particles to '' were lost, as no peer has this name" in out
    code, out, err = compare_in_words(capsys, str(wrong), str(good), str(lost))
    assert code == 2 and "wrong.air:1:" in err and f"{good}: no difference in" in out
    assert "3 scripts, 0 with a difference, 1 not compared in full, 1 not compared" in out
    monkeypatch.setattr("airspec.checker.cli.compare.MOST_MOVES", 2)
    code, out, _ = compare_in_words(capsys, str(good), "--games", "4")
    assert code == 3 and "but 4 games were cut off after 2 moves" in out
