"""All sources of answers together: annotations first, then service files in their order, then what answers the rest."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.model.services.annotations import number_of
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
    """A definition, the name of its counter, and the request as the service sees it."""

    definition: Definition
    counter: str
    request: CallRequest


class ServiceSources(Struct, frozen=True):
    """The services of a run; they are `semantics.network.services.Services`."""

    annotations: tuple[Definition, ...] = ()
    files: tuple[ServiceFile, ...] = ()
    rest: Rest = "error"

    @property
    def fingerprint(self) -> str:
        """Return a text that is the same for the same contents of the files, whatever their names.

        Annotations are no part of it, as they are in the text of the script.
        """
        return repr((tuple(file.fingerprint for file in self.files), self.rest))

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return the counter that a sequence or a Python function depends on."""
        found = self._find(peer, request)
        return found.counter if found is not None and has_memory(found.definition) else None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer to a request; raise `UnknownServiceError`, or `ServiceError` if a service cannot answer."""
        found = self._find(peer, request)
        if found is not None:
            return respond(found.definition, peer, found.request, count)
        plain = _plain(request)
        match self.rest:
            case "aqua":
                return aqua_answer(plain)
            case "echo" if request.arguments:
                return respond(ECHO, peer, plain, count)
            case "echo" | "null":
                return success(json_text.NULL)
            case "error":
                raise UnknownServiceError(peer, plain)

    def _find(self, peer: str, request: CallRequest) -> Found | None:
        _, number = number_of(request.service_id)
        if number is not None and number < len(self.annotations):
            # The counter belongs to the annotation, whichever peer performs the call, as in AquaVM's framework.
            return Found(self.annotations[number], f"annotation {number}", _plain(request))
        for file in self.files:
            found = file.find(peer, request.service_id, request.function_name)
            if found is not None:
                (_, service, function), definition = found
                return Found(definition, f"{peer} {service} {function}", request)
        return None


def _plain(request: CallRequest) -> CallRequest:
    """The request without the number that annotations put behind the service."""
    return replace(request, service_id=number_of(request.service_id)[0])
