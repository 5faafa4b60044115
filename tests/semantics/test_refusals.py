"""Input with several things wrong at once: what is looked at first, and what is told, is as on AquaVM."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import msgspec
import pytest
from rpds import HashTrieMap

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.interpret import Invocation, RawOutcome, interpret
from airspec.semantics.invoke import invoke
from airspec.semantics.notation.engine import firing
from airspec.semantics.particle import CallResult, Particle, SizeLimits
from airspec.semantics.wire.envelope import encode
from airspec.spec.data import EMPTY, CidInfo, Data
from airspec.spec.parser import parse
from airspec.spec.values import Cid, Json

KEY = KeyPair(b"\1" * 32)
PARTICLE = Particle(KEY.peer_id)
SCRIPTS = {
    "good": f'(call "{KEY.peer_id}" ("s" "f") [] x)',
    "no-script": "(null",
    "trap": '(call "a" ("" "") [x.$.é])',
    "empty": "",
}


def packed(interpreter_version: str, archive: bytes) -> bytes:
    """An envelope."""
    return msgspec.msgpack.encode(
        {"version": "0.17.2", "interpreter_version": interpreter_version, "inner_data": archive}
    )


DATA = {
    "none": b"",
    "good": encode(EMPTY),
    "no-envelope": b"\x93",
    "no-archive": packed("0.62.0", b"abc"),
    "old": packed("0.60.0", b"abc"),
    "corrupt": encode(Data(cid_info=CidInfo(value_store=HashTrieMap({Cid("x"): Json("1")})))),
    "no-key": encode(Data(signatures=HashTrieMap({b"\1": b""}))),
    "forged": encode(Data(signatures=HashTrieMap({KEY.tagged_public: b"\0" * 65}))),
}
RESULTS: dict[str, dict[int, CallResult]] = {
    "none": {},
    "unasked": {7: CallResult(0, '"x\\n"'), 9: CallResult(-1, "é")},
}
KEYS = {
    "good": (KEY.secret, 0),
    "short": (b"\1" * 31, 0),
    "unknown": (KEY.secret, 1),
    "secp256k1": (KEY.secret, 2),
    "no-secp256k1": (bytes(32), 2),
}
LIMITS = {
    "none": SizeLimits(),
    **{
        f"{name}-{'hard' if hard else 'soft'}": SizeLimits(**limited, hard=hard)
        for name, limited in {
            "air": {"air": 1},
            "particle": {"particle": 0},
            "result": {"call_result": 1},
            "all": {"air": 1, "particle": 0, "call_result": 1},
        }.items()
        for hard in (False, True)
    },
}
OWN_WORDS = range(1, 6)
"""Codes whose messages end in the words of a parser or of a reader of bytes."""


def told(answer: RawOutcome) -> tuple[object, ...]:
    """What an answer says, but for the words of a parser; entries of a hash map may stand in any order."""
    if answer.trap is not None:
        return ("trap",)
    message = answer.error_message
    if answer.ret_code in OWN_WORDS:
        message = message.partition(":")[0]
    return answer.ret_code, sorted(message), answer.data == b"", answer.call_requests, answer.exceeded


@pytest.mark.parametrize("limits", LIMITS)
@pytest.mark.parametrize("script", SCRIPTS)
def test_the_first_problem_decides(avm: AquaVM, script: str, limits: str) -> None:
    for prev, current, results, key in product(("none", "corrupt", "no-key", "no-archive"), DATA, RESULTS, KEYS):
        secret, key_format = KEYS[key]
        given = Invocation(
            SCRIPTS[script],
            DATA[prev],
            DATA[current],
            PARTICLE,
            KEY.peer_id,
            secret,
            RESULTS[results],
            LIMITS[limits],
            key_format,
        )
        assert told(interpret(given)) == told(avm.invoke(given)), (prev, current, results, key)


def fired_by(run: Callable[[], object]) -> list[str]:
    """The rules of *Invoke* that fire, in order."""
    with firing() as fired:
        run()
        return [name.removeprefix("Invoke/") for name in fired if name.startswith("Invoke/")]


def test_every_invocation_goes_through_the_same_stages() -> None:
    """Each stage comes once, in the order of the checks; records enter at the third.

    A stage is named when all of its premises hold, so a whole comes after its parts.
    """
    checks = ["sizes-admissible", "decode", "authentic", "read", "results-admissible", "key", "admit"]
    run = ["prepare", "finish", "farewell", "conclusion"]
    given = Invocation(SCRIPTS["good"], b"", DATA["good"], PARTICLE, KEY.peer_id, KEY.secret)
    assert fired_by(lambda: interpret(given)) == [*checks, *run, "interpret", "written", "measured"]
    script = parse(given.script)
    signed = fired_by(lambda: invoke(script, EMPTY, EMPTY, PARTICLE, KEY.peer_id, key=KEY))
    assert signed == ["authentic", "start", *run]
    assert fired_by(lambda: invoke(script, EMPTY, EMPTY, PARTICLE, KEY.peer_id)) == ["not-verified", "start", *run]


def test_a_refusal_ends_the_invocation() -> None:
    """What comes after the stage that fails is not looked at."""
    given = Invocation(SCRIPTS["no-script"], b"", DATA["forged"], PARTICLE, KEY.peer_id, b"")
    ended = ["refusal", "interpret", "kept", "measured-first"]
    assert fired_by(lambda: interpret(given)) == ["sizes-admissible", "decode", *ended]
