"""What a claim is, the words for evidence, and what a piece of evidence for a claim is."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Grade = Literal["proved", "model-checked", "tested", "refuted"]
"""By Z3, for all values, from the rules that run; in every interleaving within a bound that is told; on some inputs,
of which it is told how many; false, with a witness."""


class Formula(Struct, frozen=True):
    """A formula that was printed from what is checked: its lines, and the definitions of what it abbreviates."""

    lines: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


NO_FORMULA: Final = Formula()
"""Of a claim that is stated by a function which is no formula."""


class Claim(Struct, frozen=True, eq=False):
    """What is claimed of AIR: a name and a sentence.

    A `Proposition` is a claim that Z3 decides, a `ScriptLaw` one that is tested by running scripts; a `Law` is a claim
    with the evidence for it, whatever that is.
    """

    name: str
    sentence: str


class Evidence(Struct, frozen=True):
    """Why a claim is believed, or known to be false: what was shown `of` what, and how to see it again.

    `witness` says how the premise of a law is known to be met, or why a claim is false.
    """

    kind: Grade
    of: str
    witness: str
    command: str
