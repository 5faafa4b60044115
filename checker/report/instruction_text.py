"""Instructions as their author wrote them, and where they stand in the script."""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from airspec.checker.model.services.annotations import number_of
from airspec.checker.report.shortening import visible
from airspec.spec.errors import Place, place_of
from airspec.spec.parser import Script
from airspec.spec.printer import describe
from airspec.spec.syntax import Call, Instruction, Literal, children

GIVEN_NUMBER: Final = re.compile(r'\.\.[0-9]+(?=")')
"""The number that an annotation gives to the service of a call, in the text of the script."""


def told_instruction(instruction: Instruction) -> str:
    """Return an instruction as messages name it, with … in place of those inside it."""
    written = visible(describe(unnumbered(instruction)).strip())
    return f"({written} …)" if children(instruction) else f"({written})"


def unnumbered(instruction: Instruction) -> Instruction:
    """Return an instruction as its author wrote it: the service of an annotated call has no number."""
    match instruction:
        case Call(service=Literal(name)):
            return replace(instruction, service=Literal(number_of(name)[0]))
        case _:
            return instruction


def place_in(script: Script, instruction: Instruction) -> Place:
    """Return the place of an instruction in the script as its author wrote it."""
    place = place_of(script.text, instruction.span.start)
    before = place.text[: place.column - 1]
    return replace(place, column=len(GIVEN_NUMBER.sub("", before)) + 1)


def told_place(script: Script, instruction: Instruction) -> str:
    """Return the line and the column of an instruction, both counted from 1."""
    place = place_in(script, instruction)
    return f"{place.line}:{place.column}"


def told_with_place(script: Script, instruction: Instruction) -> str:
    """Return an instruction behind its line and column."""
    return f"{told_place(script, instruction)} {told_instruction(instruction)}"
