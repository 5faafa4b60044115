"""The catalogue of laws: what is claimed of AIR, which function states it, and the evidence held for each claim.

A law may be proved of several subjects, or model-checked and tested; each is an `Evidence`.  Claims that are false are
kept apart, each with a counterexample.  The catalogue is collected from the proofs, from the laws that are tested in
runs, and from the refinement.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from functools import cache
from typing import Final

from airspec.checker.prove.evidence import NO_FORMULA, Claim, Evidence, Formula
from airspec.checker.prove.laws.script_counts import script_count
from airspec.checker.prove.laws.script_law import Scope, ScriptLaw
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.places import Place, place_of
from airspec.checker.prove.prover import CHAPTERS, STATED, prove
from airspec.checker.prove.refinement.anomalies import ANOMALIES, UNREPAIRED
from airspec.checker.prove.refinement.comparison import compare
from airspec.checker.prove.refinement.evidence import LARGER
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.cases import REACHABLE
from airspec.checker.prove.theorems.join_laws import LAWS as JOIN_LAWS
from airspec.checker.prove.theorems.table_laws import JOINING_LAWS, WINDOW_LAWS

STATE_TABLES: Final = ("call", "ap", "canon")
WINDOW_TABLES: Final = ("par", "fold")


class Law(Claim, frozen=True, eq=False):
    """A claim with its evidence.

    `scopes` are the levels that it is about (such as traces, or the network), `premises` its premises in words, and
    `subjects` the subjects of its proofs, if any.  `place` is where the function is that states the claim; if possible,
    the formula is printed from that function.
    """

    scopes: tuple[Scope, ...]
    premises: str
    evidence: tuple[Evidence, ...]
    place: Place
    formula: Formula = NO_FORMULA
    subjects: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Return whether the claim is true: False if any evidence refutes it."""
        return all(evidence.kind != "refuted" for evidence in self.evidence)


def _proved(law: Proposition) -> Law:
    subjects = subjects_of(law)
    command = f"airspec prove --law {law.name}"
    witness = "Z3 finds something that meets the premise of each obligation"
    evidence = tuple(Evidence("proved", _told(part), witness, command) for part in _parts(subjects))
    if not law.holds:
        found = f"Z3 finds a countermodel of each of {', '.join(subjects)}"
        evidence = (Evidence("refuted", found, law.reason, command),)
    given, place = law.given or "declared types", place_of(law.conclusion)
    return Law(law.name, law.sentence, _scopes(subjects), given, evidence, place, law.formula, subjects)


def subjects_of(law: Proposition) -> tuple[str, ...]:
    """Return the subjects for which a law is proved (of `prover.SUBJECTS`)."""
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
    """Yield the subjects of each piece of evidence: all tables together, and each other subject."""
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


def _tested(law: ScriptLaw) -> Law:
    of = f"{script_count(law.name)} scripts, {law.how}"
    evidence = Evidence("tested", of, "seeded faults of the rules break it", f"airspec laws --check {law.name}")
    premises = f"honest peers; {law.premise}" if law.premise else "honest peers"
    return Law(law.name, law.sentence, (law.scope,), premises, (evidence,), place_of(law.statement), law.formula)


PAIRS_THAT_JOIN: Final = "pairs of data that join to more than either"
BOUND: Final = f"of each at most {LARGER.bound.states} states of its network and {LARGER.bound.data} data, in pairs"

REFINEMENT: Final = Law(
    "refinement",
    "The run of an observer on two data is the join of their trees, unchanged, besides the observer's own work.",
    ("machine",),
    "the repaired edition; data of one script, which is small, reads no error registers, and is not wrong in itself",
    (
        Evidence(
            "model-checked",
            f"every script of up to {LARGER.instructions} instructions over two peers and one stream, {BOUND}",
            PAIRS_THAT_JOIN,
            "airspec refine --larger --edition repaired",
        ),
        Evidence(
            "tested",
            f"one in {LARGER.stride} of the scripts in which up to {LARGER.values} values fill a stream that is folded "
            f"over, {BOUND}",
            PAIRS_THAT_JOIN,
            "airspec refine --larger --edition repaired",
        ),
    ),
    place_of(compare),
)
"""The claim by which proofs about trees are proofs about the interpreter."""

FAITHFUL_REFINEMENT: Final = Law(
    "faithful-refinement",
    "The run of an observer is the join of the trees of its data in the faithful edition.",
    REFINEMENT.scopes,
    "the faithful edition; data of one script",
    (
        Evidence(
            "refuted",
            f"{len(ANOMALIES)} small scripts with folds over streams or failing instructions, on the page Editions",
            "the rules do what AquaVM 0.62 does",
            "airspec refine --larger",
        ),
    ),
    place_of(compare),
)
"""The claim that is false in the faithful edition, for which the repaired edition was made."""

REPAIRED_REFINEMENT: Final = Law(
    "repaired-refinement",
    "The run of an observer is the join of the trees of its data in the repaired edition, however large the script.",
    REFINEMENT.scopes,
    "the repaired edition; data of one script, which reads no error registers, and is not wrong in itself",
    (
        Evidence(
            "refuted",
            f"one of the {LARGER.sampled:,} larger scripts at random",
            "the reason is not known yet",
            "airspec refine --larger --edition repaired",
        ),
    ),
    place_of(compare),
)
"""The claim about all scripts, which is false for some larger ones in the repaired edition."""

CATALOGUE: Final[tuple[Law, ...]] = (
    *map(_proved, STATED),
    REFINEMENT,
    FAITHFUL_REFINEMENT,
    REPAIRED_REFINEMENT,
    *map(_tested, SCRIPT_LAWS),
)
"""All claims: first those that Z3 decides, then refinement, then those that are tested in runs."""


@cache
def counterexample(law: Law) -> str:
    """Return a counterexample to a claim that is refuted, as text.

    It is the JSON text of states that Z3 finds, or a script, with an explanation if there is one.
    """
    if law == FAITHFUL_REFINEMENT:
        anomaly = min(ANOMALIES, key=lambda anomaly: len(anomaly.script))
        return f"{anomaly.script}: {anomaly.sentence}"
    if law == REPAIRED_REFINEMENT:
        return UNREPAIRED
    found = next(outcome for subject in law.subjects for outcome in prove(law.name, subject=subject))
    return json.dumps(found.countermodel)
