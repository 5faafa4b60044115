"""The machine: deterministic, total, silent on replay, and not limited by the host's recursion."""

from __future__ import annotations

import pytest

from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.generation.services import answer
from airspec.semantics.configuration import Config, Halt
from airspec.semantics.invoke import conclude, farewell, invoke, start
from airspec.semantics.machine import machine
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.spec.data import EMPTY, Data, data_to_json
from airspec.spec.parser import parse

A = "A"
PARTICLE = Particle(A)
DEPTH = 20_000


def settle(script_text: str, prev: Data = EMPTY) -> Outcome:
    """Run a script on peer A, answering its requests, until it asks for nothing more."""
    script = parse(script_text)
    outcome = invoke(script, prev, EMPTY, PARTICLE, A)
    answers = {call: answer(request, call) for call, request in outcome.call_requests}
    while answers and outcome.ret_code < 20000:
        call, result = answers.popitem()
        outcome = invoke(script, outcome.data, EMPTY, PARTICLE, A, {call: result})
        answers |= {call: answer(request, call) for call, request in outcome.call_requests}
    return outcome


@pytest.mark.parametrize("seed", range(0, 200, 4))
def test_replay_is_silent(seed: int) -> None:
    """Running again on one's own data asks for nothing, sends nothing new, and changes nothing."""
    for offset in range(4):
        script = write_script(RandomChoices(seed + offset), [A, "B", "C"])
        settled = settle(script)
        if settled.ret_code >= 20000 or settled.trap is not None:
            continue
        again = invoke(parse(script), settled.data, EMPTY, PARTICLE, A)
        merged = invoke(parse(script), settled.data, settled.data, PARTICLE, A)
        for outcome in (again, merged):
            assert outcome.call_requests == ()
            assert outcome.next_peers == ()
        assert again.ret_code == settled.ret_code
        assert data_to_json(again.data) == data_to_json(settled.data)


def test_steps_are_deterministic_and_end() -> None:
    """Every configuration but a halted one has exactly one successor, and `run` is nothing but steps."""
    for seed in range(100):
        script = parse(write_script(RandomChoices(seed), [A, "B"]))
        c = start(script, EMPTY, EMPTY, PARTICLE, A, {}, None)
        assert isinstance(c, Config)
        while not isinstance(c.control, Halt):
            one, two = machine().step(c), machine().step(c)
            assert type(one.control) is type(two.control)
            assert one is not c
            c = one
        with pytest.raises(ValueError, match="a halted configuration has no step"):
            machine().step(c)
        direct = invoke(script, EMPTY, EMPTY, PARTICLE, A)
        assert data_to_json(conclude(farewell(c), EMPTY).data) == data_to_json(direct.data)


@pytest.mark.parametrize(
    ("opening", "closing"),
    [
        ("(seq (null) ", ")"),
        ("(seq ", " (null))"),
        ("(par (null) ", ")"),
        ("(par ", " (null))"),
        ("(xor (null) ", ")"),
        ('(xor (fail 1 "m") ', ")"),
        ("(new $s ", ")"),
        ("(new x ", ")"),
        ("(match 1 1 ", ")"),
    ],
)
def test_deep_script_count(opening: str, closing: str) -> None:
    """Scripts nested 20,000 deep run, and run again on their own data."""
    script = parse(opening * DEPTH + '(call "B" ("s" "f") [])' + closing * DEPTH)
    outcome = invoke(script, EMPTY, EMPTY, PARTICLE, A)
    again = invoke(script, outcome.data, outcome.data, PARTICLE, A)
    assert outcome.ret_code == again.ret_code == 0
    assert outcome.data.trace == again.data.trace


def test_long_folds_run() -> None:
    """A fold may have more elements than the host has stack frames."""
    array = "[" + ",".join("1" for _ in range(DEPTH)) + "]"
    script = parse('(seq (call "A" ("s" "f") [] x) (fold x i (seq (null) (next i))))')
    asked = invoke(script, EMPTY, EMPTY, PARTICLE, A)
    done = invoke(script, asked.data, EMPTY, PARTICLE, A, {1: CallResult(0, array)})
    assert done.ret_code == 0


def test_a_stream_is_limited() -> None:
    """The 1,024th value of a stream ends the run, and the peer keeps its data (error 20013)."""
    script = parse("(seq (ap 1 $s) (fold $s i (seq (ap i $s) (next i))))")
    outcome = invoke(script, EMPTY, EMPTY, PARTICLE, A)
    assert outcome.ret_code == 20013
    assert outcome.data is EMPTY


def test_unasked_answers_are_reported() -> None:
    """An answer to a call that nobody made is said, and everything else goes on (error 30000)."""
    outcome = invoke(parse("(null)"), EMPTY, EMPTY, PARTICLE, A, {7: CallResult(0, "1")})
    assert outcome.ret_code == 30000
