"""The catalogue of laws: what is claimed of AIR, in words and as a formula, and the evidence held for each claim.

A law may be proved of several things and checked in runs besides; each is an `Evidence`.  Nothing here is written
twice: the catalogue is collected from the proofs, from the laws that are checked in runs, and from the refinement.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, Literal

from msgspec import Struct

from airspec.checker.prove.laws.all_laws import SCRIPT_LAWS
from airspec.checker.prove.laws.corpus import ZOO
from airspec.checker.prove.laws.script_law import Scope, ScriptLaw
from airspec.checker.prove.prover import CHAPTERS, REACHABLE, STATED
from airspec.checker.prove.statement import Law as Proposition
from airspec.checker.prove.theorems.join_laws import LAWS as JOIN_LAWS
from airspec.checker.prove.theorems.steps import DISJOINT
from airspec.checker.prove.theorems.table_laws import JOINING_LAWS, WINDOW_LAWS
from airspec.checker.prove.theorems.totality import TOTAL

Kind = Literal["proved", "refuted", "exhausted", "sampled"]
"""For all values; false, with a countermodel; for everything up to a bound; for some values."""

STATE_TABLES: Final = ("call", "ap", "canon")
WINDOW_TABLES: Final = ("par", "fold")


class Evidence(Struct, frozen=True):
    """Why a law is believed: what was shown `of` what, how its premise is known to be met, and how to see it again."""

    kind: Kind
    of: str
    witness: str
    command: str


class CatalogueLaw(Struct, frozen=True):
    """A claim; `scopes` are what it is about, `premises` are said in words, `subjects` are those of the proofs."""

    name: str
    sentence: str
    formula: str
    scopes: tuple[Scope, ...]
    premises: str
    evidence: tuple[Evidence, ...]
    subjects: tuple[str, ...] = ()


IN_STEPS: Final = Evidence(
    "sampled",
    "steps of small scripts in each edition: one rule applies as it was read, and leads where the machine goes",
    "nearly every rule applies in some step",
    "airspec prove",
)
"""What is seen of rules besides what is proved of them, where judgements are known by their types only."""


def _proved(law: Proposition) -> CatalogueLaw:
    subjects = subjects_of(law)
    kind: Kind = "proved" if law.holds else "refuted"
    command = f"airspec prove --law {law.name}"
    witness = "Z3 finds something that meets the premise of each obligation"
    evidence = tuple(Evidence(kind, _told(part), witness, command) for part in _parts(subjects))
    evidence += (IN_STEPS,) if law in (TOTAL, DISJOINT) else ()
    return CatalogueLaw(
        law.name, law.sentence, law.formula, _scopes(subjects), law.given or "declared types", evidence, subjects
    )


def subjects_of(law: Proposition) -> tuple[str, ...]:
    """What a law is proved of, as the proofs name it."""
    chapters = tuple(chapter for chapter, module in CHAPTERS.items() if law in module.LAWS)
    if chapters:
        return chapters
    if law in JOIN_LAWS:
        return (*STATE_TABLES, *(() if law.name == "unit" else ("state",)), "trace")
    if law == REACHABLE:
        return (*STATE_TABLES, *WINDOW_TABLES)
    return tuple(
        table
        for laws, tables in ((JOINING_LAWS, STATE_TABLES), (WINDOW_LAWS, WINDOW_TABLES))
        if law in laws
        for table in tables
    )


def _parts(subjects: tuple[str, ...]) -> Iterable[tuple[str, ...]]:
    """The subjects that one piece of evidence speaks of: all tables together, and each other one."""
    tables = tuple(subject for subject in subjects if subject in (*STATE_TABLES, *WINDOW_TABLES))
    yield from (part for part in (tables,) if part)
    yield from ((subject,) for subject in subjects if subject not in tables)


def _told(subjects: tuple[str, ...]) -> str:
    match subjects:
        case ("state",):
            return "all states of calls, appends and canons together"
        case ("trace",):
            return "traces of any size and depth, by structural induction"
        case ("canons",):
            return (
                "any sequence of moves and merges, by induction; each instruction that canonicalises, in each edition"
            )
        case ("results",):
            return "any sequence of moves and merges, by induction, in each edition"
        case ("rules",):
            return "every function of rules"
        case ("steps",):
            return "every left side of Step, in each edition"
        case _:
            return f"all states of {', '.join(subjects)}, or none"


def _scopes(subjects: tuple[str, ...]) -> tuple[Scope, ...]:
    scope: dict[str, Scope] = {
        "trace": "trace",
        "canons": "network",
        "results": "network",
        "rules": "machine",
        "steps": "machine",
    }
    return tuple(dict.fromkeys(scope.get(subject, "state") for subject in subjects))


def _checked(law: ScriptLaw) -> CatalogueLaw:
    of = f"{len(ZOO)} small scripts in every order of messages and answers, or the scripts of the equation"
    witness = "seeded faults of the rules break it"
    evidence = Evidence("exhausted", of, witness, f"airspec laws --check {law.name}")
    premises = f"honest peers; {law.premise}" if law.premise else "honest peers"
    return CatalogueLaw(law.name, law.sentence, law.formula, (law.scope,), premises, (evidence,))


REFINEMENT: Final = CatalogueLaw(
    "refinement",
    "The run of an observer on two data is the join of their trees, unchanged, besides the observer's own work.",
    "invoke(observer, a, b) = a ⊔ b, and defined if and only if that is",
    ("machine",),
    "data of one script; the script reads no error registers, and is not wrong in itself",
    (
        Evidence(
            "exhausted",
            "every script of up to 5 instructions in both editions",
            "pairs of data that join to more than either",
            "airspec refine --larger",
        ),
        Evidence(
            "sampled",
            "larger scripts and folds over streams, in the repaired edition",
            "pairs of data that join to more than either",
            "airspec refine --larger --edition repaired",
        ),
        Evidence(
            "refuted",
            "folds over streams and failing calls in the faithful edition: the page Editions has the smallest scripts",
            "AquaVM 0.62 does the same",
            "airspec refine --larger",
        ),
    ),
)
"""What lets the proofs of trees speak of the interpreter."""

CATALOGUE: Final[tuple[CatalogueLaw, ...]] = (*map(_proved, STATED), REFINEMENT, *map(_checked, SCRIPT_LAWS))
"""All laws: first those that are proved, then refinement, then those that are checked in runs."""
