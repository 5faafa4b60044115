"""The table of laws, from a run of the proofs while the book is built."""

from __future__ import annotations

import json
from html import escape

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx.application import Sphinx
from sphinx.errors import SphinxError

from checker.proofs.obligation import Outcome
from checker.proofs.prover import STATED, prove


class Laws(Directive):
    """Shows each law with its obligations; an outcome that is not as stated fails the build."""

    def run(self) -> list[nodes.Node]:
        """The table."""
        outcomes = tuple(prove())
        wrong = [outcome for outcome in outcomes if not outcome.expected]
        if wrong:
            raise SphinxError(f"{wrong[0].law} ({wrong[0].subject}) is {wrong[0].verdict}")
        rows = [
            f"<tr id='law-{law.name}'><td><b>{law.name}</b><br>{escape(law.sentence)}</td>"
            f"<td>{escape(law.formula)}</td><td>{_evidence([o for o in outcomes if o.law == law.name])}</td></tr>"
            for law in STATED
        ]
        head = "<thead><tr><th>Law</th><th>Formula</th><th>Evidence</th></tr></thead>"
        table = f"<div class='table-wrapper'><table class='docutils'>{head}<tbody>{''.join(rows)}</tbody></table></div>"
        return [nodes.raw("", table, format="html")]


def _evidence(outcomes: list[Outcome]) -> str:
    parts = []
    for outcome in outcomes:
        counter = "" if outcome.countermodel is None else f": <code>{escape(json.dumps(outcome.countermodel))}</code>"
        parts.append(f"{outcome.subject}: {outcome.verdict}{counter}")
    return "<br>".join(parts)


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive."""
    app.add_directive("laws", Laws)
    return {"parallel_read_safe": False, "parallel_write_safe": True}
