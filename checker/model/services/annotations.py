"""Services in comments, in the syntax of AquaVM's testing framework: ``(call "B" ("s" "f") [] x) ; ok=42``.

An annotation belongs to the call that it follows, or to the last call of the instruction that it follows.  As in that
framework the call's service is given a number, ``"s..0"``, so that two calls of one service can answer differently;
it is shown without.  ``@"name"`` stands for the peer of that name, anywhere in the script; names are used as they are.

``; text="not JSON"`` answers a text as it is, which need not be JSON, and ``; err={"ret_code": 1, "text": "down"}``
fails with one.

A comment of two semicolons is only a remark, and so is one that does not begin with ``word =``; ``; echo`` and its like
are short for ``; behaviour = echo``.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left

from msgspec import Struct

from airspec.checker.model.services.behaviours import (
    BEHAVIOUR,
    Definition,
    ServiceError,
    behaviour,
    define,
)
from airspec.spec.comments import comments
from airspec.spec.errors import ScriptError, place_of
from airspec.spec.lexical import scan
from airspec.spec.parser import Script, parse
from airspec.spec.syntax import Call, Instruction, Literal, children

# The testing framework's own form for several lines, behind a call; AIR itself has no such comments.
LONG_ANNOTATION = re.compile(r"(\)\s+)#\|(.*?)\|#", re.DOTALL)
PEER_NAME = re.compile(r'@("[-A-Za-z0-9_]+")')
ANNOTATION = re.compile(r"\s*([A-Za-z_]+)\s*=\s*(.*?)\s*", re.DOTALL)
NUMBERED = re.compile(r"(.*)\.\.([0-9]+)", re.DOTALL)
SERVICE_LEXEME = 4
"""A call's lexemes are ``(``, ``call``, the peer, ``(``, the service, ..."""


class Annotated(Struct, frozen=True):
    """A script whose annotated calls have numbered services, and what each number answers."""

    script: Script
    definitions: tuple[Definition, ...]


def read_annotated(text: str, source: str) -> Annotated:
    """Read a script with the services in its comments; raises `ScriptError` with the place of what is wrong."""
    text = LONG_ANNOTATION.sub(_on_one_line, text)
    text = PEER_NAME.sub(r" \1", text)  # as many characters as before, so that places stay right
    script = parse(text, source)
    found: list[tuple[int, Definition]] = []
    for call, comment, offset in _annotations(script):
        definition = _definition(comment, text, offset, source)
        if definition is not None:
            found.append((_service_end(script, call, text, offset, source), definition))
    found.sort(key=lambda pair: pair[0])
    pieces, done = [], 0
    for number, (end, _) in enumerate(found):
        pieces += [text[done:end], f"..{number}"]
        done = end
    pieces.append(text[done:])
    return Annotated(parse("".join(pieces), source), tuple(definition for _, definition in found))


def _on_one_line(found: re.Match[str]) -> str:
    """An annotation over several lines as a comment on the call's line; what follows keeps its line."""
    return f"{found[1]}; {' '.join(found[2].split())}" + "\n" * max(1, found[0].count("\n"))


def number_of(service_id: str) -> tuple[str, int | None]:
    """Return a service's name without its number, and the number if it has one."""
    found = NUMBERED.fullmatch(service_id)
    return (service_id, None) if found is None else (found[1], int(found[2]))


def _definition(comment: str, text: str, offset: int, source: str) -> Definition | None:
    """Return the definition in a comment; None when it is only a remark."""
    try:
        if BEHAVIOUR.fullmatch(comment.strip()):
            return behaviour(comment.strip())
        found = ANNOTATION.fullmatch(comment)
        if found is None:
            return None
        word, value = found[1], found[2]
        return define(word, value if word.endswith("behaviour") else _json(value))
    except ServiceError as error:
        raise ScriptError(f"in the annotation: {error}", place_of(text, offset), source) from None


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
        return value
    except (ValueError, RecursionError):
        raise ServiceError("the value is no JSON") from None


def _annotations(script: Script) -> list[tuple[Call, str, int]]:
    """The comments that follow an instruction on its line, with the last call of that instruction."""
    text = script.text
    spans = comments(script)
    if not spans:
        return []
    ends = _last_calls(script.instruction)
    lexeme_ends = scan(text).ends
    found = []
    for span in spans:
        before = bisect_left(lexeme_ends, span.start + 1) - 1
        end = lexeme_ends[before] if before >= 0 else -1
        comment = text[span.start + 1 : span.end]
        if end in ends and "\n" not in text[end : span.start] and not comment.startswith(";"):
            call = ends[end]
            if call is not None:
                found.append((call, comment, span.start))
    return found


def _last_calls(instruction: Instruction) -> dict[int, Call | None]:
    """For each instruction, by where it ends: the call that it ends with, if it ends with one."""
    order = [instruction]
    for top in order:
        order.extend(children(top))
    ends: dict[int, Call | None] = {}
    for top in reversed(order):  # inner instructions first
        inner = children(top)
        if inner:
            ends[top.span.end] = ends[inner[-1].span.end]
        else:
            ends[top.span.end] = top if isinstance(top, Call) else None
    return ends


def _service_end(script: Script, call: Call, text: str, offset: int, source: str) -> int:
    """Return the offset at which an annotated call's service gets its number: before the closing quote."""
    if not isinstance(call.service, Literal):
        raise ScriptError("only a call whose service is a literal can be annotated", place_of(text, offset), source)
    lexemes = scan(text)
    first = bisect_left(lexemes.starts, call.span.start)
    return lexemes.ends[first + SERVICE_LEXEME] - 1
