"""A mutant: one change of one rule, and how the changed sources are made."""

from __future__ import annotations

import ast

from msgspec import Struct

from airspec.checker.mutation.changes import Change
from airspec.checker.mutation.places import Edit, MisfitError, Place, place_of


class Mutant(Struct, frozen=True, kw_only=True):
    """A rule that is wrong in one place.

    `rule` names it: ``Relation/case``, or the qualified name of a function of the notation or of an update of `Config`;
    with several names, sister rules that share a premise change alike.  `imports` is what the change needs and the
    module does not have.  `script` is the smallest script known whose runs the change shows; where honest data do not
    show it, those of the script `data_of` are delivered too, also tampered with.  `equivalent` says why no script can,
    for the few changes of which that is argued; their script is empty.
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
        """The names of the rules that change."""
        return (self.rule,) if isinstance(self.rule, str) else self.rule


class MutantError(ValueError):
    """A change that does not fit the rule it is for."""


def rewrite(mutant: Mutant) -> dict[str, str]:
    """Return the files that a mutant changes, with their text then; raises `MutantError` unless it applies once."""
    changed: dict[str, tuple[Place, list[Edit]]] = {}
    for rule in mutant.rules:
        try:
            place = place_of(rule)
            changed.setdefault(place.file, (place, []))[1].extend(mutant.change.edits(place))
        except MisfitError as error:
            raise MutantError(f"{mutant.name}: in {rule}, {error}") from None
    return {file: _rewritten(mutant, place.source, edits) for file, (place, edits) in changed.items()}


def _rewritten(mutant: Mutant, source: str, edits: list[Edit]) -> str:
    """A source with its edits made."""
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
