"""A mutant: one rewrite of one rule, and how the rewrite is made."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Final

from msgspec import Struct

ROOT: Final = Path(__file__).resolve().parents[2]
"""The folder that holds the packages of the project."""


class Mutant(Struct, frozen=True, kw_only=True):
    """A rule that is wrong in one place.

    In the function `function` of the file `file`, and there in the case whose label is `case` (empty in definitions),
    the text `old`, which occurs once, becomes `new`.  `script` is the smallest script known whose runs the rewrite
    changes; where honest data do not show it, those of the script `data_of` are delivered too, also tampered with.
    `equivalent` says why no script can, for the few rewrites of which that is argued; their script is empty.
    """

    name: str
    sentence: str
    file: str
    function: str
    case: str = ""
    old: str
    new: str
    script: str = ""
    data_of: str = ""
    equivalent: str = ""


class MutantError(ValueError):
    """A rewrite that does not fit the source it is for."""


def rewritten(mutant: Mutant, source: str) -> str:
    """The source with the rewrite made; raises `MutantError` unless it applies exactly once."""
    begin, end = _extent(mutant, source)
    body = source[begin:end]
    if mutant.case and f'"{mutant.case}: ' not in body:
        raise MutantError(f"{mutant.name}: {mutant.function} has no case '{mutant.case}'")
    count = body.count(mutant.old)
    if count != 1:
        raise MutantError(f"{mutant.name}: the text to rewrite occurs {count} times in {mutant.function}")
    changed = source[:begin] + body.replace(mutant.old, mutant.new) + source[end:]
    try:
        ast.parse(changed)
    except SyntaxError as error:
        raise MutantError(f"{mutant.name}: the rewrite is no Python: {error.msg}, line {error.lineno}") from None
    return changed


def rewrite(mutant: Mutant) -> dict[str, str]:
    """The file that a mutant changes, with its text then; raises `MutantError` unless the rewrite applies once."""
    return {mutant.file: rewritten(mutant, (ROOT / mutant.file).read_text(encoding="utf-8"))}


def _extent(mutant: Mutant, source: str) -> tuple[int, int]:
    """Where a function of a module begins and ends."""
    starts = [0]
    for line in source.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    for node in ast.parse(source).body:
        if isinstance(node, ast.FunctionDef) and node.name == mutant.function:
            assert node.end_lineno is not None
            return starts[node.lineno - 1], starts[node.end_lineno]
    raise MutantError(f"{mutant.name}: {mutant.file} has no function {mutant.function}")
