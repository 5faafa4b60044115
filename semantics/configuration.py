"""The configuration of the machine: one immutable record that holds the whole state of a run.

A configuration is the *control* (what to do next), the *stack* of frames (what to do after it), the *scope*
(variables), the streams, the error registers, the *memory* of the merge, the stores, and the *host* side (what
is asked of the peer's host).  The rules are functions from configurations to configurations.
"""

from __future__ import annotations

from typing import TypeAlias

from msgspec import Struct
from pyrsistent import PVector, pvector
from rpds import HashTrieMap, HashTrieSet, List

from semantics.authenticity.keys import KeyPair
from semantics.editions import FAITHFUL, Edition
from semantics.particle import CallRequest, CallResult, Particle
from spec import codes
from spec.codes import Catchable, Trap, Uncatchable
from spec.data import CidInfo
from spec.states import Lore, Par, State, Trace
from spec.syntax import FoldMap, FoldStream, Instruction, New, Next, Span, Xor
from spec.syntax import Par as ParInstruction
from spec.values import Cid, FromLiteral, Json, Provenance, Tetraplet, Value

# --- control ----------------------------------------------------------------------------------------


class Eval(Struct, frozen=True, gc=False, eq=False):
    """Evaluate an instruction."""

    instruction: Instruction


class Return(Struct, frozen=True, gc=False):
    """The instruction was evaluated without an error."""


class Throw(Struct, frozen=True, gc=False):
    """A catchable error is on its way up."""

    error: Catchable


class Halt(Struct, frozen=True, gc=False):
    """The run ended: normally (None), or by an error that nothing can catch."""

    reason: Catchable | Uncatchable | Trap | None


Control = Eval | Return | Throw | Halt


# --- variables --------------------------------------------------------------------------------------


class CanonValue(Struct, frozen=True, gc=False):
    """A canonical stream: its elements, the tetraplet of its peer, and the id of its canon result."""

    elements: tuple[Value, ...]
    tetraplet: Tetraplet
    cid: Cid


class CanonMapValue(Struct, frozen=True, gc=False):
    """A canonical map: its key-value pairs in order, and the values under each key.

    Keys are typed: a string key and an integer key never coincide (`semantics.maps`).
    """

    pairs: tuple[Value, ...]
    by_key: HashTrieMap[Json, tuple[Value, ...]]
    tetraplet: Tetraplet
    cid: Cid


Binding = Value | CanonValue | CanonMapValue


class Cell(Struct, frozen=True, gc=False, eq=False):
    """The innermost binding of a name: the depth of folds at which it was made, and its value, unset after ``new``."""

    depth: int
    value: Binding | None


class Scope(Struct, frozen=True, gc=False, eq=False):
    """The variables that can be read.

    `depth` counts the nested fold iterations; a cell is visible when its depth is in `visible`: the global
    depth 0 and the iteration that each running fold is in.
    """

    cells: HashTrieMap[str, Cell] = HashTrieMap()
    depth: int = 0
    visible: HashTrieSet[int] = HashTrieSet([0])


class ArrayItems(Struct, frozen=True, gc=False, eq=False):
    """The elements of one array value; each inherits the array's tetraplet, with its index added."""

    elements: tuple[Json, ...]
    tetraplet: Tetraplet
    provenance: Provenance


class ValueItems(Struct, frozen=True, gc=False, eq=False):
    """Values that keep their own tetraplets: elements of a canonical stream or map, or of a generation of a stream."""

    values: tuple[Value, ...]
    positions: tuple[int, ...] = ()


class Iteration(Struct, frozen=True, gc=False, eq=False):
    """A running fold: its items, the index of the current one, and its instructions.

    `fold` numbers the folds over streams, which are recorded in the trace (None for other folds);
    `ended` is set when the end of a generation was met once.
    """

    items: ArrayItems | ValueItems
    index: int
    body: Instruction
    last: Instruction | None
    fold: int | None = None
    ended: bool = False


# --- streams ----------------------------------------------------------------------------------------


class StreamValue(Struct, frozen=True, gc=False):
    """An element of a stream, and the position in the result trace of the state that put it there."""

    value: Value
    position: int


class Matrix(Struct, frozen=True, gc=False, eq=False):
    """Values by generation: `count` generations, of which those that are not empty are in the map."""

    count: int = 0
    generations: HashTrieMap[int, tuple[StreamValue, ...]] = HashTrieMap()


class StreamState(Struct, frozen=True, gc=False, eq=False):
    """A stream: what prev data knew, what current data added, and what this run appends."""

    previous: Matrix = Matrix()
    current: Matrix = Matrix()
    new: Matrix = Matrix()
    size: int = 0


class Descriptor(Struct, frozen=True, gc=False, eq=False):
    """A stream with the part of the script in which its name means it (None: everywhere)."""

    span: Span | None
    stream: StreamState


Streams: TypeAlias = "HashTrieMap[str, tuple[Descriptor, ...]]"


class Cursor(Struct, frozen=True, gc=False):
    """How many generations of each matrix a fold has walked."""

    previous: int = 0
    current: int = 0
    new: int = 0


# --- error registers --------------------------------------------------------------------------------


class ErrorRecord(Struct, frozen=True, gc=False):
    """What an error register holds."""

    object: Json = codes.NO_ERROR
    tetraplet: Tetraplet | None = None
    provenance: Provenance = FromLiteral()


class Registers(Struct, frozen=True, gc=False, eq=False):
    """``%last_error%`` and ``:error:``, each with a flag that says whether it may be set.

    `original` is the error that the last ``xor`` caught, for ``(fail :error:)``.
    """

    last: ErrorRecord = ErrorRecord()
    last_settable: bool = True
    error: ErrorRecord = ErrorRecord()
    error_settable: bool = True
    original: Catchable | None = None


# --- the merge --------------------------------------------------------------------------------------


class Slider(Struct, frozen=True, gc=False, eq=False):
    """A window into a trace: `seen` of its `length` states have been taken, the next one stands at `position`."""

    trace: Trace
    position: int
    length: int
    seen: int = 0


class Positions(Struct, frozen=True, gc=False, eq=False):
    """A one-to-one map between positions of the result trace and positions of an old one.

    `old` has the old positions by the new ones, `new` the new ones by the old ones, and None where there is none.
    """

    old: PVector[int | None] = pvector()
    new: PVector[int | None] = pvector()


class Window(Struct, frozen=True, gc=False):
    """Where a slider is to be placed."""

    position: int
    length: int


class LoreWindows(Struct, frozen=True, gc=False):
    """Where an old trace holds the states of one fold iteration: before its ``next``, and after."""

    before: Window
    after: Window


class LoreEntry(Struct, frozen=True, gc=False, eq=False):
    """The lore of one iteration as it is being written, with the windows into both old traces.

    `phase` counts what has been met: 0 before started, 1 before ended, 2 after started, 3 after ended.
    """

    value: int
    prev: LoreWindows | None
    current: LoreWindows | None
    before_start: int
    before_end: int = 0
    after_start: int = 0
    after_end: int = 0
    phase: int = 0


class FoldRecord(Struct, frozen=True, gc=False, eq=False):
    """A running fold over a stream, as the merge sees it.

    `position` is where its state will stand; `queue` holds the iterations of the current generation and `back`
    how many of them are still open; `lore` is complete for the generations before.
    """

    position: int
    prev: HashTrieMap[int, LoreWindows]
    current: HashTrieMap[int, LoreWindows]
    prev_exit: Window
    current_exit: Window
    queue: PVector[LoreEntry] = pvector()
    back: int = 0
    going_back: bool = False
    lore: tuple[Lore, ...] = ()


class Memory(Struct, frozen=True, gc=False, eq=False):
    """The merge of two traces: a slider on each, the result so far, and which old states it stands for."""

    prev: Slider
    current: Slider
    result: PVector[State] = pvector()
    prev_positions: Positions = Positions()
    current_positions: Positions = Positions()
    folds: HashTrieMap[int, FoldRecord] = HashTrieMap()
    fold_count: int = 0


# --- the host ---------------------------------------------------------------------------------------


class Host(Struct, frozen=True, gc=False, eq=False):
    """What the host gave and what is asked of it; lists have the newest entry first.

    `signed` are the content ids that this peer vouches for with its signature, made with `key`; without a key
    nothing is signed.  `signatures` are those of the data that came in.
    """

    results: HashTrieMap[int, CallResult] = HashTrieMap()
    last_call_request_id: int = 0
    requests: List[tuple[int, CallRequest]] = List()
    next_peers: List[str] = List()
    signed: List[Cid] = List()
    signatures: HashTrieMap[bytes, bytes] = HashTrieMap()
    key: KeyPair | None = None


# --- frames -----------------------------------------------------------------------------------------


class SeqRight(Struct, frozen=True, gc=False, eq=False):
    """The right side of a ``seq`` follows when its left side is complete."""

    right: Instruction


class XorLeft(Struct, frozen=True, gc=False, eq=False):
    """The left side of a ``xor`` is running."""

    xor: Xor


class XorRight(Struct, frozen=True, gc=False, eq=False):
    """The right side of a ``xor`` is running, after its left side failed."""


class ParWindow(Struct, frozen=True, gc=False, eq=False):
    """Where the branches of a ``par`` stand on one side: where the par's states begin, the sizes of its branches,
    and how many states are left for what follows the par."""

    begin: int
    sizes: Par
    rest: int


class ParLeft(Struct, frozen=True, gc=False, eq=False):
    """The left branch of a ``par`` is running; its state will stand at `position` of the result."""

    par: ParInstruction
    position: int
    prev: ParWindow
    current: ParWindow


class ParRight(Struct, frozen=True, gc=False, eq=False):
    """The right branch of a ``par`` is running; `left_error` and `left_complete` tell how the left one ended."""

    position: int
    left_size: int
    left_error: Catchable | None
    left_complete: bool
    prev: ParWindow
    current: ParWindow


class NewScope(Struct, frozen=True, gc=False, eq=False):
    """A ``new`` of a scalar or canonical collection is running; `hidden` is what its name meant outside."""

    name: str
    hidden: Cell | None


class NewStream(Struct, frozen=True, gc=False, eq=False):
    """A ``new`` of a stream or map is running."""

    new: New


class FoldExit(Struct, frozen=True, gc=False, eq=False):
    """The first iteration of a fold is running; `scope` is what it found."""

    iterator: str
    scope: Scope


class NextBack(Struct, frozen=True, gc=False, eq=False):
    """A later iteration of a fold is running, entered by a ``next`` that found `scope`."""

    next: Next
    scope: Scope


class StreamFold(Struct, frozen=True, gc=False, eq=False):
    """A fold over a stream is running through `batch`, the generations that it has not walked yet.

    `complete` is set once a generation was complete.
    """

    fold: FoldStream | FoldMap
    number: int
    batch: List[tuple[StreamValue, ...]]
    cursor: Cursor
    complete: bool


Frame = SeqRight | XorLeft | XorRight | ParLeft | ParRight | NewScope | NewStream | FoldExit | NextBack | StreamFold


# --- the configuration ------------------------------------------------------------------------------


class Config(Struct, frozen=True, gc=False, eq=False):
    """The whole state of a run.

    `control` is what happens next, and `stack` what is to be done after it, innermost first.  `complete` is the flag
    that a ``seq`` asks: whether everything that was evaluated has all it waits for.  `scope` holds the scalars and
    canonical streams, `iterations` the running folds by the name of their iterators, `streams` the streams and maps.
    `memory` is the merge of the two traces, and `stores` what content ids name.  `me` is the id of the executing peer.
    """

    control: Control
    stack: List[Frame]
    complete: bool
    scope: Scope
    iterations: HashTrieMap[str, Iteration]
    streams: Streams
    registers: Registers
    memory: Memory
    stores: CidInfo
    host: Host
    particle: Particle
    me: str
    edition: Edition = FAITHFUL


RETURN = Return()
