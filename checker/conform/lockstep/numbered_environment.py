"""An environment for networks that never return to an earlier state: each datum and request gets a new number.

The answer to each request is determined when it is made, in the order of the requests.
"""

from __future__ import annotations

from collections import Counter
from typing import Any, Generic, TypeVar

from msgspec import Struct

from airspec.checker.model.services.annotations import Annotations
from airspec.checker.model.sites import Site, sites_of_invocation
from airspec.semantics.interpret import Invocation
from airspec.semantics.network.services import Services
from airspec.semantics.network.state import DataId, RequestId
from airspec.semantics.particle import CallRequest, CallResult

D = TypeVar("D")
"""Data, as the interpreters of the network keep them."""


class Made(Struct, frozen=True, eq=False):
    """A request for a call of a service, with its call id, and the invocation that made it."""

    invocation: Invocation[Any]
    call_id: int
    request: CallRequest

    @property
    def peer(self) -> str:
        """The id of the peer whose service is asked."""
        return self.invocation.current_peer_id

    def sites(self) -> dict[int, Site]:
        """Return the site in the script of each request that the invocation makes by the rules, by call id."""
        return sites_of_invocation(self.invocation)


class Answers:
    """The answers of annotations, and of `services` for all other calls; requests are answered and counted in order."""

    def __init__(self, annotations: Annotations, services: Services) -> None:
        self.annotations = annotations
        self.services = services
        self.counts: Counter[str] = Counter()

    def answer(self, made: Made, peer: str, request: CallRequest) -> CallResult:
        """Return the next answer to a request; `peer` and `request` may use other names for peers than `made` does.

        Raises `UnknownServiceError` when there is none, and `ServiceError` when a service cannot answer.
        """
        site = self.annotations.site(peer, made.call_id, request, made.sites)
        services = self.annotations.services(site, self.services)
        counter = services.counter(peer, request)
        answer = services.answer(peer, request, 0 if counter is None else self.counts[counter])
        if counter is not None:
            self.counts[counter] += 1
        return answer


FAILURE = CallResult(1, '"the service failed"')
"""The error with which any service of a game fails."""


class NumberedEnvironment(Generic[D]):
    """Data and answers by number; `empty` are the data with the number 0, of a peer that has run nothing."""

    def __init__(self, empty: D) -> None:
        self.data = [empty]
        self.answers: list[CallResult] = []

    def add(self, data: D) -> DataId:
        """Store data, and return the number by which they are known."""
        self.data.append(data)
        return DataId(len(self.data) - 1)

    def ask(self, answer: CallResult) -> RequestId:
        """Store the answer to a new request, and return the number of the request."""
        self.answers.append(answer)
        return RequestId(len(self.answers) - 1)

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return None, as every answer is determined already."""
        return None

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer stored for the request with this number; `peer` and `seen` make no difference."""
        return self.answers[request]

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error with which every service fails."""
        return FAILURE

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return True, as every peer reaches every other one."""
        return True
