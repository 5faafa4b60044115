"""A world: one script with its particle and services, and the results of all its invocations so far.

An invocation is a pure function of the peer, the previous data, the current data and the result of a call.
A world numbers data and requests by content, and computes each invocation once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.model.services.annotations import NO_ANNOTATIONS, Annotations
from airspec.checker.model.sites import Site, sites_of_run
from airspec.checker.model.symbolic_signatures import refusal, sign
from airspec.checker.model.topology import EVERYWHERE, Topology
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.invoke import invoke as run_invocation
from airspec.semantics.invoke import start
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.services import Services
from airspec.semantics.network.state import NO_DATA, DataId, Owed, RequestId
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec import codes, json_text
from airspec.spec.data import EMPTY, Data
from airspec.spec.parser import Script
from airspec.spec.states import Trace

Invoke: TypeAlias = Callable[[Script, Data, Data, Particle, str, Mapping[int, CallResult]], Outcome]


class Asked(Struct, frozen=True):
    """A request, and the site of the call that made it; None if no annotation answers this call."""

    request: CallRequest
    site: Site | None


class World:
    """One script with its particle and services, and the results of all invocations so far.

    Annotated calls are answered by their annotations, and all others by the services.
    `invoke` is the interpreter, which has to be a pure function; by default it runs the rules of an edition.  With
    `signs`, peers sign what they know, and refuse data whose signatures do not fit (see
    `checker.model.symbolic_signatures`).
    """

    def __init__(
        self,
        script: Script,
        particle: Particle,
        services: Services,
        invoke: Invoke | None = None,
        edition: Edition = FAITHFUL,
        annotations: Annotations = NO_ANNOTATIONS,
        signs: bool = False,
        topology: Topology = EVERYWHERE,
    ) -> None:
        self.signs = signs
        self.script = script
        self.particle = particle
        self.services = services
        self.edition = edition
        self.annotations = annotations
        self.topology = topology
        self.effects: dict[Invocation, Effect] = {}
        self.invoke: Invoke = partial(run_invocation, edition=edition) if invoke is None else invoke
        self._data: list[Data] = [EMPTY]
        self._data_ids: dict[tuple[Trace, int, tuple[tuple[bytes, bytes], ...]], DataId] = {((), 0, ()): NO_DATA}
        self._requests: list[Asked] = []
        self._request_ids: dict[Asked, RequestId] = {}

    @property
    def initial_peer(self) -> str:
        """Return the peer that starts the particle."""
        return self.particle.init_peer_id

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return the counter that the answer to a request of a peer depends on; None if earlier calls do not matter."""
        asked = self._requests[request]
        return self.annotations.services(asked.site, self.services).counter(peer, asked.request)

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request of a peer after `seen` earlier calls on its counter.

        Raises `UnknownServiceError` when no service is defined for it, and `ServiceError` when one cannot answer.
        """
        asked = self._requests[request]
        return self.annotations.services(asked.site, self.services).answer(peer, asked.request, seen)

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error with code 1 that answers a request of a peer when its service fails."""
        asked = self._requests[request].request
        service = f"{asked.service_id}.{asked.function_name}"
        return CallResult(1, json_text.string(f"service {service} failed on peer {peer}"))

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return whether the topology lets data that `sender` sends arrive at `receiver`."""
        return self.topology.reaches(sender, receiver)

    def data(self, number: DataId) -> Data:
        """Return the data with a number, as given by `intern` or `plant`."""
        return self._data[number]

    def request(self, number: RequestId) -> CallRequest:
        """Return the request with a number, as in the effects of invocations."""
        return self._requests[number].request

    def effect(self, invocation: Invocation) -> Effect:
        """Return the effect of an invocation, with data and requests by their numbers; it is computed only once."""
        known = self.effects.get(invocation)
        if known is None:
            known = self.effects[invocation] = self._number(invocation, self.outcome(invocation))
        return known

    def outcome(self, invocation: Invocation) -> Outcome:
        """Return the outcome of an invocation, computed anew by the interpreter.

        With `signs`, data whose signatures do not fit are refused before the interpreter runs, and new data are signed.
        """
        given = self._given(invocation)
        kept, current = given[:2]
        if not self.signs:
            return self.invoke(self.script, *given)
        refused = refusal(kept, current)
        if refused is not None:
            return refused
        outcome = self.invoke(self.script, *given)
        if codes.is_abandoned(outcome.ret_code):
            return outcome
        return replace(outcome, data=sign(invocation.peer, kept, current, outcome.data))

    def _given(self, invocation: Invocation) -> tuple[Data, Data, Particle, str, Mapping[int, CallResult]]:
        results = dict(invocation.results)
        kept, current = self._data[invocation.kept], self._data[invocation.current]
        return kept, current, self.particle, invocation.peer, results

    def intern(self, data: Data) -> DataId:
        """Return the number of some data, a new one if no equal data have one.

        Data are equal if their traces, last request ids and signatures are.  The stores are not compared: the trace
        names their contents by content ids, and what it does not name changes no later trace.
        """
        key = (data.trace, data.last_call_request_id, tuple(sorted(data.signatures.items())))
        number = self._data_ids.get(key)
        if number is None:
            number = DataId(len(self._data))
            self._data.append(data)
            self._data_ids[key] = number  # last, so that an interrupt leaves no number without its data
        return number

    def plant(self, data: Data) -> DataId:
        """Return a new number for data of an adversary, even if they equal numbered data, as their stores may differ.

        The data that peers compute from them are numbered by `intern`, so peers have to verify what they accept.
        """
        self._data.append(data)
        return DataId(len(self._data) - 1)

    def _intern_request(self, asked: Asked) -> RequestId:
        number = self._request_ids.get(asked)
        if number is None:
            number = RequestId(len(self._requests))
            self._requests.append(asked)
            self._request_ids[asked] = number
        return number

    def _number(self, invocation: Invocation, outcome: Outcome) -> Effect:
        @cache
        def sites() -> Mapping[int, Site]:
            return sites_of_run(
                self.annotations.calls, start(self.script, *self._given(invocation), None), self.edition
            )

        owed = []
        for call_id, request in outcome.call_requests:
            site = self.annotations.site(invocation.peer, call_id, request, sites)
            owed.append(Owed(call_id, self._intern_request(Asked(request, site))))
        return Effect(
            self.intern(outcome.data),
            outcome.ret_code,
            outcome.error_message,
            tuple(sorted(set(outcome.next_peers))),
            tuple(owed),
            outcome.trap,
        )
