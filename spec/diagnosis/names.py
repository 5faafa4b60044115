"""Faults of names and of folds: the static rules, with what was likely meant."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

from airspec.spec.diagnosis.fault import Fault, nearest
from airspec.spec.diagnosis.heads import canon_name
from airspec.spec.errors import place_of
from airspec.spec.lexical import Lexemes
from airspec.spec.parser import mention
from airspec.spec.syntax import FoldMap, FoldScalar, FoldStream, Instruction, Next, Span
from airspec.spec.validation import (
    AFTER_NEXT,
    DEFINES,
    MULTIPLE_NEXT,
    NEW_OF_ITERATOR,
    UNDEFINED_ITERABLE,
    UNDEFINED_VARIABLE,
    ZERO_ERROR_CODE,
    Problem,
    problems,
)

EXPONENT = re.compile(r"[-+]?[0-9]+[eE][-+]?[0-9]+")

MOST_NAMES = 6
"""Names that a message lists at most."""


class Known(Struct, frozen=True):
    """A script that breaks a static rule: its text, its lexemes, and its instructions, inner ones first."""

    text: str
    lexemes: Lexemes
    closed: Sequence[Instruction]

    def place(self, offset: int) -> str:
        """Return the place of a character offset as messages show it, such as `3:14` for line and column."""
        place = place_of(self.text, offset)
        return f"{place.line}:{place.column}"

    def definitions(self) -> Iterator[tuple[str, Span]]:
        """Yield every name that an instruction defines, with the span of that instruction."""
        for node in self.closed:
            if type(node) in DEFINES:
                for name in DEFINES[type(node)](node):
                    yield name, node.span

    def folds(self) -> Iterator[FoldScalar | FoldStream | FoldMap]:
        """Yield the folds of the script, each after those inside it."""
        for node in self.closed:
            if isinstance(node, FoldScalar | FoldStream | FoldMap):
                yield node


def name_fault(text: str, lexemes: Lexemes, closed: Sequence[Instruction]) -> Fault | None:
    """Return the fault of a script that the grammar allows but that breaks a static rule; None if it breaks none.

    It is the one that begins first. `closed` has the instructions in the order in which they end.
    """
    known = Known(text, lexemes, closed)
    found = problems(closed)
    problem = min(found, key=lambda one: one.span.start, default=None)
    if problem is None:
        return None
    offset = mention(lexemes, problem.span, problem.name)
    name = problem.name or ""
    if problem.message == UNDEFINED_VARIABLE.format(name=name):
        others = [one.name for one in found if one.message == UNDEFINED_VARIABLE.format(name=one.name)]
        return _undefined(known, name, offset, [other for other in others if other is not None and other != name])
    if problem.message == UNDEFINED_ITERABLE.format(name=name):
        return _stray_next(known, name, problem, offset)
    if problem.message == MULTIPLE_NEXT.format(name=name):
        return _second_next(known, name, problem, offset)
    if problem.message == AFTER_NEXT:
        return _after_next(known, problem)
    if problem.message == NEW_OF_ITERATOR.format(name=name):
        message = f"`new` cannot make `{name}` anew, as it is the iterator of the fold around it"
        return Fault(message, offset, "give one of them another name")
    if problem.message == ZERO_ERROR_CODE:
        return Fault("`fail` takes no error code 0, which means success", offset, "write another number")
    return Fault(
        f"`{name}` is already the iterator of a fold around this one", offset, "give this iterator another name"
    )


def _undefined(known: Known, name: str, offset: int, others: list[str]) -> Fault:
    """The fault of a name that nothing before it sets: set too late, misspelt, or given by the host in earlier AIR."""
    spans = dict(reversed(list(known.definitions())))
    if name in spans:
        place = known.place(mention(known.lexemes, spans[name], name))
        message = f"`{name}` is read here, before it is set at {place}"
        return Fault(message, offset, "set it earlier in the text")
    near = nearest(name, [other for other in spans if other[:1] == name[:1]]) or nearest(name, spans)
    listed = ", ".join(f"`{other}`" for other in others[:MOST_NAMES])
    also = f", nor {listed}" if others else ""
    if len(others) > MOST_NAMES:
        also += f" and {len(others) - MOST_NAMES} more"
    message = f"nothing sets `{name}`{also}"
    if near is not None:
        place = known.place(mention(known.lexemes, spans[near], near))
        return Fault(message, offset, f"did you mean `{near}`, set at {place}?")
    return Fault(message, offset, _how_to_set(name))


def _how_to_set(name: str) -> str:
    if EXPONENT.fullmatch(name):
        return "a number has no exponent: write its digits"
    if name.startswith("$"):
        return f"write into it before, with `(ap VALUE {name})` or as the output of a call"
    if name.startswith("%"):
        return f"write into it before, with `(ap (KEY VALUE) {name})`"
    if name.startswith("#"):
        collection = name[1:] if name[1:2] in ("$", "%") else f"${name[1:]}"
        return f"take it before, with `(canon PEER {collection} {name})`"
    return (
        f'ask the host for it, with `(call %init_peer_id% ("getDataSrv" "{name}") [] {name})`, or give it with'
        " --init-data (AIR before AquaVM 0.7.0 took such names from its host)"
    )


def _stray_next(known: Known, name: str, problem: Problem, offset: int) -> Fault:
    around = [fold.iterator for fold in known.folds() if _inside(problem.span, fold.span)]
    if not around:
        remedy = "put it into the fold over that iterator, or remove it"
        return Fault(f"`(next {name})` is outside of every fold", offset, remedy)
    message = f"`(next {name})` is in no fold with the iterator `{name}`"
    return Fault(message, offset, f"did you mean `(next {nearest(name, around) or around[0]})`?")


def _second_next(known: Known, name: str, problem: Problem, offset: int) -> Fault:
    fold = next(f for f in known.folds() if f.iterator == name and _inside(problem.span, f.span))
    starts = [node.span.start for node in known.closed if isinstance(node, Next) and node.iterator == name]
    first = min(start for start in starts if start > fold.span.start)
    remedy = f"keep one `(next {name})`, for instance behind the choice between two branches"
    return Fault(f"the fold over `{name}` already has its `next`, at {known.place(first)}", offset, remedy)


def _after_next(known: Known, problem: Problem) -> Fault:
    inner = [n for n in known.closed if isinstance(n, Next) and _inside(n.span, problem.span)]
    name = min(inner, key=lambda node: node.span.start).iterator if inner else "i"
    streams = [
        fold.stream.name
        for fold in known.folds()
        if isinstance(fold, FoldStream | FoldMap) and fold.iterator == name and _inside(problem.span, fold.span)
    ]
    over = streams[0] if streams else "$stream"
    canon = canon_name(over)
    return Fault(
        f"in a fold over a stream nothing follows `next`, and here something follows `(next {name})`",
        problem.span.start,
        f"put `(next {name})` last, or fold over `{canon}`, with `(canon PEER {over} {canon})` before"
        " (AIR before AquaVM 0.56.0 allowed it)",
    )


def _inside(inner: Span, outer: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end
