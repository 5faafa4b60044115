"""The pages of laws, for which proofs and laws of scripts are checked while the book is built."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from html import escape
from itertools import islice
from typing import get_args

from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from airspec.book.directives import Generated
from airspec.book.rendering import marked
from airspec.book.seeded_faults_page import OfRecordedRun, killed_by
from airspec.checker.prove.evidence import Evidence, Formula, Grade
from airspec.checker.prove.laws.catalogue import CATALOGUE, Law, counterexample
from airspec.checker.prove.laws.corpus import runs
from airspec.checker.prove.laws.sample_run import run_sample
from airspec.checker.prove.laws.script_counts import script_count
from airspec.checker.prove.laws.tally import noting
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.obligation import PROVER, Outcome
from airspec.checker.prove.places import Place
from airspec.checker.prove.prover import prove
from airspec.checker.prove.reading.abstraction import all_terms
from airspec.checker.prove.validation.abstraction_check import validate_rules
from airspec.checker.prove.validation.transition_check import starting, validate_steps
from airspec.checker.prove.validation.translation_check import Comparison, Disagreement, misjudged, validate
from airspec.semantics.notation.registry import load

SCOPES = {
    "state": "Laws of states",
    "trace": "Laws of traces",
    "machine": "Laws of the machine",
    "network": "Laws of networks and scripts",
    "authenticity": "Laws of authenticity",
}


@cache
def proofs() -> tuple[Outcome, ...]:
    """Return the outcomes of all obligations of proofs; raises `SphinxError` for an unexpected one."""
    outcomes = tuple(prove())
    for outcome in outcomes:
        if not outcome.expected:
            raise SphinxError(f"{outcome.name} is {outcome.verdict}")
    return outcomes


@cache
def comparison() -> Comparison:
    """Return the comparison of the functions that proofs read with their terms; raises `SphinxError` if any differ."""
    compared = validate()
    return _agreeing(compared, misjudged())


@cache
def comparisons_in_runs() -> tuple[Comparison, Comparison]:
    """Return the comparisons of rules and of steps with their terms in runs; raises `SphinxError` at a difference."""
    terms = all_terms()
    with starting() as starts:
        compared = validate_rules(terms, run_sample)
    return _agreeing(compared), _agreeing(validate_steps(terms, starts))


def _agreeing(compared: Comparison, others: Iterable[Disagreement] = ()) -> Comparison:
    for disagreement in (*compared.disagreements, *others):
        raise SphinxError(f"the term of {disagreement.function} differs on {disagreement.arguments}")
    return compared


@cache
def checked() -> int:
    """Check all laws that are tested, and return their number.

    Raises `SphinxError` for a law that is violated, or tested on another number of scripts than stated.
    """
    for law in SCRIPT_LAWS:
        with noting() as scripts:
            for witness in islice(law.check(runs()), 1):
                raise SphinxError(f"{law.name} is broken: {witness.breach}")
        if len(scripts) != script_count(law.name):
            raise SphinxError(f"{law.name} is tested on {len(scripts)} scripts, not on {script_count(law.name)}")
    return len(SCRIPT_LAWS)


class Laws(OfRecordedRun):
    """The directive ``.. laws::``, which shows the laws by scope with their evidence, and then the refuted claims."""

    def html(self) -> str:
        """Return all sections of laws as HTML."""
        checked()
        held = "".join(self.section(title, _held(scope)) for scope, title in SCOPES.items())
        return held + self.section("Refuted", [law for law in CATALOGUE if not law.holds])

    def section(self, title: str, laws: Sequence[Law]) -> str:
        """Return a section of laws as HTML, with the seeded faults that each notices first; empty without laws."""
        run = self.run_of_mutants()
        told = "".join(_law(law, killed_by(law.name, run)) for law in laws)
        return f"<h2>{title}</h2>{told}" if laws else ""


def _held(scope: str) -> list[Law]:
    """Return the laws whose first scope is this one."""
    return [law for law in CATALOGUE if law.holds and law.scopes[0] == scope]


JOINED = {
    "call": "states of calls",
    "ap": "states of appends",
    "canon": "states of canons",
    "state": "all these together",
    "par": "states of pars",
    "fold": "states of folds",
    "trace": "traces of any size",
}
"""The subjects of proofs about the join, which have a column each, with their headings."""

SHOWN = 4
"""How many definitions are shown at once below a formula."""

MARKS = {"refuted": "✗", "proved": "✓", "witnessed": "✓"}


class LawMatrix(Generated):
    """The directive ``.. law-matrix::``, which shows for which subjects each law of the join is proved or refuted."""

    def html(self) -> str:
        """Return an HTML table with a row for each law and a column for each subject of the join."""
        verdicts: dict[tuple[str, str], set[str]] = {}
        for outcome in proofs():
            verdicts.setdefault((outcome.law, outcome.subject), set()).add(outcome.verdict)
        head = "".join(f"<th>{heading}</th>" for heading in JOINED.values())
        rows = "".join(
            f'<tr><td><a href="#law-{law.name}">{law.name}</a></td>'
            f"{''.join(_mark(verdicts.get((law.name, subject), set())) for subject in JOINED)}</tr>"
            for law in CATALOGUE
            if JOINED.keys() & set(law.subjects)
        )
        return (
            f"<div class='air-table air-matrix'><table><thead><tr><th>Law</th>{head}</tr></thead>"
            f"<tbody>{rows}</tbody></table></div>"
        )


def _mark(verdicts: set[str]) -> str:
    """Return a cell of the matrix, which is empty if the law is not about the subject."""
    for verdict, mark in MARKS.items():
        if verdict in verdicts:
            return f'<td class="{verdict}" title="{verdict}">{mark}</td>'
    return "<td></td>"


class LawFigures(Generated):
    """The directive ``.. law-figures::``, which says how much was proved and checked."""

    def html(self) -> str:
        """Return one paragraph of HTML with the numbers."""
        grades = Counter(law.evidence[0].kind for law in CATALOGUE if law.holds)
        laws = ", ".join(f"{grades[grade]} {grade}" for grade in get_args(Grade) if grades[grade])
        refuted = sum(not law.holds for law in CATALOGUE)
        counts = Counter(outcome.verdict for outcome in proofs())
        told = ", ".join(f"{number} {verdict}" for verdict, number in counts.most_common())
        terms, (runs_, steps) = comparison(), comparisons_in_runs()
        return (
            f"<p>There are {sum(grades.values())} laws: {laws}. Apart from them, {refuted} claims are refuted.</p>"
            f"<p>When this page was built, of {len(proofs())} obligations there were {told}, none undecided "
            f"({PROVER} for each), and {checked()} laws held in all that they are tested on.</p>"
            f"<p>That the proofs speak of the rules that run is tested: {terms.functions} functions agreed with their "
            f"terms on {terms.inputs} generated inputs, and {runs_.functions} functions of rules with their cases on "
            f"{runs_.inputs} inputs of real runs; to each of {steps.inputs} steps of runs one rule applied, out of "
            f"{steps.functions} rules, counted by edition.</p>"
        )


def _law(law: Law, kills: Sequence[str]) -> str:
    premises = f"<dt>where</dt><dd>{escape(law.premises)}</dd>"
    evidence = "".join(_evidence(law, evidence) for evidence in law.evidence)
    anchor = f"law-{law.name}"
    return (
        f'<section class="air-law" id="{anchor}"><h3><a href="#{anchor}">{law.name}</a></h3>'
        f"<p>{marked(law.sentence)}{_place(law.place)}</p>{_formula(law.formula)}"
        f"<dl>{premises}{evidence}{_kills(kills)}</dl>{_obligations(law)}</section>"
    )


def _place(place: Place) -> str:
    """Return a link to the function that states a law."""
    link = f"{{{{source:{place.path}#L-{place.line}}}}}"
    return f' <a class="air-place" href="{link}">{place.path}, {place.name}</a>'


def _formula(formula: Formula) -> str:
    """Return a formula, with the definitions of what it abbreviates; many are folded."""
    lines = "".join(f"<p class='equation'>{escape(line)}</p>" for line in formula.lines)
    if not formula.where:
        return lines
    where = "".join(f"<li>{marked(line)}</li>" for line in formula.where)
    is_open = " open" if len(formula.where) <= SHOWN else ""
    return f"{lines}<details class='air-where'{is_open}><summary>definitions</summary><ul>{where}</ul></details>"


def _kills(names: Sequence[str]) -> str:
    """Return the list of seeded faults that a law was the first to notice."""
    links = ", ".join(f'<a href="seeded-faults.html#fault-{name}">{name}</a>' for name in names)
    return f"<dt>notices</dt><dd>{links}</dd>" if names else ""


def _evidence(law: Law, evidence: Evidence) -> str:
    told = escape(evidence.of) if law.holds else f"{escape(evidence.of)}: {escape(evidence.witness)}"
    return f"<dt class='{evidence.kind}'>{evidence.kind}</dt><dd>{told}{_counter(law)}</dd>"


def _counter(law: Law) -> str:
    """Return the evidence that a claim is false: all countermodels, or a script."""
    if law.holds:
        return ""
    if not law.subjects:
        return f"<br><code>{escape(counterexample(law))}</code>"
    models = [o.countermodel for o in proofs() if o.law == law.name and o.countermodel]
    return "".join(f"<br><code>{escape(json.dumps(model))}</code>" for model in models)


def _obligations(law: Law) -> str:
    outcomes = [outcome for outcome in proofs() if outcome.law == law.name] if law.subjects else []
    if not outcomes:
        return ""
    rows = "".join(_row(outcome) for outcome in outcomes)
    head = "<tr><th>Obligation</th><th>Outcome</th><th>Rules that it reads</th></tr>"
    return (
        f"<details><summary>{len(outcomes)} obligations</summary><div class='air-table'>"
        f"<table><thead>{head}</thead><tbody>{rows}</tbody></table></div></details>"
    )


def _row(outcome: Outcome) -> str:
    name = outcome.subject + (f", {outcome.part}" if outcome.part else "")
    links = ", ".join(_links(outcome.reads))
    return (
        f"<tr><td>{escape(name)}</td><td>{outcome.verdict}, {outcome.seconds * 1000:.0f} ms</td><td>{links}</td></tr>"
    )


def _links(reads: Sequence[str]) -> Iterator[str]:
    known = _shown()
    for name in reads:
        text = name.rpartition(".")[2]
        yield f'<a href="{{{{{name}}}}}">{text}</a>' if name in known else text


@cache
def _shown() -> frozenset[str]:
    return frozenset(f"{entry.module}.{entry.name}" for entry in load())


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and return the metadata for Sphinx."""
    app.add_directive("laws", Laws)
    app.add_directive("law-figures", LawFigures)
    app.add_directive("law-matrix", LawMatrix)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
