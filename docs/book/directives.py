"""The directives of the book: rules, records, errors and grammar, each generated from its source."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from typing import Any, ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from airspec.book.grammar import diagrams, regular
from airspec.book.join_tables import join_table
from airspec.book.reference_tables import (
    codes_table,
    errors_table,
    fields_table,
    json_forms_table,
    opaque_table,
    records_table,
    updates_table,
)
from airspec.book.rendering import contents, function, overlay
from airspec.book.typeset import anchor
from airspec.semantics.notation.reading import cases
from airspec.semantics.notation.registry import Entry, load

OVERLAYS = "airspec.semantics.editions."
"""The package of the editions that differ from the faithful one."""


class air_html(nodes.General, nodes.Element):  # noqa: N801 - docutils names nodes so
    """A node of generated HTML; links in double braces are resolved when the page is written."""


class Rules(SphinxDirective):
    """The directive ``.. air-rules:: module``, which shows the module's functions, or only those in ``:functions:``."""

    required_arguments = 1
    option_spec: ClassVar[dict[str, Any]] = {"functions": directives.unchanged_required}

    def run(self) -> list[nodes.Node]:
        """Return one node with the HTML of the functions, in the order of the source; fails for an absent name."""
        self.env.note_reread()  # what is generated depends on sources that Sphinx does not watch
        module = self.arguments[0]
        entries = [entry for entry in load() if entry.module == module]
        wanted = self.options.get("functions", "").split() or [entry.name for entry in entries]
        absent = [name for name in wanted if name not in {entry.name for entry in entries}]
        if absent or not entries:
            raise self.error(f"{module} has no rules named {', '.join(absent) or 'anything'}")
        shown = [entry for entry in entries if entry.name in wanted]
        show(self.env, shown)
        return [air_html(html=contents(shown) + "".join(function(entry) for entry in shown))]


def show(env: BuildEnvironment, entries: Sequence[Entry]) -> None:
    """Record in the domain that the current page shows these functions and their cases."""
    data = env.get_domain("air").data
    for entry in entries:
        data["functions"][anchor(entry)] = env.docname
        if entry.kind in ("rules", "step"):
            data["cases"].update({case.name: env.docname for case in cases(entry)})


class Overlays(SphinxDirective):
    """The directive ``.. air-overlays::``, which shows what each edition replaces, beside the original, and adds."""

    def run(self) -> list[nodes.Node]:
        """Return one node with the HTML of every edition, its functions in the order of the source."""
        self.env.note_reread()
        found: dict[str, list[Entry]] = {}
        for entry in load():
            if entry.module.startswith(OVERLAYS):
                found.setdefault(entry.module, []).append(entry)
        show(self.env, [entry for entries in found.values() for entry in entries])
        return [air_html(html="".join(overlay(module, entries) for module, entries in found.items()))]


class Generated(SphinxDirective):
    """A base of directives that show generated HTML, which may depend on one argument."""

    optional_arguments = 1
    final_argument_whitespace = True

    def html(self) -> str:
        """Return the HTML of the directive."""
        raise NotImplementedError

    def run(self) -> list[nodes.Node]:
        """Return one node with the generated HTML."""
        self.env.note_reread()
        return [air_html(html=self.html())]


class Fields(Generated):
    """The directive ``.. air-fields:: module.Record``, which shows the table of a record's fields."""

    def html(self) -> str:
        """Return the table as HTML."""
        return fields_table(self.arguments[0])


class Records(Generated):
    """The directive ``.. air-records:: module``, which shows the table of a module's records."""

    def html(self) -> str:
        """Return the table as HTML."""
        return records_table(self.arguments[0])


class Errors(Generated):
    """The directive ``.. air-errors::``, which shows the table of the faults in errors."""

    def html(self) -> str:
        """Return the table as HTML."""
        return errors_table()


class Codes(Generated):
    """The directive ``.. air-codes::``, which shows the table of the named codes."""

    def html(self) -> str:
        """Return the table as HTML."""
        return codes_table()


class JsonForms(Generated):
    """The directive ``.. air-json-forms::``, which shows the JSON form of each kind of state."""

    def html(self) -> str:
        """Return the table as HTML."""
        return json_forms_table()


class Opaque(Generated):
    """The directive ``.. air-opaque::``, which shows the table of the functions that proofs do not read."""

    def html(self) -> str:
        """Return the table as HTML."""
        return opaque_table()


class Updates(Generated):
    """The directive ``.. air-updates::``, which lists the updates of a configuration, as rules of *Step* write them."""

    def html(self) -> str:
        """Return the table as HTML."""
        return updates_table()


class JoinTable(Generated):
    """The directive ``.. air-join-table:: module.function``, which tabulates the results of a function of the join.

    The rules of the join must be on the same page.
    """

    def html(self) -> str:
        """Return the table as HTML."""
        module, _, name = self.arguments[0].rpartition(".")
        return join_table(getattr(importlib.import_module(module), name))


class Grammar(Generated):
    """The directive ``.. air-grammar:: rule rule ...``, which draws rules of the grammar as railroad diagrams."""

    def html(self) -> str:
        """Return the diagrams as HTML."""
        return diagrams(self.arguments[0].split())


class Regular(Generated):
    """The directive ``.. air-regular:: rule rule ...``, which shows rules that are regular expressions."""

    def html(self) -> str:
        """Return the rules as the grammar writes them, as HTML."""
        return regular(self.arguments[0].split())


DIRECTIVES: dict[str, type[SphinxDirective]] = {
    "air-rules": Rules,
    "air-fields": Fields,
    "air-records": Records,
    "air-errors": Errors,
    "air-codes": Codes,
    "air-json-forms": JsonForms,
    "air-opaque": Opaque,
    "air-overlays": Overlays,
    "air-updates": Updates,
    "air-join-table": JoinTable,
    "air-grammar": Grammar,
    "air-regular": Regular,
}
