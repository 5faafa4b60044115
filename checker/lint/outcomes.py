"""How instructions can end, whatever values there are: an over-approximation, from the inside out."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from airspec.spec.syntax import (
    Ap,
    ApMap,
    Boolean,
    Call,
    Canon,
    CanonMap,
    CanonMapScalar,
    Constant,
    EmptyArray,
    Fail,
    FailLiteral,
    Float,
    FoldMap,
    FoldScalar,
    FoldStream,
    Instruction,
    Integer,
    Literal,
    Match,
    Mismatch,
    Never,
    New,
    Next,
    Null,
    Par,
    Seq,
    Value,
    Xor,
    children,
    instructions,
)

AnyFold = FoldScalar | FoldStream | FoldMap


class Outcome(Struct, frozen=True):
    """Whether an instruction may complete, and whether it may fail with an error that `xor` catches."""

    completes: bool
    fails: bool


class Outcomes:
    """The possible outcomes of all instructions of a script, over-approximated.

    With `failures_complete`, a fold over a stream counts as complete when an error may have ended it, as it may in
    AquaVM; without, only when its body may complete.
    """

    def __init__(self, whole: Instruction, failures_complete: bool) -> None:
        self.failures_complete = failures_complete
        self.found: dict[Instruction, Outcome] = {}
        self.folds: Mapping[Next, AnyFold] = folds_of_next(whole)
        for node in reversed(list(instructions(whole))):  # those inside before those around them
            self.found[node] = self._outcome(node)

    def completes(self, node: Instruction) -> bool:
        """Return whether an instruction of the script may complete."""
        return self.found[node].completes

    def fails(self, node: Instruction) -> bool:
        """Return whether an instruction of the script may fail with an error that `xor` catches."""
        return self.found[node].fails

    def _outcome(self, node: Instruction) -> Outcome:
        match node:
            case Never():
                return Outcome(completes=False, fails=False)
            case Null():
                return Outcome(completes=True, fails=False)
            case Fail() | FailLiteral():
                return Outcome(completes=False, fails=True)
            case Call():
                return Outcome(completes=True, fails=True)
            case Ap(value=value):
                return Outcome(completes=True, fails=not isinstance(value, Constant))
            case ApMap(key=key, value=value):
                return Outcome(completes=True, fails=not (isinstance(key, Constant) and isinstance(value, Constant)))
            case Canon(peer=peer) | CanonMap(peer=peer) | CanonMapScalar(peer=peer):
                return Outcome(completes=True, fails=not isinstance(peer, Constant))
            case New(body=body):
                return self.found[body]
            case Next():
                return self._next(node)
            case FoldScalar() | FoldStream() | FoldMap():
                return self._fold(node)
            case _:
                return self._composed(node)

    def _composed(self, node: Instruction) -> Outcome:
        match node:
            case Seq(left=left, right=right):
                one, other = self.found[left], self.found[right]
                return Outcome(one.completes and other.completes, one.fails or (one.completes and other.fails))
            case Par(left=left, right=right):
                one, other = self.found[left], self.found[right]
                return Outcome(one.completes or other.completes, one.fails and other.fails)
            case Xor(left=left, right=right):
                one, other = self.found[left], self.found[right]
                return Outcome(one.completes or (one.fails and other.completes), one.fails and other.fails)
            case Match(body=body) | Mismatch(body=body):
                decided = comparison(node)
                inside = self.found[body]
                return Outcome(inside.completes and decided is not False, inside.fails or decided is not True)
            case _:
                return Outcome(completes=True, fails=True)  # of an instruction that is not known, nothing is

    def _next(self, node: Next) -> Outcome:
        """What `next` does at the last element, which decides whether anything completes; it may fail as its fold."""
        fold = self.folds.get(node)
        last = None if fold is None else fold.last
        if last is not None:
            return Outcome(self.found[last].completes, fails=True)
        return Outcome(completes=not isinstance(fold, FoldStream | FoldMap), fails=True)

    def _fold(self, node: AnyFold) -> Outcome:
        body = self.found[node.body]
        if isinstance(node, FoldScalar):
            return Outcome(completes=True, fails=body.fails or not isinstance(node.iterable, EmptyArray))
        return Outcome(body.completes or (self.failures_complete and body.fails), body.fails)


def folds_of_next(whole: Instruction) -> Mapping[Next, AnyFold]:
    """Return the fold that each `next` continues: the innermost one around it with its iterator."""
    found: dict[Next, AnyFold] = {}
    open_folds: dict[str, list[AnyFold]] = {}
    for node in instructions(whole):
        match node:
            case FoldScalar() | FoldStream() | FoldMap():
                open_folds.setdefault(node.iterator, []).append(node)
            case Next(iterator=iterator):
                folds = open_folds.get(iterator, [])
                while folds and folds[-1].span.end <= node.span.start:
                    folds.pop()
                if folds:
                    found[node] = folds[-1]
            case _:
                pass
    return found


def comparison(node: Match | Mismatch) -> bool | None:
    """Return whether a comparison takes its branch; None if constants in the script do not decide it."""
    equal = _equal(node.left, node.right)
    return equal if equal is None or isinstance(node, Match) else not equal


KNOWN = Literal | Integer | Float | Boolean | EmptyArray
"""The constants that the text of a script decides."""


def _equal(left: Value, right: Value) -> bool | None:
    """Return whether two values are equal, if the text decides it; numbers of two kinds are not compared."""
    if not (isinstance(left, KNOWN) and isinstance(right, KNOWN)):
        return None
    if isinstance(left, Integer | Float) and isinstance(right, Integer | Float) and type(left) is not type(right):
        return None
    return left == right


def dead_instructions(whole: Instruction) -> frozenset[Instruction]:
    """Return the instructions that never run: they follow one that never completes, or are in a branch never taken."""
    outcomes = Outcomes(whole, failures_complete=True)
    dead: set[Instruction] = set()
    for node in instructions(whole):
        for inner in children(node):
            if node in dead or not _begins(outcomes, node, inner):
                dead.add(inner)
    return frozenset(dead)


def _begins(outcomes: Outcomes, node: Instruction, inner: Instruction) -> bool:
    """Return whether an instruction that runs can begin one that is directly inside itself."""
    match node:
        case Seq(left=left, right=right) if inner is right:
            return outcomes.completes(left)
        case Xor(left=left, right=right) if inner is right:
            return outcomes.fails(left)
        case Match() | Mismatch():
            return comparison(node) is not False
        case _:
            return True
