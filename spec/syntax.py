"""The abstract syntax of AIR 0.62: the tree of a script that has been read.

Every node is an immutable record.  Instructions compare by identity, because a script may be nested
thousands of levels deep and its tree is shared by everything that runs it; use
`spec.printer.same_script` to compare two trees by content.  Variables, values and lenses are small and
compare by content.

Names carry their tag, as the tag is part of a variable's identity: ``x`` is a scalar, ``$s`` a stream,
``%m`` a stream map, ``#c`` and ``#$c`` two different canonical streams, ``#%m`` a canonical stream map.

AquaVM 0.62: ``crates/air-lib/air-parser/src/ast/``.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Span(Struct, frozen=True):
    """A half-open range of character offsets into the script's text."""

    start: int
    end: int


# --- lenses -----------------------------------------------------------------------------------------


class Index(Struct, frozen=True):
    """``[3]``: the element at a position, counted from 0 (an unsigned 32-bit integer)."""

    position: int


class Field(Struct, frozen=True):
    """``.name``: the member of an object."""

    name: str


class ByScalar(Struct, frozen=True):
    """``[name]``: the element or member that the value of a scalar names."""

    scalar: str


Accessor = Index | Field | ByScalar


class Length(Struct, frozen=True):
    """``.length``: the functor that counts elements."""


class Path(Struct, frozen=True):
    """``.$.a.[0]``: one or more accessors, applied from left to right."""

    accessors: tuple[Accessor, ...]


Lens = Length | Path


# --- variables and values ---------------------------------------------------------------------------


class Scalar(Struct, frozen=True):
    """``x``: a variable that is assigned once in its scope, or the iterator of a fold."""

    name: str


class Stream(Struct, frozen=True):
    """``$s``: an append-only collection, merged between peers."""

    name: str


class StreamMap(Struct, frozen=True):
    """``%m``: an append-only collection of key-value pairs."""

    name: str


class CanonStream(Struct, frozen=True):
    """``#c``: a stream as one peer saw it at one moment."""

    name: str


class CanonStreamMap(Struct, frozen=True):
    """``#%m``: a stream map as one peer saw it at one moment."""

    name: str


class ScalarWithLens(Struct, frozen=True):
    """``x.$.a``: a part of the value of a scalar."""

    name: str
    lens: Lens


class CanonStreamWithLens(Struct, frozen=True):
    """``#cc.$.[0]``: an element of a canonical stream, or a part of one."""

    name: str
    lens: Lens


class CanonStreamMapWithLens(Struct, frozen=True):
    """``#%m.$.key``: the values under a key of a canonical map, or a part of one."""

    name: str
    lens: Lens


class Literal(Struct, frozen=True):
    """``"text"``: a string literal, which has no escapes."""

    text: str


class Integer(Struct, frozen=True):
    """``1``: a signed 64-bit integer."""

    value: int


class Float(Struct, frozen=True):
    """``1.5``: a 64-bit float, written with a decimal point."""

    value: float


class Boolean(Struct, frozen=True):
    """``true`` or ``false``: a truth value."""

    value: bool


class EmptyArray(Struct, frozen=True):
    """``[]``: the empty array."""


class InitPeerId(Struct, frozen=True):
    """``%init_peer_id%``: the peer that started the particle."""


class Timestamp(Struct, frozen=True):
    """``%timestamp%``: the time at which the particle was created."""


class Ttl(Struct, frozen=True):
    """``%ttl%``: the time for which the particle lives."""


class LastError(Struct, frozen=True):
    """``%last_error%``: the error object that the last failure left, with an optional lens."""

    lens: Lens | None = None


class Error(Struct, frozen=True):
    """``:error:``: the error that the enclosing ``xor`` caught, with an optional lens."""

    lens: Lens | None = None


Variable = Scalar | CanonStream | CanonStreamMap
WithLens = ScalarWithLens | CanonStreamWithLens | CanonStreamMapWithLens
Constant = Literal | Integer | Float | Boolean | EmptyArray | InitPeerId | Timestamp | Ttl

# The operands that each position of an instruction takes (the grammar is ``spec/air.peg``).
Value = Constant | LastError | Error | Variable | WithLens
PeerId = InitPeerId | Literal | Scalar | WithLens
Name = Literal | Scalar | WithLens
Key = Literal | Integer | Scalar | ScalarWithLens | CanonStreamWithLens
CallOutput = Scalar | Stream
FailArgument = Scalar | ScalarWithLens | CanonStreamWithLens | LastError | Error
ScalarIterable = Scalar | ScalarWithLens | CanonStream | CanonStreamMap | CanonStreamMapWithLens | EmptyArray
NewVariable = Scalar | Stream | StreamMap | CanonStream | CanonStreamMap


# --- instructions -----------------------------------------------------------------------------------


class Node(Struct, frozen=True, eq=False, kw_only=True):
    """An instruction, with its span in the script's text; the base of all kinds of instructions."""

    span: Span


class Call(Node, frozen=True, eq=False):
    """``(call peer (service function) [arguments] output)``: run a service function at a peer."""

    peer: PeerId
    service: Name
    function: Name
    arguments: tuple[Value, ...]
    output: CallOutput | None = None


class Ap(Node, frozen=True, eq=False):
    """``(ap value target)``: bind a value to a scalar or append it to a stream."""

    value: Value
    target: Scalar | Stream


class ApMap(Node, frozen=True, eq=False):
    """``(ap (key value) %map)``: append a key-value pair to a stream map."""

    key: Key
    value: Value
    target: StreamMap


class Canon(Node, frozen=True, eq=False):
    """``(canon peer $stream #canon)``: let a peer fix the contents of a stream."""

    peer: PeerId
    stream: Stream
    target: CanonStream


class CanonMap(Node, frozen=True, eq=False):
    """``(canon peer %map #%canon)``: let a peer fix the contents of a stream map."""

    peer: PeerId
    stream: StreamMap
    target: CanonStreamMap


class CanonMapScalar(Node, frozen=True, eq=False):
    """``(canon peer %map scalar)``: let a peer turn a stream map into one object."""

    peer: PeerId
    stream: StreamMap
    target: Scalar


class Seq(Node, frozen=True, eq=False):
    """``(seq left right)``: evaluate right once left is complete."""

    left: Instruction
    right: Instruction


class Par(Node, frozen=True, eq=False):
    """``(par left right)``: evaluate both, independently of each other."""

    left: Instruction
    right: Instruction


class Xor(Node, frozen=True, eq=False):
    """``(xor left right)``: evaluate left, and right if left fails."""

    left: Instruction
    right: Instruction


class Match(Node, frozen=True, eq=False):
    """``(match left right body)``: evaluate body if both values are equal; else raise a catchable error."""

    left: Value
    right: Value
    body: Instruction


class Mismatch(Node, frozen=True, eq=False):
    """``(mismatch left right body)``: evaluate body if the values differ; else raise a catchable error."""

    left: Value
    right: Value
    body: Instruction


class FoldScalar(Node, frozen=True, eq=False):
    """``(fold iterable iterator body last?)``: evaluate body for each item of an array or a canonical collection."""

    iterable: ScalarIterable
    iterator: str
    body: Instruction
    last: Instruction | None = None


class FoldStream(Node, frozen=True, eq=False):
    """``(fold $stream iterator body last?)``: evaluate body for each value, also for those that arrive later."""

    stream: Stream
    iterator: str
    body: Instruction
    last: Instruction | None = None


class FoldMap(Node, frozen=True, eq=False):
    """``(fold %map iterator body last?)``: evaluate body for each key-value pair, also for those that arrive later."""

    stream: StreamMap
    iterator: str
    body: Instruction
    last: Instruction | None = None


class Next(Node, frozen=True, eq=False):
    """``(next iterator)``: run the body of the fold for the following element."""

    iterator: str


class New(Node, frozen=True, eq=False):
    """``(new variable body)``: evaluate body with a fresh variable of that name."""

    variable: NewVariable
    body: Instruction


class FailLiteral(Node, frozen=True, eq=False):
    """``(fail code "message")``: raise an error of the script's own."""

    code: int
    message: str


class Fail(Node, frozen=True, eq=False):
    """``(fail value)``: raise the error that an error object describes."""

    argument: FailArgument


class Never(Node, frozen=True, eq=False):
    """``(never)``: do nothing, and never be complete."""


class Null(Node, frozen=True, eq=False):
    """``(null)``: do nothing."""


Instruction = (
    Call
    | Ap
    | ApMap
    | Canon
    | CanonMap
    | CanonMapScalar
    | Seq
    | Par
    | Xor
    | Match
    | Mismatch
    | FoldScalar
    | FoldStream
    | FoldMap
    | Next
    | New
    | FailLiteral
    | Fail
    | Never
    | Null
)


def children(instruction: Instruction) -> tuple[Instruction, ...]:
    """Return the instructions directly inside an instruction, in textual order."""
    match instruction:
        case Seq() | Par() | Xor():
            return (instruction.left, instruction.right)
        case Match() | Mismatch() | New():
            return (instruction.body,)
        case FoldScalar() | FoldStream() | FoldMap():
            return (instruction.body,) if instruction.last is None else (instruction.body, instruction.last)
        case _:
            return ()


def instructions(whole: Instruction) -> Iterator[Instruction]:
    """Yield an instruction and all those inside it in textual order, each before those inside itself."""
    pending = [whole]
    while pending:
        node = pending.pop()
        yield node
        pending.extend(reversed(children(node)))
