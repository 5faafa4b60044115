"""The adapter protocol: what is answered to whom, and what becomes of adapters that crash, hang or talk nonsense."""

from __future__ import annotations

import base64
import io
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from airspec.checker.conform.adapters.adapter_client import AdapterError, Remote
from airspec.checker.conform.adapters.interpreters import SpecificationOnWire
from airspec.checker.conform.adapters.protocol import SpecificationAdapter, answer_to, outcome_message, serve
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.lockstep.game import PEERS, Game
from airspec.semantics.interpret import Invocation, interpret
from airspec.semantics.particle import Particle, SizeLimits

SPEC = SpecificationAdapter()
AIRSPEC = [sys.executable, "-m", "airspec.checker.cli"]


def ask(message: object) -> dict[str, Any]:
    """The specification's answer to a message."""
    answer = answer_to(SPEC, message if isinstance(message, str) else json.dumps(message))
    assert answer is not None
    return answer


def invocation(**changes: Any) -> dict[str, Any]:
    """A request for an invocation, with some of its fields changed."""
    params = {
        "init_peer_id": PEERS[0].peer_id,
        "current_peer_id": PEERS[0].peer_id,
        "secret_key": base64.b64encode(PEERS[0].secret).decode(),
        "particle_id": "p",
    }
    return {"op": "invoke", "air": "(null)", "prev": "", "current": "", "params": params} | changes


def test_start_tells_who_is_there() -> None:
    """The first request is answered with the protocol, the implementation, its version and its edition."""
    answer = ask({"op": "start", "protocol": 1, "unknown": "is ignored", "id": 7})
    assert answer["protocol"] == 1
    assert answer["id"] == 7
    assert {"implementation", "version", "edition"} <= set(answer)


@pytest.mark.parametrize(
    ("message", "said"),
    [
        ("nonsense", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ("[]", "not a JSON object"),
        ({"op": "fly"}, "unknown operation"),
        ({"op": ["start"]}, "unknown operation"),
        ({}, "unknown operation"),
        ({"op": "start", "protocol": 2}, "protocol 1"),
        ({"op": "parse"}, "'air' is missing"),
        ({"op": "parse", "air": 5}, "'air' is not"),
        ({"op": "inspect", "data": "%%%"}, "base 64"),
        ({"op": "inspect", "data": "AAAA"}, ""),
        (invocation(params={}), "is missing"),
        (invocation(call_results={"x": {}}), "call result 'x'"),
        (invocation(call_results={"1": {"ret_code": True, "result": ""}}), "'ret_code' is not"),
    ],
)
def test_bad_requests_are_answered(message: object, said: str) -> None:
    """Whatever is wrong with a request is told in its answer."""
    assert said in ask(message)["error"]


def test_scripts_are_judged() -> None:
    """`parse` says whether a script is valid, and `invoke` refuses an invalid one with code 1."""
    assert ask({"op": "parse", "air": "(null)"}) == {"ok": True}
    assert not ask({"op": "parse", "air": "(nul)"})["ok"]
    assert ask(invocation(air="(nul)"))["ret_code"] == 1
    assert ask(invocation())["ret_code"] == 0


def test_data_come_back_as_they_were() -> None:
    """Data that an invocation made can be inspected, and given back."""
    made = ask(invocation(air=f'(call "{PEERS[1].peer_id}" ("s" "f") [1] x)'))
    assert made["next_peer_pks"] == [PEERS[1].peer_id]
    inspected = ask({"op": "inspect", "data": made["data"]})
    assert len(inspected["data"]["trace"]) == 1
    assert ask(invocation(prev=made["data"], current=made["data"]))["ret_code"] != 3


def test_serving_stops_when_asked() -> None:
    """Requests are answered in order until one asks to stop."""
    answers = io.StringIO()
    serve(SPEC, io.StringIO('{"op":"start","protocol":1}\n\n{"op":"x"}\n{"op":"stop"}\n{"op":"x"}\n'), answers)
    assert len(answers.getvalue().splitlines()) == 2


def test_limits() -> None:
    """A soft limit sets a flag; a hard one refuses, and shows no flag."""
    peer = PEERS[0]
    given = {"script": "(null)", "prev": b"", "current": b"", "current_peer_id": peer.peer_id, "key": peer.secret}
    soft = interpret(Invocation(**given, particle=Particle(peer.peer_id), limits=SizeLimits(air=2)))
    hard = interpret(Invocation(**given, particle=Particle(peer.peer_id), limits=SizeLimits(air=2, hard=True)))
    assert (soft.ret_code, soft.exceeded.air) == (0, True)
    assert (hard.ret_code, hard.exceeded.air) == (10, False)
    assert outcome_message(hard)["error_message"] == "air size: 6 bytes is bigger than the limit allowed: 2 bytes"


def test_the_specification_agrees_with_itself_behind_an_adapter() -> None:
    """Nothing is lost on the way through the protocol."""
    remote = Remote([*AIRSPEC, "adapter", "spec"])
    try:
        for seed in range(20):
            choices = RandomChoices(seed)
            script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
            assert Game(script, SpecificationOnWire(), remote, choices).play(20).difference is None
    finally:
        remote.close()


def adapter_script(folder: Path, on_invoke: str) -> list[str]:
    """An adapter that starts properly, and then does something else."""
    path = folder / "adapter.py"
    path.write_text(
        "import json, sys, time\n"
        "for line in sys.stdin:\n"
        "    if json.loads(line)['op'] == 'start':\n"
        "        answer = {'protocol': 1, 'implementation': 'x', 'version': '0', 'edition': '?'}\n"
        "        print(json.dumps(answer), flush=True)\n"
        "    else:\n"
        f"        {on_invoke}\n"
    )
    return [sys.executable, str(path)]


@pytest.mark.parametrize(
    ("on_invoke", "expected"),
    [
        ("sys.exit('it fell over')", "crashed"),
        ("time.sleep(60)", "timeout"),
        ("print('nonsense', flush=True)", "not JSON"),
        ("print('[]', flush=True)", "not a JSON object"),
        ('print(\'{"error": "no"}\', flush=True)', "no"),
    ],
)
def test_a_broken_adapter_is_a_result(tmp_path: Path, on_invoke: str, expected: str) -> None:
    """A crash, a hang or nonsense is a difference that is found, not the end of the run."""
    remote = Remote(adapter_script(tmp_path, on_invoke), time_limit=4)
    try:
        played = Game("(null)", SpecificationOnWire(), remote, RandomChoices(0)).play(5)
        assert played.difference is not None
        assert played.difference.field == "trap"
        assert expected in str(played.difference.right)
    finally:
        remote.close()


@pytest.mark.parametrize("command", [["no-such-program-anywhere"], [sys.executable, "-c", "print('hello')"]])
def test_what_is_no_adapter_is_refused(command: list[str]) -> None:
    """A command that does not start, or does not speak the protocol, is refused with one sentence."""
    with pytest.raises(AdapterError, match=r"cannot be started|does not speak"):
        Remote(command, time_limit=5)
