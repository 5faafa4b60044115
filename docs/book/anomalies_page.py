"""The anomalies of the faithful edition, each found again while the book is built."""

from __future__ import annotations

from collections.abc import Iterator

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import SphinxDirective

from airspec.checker.prove.refinement.anomalies import ANOMALIES, Anomaly, show
from airspec.semantics.editions import Edition
from airspec.spec.formatter import format_script
from airspec.spec.parser import parse


class Anomalies(SphinxDirective):
    """The directive ``.. air-anomalies::``, which shows each anomaly of the faithful edition.

    The build fails at an anomaly that no longer occurs, or that also occurs in the repaired edition.
    """

    def run(self) -> list[nodes.Node]:
        """Return the nodes that show all anomalies: for each a title, a sentence, the script and a list."""
        for anomaly in ANOMALIES:
            faithful = show(anomaly, Edition.AVM_0_62).compared.departure
            if faithful is None or faithful.kind != anomaly.kind:
                raise SphinxError(f"the anomaly {anomaly.name} does not show any more")
            if show(anomaly, Edition.REPAIRED).compared.departure is not None:
                raise SphinxError(f"the anomaly {anomaly.name} is not repaired")
        return self.parse_text_to_nodes("\n".join(line for anomaly in ANOMALIES for line in told(anomaly)))


def told(anomaly: Anomaly) -> Iterator[str]:
    """Yield the lines of reStructuredText that show one anomaly."""
    yield f".. rubric:: {anomaly.name}"
    yield ""
    yield anomaly.sentence.replace("`", "``")
    yield ""
    yield ".. code-block:: none"
    yield ""
    yield from (f"   {line}" for line in format_script(parse(anomaly.script)).splitlines())
    yield ""
    yield f"- Previous data: {after(anomaly.prev)}. Current data: {after(anomaly.current)}."
    yield f"- The model has {anomaly.model}."
    yield f"- The machine has {anomaly.machine}."
    yield f"- The reason is {link(anomaly.responsible)}; repaired by {link(anomaly.repair)}."
    yield ""


def link(name: str) -> str:
    """Return a link in reStructuredText to a rule, ``Relation/case``, or to another function."""
    return f":rule:`{name}`" if "/" in name else f":function:`{name}`"


def after(schedule: str) -> str:
    """Return words for the data of the last peer in a schedule; ``none`` for an empty schedule."""
    return f"those of the last peer of the schedule ``{schedule}``" if schedule else "none"


def setup(app: Sphinx) -> dict[str, bool]:
    """Register the directive, and return the metadata for Sphinx."""
    app.add_directive("air-anomalies", Anomalies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
