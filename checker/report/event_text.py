"""Runs in words: the move of each event, and what followed from it."""

from __future__ import annotations

from collections.abc import Iterator

from airspec.checker.model.story import CallMade, Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.shortening import shorten
from airspec.checker.report.visible import on_one_line
from airspec.semantics.network.state import Answer, Deliver, Drop, Duplicate, Restart, Start
from airspec.semantics.particle import CallRequest


def told_move(world: World, event: Event) -> str:
    """Return the move of an event as one phrase."""
    sender = event.message.sender if event.message else ""
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
        case Answer():
            assert event.call is not None and event.invocation is not None
            result = event.invocation.result
            assert result is not None
            told = f"{event.peer}: {told_call(world, event.call)}"
            if result.ret_code == 0:
                return f"{told} → {shorten(result.result)}"
            return f"{told} fails with {result.ret_code}: {on_one_line(result.result)}"


def told_consequences(world: World, event: Event) -> Iterator[str]:
    """Yield a phrase for each consequence of an event: an error, calls, and messages sent."""
    effect = event.effect
    if effect is None:
        return
    if effect.ret_code or effect.trap:
        yield f"error {effect.ret_code}: {on_one_line(effect.error_message)}"
    for call in event.called:
        yield f"calls {told_call(world, call)}  (c{call.number})"
    for message in event.sent:
        yield f"sends m{message.number} to {message.receiver}"
    if not event.called and not event.sent and event.before == event.after and not effect.ret_code:
        yield "learns nothing new"


def told_call(world: World, call: CallMade) -> str:
    """Return a call as a script writes it, with the values of its arguments."""
    request = world.request(call.request)
    return f"{told_function(request)} [{' '.join(map(shorten, request.arguments))}]"


def told_function(request: CallRequest) -> str:
    """Return the service and the function of a call, as they are written in a script."""
    return on_one_line(f'("{request.service_id}" "{request.function_name}")')


def message_name(event: Event) -> str:
    """Return the name of an event's message in schedules, such as ``m2``."""
    return f"m{event.message.number}" if event.message else "nothing"


def names_of_peers(story: Story) -> tuple[str, ...]:
    """Return the peers of a run, in the order in which they appear."""
    names: dict[str, None] = {}
    for event in story.events:
        names[event.peer] = None
        names.update(dict.fromkeys(message.receiver for message in event.sent))
    return tuple(names)
