"""Games of given scripts, in which the script and its services use any names for peers.

Interpreters need peers with keys.  So every peer name is given a key, and is replaced by the peer id: in the text of
the script and in the answers of services.  In requests to services, peer ids are replaced by the names again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from airspec.checker.conform.adapters.interpreters import Interpreter
from airspec.checker.conform.generation.scripts import Choices
from airspec.checker.conform.lockstep.game import Game
from airspec.checker.conform.lockstep.numbered_environment import Answers, Made
from airspec.checker.model.services.aqua import NEIGHBOURS, RELAY
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.particle import CallResult
from airspec.spec.lexical import scan
from airspec.spec.parser import Script
from airspec.spec.syntax import Call, Canon, CanonMap, CanonMapScalar, Literal, PeerId, Scalar, instructions


class Cast:
    """The peers that a script can reach: a key and an id for each name that the script and its services use."""

    def __init__(self, names: Iterable[str]) -> None:
        self.keys = {name: KeyPair(sha256(name.encode()).digest()) for name in names}
        self.ids = {name: key.peer_id for name, key in self.keys.items()}
        self.names = {peer_id: name for name, peer_id in self.ids.items()}
        self.by_id = {key.peer_id: key for key in self.keys.values()}

    def played(self, value: Any, parts: Mapping[str, str]) -> Any:
        """Return a JSON value with every string in it that is a key of `parts` replaced by its value there."""
        match value:
            case str():
                return parts.get(value, value)
            case list():
                return [self.played(item, parts) for item in value]
            case dict():
                return {key: self.played(item, parts) for key, item in value.items()}
        return value

    def text(self, json_text: str, parts: Mapping[str, str]) -> str:
        """Return a JSON text with the strings in it replaced as by `played`.

        A text that contains none of them, or that is not JSON, is returned unchanged.
        """
        if not any(name in json_text for name in parts):
            return json_text
        try:
            value = json.loads(json_text)
        except ValueError:
            return json_text
        return json.dumps(self.played(value, parts), ensure_ascii=False, separators=(",", ":"))


def cast_of(script: Script, init: str) -> Cast:
    """Return the cast of a script: the peer `init`, peers of literals and variables, and those of default services."""
    names = {init, RELAY, *NEIGHBOURS}
    for node in instructions(script.instruction):
        if isinstance(node, Call | Canon | CanonMap | CanonMapScalar):
            names |= _named(node.peer)
    return Cast(sorted(names - {""}))


def _named(peer: PeerId) -> set[str]:
    match peer:
        case Literal(text):
            return {text}
        case Scalar(name):
            return {name, name.strip("-")}
        case _:
            return set()


def renamed(script: str, cast: Cast) -> str:
    """Return the text of a script with the ids of the cast's peers in place of their names in literals."""
    lexemes = scan(script)
    pieces, done = [], 0
    for word, start, end in zip(lexemes.words, lexemes.starts, lexemes.ends, strict=True):
        if isinstance(word, Literal) and word.text in cast.ids:
            pieces += [script[done:start], f'"{cast.ids[word.text]}"']
            done = end
    return "".join([*pieces, script[done:]])


class GivenGame(Game):
    """A game of a given script with given services; peers of the cast join it when data are first sent to them.

    `lost` are the ids to which data were sent although no peer of the cast has them.
    """

    def __init__(
        self,
        script: str,
        cast: Cast,
        init: str,
        answers: Answers,
        sides: tuple[Interpreter, Interpreter],
        choices: Choices,
    ) -> None:
        super().__init__(renamed(script, cast), *sides, choices, [cast.keys[init]])
        self.cast = cast
        self.services = answers
        self.lost: set[str] = set()

    def place(self, peer: str) -> int | None:
        """Return the position of the peer with this id, which joins the game if it is new; None outside the cast."""
        key = self.cast.by_id.get(peer)
        if key is not None and peer not in self.number:
            self.join(key)
        if key is None:
            self.lost.add(peer)
        return super().place(peer)

    def respond(self, made: Made) -> CallResult:
        """Return the answer of the given services to a request; they use the names of peers, the script their ids."""
        names = self.cast.names
        asked = replace(
            made.request,
            service_id=names.get(made.request.service_id, made.request.service_id),
            function_name=names.get(made.request.function_name, made.request.function_name),
            arguments=tuple(self.cast.text(argument, names) for argument in made.request.arguments),
        )
        answer = self.services.answer(made, names[made.peer], asked)
        return replace(answer, result=self.cast.text(answer.result, self.cast.ids))
