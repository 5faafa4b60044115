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
    """An invocation of a run, with the words for it; it is made again when someone asks for its steps."""

    def __init__(self, world: World, words: str, invocation: Invocation) -> None:
        self.world = world
        self.words = words
        self.invocation = invocation

    @cached_property
    def steps(self) -> tuple[Step, ...]:
        """The steps of the machine."""
        return replayed(self.world, self.invocation)

    @cached_property
    def recorded(self) -> Mapping[int, Step]:
        """The step that recorded each state of the new trace, by position."""
        return recorded(self.steps)

    @cached_property
    def known(self) -> Mapping[Site, Observation]:
        """What the peer knows afterwards, by place."""
        return observations(self.world.data(self.world.effect(self.invocation).data).trace)


class Making(Struct, frozen=True, eq=False):
    """The act in which a state came into being, and the step that recorded it."""

    act: Act
    step: Step


class Answered(Struct, frozen=True, eq=False):
    """A request that was answered, and the move that answered it."""

    request: CallRequest
    words: str


class Retelling:
    """A run of a world; `again` may be one more invocation of a peer of it, which is no move of the network."""

    def __init__(self, world: World, moves: tuple[Move, ...], again: Invocation | None = None) -> None:
        self.world = world
        self.story = Story(world)
        self.story.play_moves(moves)
        self.acts = [Act(world, str(e.word), e.invocation) for e in self.story.events if e.invocation is not None]
        known = {act.invocation for act in self.acts}
        if again is not None and again not in known and any(again.peer == invocation.peer for invocation in known):
            self.acts.append(Act(world, "one more run on the data that it kept", again))

    def making(self, site: Site, state: State, newest: bool = False) -> Making | None:
        """Return the first act in which a peer knows a state at a place, as an observer sees it; None if there is none.

        With `newest`, return the last one.
        """
        for act in reversed(self.acts) if newest else self.acts:
            seen = act.known.get(site)
            if seen is not None and seen.state == state:
                step = act.recorded.get(seen.position)
                return None if step is None else Making(act, step)
        return None

    @cached_property
    def answers(self) -> dict[Cid, Json]:
        """The values with which services answered, by content id."""
        return answers(self.story.events)

    @cached_property
    def answered(self) -> Mapping[Cid, Answered]:
        """The requests that were answered with a value, by the content id of the service result."""
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
