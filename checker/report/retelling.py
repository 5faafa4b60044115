"""A run told again: the move, the instruction and the rule that made each state, and the call that a result answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from msgspec import Struct

from airspec.checker.explore.invocation_steps import Step, recorded, replayed
from airspec.checker.model.story import Event, Story
from airspec.checker.model.world import World
from airspec.checker.report.answers import answers
from airspec.semantics.authenticity.cids import argument_hash, service_result_cid, tetraplet_cid, value_cid
from airspec.semantics.merge.observations import Observation, Site, observations
from airspec.semantics.network.environment import Invocation
from airspec.semantics.network.state import Move
from airspec.semantics.particle import CallRequest
from airspec.spec import json_text
from airspec.spec.data import ServiceResult
from airspec.spec.states import State
from airspec.spec.values import Cid, Json, Tetraplet


class Act:
    """An invocation of a run, and the words that refer to it; its steps are computed again only when needed."""

    def __init__(self, world: World, words: str, invocation: Invocation) -> None:
        self.world = world
        self.words = words
        self.invocation = invocation

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the machine in this invocation."""
        return replayed(self.world, self.invocation)

    @cached_property
    def recorded(self) -> Mapping[int, Step]:
        """The step that recorded each state of the new trace, by the state's position."""
        return recorded(self.steps)

    @cached_property
    def known(self) -> Mapping[Site, Observation]:
        """The states that the peer knows after the invocation, each by its place in the structure of the trace."""
        return observations(self.world.data(self.world.effect(self.invocation).data).trace)


class Making(Struct, frozen=True, eq=False):
    """The act in which a state first occurs, or last, and the step of it that recorded the state."""

    act: Act
    step: Step


class Answered(Struct, frozen=True, eq=False):
    """A request that was answered, and the word of the move that answered it."""

    request: CallRequest
    words: str


class Retelling:
    """A run played again, to find out how the states of its traces were made.

    `again` may be one more invocation of a peer of the run, which is no move of the network.
    """

    def __init__(self, world: World, moves: tuple[Move, ...], again: Invocation | None = None) -> None:
        self.world = world
        self.story = Story(world)
        self.story.play_moves(moves)
        self.acts = [Act(world, str(e.word), e.invocation) for e in self.story.events if e.invocation is not None]
        known = {act.invocation for act in self.acts}
        if again is not None and again not in known and any(again.peer == invocation.peer for invocation in known):
            self.acts.append(Act(world, "one more run on the data that it kept", again))

    def making(self, site: Site, state: State, newest: bool = False) -> Making | None:
        """Return the first act after which a peer knows a state at a place, and the step that recorded it.

        With `newest`, the last such act is taken.  None is returned if there is no such act, or none of its steps
        recorded the state.
        """
        for act in reversed(self.acts) if newest else self.acts:
            seen = act.known.get(site)
            if seen is not None and seen.state == state:
                step = act.recorded.get(seen.position)
                return None if step is None else Making(act, step)
        return None

    @cached_property
    def answers(self) -> dict[Cid, Json]:
        """The values that services answered in the run, by content id."""
        return answers(self.story.events)

    @cached_property
    def answered(self) -> Mapping[Cid, Answered]:
        """The requests that were answered with success, by the content id of the service result."""
        return dict(found for event in self.story.events for found in self._answered(event))

    def _answered(self, event: Event) -> Iterator[tuple[Cid, Answered]]:
        results = () if event.invocation is None else event.invocation.results
        for call, (_, result) in zip(event.calls, results, strict=False):
            json = json_text.canonical(result.result) if result.ret_code == 0 else None
            if json is not None:
                request = self.world.request(call.request)
                tetraplet = Tetraplet(event.peer, request.service_id, request.function_name, "")
                stored = ServiceResult(value_cid(json), argument_hash(request.arguments), tetraplet_cid(tetraplet))
                yield service_result_cid(stored), Answered(request, str(event.word))
