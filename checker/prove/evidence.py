"""Claims, and the evidence for a claim."""

from __future__ import annotations

from typing import Final, Literal

from msgspec import Struct

Grade = Literal["proved", "model-checked", "tested", "refuted"]
"""The kinds of evidence: a proof by Z3, for all values, from the rules that run; a check of every interleaving within
a stated bound; tests on a stated number of inputs; a witness that the claim is false."""


class Formula(Struct, frozen=True):
    """A law's formula as text: `lines`, and the definitions of the symbols in them (`where`), one a line."""

    lines: tuple[str, ...] = ()
    where: tuple[str, ...] = ()


NO_FORMULA: Final = Formula()
"""Of a claim that is stated by a function which is no formula."""


class Claim(Struct, frozen=True, eq=False):
    """A claim about AIR: its unique name, and the claim as one English sentence.

    A `Proposition` is a claim that Z3 decides, a `ScriptLaw` one that is tested by running scripts; a `Law` is a claim
    together with its evidence.
    """

    name: str
    sentence: str


class Evidence(Struct, frozen=True):
    """One reason to hold a claim true or false.

    `kind` is the kind of check, `of` says in words what was checked (such as how many scripts), and `command` is the
    shell command that repeats the check.  `witness` says how the premise of a law is known to be satisfiable, or why a
    claim is false.
    """

    kind: Grade
    of: str
    witness: str
    command: str
