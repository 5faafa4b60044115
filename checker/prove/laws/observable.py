"""Observable behaviour of a script: its calls with their arguments, and the errors that remain."""

from __future__ import annotations

from collections import Counter
from functools import lru_cache
from typing import Any, Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.prove.laws.harness import PARTICLE, Services, StuckError, invoke_watched
from airspec.checker.prove.laws.tally import note
from airspec.semantics.particle import CallRequest
from airspec.spec.parser import parse

MOVE_LIMIT: Final = 100
"""Moves in one run of a small script."""

Called: TypeAlias = "tuple[str, CallRequest]"
"""A call as its service sees it: the peer, and the request with the tetraplets of its arguments."""


class Behaviour(Struct, frozen=True):
    """The observable behaviour of a script in one run.

    `calls` are in the order in which they were made, each with the number of calls that were answered before; `codes`
    are the return codes of failed invocations, with their messages.  `stuck` says why the run did not end, or is None.
    """

    calls: tuple[tuple[str, CallRequest, int], ...]
    codes: frozenset[tuple[int, str]]
    stuck: str | None = None

    def made(self, tetraplets: bool = True) -> Counter[Called]:
        """Return how often each call was made, without order; without `tetraplets`, those of arguments are dropped."""
        return Counter(
            (peer, request if tetraplets else replace(request, tetraplets=())) for peer, request, _ in self.calls
        )

    def arguments(self, function: str) -> tuple[tuple[Any, ...], ...]:
        """Return the arguments (JSON texts) of each call of a function, in the order of the calls."""
        return tuple(request.arguments for _, request, _ in self.calls if request.function_name == function)

    def requests(self, function: str) -> tuple[CallRequest, ...]:
        """Return the requests of all calls of a function, in the order in which they were made."""
        return tuple(request for _, request, _ in self.calls if request.function_name == function)


def behaviour(text: str, seed: int = 0) -> Behaviour:
    """Return the behaviour of a script (given as text) in one run, in which `seed` determines the order of moves.

    The behaviour of a script without races does not depend on the order.
    """
    note(text)
    return _behaviour(text, seed)


@lru_cache(maxsize=4096)
def _behaviour(text: str, seed: int) -> Behaviour:
    story = Story(World(parse(text), PARTICLE, Services(), invoke_watched))
    stuck = None
    try:
        if not story.play_randomly(seed, MOVE_LIMIT):
            stuck = f"the particle does not come to rest within {MOVE_LIMIT} moves"
    except StuckError as error:
        stuck = str(error)
    calls = []
    answered = 0
    for event in story.events:
        answered += event.word.kind == "answer"
        calls += [(event.peer, story.world.request(call.request), answered) for call in event.called]
    effects = story.world.effects.values()
    codes = frozenset((effect.ret_code, effect.error_message) for effect in effects if effect.ret_code)
    return Behaviour(tuple(calls), codes, stuck)


def difference(left: Behaviour, right: Behaviour, tetraplets: bool = True) -> str | None:
    """Return the first difference of two behaviours in words, or None; without `tetraplets` these are not compared.

    If either run is stuck, the reason counts as a difference.  The order of calls is not compared.
    """
    if left.stuck or right.stuck:
        return left.stuck or right.stuck
    ours, theirs = left.made(tetraplets), right.made(tetraplets)
    for calls, where in ((ours - theirs, "left"), (theirs - ours, "right")):
        for (peer, request), count in calls.items():
            arguments = " ".join(request.arguments)
            return f"only on the {where}, peer {peer} calls {request.function_name} with [{arguments}] ({count} times)"
    if left.codes != right.codes:
        return f"errors are left: {_told(left)} on the left, {_told(right)} on the right"
    return None


def _told(behaviour: Behaviour) -> str:
    return ", ".join(f"{code} {message}" for code, message in sorted(behaviour.codes)) or "none"
