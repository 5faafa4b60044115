"""Runs: schedules played move by move, with the messages and calls of each move."""

from __future__ import annotations

import random
from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from airspec.checker.model.moves import make_move, possible_moves, told
from airspec.checker.model.schedule import ScheduleError, Word, WordKind
from airspec.checker.model.world import World
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import (
    INITIAL,
    NO_DATA,
    NO_FAULTS,
    Answer,
    Batch,
    Copy,
    DataId,
    Deliver,
    DeliverWith,
    Drop,
    Duplicate,
    Expire,
    Fail,
    Faults,
    Flight,
    Forget,
    Link,
    Move,
    NetworkState,
    RequestId,
    Restart,
    Revert,
    Silence,
    Start,
)
from airspec.semantics.network.transition import Impossible, Moved, transition

FLIGHT_MOVES: Final[Mapping[WordKind, type[Deliver | Duplicate | Drop]]] = MappingProxyType(
    {"deliver": Deliver, "duplicate": Duplicate, "drop": Drop}
)
CALL_MOVES: Final[Mapping[WordKind, type[Answer | Fail | Silence]]] = MappingProxyType(
    {"answer": Answer, "fail": Fail, "silence": Silence}
)
HOST_MOVES: Final[Mapping[WordKind, type[Restart | Forget | Copy | Revert | Expire]]] = MappingProxyType(
    {"restart": Restart, "forget": Forget, "copy": Copy, "revert": Revert, "expire": Expire}
)
KINDS: Final[Mapping[type[Move], WordKind]] = MappingProxyType(
    {move: kind for table in (FLIGHT_MOVES, CALL_MOVES, HOST_MOVES) for kind, move in table.items()}
)
"""The kinds of the words for moves that are about one flight, one call or one peer."""


class Message(Struct, frozen=True):
    """Data that one peer sent to another; `number` counts the messages of a run from 1.

    `lost` says why the message was lost at once; it is empty for a message that was under way.
    """

    number: int
    sender: str
    receiver: str
    data: DataId
    lost: str = ""


class CallMade(Struct, frozen=True):
    """A call that a peer requested from its services; `number` counts the calls of a run from 1."""

    number: int
    peer: str
    call_id: int
    request: RequestId


class Event(Struct, frozen=True):
    """One move of a run, with its word, the state before it, the peer that it is about, and its consequences.

    `before` and `after` are the data that the peer keeps before and after the move.  `messages` are those that were
    delivered, duplicated or lost, and `calls` those that were answered or never will be.  `sent` and `called` are the
    messages and calls that the peer's invocation made; there is no `invocation` if the peer did not run.
    """

    word: Word
    move: Move
    state: NetworkState
    peer: str
    before: DataId
    after: DataId
    messages: tuple[Message, ...] = ()
    calls: tuple[CallMade, ...] = ()
    invocation: Invocation | None = None
    effect: Effect | None = None
    sent: tuple[Message, ...] = ()
    called: tuple[CallMade, ...] = ()


class Story:
    """A run of a world that is played move by move, and that numbers messages and calls as schedules name them.

    `in_flight` and `outstanding` are the messages and calls that further moves can be about, by their numbers.
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.state: NetworkState = INITIAL
        self.events: list[Event] = []
        self.in_flight: dict[int, Message] = {}
        self.outstanding: dict[int, CallMade] = {}
        self._messages = 0
        self._calls = 0

    @property
    def words(self) -> tuple[Word, ...]:
        """Return the schedule of the moves made so far."""
        return tuple(event.word for event in self.events)

    def play(self, words: Iterable[Word]) -> None:
        """Make the moves of a schedule; raises `ScheduleError` when one of them is impossible."""
        for word in words:
            self.event(self.move_of(word), word)

    def play_moves(self, moves: Iterable[Move]) -> None:
        """Make moves, in their order, each of which has to be possible.

        Of several messages in flight with the same receiver and data, the one that was sent first is taken.
        """
        for move in moves:
            self.event(move, self.word_of(move))

    def play_randomly(self, seed: int, limit: int) -> bool:
        """Make random moves without faults, drawn with a seed, and return whether the run came to its end.

        It did not if moves are still possible after `limit` moves.
        """
        choices = random.Random(seed)
        for _ in range(limit):
            moves = possible_moves(self.world, self.state, NO_FAULTS)
            if not moves:
                return True
            self.play_moves([choices.choice(moves)])
        return self.state.is_quiescent()

    def possible_words(self, faults: Faults = NO_FAULTS) -> tuple[Word, ...]:
        """Return the words of the moves that are possible now; `faults` bounds the faults in the run, by default 0."""
        return tuple(self.word_of(move) for move in possible_moves(self.world, self.state, faults))

    def move_of(self, word: Word) -> Move:
        """Return the move that a word stands for in the present state; raises `ScheduleError` if it is impossible."""
        match word.kind:
            case "start":
                if self.events:
                    raise self._misfit(word, "the particle was started already")
                return Start()
            case "answer" | "fail" | "silence":
                call = self._outstanding(word, word.number)
                return CALL_MOVES[word.kind](call.peer, call.call_id)
            case "batch":
                return Batch(*self._together(word, (word.number, *word.others)))
            case "deliver-with":
                receiver, call_ids = self._together(word, word.others)
                message = self._flying(word)
                if message.receiver != receiver:
                    raise self._misfit(word, f"message {word.number} goes to {message.receiver}, not {receiver}")
                return DeliverWith(Flight(message.receiver, message.data), call_ids)
            case "restart" | "forget" | "copy" | "revert" | "expire":
                host_move = HOST_MOVES[word.kind](word.peer or "")
                impossible = transition(self.world, self.state, host_move)
                if isinstance(impossible, Impossible):
                    raise self._misfit(word, told(impossible))
                return host_move
            case _:
                message = self._flying(word)
                return FLIGHT_MOVES[word.kind](Flight(message.receiver, message.data))

    def word_of(self, move: Move) -> Word:
        """Return the word for a move, which has to be possible now."""
        match move:
            case Start():
                return Word("start")
            case Deliver(flight) | Duplicate(flight) | Drop(flight):
                return Word(KINDS[type(move)], self._number(flight), flight.receiver)
            case Answer(peer, call_id) | Fail(peer, call_id) | Silence(peer, call_id):
                return Word(KINDS[type(move)], self._call_number(peer, call_id), peer)
            case Batch(peer, call_ids):
                first, *others = (self._call_number(peer, call_id) for call_id in call_ids)
                return Word("batch", first, peer, tuple(others))
            case DeliverWith(flight, call_ids):
                numbers = tuple(self._call_number(flight.receiver, call_id) for call_id in call_ids)
                return Word("deliver-with", self._number(flight), flight.receiver, numbers)
            case Restart(peer) | Forget(peer) | Copy(peer) | Revert(peer) | Expire(peer):
                return Word(KINDS[type(move)], 0, peer)

    def event(self, move: Move, word: Word) -> Event:
        """Make one move, which `word` names, and return its event; raises `ImpossibleMoveError`."""
        peer = self._peer(move)
        before = self.state.peer(peer).kept
        moved = make_move(self.world, self.state, move)
        messages, calls = self._consumed(move, word)
        sent, called = self._produced(moved, peer)
        state, self.state = self.state, moved.state
        told = Event(
            word=word,
            move=move,
            state=state,
            peer=peer,
            before=before,
            after=self.state.peer(peer).kept if peer else NO_DATA,
            messages=messages,
            calls=calls,
            invocation=moved.invocation,
            effect=moved.effect,
            sent=sent,
            called=called,
        )
        self.events.append(told)
        return told

    def _peer(self, move: Move) -> str:
        match move:
            case Start():
                return self.world.particle.init_peer_id
            case Deliver(flight) | Duplicate(flight) | Drop(flight) | DeliverWith(flight):
                return flight.receiver
            case _:
                return move.peer

    def _consumed(self, move: Move, word: Word) -> tuple[tuple[Message, ...], tuple[CallMade, ...]]:
        """Return the messages and calls that a move is about, and forget those that it uses up."""
        match move:
            case Deliver() | Drop():
                return (self.in_flight.pop(word.number),), ()
            case Duplicate():
                return (self.in_flight[word.number],), ()
            case Answer() | Fail() | Silence() | Batch():
                return (), tuple(self.outstanding.pop(number) for number in (word.number, *word.others))
            case DeliverWith():
                message = self.in_flight.pop(word.number)
                return (message,), tuple(self.outstanding.pop(number) for number in word.others)
            case Restart(peer) | Forget(peer) | Revert(peer):
                return (), self._forgotten(peer)
            case Expire(peer):
                ignored = tuple(message for message in self.in_flight.values() if message.receiver == peer)
                for message in ignored:
                    del self.in_flight[message.number]
                return ignored, self._forgotten(peer)
            case Start() | Copy():
                return (), ()

    def _forgotten(self, peer: str) -> tuple[CallMade, ...]:
        """Return the outstanding calls of a peer, and forget them."""
        calls = tuple(call for call in self.outstanding.values() if call.peer == peer)
        for call in calls:
            del self.outstanding[call.number]
        return calls

    def _produced(self, moved: Moved, peer: str) -> tuple[tuple[Message, ...], tuple[CallMade, ...]]:
        effect = moved.effect
        if effect is None:
            return (), ()
        sent, called = [], []
        for receiver in effect.receivers:
            self._messages += 1
            sent.append(Message(self._messages, peer, receiver, effect.data, self._lost(peer, receiver)))
        for owed in effect.requests:
            self._calls += 1
            called.append(CallMade(self._calls, peer, owed.call_id, owed.request))
        self.in_flight.update({message.number: message for message in sent if not message.lost})
        self.outstanding.update({call.number: call for call in called})
        return tuple(sent), tuple(called)

    def _lost(self, sender: str, receiver: str) -> str:
        """Return why data that are sent now are lost at once; nothing when they are not."""
        if not self.world.reaches(sender, receiver):
            return self.world.topology.told(Link(sender, receiver))
        return f"the particle's time is over at {receiver}" if receiver in self.state.expired else ""

    def _flying(self, word: Word) -> Message:
        message = self.in_flight.get(word.number)
        if message is None:
            raise self._misfit(word, f"message {word.number} is not in flight")
        self._check_name(word, f"message {word.number} goes to", message.receiver)
        return message

    def _outstanding(self, word: Word, number: int) -> CallMade:
        call = self.outstanding.get(number)
        if call is None:
            raise self._misfit(word, f"call {number} is not outstanding")
        self._check_name(word, f"call {number} is made on", call.peer)
        return call

    def _together(self, word: Word, numbers: Sequence[int]) -> tuple[str, tuple[int, ...]]:
        """Return the peer of calls that are answered together, and its numbers for them."""
        calls = [self._outstanding(word, number) for number in numbers]
        if len(set(calls)) < len(calls) or len({call.peer for call in calls}) > 1:
            raise self._misfit(word, "calls that are answered together are different calls of one peer")
        return calls[0].peer, tuple(call.call_id for call in calls)

    def _call_number(self, peer: str, call_id: int) -> int:
        return next(n for n, call in self.outstanding.items() if (call.peer, call.call_id) == (peer, call_id))

    def _number(self, flight: Flight) -> int:
        return next(
            number
            for number, message in self.in_flight.items()
            if (message.receiver, message.data) == (flight.receiver, flight.data)
        )

    def _check_name(self, word: Word, verb: str, actual: str) -> None:
        if word.peer is not None and word.peer != actual:
            raise self._misfit(word, f"{verb} {actual}, not {word.peer}")

    def _misfit(self, word: Word, why: str) -> ScheduleError:
        options = " ".join(map(str, self.possible_words())) or "nothing, as the run is over"
        return ScheduleError(f"{word} does not fit: {why} (possible now: {options})", len(self.events) + 1)
