"""A world: one script with its particle and services, and everything that was ever computed about it.

An invocation is a pure function of the peer, the data it kept, the data that arrived and the result that a call got.
A world numbers data and requests by content, and computes each invocation once.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TypeAlias

from airspec.checker.model.services.annotations import number_of
from airspec.checker.model.topology import EVERYWHERE, Topology
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.invoke import invoke as run_invocation
from airspec.semantics.network.environment import Effect, Invocation
from airspec.semantics.network.services import Services
from airspec.semantics.network.state import NO_DATA, DataId, Owed, RequestId
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec import json_text
from airspec.spec.data import EMPTY, Data
from airspec.spec.parser import Script
from airspec.spec.states import Trace

Invoke: TypeAlias = Callable[[Script, Data, Data, Particle, str, Mapping[int, CallResult]], Outcome]


class World:
    """One script, its particle and its services, with the memory of all invocations.

    `invoke` is the interpreter, which has to be a pure function; by default it runs the rules of an edition.
    """

    def __init__(
        self,
        script: Script,
        particle: Particle,
        services: Services,
        invoke: Invoke | None = None,
        edition: Edition = FAITHFUL,
        topology: Topology = EVERYWHERE,
    ) -> None:
        self.script = script
        self.particle = particle
        self.services = services
        self.edition = edition
        self.topology = topology
        self.effects: dict[Invocation, Effect] = {}
        self.invoke: Invoke = partial(run_invocation, edition=edition) if invoke is None else invoke
        self._data: list[Data] = [EMPTY]
        self._data_ids: dict[tuple[Trace, int, tuple[tuple[bytes, bytes], ...]], DataId] = {((), 0, ()): NO_DATA}
        self._requests: list[CallRequest] = []
        self._request_ids: dict[CallRequest, RequestId] = {}

    @property
    def initial_peer(self) -> str:
        """The peer that begins the particle."""
        return self.particle.init_peer_id

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return the counter on which the answer to a request depends; None for a service without memory."""
        return self.services.counter(peer, self._requests[request])

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request; raises `UnknownServiceError` when there is none."""
        return self.services.answer(peer, self._requests[request], seen)

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error that is answered to a request when its service fails."""
        asked = self._requests[request]
        service = f"{number_of(asked.service_id)[0]}.{asked.function_name}"
        return CallResult(1, json_text.string(f"service {service} failed on peer {peer}"))

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return whether data that one peer sends to another can arrive."""
        return self.topology.reaches(sender, receiver)

    def data(self, number: DataId) -> Data:
        """Return the data with a number."""
        return self._data[number]

    def request(self, number: RequestId) -> CallRequest:
        """Return the request with a number."""
        return self._requests[number]

    def effect(self, invocation: Invocation) -> Effect:
        """Run the script, or remember that it was run."""
        known = self.effects.get(invocation)
        if known is None:
            known = self.effects[invocation] = self._number(self.outcome(invocation))
        return known

    def outcome(self, invocation: Invocation) -> Outcome:
        """Run the script, whether or not it was run before."""
        kept, current = self._data[invocation.kept], self._data[invocation.current]
        return self.invoke(self.script, kept, current, self.particle, invocation.peer, dict(invocation.results))

    def intern(self, data: Data) -> DataId:
        """Return the number of some data.

        The stores are left out of the comparison: what the trace refers to is named by content, and what it does not
        refer to changes no later trace.
        """
        key = (data.trace, data.last_call_request_id, tuple(sorted(data.signatures.items())))
        number = self._data_ids.get(key)
        if number is None:
            number = self._data_ids[key] = DataId(len(self._data))
            self._data.append(data)
        return number

    def plant(self, data: Data) -> DataId:
        """Return a number for data of an adversary's, which are never taken for others: their stores may be anything.

        What peers make of them is numbered as ever, so the peers have to verify what they take.
        """
        self._data.append(data)
        return DataId(len(self._data) - 1)

    def _intern_request(self, request: CallRequest) -> RequestId:
        number = self._request_ids.get(request)
        if number is None:
            number = self._request_ids[request] = RequestId(len(self._requests))
            self._requests.append(request)
        return number

    def _number(self, outcome: Outcome) -> Effect:
        return Effect(
            self.intern(outcome.data),
            outcome.ret_code,
            outcome.error_message,
            tuple(sorted(set(outcome.next_peers))),
            tuple(Owed(call_id, self._intern_request(request)) for call_id, request in outcome.call_requests),
            outcome.trap,
        )
