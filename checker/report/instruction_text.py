"""Instructions in words, and where they stand in the script."""

from __future__ import annotations

from airspec.checker.report.visible import on_one_line
from airspec.spec.errors import place_of
from airspec.spec.parser import Script
from airspec.spec.printer import describe
from airspec.spec.syntax import Instruction, children


def told_instruction(instruction: Instruction) -> str:
    """Return an instruction as messages name it, with … in place of those inside it."""
    written = on_one_line(describe(instruction).strip())
    return f"({written} …)" if children(instruction) else f"({written})"


def told_place(script: Script, instruction: Instruction) -> str:
    """Return the line and the column of an instruction, both counted from 1."""
    place = place_of(script.text, instruction.span.start)
    return f"{place.line}:{place.column}"


def told_with_place(script: Script, instruction: Instruction) -> str:
    """Return an instruction behind its line and column."""
    return f"{told_place(script, instruction)} {told_instruction(instruction)}"
