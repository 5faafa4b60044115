"""The services of a run: service files in their order, then what answers the rest."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from airspec.checker.model.services.aqua import aqua_answer
from airspec.checker.model.services.behaviours import Behaviour, Definition, has_memory, respond, success
from airspec.checker.model.services.toml_file import ServiceFile
from airspec.semantics.network.services import UnknownServiceError
from airspec.semantics.particle import CallRequest, CallResult
from airspec.spec import json_text

Rest = Literal["error", "echo", "null", "aqua"]
"""The default for calls without a defined service: an error, the first argument, null, or the built-in set."""

ECHO = Behaviour("echo")


class Found(Struct, frozen=True):
    """The definition that answers a call, and the name of the counter of calls that it may depend on."""

    definition: Definition
    counter: str


class ServiceSources(Struct, frozen=True):
    """The services of a run: service files, of which the first that defines a call's service answers, and the default.

    They implement `semantics.network.services.Services`.  Annotations come before them, and are no part of them.
    """

    files: tuple[ServiceFile, ...] = ()
    rest: Rest = "error"

    @property
    def fingerprint(self) -> str:
        """Return a text that is equal for services with equal files and default, whatever the names of the files.

        Annotations are no part of it, as they are in the text of the script.
        """
        return repr((tuple(file.fingerprint for file in self.files), self.rest))

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return the name of the counter that the answer to a request depends on; None for a service without memory."""
        found = self._find(peer, request)
        return found.counter if found is not None and has_memory(found.definition) else None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer to a request of a peer after `count` earlier calls on its counter.

        Raises `UnknownServiceError` when no service is defined for it, and `ServiceError` when one cannot answer.
        """
        found = self._find(peer, request)
        if found is not None:
            return respond(found.definition, peer, request, count)
        match self.rest:
            case "aqua":
                return aqua_answer(request)
            case "echo" if request.arguments:
                return respond(ECHO, peer, request, count)
            case "echo" | "null":
                return success(json_text.NULL)
            case "error":
                raise UnknownServiceError(peer, request)

    def _find(self, peer: str, request: CallRequest) -> Found | None:
        for file in self.files:
            found = file.find(peer, request.service_id, request.function_name)
            if found is not None:
                (_, service, function), definition = found
                return Found(definition, f"{peer} {service} {function}")
        return None
