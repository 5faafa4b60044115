"""What peers' services answer.

For runs to be repeatable, an answer is a function of the peer, the request, and how many requests the same counter has
seen before; a service without memory has no counter.
"""

from __future__ import annotations

from typing import Protocol

from airspec.semantics.particle import CallRequest, CallResult


class UnknownServiceError(LookupError):
    """The error of a request to a service for which no answer is defined."""

    def __init__(self, peer: str, request: CallRequest) -> None:
        self.peer = peer
        self.request = request
        super().__init__(f'nothing says what ("{request.service_id}" "{request.function_name}") answers on peer {peer}')


class Services(Protocol):
    """The services of all peers: which answer each of them gives to a request."""

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return the name of the counter on which the answer depends; None for a service without memory."""
        ...

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer to a request; `count` is the number of requests that its counter has seen before.

        Raise `UnknownServiceError` if no answer is defined.
        """
        ...
