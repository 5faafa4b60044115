"""Sample runs in which every function of rules is called, on which rules are compared with their terms."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.prove.laws import authenticity_laws
from airspec.checker.prove.laws.corpus import CORPUS
from airspec.checker.prove.laws.harness import PEERS, explore
from airspec.semantics.interpret import Invocation, interpret
from airspec.semantics.particle import CallResult, SizeLimits
from airspec.semantics.wire.envelope import encode

OBSERVER: Final = authenticity_laws.KEYS["observer"]

GENERATED: Final = 60
"""The number of generated scripts that are run."""

BESIDES: Final = (
    """(seq (ap ("k" 1) %m) (seq (canon "A" %m #%mm)
         (fold #%mm i (seq (call "B" ("s" "f") [i]) (seq (next i) (null))))))""",
    """(seq (ap ("k" 1) %m) (seq (canon "A" %m #%mm)
         (fold #%mm.$.k i (seq (call "B" ("s" "f") [i]) (next i)))))""",
    '(seq (call "A" ("s" "arr") [] a) (xor (fold a i (seq (xor (null) (next i)) (fail 1 "one"))) (null)))',
    '(seq (call "A" ("s" "arr") [] a) (xor (fold a i (seq (next i) (fail 1 "one"))) (null)))',
    '(xor (fail 1 "one") (par (fail 2 "two") (fail :error:)))',
    "(new $s (fold $s i (next i)))",
)
"""Scripts for functions and rules that neither the corpus nor the generated scripts use."""


def run_sample() -> None:
    """Run a sample of scripts for validation: the corpus, scripts with signed data, and generated scripts.

    Invocations on encoded data, some of them faulty, are run as well.
    """
    for law in authenticity_laws.LAWS:
        list(law.check(()))
    for text in (*CORPUS, *BESIDES):
        explore(text)
    for seed in range(GENERATED):
        explore(write_script(RandomChoices(seed), PEERS[:2], budget=16))
    for given in on_bytes():
        interpret(given)


def on_bytes() -> Iterator[Invocation[bytes]]:
    """Yield invocations on encoded data of a peer that verifies: correct ones, and some with one fault each."""
    for script in authenticity_laws.SIGNED:
        for _, data in authenticity_laws.held(authenticity_laws.explored(script)):
            given = Invocation(
                authenticity_laws.named(script),
                b"",
                encode(data),
                authenticity_laws.PARTICLE_OF_A,
                OBSERVER.peer_id,
                OBSERVER.secret,
                {7: CallResult(0, "1")},
            )
            yield given
            yield replace(given, script="(null")
            yield replace(given, key=b"")
            yield replace(given, current=b"\0")
            yield replace(given, limits=SizeLimits(air=0, hard=True))
            yield replace(given, limits=SizeLimits(particle=0, hard=True))
            yield replace(given, limits=SizeLimits(call_result=0, hard=True))
