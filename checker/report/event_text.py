"""Runs in words: the move of each event, and what followed from it."""

from __future__ import annotations

from collections.abc import Iterator

from airspec.checker.model.story import CallMade, Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.shortening import shorten
from airspec.checker.report.visible import on_one_line
from airspec.semantics.network.state import (
    Answer,
    Batch,
    Copy,
    Deliver,
    DeliverWith,
    Drop,
    Duplicate,
    Expire,
    Fail,
    Forget,
    Restart,
    Revert,
    Silence,
    Start,
)
from airspec.semantics.particle import CallRequest, CallResult


def told_move(world: World, event: Event) -> str:
    """Return the move of an event as one phrase, such as "B gets m2 from A"."""
    sender = event.messages[0].sender if event.messages else ""
    match event.move:
        case Start():
            return f"{event.peer} starts"
        case Deliver():
            return f"{event.peer} gets {message_name(event)} from {sender}"
        case Duplicate():
            return f"{event.peer} gets a copy of {message_name(event)} from {sender}"
        case Drop():
            return f"{message_name(event)} from {sender} to {event.peer} is lost"
        case Restart():
            return f"{event.peer} restarts"
        case Forget():
            return f"{event.peer} restarts without the data that it kept"
        case Copy():
            return f"a copy is made of the data that {event.peer} keeps"
        case Revert():
            return f"{event.peer} restarts with old data, of which a copy was made"
        case Expire():
            return f"the particle's time is over at {event.peer}"
        case Silence():
            return f"{event.peer}: {told_call(world, event.calls[0])} is never answered"
        case Answer() | Fail() | Batch() | DeliverWith():
            assert event.invocation is not None
            results = [result for _, result in event.invocation.results]
            told = (told_result(world, call, result) for call, result in zip(event.calls, results, strict=True))
            arrival = f"{event.peer} gets {message_name(event)} from {sender}, and " if event.messages else ""
            return f"{arrival}{event.peer}: {', and '.join(told)}"


def told_result(world: World, call: CallMade, result: CallResult) -> str:
    """Return a call with its arguments and its result or error, as one phrase."""
    if result.ret_code == 0:
        return f"{told_call(world, call)} → {shorten(result.result)}"
    return f"{told_call(world, call)} fails with {result.ret_code}: {on_one_line(result.result)}"


def told_consequences(world: World, event: Event) -> Iterator[str]:
    """Yield a phrase for each consequence of an event: an error, calls made, messages sent, or what is lost."""
    effect = event.effect
    if effect is None:
        yield from told_losses(event)
        return
    if effect.ret_code or effect.trap:
        yield f"error {effect.ret_code}: {on_one_line(effect.error_message)}"
    for call in event.called:
        yield f"calls {told_call(world, call)}  (c{call.number})"
    for message in event.sent:
        yield f"sends m{message.number} to {message.receiver}{f', lost: {message.lost}' if message.lost else ''}"
    if not event.called and not event.sent and event.before == event.after and not effect.ret_code:
        yield "learns nothing new"


def told_losses(event: Event) -> Iterator[str]:
    """Yield a phrase for each call and message that a restart, or the end of the particle's time, takes from a peer."""
    if isinstance(event.move, Restart | Forget | Revert | Expire):
        yield from (f"will have no answer to c{call.number}" for call in event.calls)
        yield from (f"ignores m{message.number} from {message.sender}" for message in event.messages)


def told_call(world: World, call: CallMade) -> str:
    """Return a call in the form of a script, with the values of its arguments, shortened if long."""
    request = world.request(call.request)
    return f"{told_function(request)} [{' '.join(map(shorten, request.arguments))}]"


def told_function(request: CallRequest) -> str:
    """Return the service and the function of a request in the form of a script: ``("s" "f")``."""
    return on_one_line(f'("{request.service_id}" "{request.function_name}")')


def message_name(event: Event) -> str:
    """Return the name that schedules give the first message of an event, such as ``m2``; "nothing" if it has none."""
    return f"m{event.messages[0].number}" if event.messages else "nothing"


def names_of_peers(story: Story) -> tuple[str, ...]:
    """Return the names of the peers in a run, in the order in which they first run or are sent to."""
    names: dict[str, None] = {}
    for event in story.events:
        names[event.peer] = None
        names.update(dict.fromkeys(message.receiver for message in event.sent))
    return tuple(names)
