"""The page of seeded faults, from their catalogue and from the verdicts of the last full run."""

from __future__ import annotations

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
from airspec.checker.mutation.verdicts import Verdict

EVIDENCE = Path(__file__).resolve().parent.parent / "_evidence" / "mutants.json"
"""What ``airspec mutants --json docs/_evidence/mutants.json`` wrote."""


class SeededFaults(Generated):
    """``.. seeded-faults::`` shows all mutants by the part of the rules that they are in."""

    def html(self) -> str:
        """A table for each part."""
        return "".join(f"<h2>{title}</h2>{_table(mutants)}" for title, mutants in PARTS.items())


@cache
def verdicts() -> dict[str, Verdict]:
    """The verdicts of the run whose outcome is kept beside the book, by the name of the mutant."""
    return {verdict.mutant: verdict for verdict in msgspec.json.decode(EVIDENCE.read_bytes(), type=list[Verdict])}


def killed_by(law: str) -> list[str]:
    """The mutants that a law killed, where it was the first that they broke."""
    return [name for name, verdict in verdicts().items() if verdict.broken and verdict.broken[0].law == law]


class FaultFigures(Generated):
    """``.. fault-figures::`` sums up the verdicts."""

    def html(self) -> str:
        """One paragraph."""
        known = [verdicts()[mutant.name] for mutant in MUTANTS if mutant.name in verdicts()]
        killed = [verdict for verdict in known if verdict.status == "killed"]
        proved = sum(verdict.broken[0].evidence == "proof" for verdict in killed)
        laws = len({verdict.broken[0].law for verdict in killed})
        argued = sum(verdict.status == "equivalent" for verdict in known)
        return (
            f"<p>In the last full run, of {len(known)} faults {len(killed)} were killed, {proved} of them by proofs, "
            f"by {laws} different laws, in {median(v.seconds for v in killed):.1f} s each in the median; {argued} "
            "argued to be equivalent.</p>"
        )


def _table(mutants: tuple[Mutant, ...]) -> str:
    head = "<tr><th>Fault</th><th>Rule and change</th><th>Smallest script</th><th>Verdict</th></tr>"
    rows = "".join(map(_row, mutants))
    return f"<div class='air-table'><table><thead>{head}</thead><tbody>{rows}</tbody></table></div>"


def _row(mutant: Mutant) -> str:
    script = _code(mutant.script) if mutant.script else escape(mutant.equivalent)
    foreign = f"<br>with data of {_code(mutant.data_of)}" if mutant.data_of else ""
    cells = (
        f"<b>{mutant.name}</b><br>{marked(mutant.sentence)}",
        f"{', '.join(map(_rule, mutant.rules))}:<br>{marked(' '.join(str(mutant.change).split()))}",
        f"{script}{foreign}",
        _verdict(mutant.name),
    )
    row = "".join(f"<td>{cell}</td>" for cell in cells)
    return f'<tr id="fault-{mutant.name}">{row}</tr>'


def _rule(name: str) -> str:
    """A rule or a function by its name, with a link to where the book shows it; updates are not shown."""
    entry = place_of(name).entry
    text = escape(name.rpartition(".")[2])
    return text if entry is None else f'<a href="{{{{{entry.module}.{entry.name}}}}}">{text}</a>'


def _verdict(name: str) -> str:
    """Which law killed a mutant, and how."""
    verdict = verdicts().get(name)
    if verdict is None:
        return "not tried yet"
    if not verdict.broken:
        return verdict.status
    first = verdict.broken[0]
    told = escape(first.witness.sentence)
    return f'<a href="laws.html#law-{first.law}">{first.law}</a>, {verdict.seconds:.1f} s<br><small>{told}</small>'


def _code(text: str) -> str:
    return f"<code>{escape(' '.join(text.split()))}</code>"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("seeded-faults", SeededFaults)
    app.add_directive("fault-figures", FaultFigures)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
