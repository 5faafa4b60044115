"""Static rules: what the reference interpreter refuses although the grammar allows it.

A name counts as defined where an instruction that defines it *begins* earlier in the text: this is a check of textual
order, not of scopes or of control flow.  All the rules and messages are those of AquaVM 0.62.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from spec.syntax import (
    Ap,
    ApMap,
    ByScalar,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    FailLiteral,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    Lens,
    Match,
    Mismatch,
    New,
    Next,
    Par,
    Path,
    Seq,
    Span,
    Xor,
    children,
)

Fold = FoldScalar | FoldStream | FoldMap

UNDEFINED_VARIABLE = "variable '{name}' wasn't defined"
UNDEFINED_ITERABLE = "iterable '{name}' wasn't defined"
MULTIPLE_NEXT = "multiple next instructions for iterator '{name}' found for one fold, that is prohibited"
NEW_OF_ITERATOR = "new can't be applied to a '{name}' because it's an iterator"
NESTED_ITERATOR = "multiple iterable values found for iterator name '{name}'"
ZERO_ERROR_CODE = "error code 0 with fail is unsupported"
AFTER_NEXT = "fold can not have instructions after next"


class Problem(Struct, frozen=True):
    """A broken rule: what to say, the instruction at fault, and the name in it that is at fault, if any."""

    message: str
    span: Span
    name: str | None = None


def validate(instruction: Instruction) -> Problem | None:
    """The first problem of a script in the order of its text, or None."""
    return min(problems(instruction), key=lambda problem: problem.span.start, default=None)


def problems(instruction: Instruction) -> list[Problem]:
    """Every problem of a script, rule by rule."""
    scopes, ends = Scopes(), Ends()
    for node, entering in walk(instruction):
        if entering:
            scopes.enter(node)
        else:
            scopes.leave(node)
            ends.leave(node)
    return [*scopes.undefined(), *scopes.problems, *ends.problems]


def walk(instruction: Instruction) -> Iterator[tuple[Instruction, bool]]:
    """Each instruction twice: when it is entered (True) and, after those inside it, when it is left (False)."""
    pending: list[tuple[Instruction, bool]] = [(instruction, True)]
    while pending:
        node, entering = pending.pop()
        yield node, entering
        if entering:
            pending.append((node, False))
            pending.extend((child, True) for child in reversed(children(node)))


# --- names ------------------------------------------------------------------------------------------


class Scopes:
    """The rules about names.

    Oddities of the reference are kept.  It reads a script from the inside out, so an instruction's own values are met
    after those of the instructions inside it; and of all the uses of a name that are undefined when they are met, or
    of all `next`, it remembers only the first.  So ``(match z 1 (fold [] z (ap z y)))`` is accepted.
    """

    def __init__(self) -> None:
        self.defined: dict[str, int] = {}
        self.unresolved: dict[str, Span] = {}
        self.met_next: set[str] = set()
        self.enclosing: dict[str, list[bool]] = {}
        self.problems: list[Problem] = []

    def enter(self, node: Instruction) -> None:
        """Check what depends on the folds around an instruction.

        `enclosing` holds, for each iterator, whether its folds around this place already have their `next`.
        """
        match node:
            case FoldScalar(iterator=iterator) | FoldStream(iterator=iterator) | FoldMap(iterator=iterator):
                folds = self.enclosing.setdefault(iterator, [])
                if folds:
                    self._report(NESTED_ITERATOR, node.span, iterator)
                folds.append(False)
            case Next(iterator=iterator):
                self._next(iterator, node.span)
            case New(variable=variable) if self.enclosing.get(variable.name):
                self._report(NEW_OF_ITERATOR, node.span, variable.name)
            case FailLiteral(code=0):
                self.problems.append(Problem(ZERO_ERROR_CODE, node.span))
            case _:
                pass

    def leave(self, node: Instruction) -> None:
        """Take note of what an instruction uses and defines; a fold's iterator ends with the fold."""
        for name in uses(node):
            if name not in self.unresolved and not self._is_defined(name, node.span):
                self.unresolved[name] = node.span
        defined = defines(node)
        if defined is not None:
            self.defined[defined] = min(node.span.start, self.defined.get(defined, node.span.start))
        if isinstance(node, Fold):
            self.enclosing[node.iterator].pop()

    def undefined(self) -> Iterator[Problem]:
        """The remembered uses of names that no instruction defines before, asked when all are known."""
        for name, span in self.unresolved.items():
            if not self._is_defined(name, span):
                yield Problem(UNDEFINED_VARIABLE.format(name=name), span, name)

    def _is_defined(self, name: str, span: Span) -> bool:
        return self.defined.get(name, span.start) < span.start

    def _next(self, iterator: str, span: Span) -> None:
        folds = self.enclosing.get(iterator)
        if folds and folds[-1]:
            self._report(MULTIPLE_NEXT, span, iterator)
        elif folds:
            folds[-1] = True
        elif iterator not in self.met_next:
            self._report(UNDEFINED_ITERABLE, span, iterator)
        self.met_next.add(iterator)

    def _report(self, message: str, span: Span, name: str) -> None:
        self.problems.append(Problem(message.format(name=name), span, name))


def uses(node: Instruction) -> Iterator[str]:
    """The names that an instruction's own values mention and that must be defined before it.

    Not checked by AquaVM, and so not here: what `fail` and `canon` mention, and the value of a pair given to `ap`.
    """
    values: tuple[object, ...]
    match node:
        case Call(peer=peer, service=service, function=function, arguments=arguments):
            values = (peer, service, function, *arguments)
        case Ap(value=value):
            values = (value,)
        case ApMap(key=key):
            values = (key,)
        case Match(left=left, right=right) | Mismatch(left=left, right=right):
            values = (left, right)
        case FoldScalar(iterable=iterable):
            values = (iterable,)
        case FoldStream(stream=stream) | FoldMap(stream=stream):
            values = (stream,)
        case _:
            return
    for mentioned in values:
        yield from mentions(mentioned)


def mentions(value: object) -> Iterator[str]:
    """The variable of a value, then the scalars that index its lens.  Lenses on errors are not checked."""
    name = getattr(value, "name", None)
    if name is None:
        return
    yield name
    lens: Lens | None = getattr(value, "lens", None)
    if isinstance(lens, Path):
        yield from (accessor.scalar for accessor in lens.accessors if isinstance(accessor, ByScalar))


def defines(node: Instruction) -> str | None:
    """The name that an instruction defines for everything that begins after it."""
    match node:
        case Call(output=output):
            return None if output is None else output.name
        case Ap(target=target) | ApMap(target=target) | Canon(target=target):
            return target.name
        case CanonMap(target=target) | CanonMapScalar(target=target):
            return target.name
        case New(variable=variable):
            return variable.name
        case FoldScalar(iterator=iterator) | FoldStream(iterator=iterator) | FoldMap(iterator=iterator):
            return iterator
        case _:
            return None


# --- nothing after next -----------------------------------------------------------------------------


class Ends:
    """The rule that in a fold over a stream or a map nothing follows `next`.

    An abstract interpretation, fed with instructions as they are left: an instruction's value is the iterator
    whose `next` it ends with, or None.  Oddities of the reference are kept: an `xor` with a `next` at the end of
    both branches ends the whole check, and a mark made inside a fold over a scalar also counts against a later
    fold over a stream with the same iterator name.
    """

    def __init__(self) -> None:
        self.values: list[str | None] = []
        self.marked: dict[str, Span] = {}
        self.enabled = True
        self.problems: list[Problem] = []

    def leave(self, node: Instruction) -> None:
        """Replace the values of an instruction's inner instructions by its own."""
        if not self.enabled:
            return
        inner = len(children(node))
        below = self.values[len(self.values) - inner :]
        del self.values[len(self.values) - inner :]
        self.values.append(self._value(node, below))

    def _value(self, node: Instruction, below: list[str | None]) -> str | None:
        match node:
            case Next(iterator=iterator):
                return iterator
            case Seq() | Par():
                return self._both(node.span, below[0], below[1])
            case Xor():
                if below[0] is not None and below[1] is not None:
                    self.enabled = False
                return below[0] if below[0] is not None else below[1]
            case Match() | Mismatch() | New():
                return below[0]
            case FoldStream() | FoldMap():
                return self._fold(node.iterator, below[0])
            case _:
                return None

    def _both(self, span: Span, left: str | None, right: str | None) -> str | None:
        if left is not None and left != right:
            self.marked.setdefault(left, span)
            return None
        return right

    def _fold(self, iterator: str, body: str | None) -> str | None:
        span = self.marked.get(iterator)
        if span is not None:
            self.problems.append(Problem(AFTER_NEXT, span))
        if body != iterator:
            return body
        self.marked.pop(iterator, None)
        return None
