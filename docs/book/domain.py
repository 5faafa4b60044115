"""The Sphinx domain of rules: the page that shows each rule, and the roles that link to rules and functions."""

from __future__ import annotations

from collections.abc import Iterator, Set
from typing import Any, ClassVar

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.builders import Builder
from sphinx.domains import Domain
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.roles import XRefRole
from sphinx.util.nodes import make_refnode

from airspec.book.completeness import complaint, never_shown, unknown
from airspec.semantics.notation.reading import all_cases
from airspec.semantics.notation.registry import load


class NamedRole(XRefRole):
    """A role that links to a rule, ``:rule:`Step/seq-right```, or to another function.

    The name of such a function has its module, ``:function:`semantics.rules.call.reach```.
    """

    def process_link(
        self, env: BuildEnvironment, refnode: nodes.Element, has_explicit_title: bool, title: str, target: str
    ) -> tuple[str, str]:
        """Record the use of a name, so that an unknown one fails the build; return the title and the target."""
        env.get_domain("air").data["uses"].append((env.docname, self.lineno, target))
        return (title if has_explicit_title or "/" in title else title.rpartition(".")[2]), target


class AirDomain(Domain):
    """The domain of rules by name and functions by ``module.name``; its data say which page shows each."""

    name = "air"
    label = "AIR"
    roles: ClassVar[dict[str, Any]] = {"rule": NamedRole(), "function": NamedRole()}
    initial_data: ClassVar[dict[str, Any]] = {"cases": {}, "functions": {}, "uses": []}
    data_version = 1

    def clear_doc(self, docname: str) -> None:
        """Remove what a page shows, and its uses of names, before it is read again."""
        for table in ("cases", "functions"):
            self.data[table] = {name: doc for name, doc in self.data[table].items() if doc != docname}
        self.data["uses"] = [use for use in self.data["uses"] if use[0] != docname]

    def merge_domaindata(self, docnames: Set[str], otherdata: dict[str, Any]) -> None:
        """Add the data of another process, which read other pages in parallel."""
        self.data["cases"].update(otherdata["cases"])
        self.data["functions"].update(otherdata["functions"])
        self.data["uses"].extend(otherdata["uses"])

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        """Yield an entry of the search index for each rule."""
        for name, docname in self.data["cases"].items():
            yield name, name, "rule", docname, name, 1

    def get_type_name(self, type: Any, primary: bool = False) -> str:
        """Return ``rule``, the type that the search shows for every object of this domain."""
        return "rule"

    def resolve_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, typ: str, target: str, node: Any, contnode: Any
    ) -> nodes.Element | None:
        """Return a link to the page that shows a rule or a function, or None if no page does."""
        docname = self.data["cases" if typ == "rule" else "functions"].get(target)
        return None if docname is None else make_refnode(builder, fromdocname, docname, target, contnode, target)

    def resolve_any_xref(
        self, env: BuildEnvironment, fromdocname: str, builder: Builder, target: str, node: Any, contnode: Any
    ) -> list[tuple[str, nodes.Element]]:
        """Return an empty list: only their own roles link to rules."""
        return []


def check_consistency(app: Sphinx, env: BuildEnvironment) -> None:
    """Raise ExtensionError if a rule or function is on no page, or a page uses a name that does not exist."""
    data = env.get_domain("air").data
    names = [case.name for case in all_cases()]
    functions = [f"{entry.module}.{entry.name}" for entry in load()]
    missing = never_shown(names, data["cases"]) + never_shown(functions, data["functions"])
    sentence = complaint(missing, unknown(data["uses"], names + functions))
    if sentence is not None:
        raise ExtensionError(sentence)
