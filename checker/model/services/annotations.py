"""Services in comments, in the syntax of AquaVM's testing framework: ``(call "B" ("s" "f") [] x) ; ok=42``.

An annotation belongs to the call that it follows, or to the last call of the instruction that it follows.  It answers
the requests of this call only, and the script runs as it would without it.  ``@"name"`` stands for the peer of that
name, anywhere in the script; names are used as they are.

``; text="not JSON"`` answers a text as it is, which need not be JSON, and ``; err={"ret_code": 1, "text": "down"}``
fails with one.

A comment of two semicolons is only a remark, and so is one that does not begin with ``word =``; ``; echo`` and its like
are short for ``; behaviour = echo``.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct

from airspec.checker.model.services.behaviours import (
    BEHAVIOUR,
    Definition,
    ServiceError,
    behaviour,
    define,
    has_memory,
    respond,
)
from airspec.checker.model.services.host_data import asking_for
from airspec.checker.model.sites import Site, callers, calls_of
from airspec.semantics.network.services import Services
from airspec.semantics.particle import CallRequest, CallResult
from airspec.spec.comments import comments
from airspec.spec.diagnosis import read_script
from airspec.spec.errors import ScriptError, place_of
from airspec.spec.lexical import scan
from airspec.spec.parser import Script
from airspec.spec.syntax import Call, Instruction, children

# What AIR has not: the testing framework's form for several lines, behind a call, and its names of peers.  String
# literals and comments are matched first, as neither form begins inside of them.
FOREIGN = re.compile(
    r'"[^"]*"|(?P<comment>;[^\n]*)|(?P<behind>\)\s+)#\|(?P<long>.*?)(?:\|#|(?P<open>\Z))|@(?P<peer>"[-A-Za-z0-9_]+")',
    re.DOTALL,
)
PEER_NAME = re.compile(r'@("[-A-Za-z0-9_]+")')
ANNOTATION = re.compile(r"\s*([A-Za-z_]+)\s*=\s*(.*?)\s*", re.DOTALL)


class AnnotatedCall(Struct, frozen=True):
    """The service that answers one annotated call, by its definition.

    The counter belongs to the annotation, whichever peer performs the call, as in AquaVM's framework.
    """

    site: Site
    definition: Definition

    def counter(self, peer: str, request: CallRequest) -> str | None:
        """Return the name of the annotation's counter; None when its answer does not depend on earlier calls."""
        return f"annotation of call {self.site}" if has_memory(self.definition) else None

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer to a request after `count` earlier ones; raises `ServiceError` if there is none."""
        return respond(self.definition, peer, request, count)


class Annotations(Struct, frozen=True):
    """All calls of a script, and the definitions of the services of those that are annotated, by their sites."""

    calls: tuple[Call, ...] = ()
    definitions: Mapping[Site, Definition] = {}

    def site(
        self, peer: str, call_id: int, request: CallRequest, replay: Callable[[], Mapping[int, Site]]
    ) -> Site | None:
        """Return the site of the annotated call that made a request of a peer; None when no annotation answers it.

        `call_id` is the request's id in its invocation.  `replay` returns the sites of all requests of the invocation,
        by their ids; it is called only when several calls can have made the request.  Raises `ServiceError` when it
        does not have the request.
        """
        possible = callers(self.calls, peer, request) if self.definitions else ()
        if not any(site in self.definitions for site in possible):
            return None
        site = possible[0] if len(possible) == 1 else replay().get(call_id)
        if site is None:
            asked = f'("{request.service_id}" "{request.function_name}")'
            raise ServiceError(
                f"which of {len(possible)} calls asks {asked} on peer {peer} cannot be told, "
                "as the interpreter does not number its requests by the rules"
            )
        return site if site in self.definitions else None

    def services(self, site: Site | None, others: Services) -> Services:
        """Return the services that answer the call at an annotated site, or `others` if the site is None."""
        return others if site is None else AnnotatedCall(site, self.definitions[site])


NO_ANNOTATIONS = Annotations()
"""The annotations of a script that has none."""


class Annotated(Struct, frozen=True):
    """A script, and the services that the comments of its calls define."""

    script: Script
    annotations: Annotations


def read_annotated(text: str, source: str, given: Iterable[str] = ()) -> Annotated:
    """Return the script in a text, with the services that its comments define.

    `source` names the text in errors, and `given` are the variables that the host gives, which the script then asks it
    for. Raises `ScriptError` with the place of what is wrong.
    """
    text = FOREIGN.sub(_as_air, text)
    text = asking_for(text, given)
    script = read_script(text, source)
    calls = calls_of(script)
    sites = {call.span: Site(number) for number, call in enumerate(calls)}
    found: dict[Site, Definition] = {}
    for call, comment, offset in _annotations(script):
        definition = _definition(comment, text, offset, source)
        if definition is not None:
            site = sites[call.span]
            if site in found:
                raise ScriptError("the call has an annotation already", place_of(text, offset), source)
            found[site] = definition
    return Annotated(script, Annotations(calls, found))


def _as_air(found: re.Match[str]) -> str:
    """An annotation over several lines as a comment on the call's line; a peer without its sign, in the same place."""
    if found["open"] is not None:
        return found[0]
    if found["long"] is not None:
        comment = " ".join(PEER_NAME.sub(r" \1", found["long"]).split())
        return f"{found['behind']}; {comment}" + "\n" * max(1, found[0].count("\n"))
    return PEER_NAME.sub(r" \1", found[0]) if found["comment"] or found["peer"] else found[0]


def _definition(comment: str, text: str, offset: int, source: str) -> Definition | None:
    """Return the definition in a comment; None when it is only a remark."""
    try:
        if BEHAVIOUR.fullmatch(comment.strip()):
            return behaviour(comment.strip())
        found = ANNOTATION.fullmatch(comment)
        if found is None:
            return None
        word, value = found[1], found[2]
        return define(word, value if word.endswith("behaviour") else _json(value))
    except ServiceError as error:
        raise ScriptError(f"in the annotation: {error}", place_of(text, offset), source) from None


def _json(text: str) -> object:
    try:
        value: object = json.loads(text)
        return value
    except json.JSONDecodeError as error:
        raise ServiceError(
            f"the value is no JSON: {error.msg.removesuffix(' at')}, at its character {error.pos + 1}"
        ) from None
    except ValueError:
        raise ServiceError("the value is no JSON: a number in it has too many digits") from None
    except RecursionError:
        raise ServiceError("the value is no JSON: it is nested too deeply") from None


def _annotations(script: Script) -> list[tuple[Call, str, int]]:
    """Return the comments that follow an instruction on its line, each with the last call of it and its offset."""
    text = script.text
    spans = comments(script)
    if not spans:
        return []
    ends = _last_calls(script.instruction)
    lexeme_ends = scan(text).ends
    found = []
    for span in spans:
        before = bisect_left(lexeme_ends, span.start + 1) - 1
        end = lexeme_ends[before] if before >= 0 else -1
        comment = text[span.start + 1 : span.end]
        if end in ends and "\n" not in text[end : span.start] and not comment.startswith(";"):
            call = ends[end]
            if call is not None:
                found.append((call, comment, span.start))
    return found


def _last_calls(instruction: Instruction) -> dict[int, Call | None]:
    """Return, for the end of each instruction, the call that it ends with, or None."""
    order = [instruction]
    for top in order:
        order.extend(children(top))
    ends: dict[int, Call | None] = {}
    for top in reversed(order):  # inner instructions first
        inner = children(top)
        if inner:
            ends[top.span.end] = ends[inner[-1].span.end]
        else:
            ends[top.span.end] = top if isinstance(top, Call) else None
    return ends
