"""Writing syntax back as text: instructions as scripts have them, and as AquaVM's messages name them."""

from __future__ import annotations

from collections.abc import Iterator

from airspec.spec.formatter import format_script
from airspec.spec.syntax import (
    Ap,
    ApMap,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Fail,
    FailLiteral,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    Match,
    Mismatch,
    Never,
    New,
    Next,
    Null,
    Par,
    Seq,
    Xor,
    children,
)
from airspec.spec.value_text import display, render

__all__ = ["describe", "format_script", "head", "one_line", "render", "same_script"]


def describe(instruction: Instruction) -> str:
    """Return the text of an instruction without those inside it, as AquaVM shows it in error objects and messages.

    A `call` without output ends in a space.
    """
    match instruction:
        case Call():
            arguments = " ".join(display(argument) for argument in instruction.arguments)
            output = "" if instruction.output is None else display(instruction.output)
            return f"{_triplet(instruction)} [{arguments}] {output}"
        case Ap(value=value, target=target):
            return f"ap {display(value)} {target.name}"
        case ApMap(key=key, value=value, target=target):
            return f"ap ({display(key)} {display(value)}) {target.name}"
        case Match(left=left, right=right):
            return f"match {display(left)} {display(right)}"
        case Mismatch(left=left, right=right):
            return f"mismatch {display(left)} {display(right)}"
        case _:
            return _head(instruction)


def _head(instruction: Instruction) -> str:
    """Return the head of an instruction without floats, so that messages and scripts agree on it."""
    match instruction:
        case Canon() | CanonMap() | CanonMapScalar():
            return f"canon {display(instruction.peer)} {instruction.stream.name} {instruction.target.name}"
        case FoldScalar(iterable=iterable, iterator=iterator):
            return f"fold {display(iterable)} {iterator}"
        case FoldStream(stream=stream, iterator=iterator) | FoldMap(stream=stream, iterator=iterator):
            return f"fold {stream.name} {iterator}"
        case Next(iterator=iterator):
            return f"next {iterator}"
        case New(variable=variable):
            return f"new {variable.name}"
        case FailLiteral(code=code, message=message):
            return f'fail {code} "{message}"'
        case Fail(argument=argument):
            return f"fail {display(argument)}"
        case Seq() | Par() | Xor() | Never() | Null():
            return type(instruction).__name__.lower()
        case _:
            raise AssertionError(f"unknown instruction {type(instruction).__name__}")


def _triplet(call: Call) -> str:
    return f"call {display(call.peer)} ({display(call.service)} {display(call.function)})"


def head(instruction: Instruction) -> str:
    """Return an instruction's text as a script has it, without its outer brackets and the instructions inside it."""
    match instruction:
        case Call(arguments=arguments, output=output):
            written = f"{_triplet(instruction)} [{' '.join(map(render, arguments))}]"
            return written if output is None else f"{written} {output.name}"
        case Ap(value=value, target=target):
            return f"ap {render(value)} {target.name}"
        case ApMap(key=key, value=value, target=target):
            return f"ap ({render(key)} {render(value)}) {target.name}"
        case Match(left=left, right=right):
            return f"match {render(left)} {render(right)}"
        case Mismatch(left=left, right=right):
            return f"mismatch {render(left)} {render(right)}"
        case _:
            return _head(instruction)


def one_line(instruction: Instruction) -> str:
    """Return the text of a whole instruction, with those inside it, on one line; `spec.parser.parse` reads it back."""
    return "".join(_pieces(instruction))


def _pieces(instruction: Instruction) -> Iterator[str]:
    pending: list[Instruction | str] = [instruction]
    while pending:
        item = pending.pop()
        if isinstance(item, str):
            yield item
            continue
        yield f"({head(item)}"
        pending.append(")")
        for child in reversed(children(item)):
            pending += (child, " ")


def same_script(left: Instruction, right: Instruction) -> bool:
    """Return whether two trees are equal by content, wherever their instructions stand in their texts."""
    pending = [(left, right)]
    while pending:
        one, other = pending.pop()
        if type(one) is not type(other) or head(one) != head(other):
            return False
        inner, others = children(one), children(other)
        if len(inner) != len(others):
            return False
        pending.extend(zip(inner, others, strict=True))
    return True
