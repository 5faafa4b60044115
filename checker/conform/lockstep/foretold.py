"""The environment of a network that never comes to the same state twice: data and requests are numbered as they come.

What services answer is settled when they are asked, in the order of the requests.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from airspec.semantics.network.state import DataId, RequestId
from airspec.semantics.particle import CallResult

D = TypeVar("D")
"""Data, as the interpreters of the network keep them."""

FAILURE = CallResult(1, '"the service failed"')


class Foretold(Generic[D]):
    """Data and answers by number; `empty` are the data of a particle that has not run on any peer."""

    def __init__(self, empty: D) -> None:
        self.data = [empty]
        self.answers: list[CallResult] = []

    def add(self, data: D) -> DataId:
        """Return a number for data."""
        self.data.append(data)
        return DataId(len(self.data) - 1)

    def ask(self, answer: CallResult) -> RequestId:
        """Return a number for a request that will be answered so."""
        self.answers.append(answer)
        return RequestId(len(self.answers) - 1)

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return None, as the answer is settled."""
        return None

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request."""
        return self.answers[request]

    def failure(self, peer: str, request: RequestId) -> CallResult:
        """Return the error with which any service fails."""
        return FAILURE

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return that every peer reaches every other one."""
        return True
