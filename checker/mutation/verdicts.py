"""The records of trials and of runs of mutants."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from airspec.checker.prove.evidence import Grade
from airspec.checker.prove.laws.script_law import Witness

Status = Literal["killed", "survived", "equivalent", "undecided"]


class Broken(Struct, frozen=True, tag="broken"):
    """A law that the rules violate, with a witness, and the seconds from the start of the trial until it was found.

    `evidence` says whether the law is proved or tested for the unchanged rules.
    """

    law: str
    evidence: Grade
    seconds: float
    witness: Witness


class Tried(Struct, frozen=True, tag="tried"):
    """The end of a trial: the number of laws tested on scripts, digests of the sources of proofs, and its seconds."""

    laws: int
    digests: tuple[str, ...]
    seconds: float


class Verdict(Struct, frozen=True):
    """The verdict on a mutant; `broken` are the laws that it violates, in the order in which they were found.

    A mutant that survives is `equivalent` if it is argued that no script can show it.  It is `undecided` if its trial
    did not end properly; `note` then says why.  `seconds` is the time of the trial.  `shown` says whether the mutant's
    own script distinguishes it from the unchanged rules (None if it has none); no verdict depends on that.
    """

    mutant: str
    status: Status
    seconds: float
    shown: bool | None
    broken: tuple[Broken, ...] = ()
    note: str = ""


class MutationRun(Struct, frozen=True):
    """The verdicts of a run on mutants, and in `rules` the digest of the unchanged rules (`rules_digest`)."""

    rules: str
    verdicts: tuple[Verdict, ...]
