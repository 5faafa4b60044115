"""Differences between an edition and the faithful one: the rules that it replaces or adds, as diffs of their text."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from difflib import unified_diff

from msgspec import Struct

from airspec.semantics.editions import Edition
from airspec.semantics.notation.reading import definition_of, first_sentence, rule_name
from airspec.semantics.notation.registry import Entry, entry_of, load


class EditionChange(Struct, frozen=True):
    """A function of an edition, and the faithful one that it replaces (None if it is added): names and source lines.

    `sentence` is the first one of the function's docstring.
    """

    name: str
    replaces: str | None
    sentence: str
    before: tuple[str, ...]
    after: tuple[str, ...]

    def difference(self) -> Iterator[str]:
        """Yield the lines of the function as a diff, each after a space, ``+`` or ``-``."""
        yield from list(unified_diff(self.before, self.after, n=99, lineterm=""))[3:]


def changes_of(edition: Edition) -> tuple[EditionChange, ...]:
    """Return the functions that an edition adds or replaces, in the order of its module."""
    return tuple(_change(entry) for entry in load() if entry.edition is edition)


def _change(entry: Entry) -> EditionChange:
    original = None if entry.replaces is None else entry_of(entry.replaces)
    return EditionChange(
        full_name(entry),
        None if original is None else full_name(original),
        first_sentence(ast.get_docstring(definition_of(entry)) or ""),
        () if original is None else text_of(original),
        text_of(entry),
    )


def full_name(entry: Entry) -> str:
    """Return the name by which readers know a function: the name of a rule of *Step*, else ``module.function``."""
    return rule_name(entry) if entry.kind == "step" else f"{entry.module}.{entry.name}"


def text_of(entry: Entry) -> tuple[str, ...]:
    """Return the source lines of a function, in standard layout and without decorators."""
    function = definition_of(entry)
    bare = ast.FunctionDef(
        function.name, function.args, function.body, [], function.returns, function.type_comment, lineno=1
    )
    return tuple(ast.unparse(ast.fix_missing_locations(bare)).splitlines())
