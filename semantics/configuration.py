"""The configuration of the machine: one immutable record that holds the whole state of a run.

A configuration is the *control* (what to do next), the *stack* of frames (what to do after it), the *scope*
(variables), the streams, the error registers, the *memory* of the merge, the stores, and the *host* side (what
is asked of the peer's host).  Each rule of *Step* takes a configuration to the next one.
"""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace
from rpds import HashTrieMap, List

from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.environment import Binding, Cell, Cursor, Iteration, Registers, Scope, Streams, StreamValue
from airspec.semantics.merge.memory import Memory, ParWindow
from airspec.semantics.particle import CallRequest, CallResult, Particle
from airspec.semantics.registers import recorded
from airspec.spec.data import CidInfo
from airspec.spec.faults import Catchable, Trap, Uncatchable
from airspec.spec.states import State
from airspec.spec.syntax import FoldMap, FoldStream, Instruction, New, Next, Xor
from airspec.spec.syntax import Par as ParInstruction
from airspec.spec.values import Cid, Tetraplet

# --- control ----------------------------------------------------------------------------------------


class Eval(Struct, frozen=True, gc=False, eq=False):
    """The control that evaluates an instruction next."""

    instruction: Instruction


class Return(Struct, frozen=True, gc=False):
    """The control after an instruction was evaluated without an error."""


class Throw(Struct, frozen=True, gc=False):
    """The control while a catchable error goes up to the next handler."""

    error: Catchable


class Halt(Struct, frozen=True, gc=False):
    """The control after a run has ended: normally (None), or by an error that nothing can catch."""

    reason: Catchable | Uncatchable | Trap | None


Control = Eval | Return | Throw | Halt


# --- the host ---------------------------------------------------------------------------------------


class Host(Struct, frozen=True, gc=False, eq=False):
    """The host's side of a run: what the host gave, and what is asked of it; lists have the newest entry first.

    `signed` are the content ids that this peer signs with its `key`; without a key nothing is signed.  `signatures`
    are those of the data that came in.
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
    """The frame of a ``seq`` whose left instruction is running; the right one follows if that is complete."""

    right: Instruction


class XorLeft(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``xor`` whose left instruction is running."""

    xor: Xor


class XorRight(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``xor`` whose left instruction failed; the right one, the handler, is running."""


class ParLeft(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``par`` whose left branch is running; its state will stand at `position` of the new trace."""

    par: ParInstruction
    position: int
    prev: ParWindow
    current: ParWindow


class ParRight(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``par`` whose right branch is running.

    `left_error` and `left_complete` say how the left branch ended.
    """

    position: int
    left_size: int
    left_error: Catchable | None
    left_complete: bool
    prev: ParWindow
    current: ParWindow


class NewScope(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``new`` of a scalar or canonical collection.

    `hidden` is the cell that the name had outside of it (None: it had none).
    """

    name: str
    hidden: Cell | None


class NewStream(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``new`` of a stream or map."""

    new: New


class FoldExit(Struct, frozen=True, gc=False, eq=False):
    """The frame of a fold whose first iteration is running; `scope` is the scope before the fold."""

    iterator: str
    scope: Scope


class NextBack(Struct, frozen=True, gc=False, eq=False):
    """The frame of a ``next`` whose later iteration is running; `scope` is the scope before the ``next``."""

    next: Next
    scope: Scope


class StreamFold(Struct, frozen=True, gc=False, eq=False):
    """The frame of a fold over a stream or map; `batch` has the generations of this round that are not yet walked.

    `number` is the number of the fold among those over streams in this run, from 0; `cursor` counts the generations
    that this round and those before it take. `complete` is set once a generation was complete.
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

    `control` is what happens next, and `stack` what is to be done after it, innermost first.  `complete` is the
    flag that ``seq`` and ``par`` ask: false once an instruction waited or failed, until a rule sets it again.
    `scope` holds the scalars and canonical streams, `iterations` the running folds by the name of their iterators,
    `streams` the streams and maps.  `registers` are the error registers.  `memory` is the merge of the two traces,
    and `stores` what content ids name.  `host` is what the host gave and is asked for, `particle` has the
    parameters of the particle, and `me` is the id of the executing peer.

    Each method is one update: it returns a configuration in which some cells have other values.  Rules conclude in
    chains of updates.
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

    # --- control ------------------------------------------------------------------------------------

    def evaluate(self, instruction: Instruction) -> Config:
        """Return the configuration that evaluates an instruction next."""
        return replace(self, control=Eval(instruction))

    def done(self) -> Config:
        """Return the configuration in which the current instruction was evaluated without an error."""
        return replace(self, control=RETURN)

    def wait(self) -> Config:
        """Return the configuration in which the instruction was evaluated as far as it can be, and is not complete."""
        return replace(self, complete=False, control=RETURN)

    def throw(self, error: Catchable) -> Config:
        """Return the configuration in which an error goes up to the next handler; the registers stay as they are."""
        return replace(self, control=Throw(error))

    def fail(self, error: Catchable, instruction: Instruction, blame: Tetraplet | None = None) -> Config:
        """Return the configuration in which an instruction has failed: the registers take the error, which goes up.

        `blame` is the tetraplet that the registers show with the error (None: none).
        """
        return replace(
            self, control=Throw(error), registers=recorded(self.registers, error, instruction, blame, self.me)
        )

    def halt(self, reason: Catchable | Uncatchable | Trap | None) -> Config:
        """Return the configuration in which the run has ended, normally (`reason` None) or by an uncaught error."""
        return replace(self, control=Halt(reason))

    def push(self, frame: Frame) -> Config:
        """Return the configuration with a frame added to the stack as the innermost one."""
        return replace(self, stack=self.stack.push_front(frame))

    def pop(self) -> Config:
        """Return the configuration without its innermost frame."""
        return replace(self, stack=self.stack.drop_first())

    def completed(self, complete: bool) -> Config:
        """Return the configuration with the flag of completeness set to `complete`."""
        return replace(self, complete=complete)

    # --- environment --------------------------------------------------------------------------------

    def bind(self, name: str, value: Binding) -> Config:
        """Return the configuration in which a name is bound to a value at the current depth, without any check."""
        return replace(
            self, scope=replace(self.scope, cells=self.scope.cells.insert(name, Cell(self.scope.depth, value)))
        )

    def with_scope(self, scope: Scope) -> Config:
        """Return the configuration with another scope."""
        return replace(self, scope=scope)

    def iterate(self, iterator: str, iteration: Iteration) -> Config:
        """Return the configuration in which the iterator stands for the current item of an iteration."""
        return replace(self, iterations=self.iterations.insert(iterator, iteration))

    def stop_iterating(self, iterator: str) -> Config:
        """Return the configuration in which no running fold has this iterator."""
        return replace(self, iterations=self.iterations.discard(iterator))

    def with_streams(self, streams: Streams) -> Config:
        """Return the configuration with other streams and maps."""
        return replace(self, streams=streams)

    def with_registers(self, registers: Registers) -> Config:
        """Return the configuration with other error registers."""
        return replace(self, registers=registers)

    # --- merge --------------------------------------------------------------------------------------

    def record(self, state: State) -> Config:
        """Return the configuration with a state appended to the new trace."""
        return replace(self, memory=replace(self.memory, result=self.memory.result.append(state)))

    def with_memory(self, memory: Memory) -> Config:
        """Return the configuration with another memory of the merge."""
        return replace(self, memory=memory)

    def with_stores(self, stores: CidInfo) -> Config:
        """Return the configuration with other stores of values, tetraplets and results."""
        return replace(self, stores=stores)

    # --- host ---------------------------------------------------------------------------------------

    def send_to(self, peer: str) -> Config:
        """Return the configuration with a peer added to those to which the particle goes next."""
        return replace(self, host=replace(self.host, next_peers=self.host.next_peers.push_front(peer)))

    def ask(self, call_id: int, request: CallRequest) -> Config:
        """Return the configuration with a request to this peer's services added, under the number `call_id`."""
        return replace(
            self,
            host=replace(
                self.host, last_call_request_id=call_id, requests=self.host.requests.push_front((call_id, request))
            ),
        )

    def use_answer(self, call_id: int) -> Config:
        """Return the configuration without the answer to the request with this number, which a call has used."""
        return replace(self, host=replace(self.host, results=self.host.results.remove(call_id)))

    def sign_if_own(self, peer: str, cid: Cid) -> Config:
        """Return the configuration in which this peer signs a content id, if that belongs to it: if `peer` is `me`."""
        return replace(
            self,
            host=replace(self.host, signed=self.host.signed.push_front(cid) if peer == self.me else self.host.signed),
        )


RETURN = Return()
