"""Claims, and the evidence for a claim."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Grade = Literal["proved", "model-checked", "tested", "refuted"]
"""The kinds of evidence: a proof by Z3, for all values, from the rules that run; a check of every interleaving within
a stated bound; tests on a stated number of inputs; a witness that the claim is false."""


class Formula(Struct, frozen=True):
    """A formula that was printed from what is checked: its lines, and the definitions of what it abbreviates."""

    lines: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


NO_FORMULA: Final = Formula()
"""Of a claim that is stated by a function which is no formula."""


class Claim(Struct, frozen=True, eq=False):
    """What is claimed of AIR: a name and a sentence.

    A `Proposition` is a claim that Z3 decides, a `ScriptLaw` one that is tested by running scripts; a `Law` is a claim
    together with its evidence.
    """

    name: str
    sentence: str


class Evidence(Struct, frozen=True):
    """One reason to hold a claim true or false: the kind of check, the things `of` which it was made, and its command.

    `witness` says how the premise of a law is known to be satisfiable, or why a claim is false.
    """

    kind: Grade
    of: str
    witness: str
    command: str
