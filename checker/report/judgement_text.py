"""Failed judgements in words, written in the form that each judgement declares."""

from __future__ import annotations

import inspect
from typing import Any, cast

from msgspec import Struct

from airspec.checker.report.instruction_text import told_instruction
from airspec.checker.report.shortening import shorten
from airspec.checker.report.trace_tree import told_origin
from airspec.semantics.aquavm.messages import code_of, message_of, trace_text
from airspec.semantics.configuration import Config
from airspec.semantics.merge.memory import Memory
from airspec.semantics.notation.engine import FailedPremise
from airspec.semantics.notation.registry import entry_of
from airspec.spec.faults import Catchable, Trap, Uncatchable
from airspec.spec.printer import render
from airspec.spec.syntax import Instruction, Value
from airspec.spec.values import Tetraplet


def failed_premise(premise: FailedPremise) -> str:
    """Return a judgement that failed in its declared notation, and the reason, as one sentence."""
    return f"{failed_judgement(premise)} fails: {reason_of(premise.failure)}"


def failed_judgement(premise: FailedPremise) -> str:
    """Return a judgement that failed, with its arguments, in its declared notation."""
    entry = entry_of(premise.judgement)
    names = list(inspect.signature(premise.judgement).parameters)
    shown = {name: text_of(value) for name, value in zip(names, premise.arguments, strict=False)}
    called = f"{premise.judgement.__name__}({', '.join(shown.values())})"
    written = entry.form.format(**shown) if entry is not None and entry.form else called
    return written.removesuffix("⇓").strip()


def reason_of(failure: Any) -> str:
    """Return in words why a judgement failed: the code and message of an error, or a panic of AquaVM."""
    match failure:
        case Catchable() | Uncatchable():
            return f"{code_of(failure)}, {message_of(failure)}"
        case Trap(name):
            return f"AquaVM panics, {name}"
        case _:
            return trace_text(failure)


def text_of(value: Any) -> str:
    """Return a short text for an argument of a judgement; … for what only the machine uses."""
    match value:
        case Config():
            return "c"
        case Memory():
            return "m"
        case str():
            return shorten(value)
        case _ if callable(value):
            return str(value.__name__)
        case _ if isinstance(value, INSTRUCTIONS):
            return told_instruction(value)
        case _ if isinstance(value, OPERANDS):
            return render(cast(Value, value))
        case Tetraplet():
            return told_origin(value)
        case Struct():
            return type(value).__name__
        case bool() | int() | None:
            return str(value)
        case _:
            return "…"  # what the machine keeps, which no author wrote


INSTRUCTIONS = tuple(Instruction.__args__)
OPERANDS = tuple(kind for kind in Value.__args__ if isinstance(kind, type))
