"""An environment for networks that never return to an earlier state: each datum and request gets a new number.

The answer to each request is determined when it is made, in the order of the requests.
"""

from __future__ import annotations

from typing import Generic, TypeVar

from airspec.semantics.network.state import DataId, RequestId
from airspec.semantics.particle import CallResult

D = TypeVar("D")
"""Data, as the interpreters of the network keep them."""


class NumberedEnvironment(Generic[D]):
    """Data and answers by number; `empty` are the data of a particle that has run on no peer."""

    def __init__(self, empty: D) -> None:
        self.data = [empty]
        self.answers: list[CallResult] = []

    def add(self, data: D) -> DataId:
        """Store data, and return their number."""
        self.data.append(data)
        return DataId(len(self.data) - 1)

    def ask(self, answer: CallResult) -> RequestId:
        """Store the answer to a request, and return the number of the request."""
        self.answers.append(answer)
        return RequestId(len(self.answers) - 1)

    def counter(self, peer: str, request: RequestId) -> str | None:
        """Return None, as every answer is determined already."""
        return None

    def answer(self, peer: str, request: RequestId, seen: int) -> CallResult:
        """Return the answer to a request."""
        return self.answers[request]
