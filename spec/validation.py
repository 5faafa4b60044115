"""Static rules: scripts that AquaVM refuses although its grammar allows them.

A name counts as defined where an instruction that defines it *begins* earlier in the text: this is a check of textual
order, not of scopes or of control flow.  All the rules and messages are those of AquaVM 0.62:
``crates/air-lib/air-parser/src/parser/validator.rs``, and ``errors.rs`` beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct

from airspec.spec.syntax import (
    Ap,
    ApMap,
    ByScalar,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    CanonStreamWithLens,
    FailLiteral,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    Match,
    Mismatch,
    New,
    Next,
    Par,
    Path,
    Scalar,
    ScalarWithLens,
    Seq,
    Span,
    Stream,
    StreamMap,
    Xor,
)

UNDEFINED_VARIABLE = "variable '{name}' wasn't defined"
UNDEFINED_ITERABLE = "iterable '{name}' wasn't defined"
MULTIPLE_NEXT = "multiple next instructions for iterator '{name}' found for one fold, that is prohibited"
NEW_OF_ITERATOR = "new can't be applied to a '{name}' because it's an iterator"
NESTED_ITERATOR = "multiple iterable values found for iterator name '{name}'"
ZERO_ERROR_CODE = "error code 0 with fail is unsupported"
AFTER_NEXT = "fold can not have instructions after next"


class Problem(Struct, frozen=True):
    """A static rule that a script breaks.

    It has AquaVM's message, the span of the instruction at fault, and the name at fault in it, None if there is none.
    """

    message: str
    span: Span
    name: str | None = None


def validate(closed: Sequence[Instruction]) -> Problem | None:
    """Return the problem that stands first in a script's text; None if the script breaks no static rule.

    `closed` has its instructions in the order in which they end.
    """
    return min(problems(closed), key=lambda problem: problem.span.start, default=None)


def problems(closed: Sequence[Instruction]) -> list[Problem]:
    """Return every problem of a script, grouped by static rule.

    `closed` has its instructions in the order in which they end, from the inside out, as AquaVM visits them.
    """
    return [*undefined(closed), *zero_codes(closed), *Iterators().problems_of(closed), *Ends().problems_of(closed)]


def zero_codes(closed: Sequence[Instruction]) -> list[Problem]:
    """Return a problem for each `fail` with the error code 0."""
    return [Problem(ZERO_ERROR_CODE, node.span) for node in closed if isinstance(node, FailLiteral) and node.code == 0]


# --- names ------------------------------------------------------------------------------------------


def undefined(closed: Sequence[Instruction]) -> list[Problem]:
    """Return a problem for each name that an instruction uses and no earlier one defines.

    AquaVM's oddities are kept.  It visits an instruction's own values after those of the instructions inside it; of
    all the uses of a name that are undefined when they are visited, it remembers only the first, and checks that one
    again when all definitions are known.  So ``(match z 1 (fold [] z (ap z y)))`` is accepted.
    """
    defined: dict[str, int] = {}
    unresolved: dict[str, Span] = {}
    for node in closed:
        kind, start = type(node), node.span.start
        if kind in USES:
            for name in mentions(USES[kind](node)):
                if defined.get(name, start) >= start:
                    unresolved.setdefault(name, node.span)
        if kind in DEFINES:
            for name in DEFINES[kind](node):
                defined[name] = min(start, defined.get(name, start))
    return [
        Problem(UNDEFINED_VARIABLE.format(name=name), span, name)
        for name, span in unresolved.items()
        if defined.get(name, span.start) >= span.start
    ]


USES: dict[type, Callable[[Any], tuple[object, ...]]] = {
    Call: lambda call: (call.peer, call.service, call.function, *call.arguments),
    Ap: lambda ap: (ap.value,),
    ApMap: lambda ap: (ap.key,),
    Match: lambda match: (match.left, match.right),
    Mismatch: lambda match: (match.left, match.right),
    FoldScalar: lambda fold: (fold.iterable,),
    FoldStream: lambda fold: (fold.stream,),
    FoldMap: lambda fold: (fold.stream,),
}
"""The values of an instruction whose names must be defined before it.

Not checked by AquaVM, and so not here: what `fail` and `canon` mention, and the value of a pair given to `ap`.
"""

DEFINES: dict[type, Callable[[Any], tuple[str, ...]]] = {
    Call: lambda call: () if call.output is None else (call.output.name,),
    Ap: lambda ap: (ap.target.name,),
    ApMap: lambda ap: (ap.target.name,),
    Canon: lambda canon: (canon.target.name,),
    CanonMap: lambda canon: (canon.target.name,),
    CanonMapScalar: lambda canon: (canon.target.name,),
    New: lambda new: (new.variable.name,),
    FoldScalar: lambda fold: (fold.iterator,),
    FoldStream: lambda fold: (fold.iterator,),
    FoldMap: lambda fold: (fold.iterator,),
}
"""The names that an instruction defines for everything that begins after it."""

NAMES: frozenset[type] = frozenset({Scalar, Stream, StreamMap, CanonStream, CanonStreamMap})
WITH_LENS: frozenset[type] = frozenset({ScalarWithLens, CanonStreamWithLens, CanonStreamMapWithLens})


def mentions(values: tuple[Any, ...]) -> list[str]:
    """Return the names in values: of each, its variable, then the scalars that index its lens.

    Lenses on errors are not looked at.
    """
    names: list[str] = []
    for value in values:
        kind = type(value)
        if kind in NAMES:
            names.append(value.name)
        elif kind in WITH_LENS:
            names.append(value.name)
            if isinstance(value.lens, Path):
                names += [accessor.scalar for accessor in value.lens.accessors if isinstance(accessor, ByScalar)]
    return names


# --- iterators --------------------------------------------------------------------------------------


class EnclosingFold(Struct):
    """A fold around a place: the character offset at which it ends, and whether it already has its `next`."""

    end: int
    has_next: bool = False


FOLD_NEXT_NEW: frozenset[type] = frozenset({FoldScalar, FoldStream, FoldMap, Next, New})


class Iterators:
    """The check of the static rules about iterators: their folds, their `next` and their `new`.

    An oddity of AquaVM is kept: of all `next` of a name outside its folds, it remembers only the first.
    """

    def __init__(self) -> None:
        self.enclosing: dict[str, list[EnclosingFold]] = {}
        self.met_next: set[str] = set()
        self.problems: list[Problem] = []

    def problems_of(self, closed: Sequence[Instruction]) -> list[Problem]:
        """Return the problems of a script, in the order of its text; `closed` has its instructions."""
        concerned = [node for node in closed if type(node) in FOLD_NEXT_NEW]
        for node in sorted(concerned, key=lambda node: node.span.start):
            match node:
                case Next(iterator=iterator, span=span):
                    self._next(iterator, span)
                case New(variable=variable, span=span) if self._folds(variable.name, span):
                    self._report(NEW_OF_ITERATOR, span, variable.name)
                case FoldScalar() | FoldStream() | FoldMap():
                    self._fold(node.iterator, node.span)
                case _:
                    pass
        return self.problems

    def _fold(self, iterator: str, span: Span) -> None:
        folds = self._folds(iterator, span)
        if folds:
            self._report(NESTED_ITERATOR, span, iterator)
        folds.append(EnclosingFold(span.end))

    def _next(self, iterator: str, span: Span) -> None:
        folds = self._folds(iterator, span)
        if folds and folds[-1].has_next:
            self._report(MULTIPLE_NEXT, span, iterator)
        elif folds:
            folds[-1].has_next = True
        elif iterator not in self.met_next:
            self._report(UNDEFINED_ITERABLE, span, iterator)
        self.met_next.add(iterator)

    def _folds(self, iterator: str, span: Span) -> list[EnclosingFold]:
        """Return the folds over an iterator around a place, innermost last; those that end before it are forgotten."""
        folds = self.enclosing.setdefault(iterator, [])
        while folds and folds[-1].end <= span.start:
            folds.pop()
        return folds

    def _report(self, message: str, span: Span, name: str) -> None:
        self.problems.append(Problem(message.format(name=name), span, name))


# --- nothing after next -----------------------------------------------------------------------------


class Ends:
    """The check of the static rule that in a fold over a stream or a map nothing follows `next`.

    An abstract interpretation, from the inside out: an instruction's value is the iterator whose `next` it ends with,
    or None.  AquaVM's oddities are kept: an `xor` with a `next` at the end of both branches ends the whole
    check, and a mark made inside a fold over a scalar also counts against a later fold over a stream with the same
    iterator name.
    """

    def __init__(self) -> None:
        self.values: dict[Instruction, str | None] = {}
        self.marked: dict[str, Span] = {}
        self.enabled = True
        self.problems: list[Problem] = []

    def problems_of(self, closed: Sequence[Instruction]) -> list[Problem]:
        """Return the problems of a script, whose instructions `closed` has in the order in which they end."""
        if Next in map(type, closed):
            for node in closed:
                self.values[node] = self._value(node)
                if not self.enabled:
                    break
        return self.problems

    def _value(self, node: Instruction) -> str | None:
        match node:
            case Seq(left=left, right=right) | Par(left=left, right=right):
                return self._both(node.span, self.values[left], self.values[right])
            case Xor(left=left, right=right):
                return self._either(self.values[left], self.values[right])
            case Match(body=body) | Mismatch(body=body) | New(body=body):
                return self.values[body]
            case FoldStream(iterator=iterator, body=body) | FoldMap(iterator=iterator, body=body):
                return self._fold(iterator, self.values[body])
            case Next(iterator=iterator):
                return iterator
            case _:
                return None

    def _both(self, span: Span, left: str | None, right: str | None) -> str | None:
        if left is not None and left != right:
            self.marked.setdefault(left, span)
            return None
        return right

    def _either(self, left: str | None, right: str | None) -> str | None:
        if left is not None and right is not None:
            self.enabled = False
        return left if left is not None else right

    def _fold(self, iterator: str, body: str | None) -> str | None:
        span = self.marked.get(iterator)
        if span is not None:
            self.problems.append(Problem(AFTER_NEXT, span))
        if body != iterator:
            return body
        self.marked.pop(iterator, None)
        return None
