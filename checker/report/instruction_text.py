"""Instructions in words, and where they stand in the script."""

from __future__ import annotations

from airspec.checker.report.visible import on_one_line
from airspec.spec.errors import place_of
from airspec.spec.parser import Script
from airspec.spec.printer import describe
from airspec.spec.syntax import Instruction, children


def told_instruction(instruction: Instruction) -> str:
    """Return the text of an instruction on one line, with … in place of the instructions inside it."""
    written = on_one_line(describe(instruction).strip())
    return f"({written} …)" if children(instruction) else f"({written})"


def told_place(script: Script, instruction: Instruction) -> str:
    """Return where an instruction begins in a script, as "line:column", both counted from 1."""
    place = place_of(script.text, instruction.span.start)
    return f"{place.line}:{place.column}"


def told_with_place(script: Script, instruction: Instruction) -> str:
    """Return the "line:column" of an instruction and then its text."""
    return f"{told_place(script, instruction)} {told_instruction(instruction)}"
