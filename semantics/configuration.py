"""The configuration of the machine: one immutable record that holds the whole state of a run.

A configuration is the *control* (what to do next), the *stack* of frames (what to do after it), the *scope*
(variables), the streams, the error registers, the *memory* of the merge, the stores, and the *host* side (what
is asked of the peer's host).  The rules are functions from configurations to configurations.
"""

from __future__ import annotations

from msgspec import Struct
from rpds import HashTrieMap, List

from semantics.authenticity.keys import KeyPair
from semantics.editions import FAITHFUL, Edition
from semantics.environment import Cell, Cursor, Iteration, Registers, Scope, Streams, StreamValue
from semantics.merge.memory import Memory, ParWindow
from semantics.particle import CallRequest, CallResult, Particle
from spec.data import CidInfo
from spec.faults import Catchable, Trap, Uncatchable
from spec.syntax import FoldMap, FoldStream, Instruction, New, Next, Xor
from spec.syntax import Par as ParInstruction
from spec.values import Cid

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


# --- streams ----------------------------------------------------------------------------------------


# --- error registers --------------------------------------------------------------------------------


# --- the merge --------------------------------------------------------------------------------------


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
