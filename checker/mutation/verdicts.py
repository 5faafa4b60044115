"""Verdicts on mutants, and what the trials of rules find."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from airspec.checker.prove.evidence import Grade
from airspec.checker.prove.laws.script_law import Witness

Status = Literal["killed", "survived", "equivalent", "undecided"]


class Broken(Struct, frozen=True, tag="broken"):
    """A law that the rules break, with a witness, and the seconds from the start of the trial until that was seen.

    `evidence` says whether the law is proved or tested, of the rules as they are.
    """

    law: str
    evidence: Grade
    seconds: float
    witness: Witness


class Tried(Struct, frozen=True, tag="tried"):
    """The end of a trial: how many laws were checked, the digests of what the proofs read, and the seconds it took."""

    laws: int
    digests: tuple[str, ...]
    seconds: float


class Verdict(Struct, frozen=True):
    """The verdict on a mutant: killed by `broken`, the laws that it breaks, the first one first.

    A mutant of which it is argued that no script can show it is `equivalent` when it survives.  `undecided` is one
    whose trial did not end properly; `note` says how.  `seconds` are those of the trial, and `shown` says whether the
    mutant's own script tells it from the rules as they are (None when it has none); no verdict rests on that.
    """

    mutant: str
    status: Status
    seconds: float
    shown: bool | None
    broken: tuple[Broken, ...] = ()
    note: str = ""


class MutationRun(Struct, frozen=True):
    """The verdicts of a run, with the digest of the rules that the mutants were made from (`rules_digest`)."""

    rules: str
    verdicts: tuple[Verdict, ...]
