"""Runs in which every function of rules is called: what readings of rules are compared on."""

from __future__ import annotations

from typing import Final

from checker.generation.scripts import RandomChoices, write_script
from checker.laws import authenticity_laws
from checker.laws.running import PEERS, explore
from checker.laws.zoo import ZOO

GENERATED: Final = 60
"""How many generated scripts are run."""

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
"""Scripts for functions and rules that neither the zoo nor the generated scripts use."""


def run_sample() -> None:
    """Run the zoo, scripts with signed data, and generated ones; nothing is kept of it."""
    for law in authenticity_laws.LAWS:
        list(law.check(()))
    for text in (*ZOO, *BESIDES):
        explore(text)
    for seed in range(GENERATED):
        explore(write_script(RandomChoices(seed), PEERS[:2], budget=16))
