"""A mutant: one change of one rule, and the sources with this change."""

from __future__ import annotations

import ast

from msgspec import Struct

from airspec.checker.mutation.changes import Change
from airspec.checker.mutation.places import Edit, MisfitError, Place, place_of


class Mutant(Struct, frozen=True, kw_only=True):
    """A rule with one fault.

    `rule` names it: ``Relation/case``, or the qualified name of a function of the notation or of an update of `Config`.
    With several names, rules that share a premise are changed in the same way.  `imports` are the imports that the
    change needs and the module lacks.  `script` is the smallest known script whose runs show the change; where honest
    data do not show it, the data of the script `data_of` are delivered too, also tampered with.  `equivalent` is the
    argument that no script can show the change; such a mutant has an empty script.
    """

    name: str
    sentence: str
    rule: str | tuple[str, ...]
    change: Change
    imports: str = ""
    script: str = ""
    data_of: str = ""
    equivalent: str = ""

    @property
    def rules(self) -> tuple[str, ...]:
        """Return the names of the rules that change."""
        return (self.rule,) if isinstance(self.rule, str) else self.rule


class MutantError(ValueError):
    """An error for a change that does not fit its rule, leaves it as it is, or makes it invalid Python."""


def rewrite(mutant: Mutant) -> dict[str, str]:
    """Return the new text of the files that a mutant changes, by their path from the root of the project.

    Raises `MutantError` unless the change applies exactly once in each of the mutant's rules.
    """
    changed: dict[str, tuple[Place, list[Edit]]] = {}
    for rule in mutant.rules:
        try:
            place = place_of(rule)
            changed.setdefault(place.file, (place, []))[1].extend(mutant.change.edits(place))
        except MisfitError as error:
            raise MutantError(f"{mutant.name}: in {rule}, {error}") from None
    return {file: _rewritten(mutant, place.source, edits) for file, (place, edits) in changed.items()}


def _rewritten(mutant: Mutant, source: str, edits: list[Edit]) -> str:
    """Return a source after its edits and with the imports of the mutant."""
    text = source
    for edit in sorted(edits, reverse=True):
        text = text[: edit.begin] + edit.text + text[edit.end :]
    text += f"\n{mutant.imports}\n" if mutant.imports else ""
    try:
        tree = ast.parse(text)
    except SyntaxError as error:
        raise MutantError(f"{mutant.name}: the change is no Python: {error.msg}, line {error.lineno}") from None
    if ast.dump(tree) == ast.dump(ast.parse(source)):
        raise MutantError(f"{mutant.name}: the change leaves the rule as it is")
    return text
