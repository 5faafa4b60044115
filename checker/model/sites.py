"""Sites: the calls of a script, by their number in the order of the text, and which of them made a request.

A request does not say which call made it, and no interpreter tells.  Most requests can be of one call only; for others
the same invocation is run again by the rules, which give requests the ids that every interpreter has to give them.
"""

from __future__ import annotations

from typing import Any, NewType

from airspec.semantics.configuration import Config, Eval, Halt
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.interpret import Invocation, admit, read
from airspec.semantics.invoke import start
from airspec.semantics.machine import machine
from airspec.semantics.particle import CallRequest
from airspec.spec import json_text
from airspec.spec.data import Data
from airspec.spec.faults import Trap, Uncatchable
from airspec.spec.parser import Script, parse
from airspec.spec.syntax import Call, Integer, Literal, instructions

Site = NewType("Site", int)
"""The number of a call in its script, from 0, in the order of the text."""


def calls_of(script: Script) -> tuple[Call, ...]:
    """Return the calls of a script in the order of its text, so that the position of each is its site."""
    return tuple(node for node in instructions(script.instruction) if isinstance(node, Call))


def callers(calls: tuple[Call, ...], peer: str, request: CallRequest) -> tuple[Site, ...]:
    """Return the sites of the calls that may have made a request of a peer, judged by their literals and integers."""
    return tuple(Site(number) for number, call in enumerate(calls) if _fits(call, peer, request))


def _fits(call: Call, peer: str, request: CallRequest) -> bool:
    names = ((call.function, request.function_name), (call.service, request.service_id), (call.peer, peer))
    for name, asked_name in names:
        if isinstance(name, Literal) and name.text != asked_name:
            return False
    if len(call.arguments) != len(request.arguments):
        return False
    for value, json in zip(call.arguments, request.arguments, strict=True):
        if isinstance(value, Literal) and value.text != json_text.as_string(json):
            return False
        if isinstance(value, Integer) and json_text.number(value.value) != json:
            return False
    return True


def sites_of_run(
    calls: tuple[Call, ...], begun: Config | Uncatchable | Trap, edition: Edition = FAITHFUL
) -> dict[int, Site]:
    """Return, for each request that a run makes by the rules of an edition, the site of its call, by the request's id.

    `begun` is the configuration in which the run starts, or the error that keeps it from starting: then there are none.
    """
    numbers = {call.span: Site(number) for number, call in enumerate(calls)}
    found: dict[int, Site] = {}
    stepping = machine(edition)
    while isinstance(begun, Config) and not isinstance(begun.control, Halt):
        following = stepping.step(begun)
        call_id = following.host.last_call_request_id
        if call_id != begun.host.last_call_request_id and isinstance(begun.control, Eval):
            found[call_id] = numbers[begun.control.instruction.span]
        begun = following
    return found


def sites_of_invocation(given: Invocation[Any]) -> dict[int, Site]:
    """Return the site of the call that made each request of an invocation, by the request's id.

    The data of the invocation may be records or bytes.
    """
    script = parse(given.script)
    if not isinstance(given.prev, Data):
        return sites_of_run(calls_of(script), admit(given, read(given)))
    run = start(script, given.prev, given.current, given.particle, given.current_peer_id, given.results, None)
    return sites_of_run(calls_of(script), run)
