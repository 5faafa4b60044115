"""The page of seeded faults, made from their catalogue and the verdicts of the last full run."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from html import escape
from pathlib import Path
from statistics import median

import msgspec
from sphinx.application import Sphinx

from airspec.book.directives import Generated
from airspec.book.rendering import marked
from airspec.checker.mutation.catalogue import MUTANTS, PARTS
from airspec.checker.mutation.mutant import Mutant
from airspec.checker.mutation.places import place_of
from airspec.checker.mutation.rules_digest import rules_digest
from airspec.checker.mutation.verdicts import MutationRun, Verdict

EVIDENCE = "_evidence/mutants.json"
"""The path, from the sources of a book, of the file that ``airspec mutants --json`` wrote."""


class OfRecordedRun(Generated):
    """A base of directives that use the run of mutants recorded beside the sources of the book."""

    def run_of_mutants(self) -> MutationRun:
        """Return the recorded run; a run without verdicts if none is recorded."""
        path = Path(self.env.srcdir) / EVIDENCE
        self.env.note_dependency(str(path))
        return read_run(path)


@cache
def read_run(path: Path) -> MutationRun:
    """Return the run that a file of JSON records; a run without verdicts if there is no such file."""
    return msgspec.json.decode(path.read_bytes(), type=MutationRun) if path.exists() else MutationRun("", ())


class SeededFaults(OfRecordedRun):
    """The directive ``.. seeded-faults::``, which shows all mutants by the part of the rules that they change."""

    def html(self) -> str:
        """Return a heading and a table for each part of the rules, as HTML."""
        verdicts = {verdict.mutant: verdict for verdict in self.run_of_mutants().verdicts}
        return "".join(f"<h2>{title}</h2>{_table(mutants, verdicts)}" for title, mutants in PARTS.items())


def killed_by(law: str, run: MutationRun) -> list[str]:
    """Return the names of the mutants for which a law was the first one found to be violated."""
    return [verdict.mutant for verdict in run.verdicts if verdict.broken and verdict.broken[0].law == law]


class FaultFigures(OfRecordedRun):
    """The directive ``.. fault-figures::``, which sums up the verdicts."""

    def html(self) -> str:
        """Return one paragraph of HTML with the numbers."""
        return f"<p>{figures(self.run_of_mutants())}</p>"


CHANGED = " The rules have changed since that run."
"""The sentence about a run of other rules than the present ones."""


def figures(run: MutationRun) -> str:
    """Return a sentence with the numbers of mutants killed, by kind of evidence.

    A second sentence says so if the rules have changed since the run.
    """
    names = {mutant.name for mutant in MUTANTS}
    known = [verdict for verdict in run.verdicts if verdict.mutant in names]
    killed = [verdict for verdict in known if verdict.status == "killed"]
    if not killed:
        return "No run of the faults is recorded."
    proved = sum(verdict.broken[0].evidence == "proved" for verdict in killed)
    laws = len({verdict.broken[0].law for verdict in killed})
    argued = sum(verdict.status == "equivalent" for verdict in known)
    return (
        f"In the last full run, of {len(known)} faults {len(killed)} were killed, {proved} of them by laws that are "
        f"proved and {len(killed) - proved} by laws that are tested, {laws} different ones, in "
        f"{median(v.seconds for v in killed):.1f} s each in the median; {argued} "
        f"argued to be equivalent.{'' if run.rules == rules_digest() else CHANGED}"
    )


def _table(mutants: tuple[Mutant, ...], verdicts: Mapping[str, Verdict]) -> str:
    head = "<tr><th>Fault</th><th>Rule and change</th><th>Smallest script</th><th>Verdict</th></tr>"
    rows = "".join(_row(mutant, verdicts.get(mutant.name)) for mutant in mutants)
    return f"<div class='air-table'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _row(mutant: Mutant, verdict: Verdict | None) -> str:
    script = _code(mutant.script) if mutant.script else escape(mutant.equivalent)
    foreign = f"<br>with data of {_code(mutant.data_of)}" if mutant.data_of else ""
    cells = (
        f"<b>{mutant.name}</b><br>{marked(mutant.sentence)}",
        f"{', '.join(map(_rule, mutant.rules))}:<br>{marked(' '.join(str(mutant.change).split()))}",
        f"{script}{foreign}",
        _verdict(verdict),
    )
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr id="fault-{mutant.name}">{row}</tr>'


def _rule(name: str) -> str:
    """Return the name of a rule or function as a link to where the book shows it; updates are not shown there."""
    entry = place_of(name).entry
    text = escape(name.rpartition(".")[2])
    return text if entry is None else f'<a href="{{{{{entry.module}.{entry.name}}}}}">{text}</a>'


def _verdict(verdict: Verdict | None) -> str:
    """Return the law that killed a mutant, with its evidence."""
    if verdict is None:
        return "not tried yet"
    if not verdict.broken:
        return verdict.status
    first = verdict.broken[0]
    told = escape(first.witness.breach)
    law = f'<a href="laws.html#law-{first.law}">{first.law}</a>'
    return f"{law} ({first.evidence}), {verdict.seconds:.1f} s<br><small>{told}</small>"


def _code(text: str) -> str:
    return f"<code>{escape(' '.join(text.split()))}</code>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directives, and return the metadata for Sphinx."""
    app.add_directive("seeded-faults", SeededFaults)
    app.add_directive("fault-figures", FaultFigures)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
