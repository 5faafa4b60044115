"""Runs: schedules played move by move, with the messages and calls of each move."""

from __future__ import annotations

import random
from collections.abc import Iterable

from msgspec import Struct

from airspec.checker.model.moves import NO_FAULTS, Faults, make_move, possible_moves
from airspec.checker.model.schedule import ScheduleError, Word
from airspec.checker.model.world import World
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.state import (
    INITIAL,
    NO_DATA,
    Answer,
    DataId,
    Deliver,
    Drop,
    Duplicate,
    Flight,
    Move,
    NetworkState,
    RequestId,
    Restart,
    Start,
)
from airspec.semantics.network.transition import Moved


class Message(Struct, frozen=True):
    """A message: data that one peer sent to another; `number` counts the messages of a run from 1."""

    number: int
    sender: str
    receiver: str
    data: DataId


class CallMade(Struct, frozen=True):
    """A call that a peer requested from its services; `number` counts the calls of a run from 1."""

    number: int
    peer: str
    call_id: int
    request: RequestId


class Event(Struct, frozen=True):
    """One move of a run: the word for it, the state in which it was made, its peer, and its consequences.

    `message` is the one that was delivered, duplicated or dropped, `call` the one that was answered; `sent` and
    `called` are the messages and calls that the run made.
    """

    word: Word
    move: Move
    state: NetworkState
    peer: str
    before: DataId
    after: DataId
    message: Message | None = None
    call: CallMade | None = None
    invocation: Invocation | None = None
    effect: Effect | None = None
    sent: tuple[Message, ...] = ()
    called: tuple[CallMade, ...] = ()


class Story:
    """A run of a world, one move after another, with the numbers by which schedules name messages and calls."""

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
        """Return the schedule so far."""
        return tuple(event.word for event in self.events)

    def play(self, words: Iterable[Word]) -> None:
        """Make the moves of a schedule; raises `ScheduleError` when one is not possible."""
        for word in words:
            self.event(self.move_of(word), word)

    def play_moves(self, moves: Iterable[Move]) -> None:
        """Make moves; of several equal messages in flight, the one that was sent first is taken."""
        for move in moves:
            self.event(move, self.word_of(move))

    def play_randomly(self, seed: int, limit: int) -> bool:
        """Make moves at random until none is possible; return False when `limit` moves were not enough."""
        choices = random.Random(seed)
        for _ in range(limit):
            moves = possible_moves(self.world, self.state, NO_FAULTS)
            if not moves:
                return True
            self.play_moves([choices.choice(moves)])
        return self.state.is_quiescent()

    def possible_words(self, faults: Faults = NO_FAULTS) -> tuple[Word, ...]:
        """Return the words of the moves that are possible now."""
        return tuple(self.word_of(move) for move in possible_moves(self.world, self.state, faults))

    def move_of(self, word: Word) -> Move:
        """Return the move that a word stands for in the present state; raises `ScheduleError` if it is impossible."""
        match word.kind:
            case "start":
                if self.events:
                    raise self._misfit(word, "the particle was started already")
                return Start()
            case "answer":
                call = self.outstanding.get(word.number)
                if call is None:
                    raise self._misfit(word, f"call {word.number} is not outstanding")
                self._check_name(word, "is made on", call.peer)
                return Answer(call.peer, call.call_id)
            case "restart":
                name = word.peer or ""
                if all(peer.peer != name for peer in self.state.peers):
                    raise self._misfit(word, f"peer {name} has not taken part yet")
                return Restart(name)
            case _:
                message = self.in_flight.get(word.number)
                if message is None:
                    raise self._misfit(word, f"message {word.number} is not in flight")
                self._check_name(word, "goes to", message.receiver)
                flight = Flight(message.receiver, message.data)
                if word.kind == "drop":
                    return Drop(flight)
                return Duplicate(flight) if word.kind == "duplicate" else Deliver(flight)

    def word_of(self, move: Move) -> Word:
        """Return the word for a move that is possible now."""
        match move:
            case Start():
                return Word("start")
            case Restart(peer):
                return Word("restart", 0, peer)
            case Answer(peer, call_id):
                number = next(n for n, c in self.outstanding.items() if (c.peer, c.call_id) == (peer, call_id))
                return Word("answer", number, peer)
            case Deliver(flight):
                return Word("deliver", self._number(flight), flight.receiver)
            case Duplicate(flight):
                return Word("duplicate", self._number(flight), flight.receiver)
            case Drop(flight):
                return Word("drop", self._number(flight), flight.receiver)

    def event(self, move: Move, word: Word) -> Event:
        """Make one move, and return its event."""
        peer = self._peer(move)
        before = self.state.peer(peer).kept
        moved = make_move(self.world, self.state, move)
        message, call = self._consumed(move, word)
        sent, called = self._produced(moved, peer)
        state, self.state = self.state, moved.state
        told = Event(
            word=word,
            move=move,
            state=state,
            peer=peer,
            before=before,
            after=self.state.peer(peer).kept if peer else NO_DATA,
            message=message,
            call=call,
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
            case Answer(peer, _) | Restart(peer):
                return peer
            case Deliver(flight) | Duplicate(flight) | Drop(flight):
                return flight.receiver

    def _consumed(self, move: Move, word: Word) -> tuple[Message | None, CallMade | None]:
        match move:
            case Deliver() | Drop():
                return self.in_flight.pop(word.number), None
            case Duplicate():
                return self.in_flight[word.number], None
            case Answer():
                return None, self.outstanding.pop(word.number)
            case Restart(peer):
                self.outstanding = {n: call for n, call in self.outstanding.items() if call.peer != peer}
        return None, None

    def _produced(self, moved: Moved, peer: str) -> tuple[tuple[Message, ...], tuple[CallMade, ...]]:
        effect = moved.effect
        if effect is None:
            return (), ()
        sent, called = [], []
        for receiver in effect.receivers:
            self._messages += 1
            sent.append(Message(self._messages, peer, receiver, effect.data))
        for owed in effect.requests:
            self._calls += 1
            called.append(CallMade(self._calls, peer, owed.call_id, owed.request))
        self.in_flight.update({message.number: message for message in sent})
        self.outstanding.update({call.number: call for call in called})
        return tuple(sent), tuple(called)

    def _number(self, flight: Flight) -> int:
        return next(
            number
            for number, message in self.in_flight.items()
            if (message.receiver, message.data) == (flight.receiver, flight.data)
        )

    def _check_name(self, word: Word, verb: str, actual: str) -> None:
        if word.peer is not None and word.peer != actual:
            what = "call" if word.kind == "answer" else "message"
            raise self._misfit(word, f"{what} {word.number} {verb} {actual}, not {word.peer}")

    def _misfit(self, word: Word, why: str) -> ScheduleError:
        options = " ".join(map(str, self.possible_words())) or "nothing, as the run is over"
        return ScheduleError(f"{word} does not fit: {why} (possible now: {options})", len(self.events) + 1)
