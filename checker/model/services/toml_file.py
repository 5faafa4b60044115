"""Service files: TOML files that say what services answer.

Functions stand under their service; ``"*"`` names all functions of a service that have no entry of their own.  An entry
under a peer holds for that peer only, and comes first::

    [services.math]
    add = { python = "services.py:add" }
    pi = { ok = 3.14 }
    "*" = { behaviour = "echo" }

    [services.clock]
    now = { seq_ok = { 0 = 10, 1 = 20, default = 30 } }

    [peers.B.services.math]
    pi = { err = { ret_code = 1, result = "not here" } }
    broken = { text = "this is not JSON" }

The words are those of annotations (`checker.model.services.behaviours`), ``echo = true`` is short for
``behaviour = "echo"``, and ``python`` names a function as ``file.py:function`` (from the service file's directory) or
``module:function``, which runs in a process of its own (`checker.model.services.python_process`).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from msgspec import Struct, field

from airspec.checker.model.services.behaviours import WORDS, Definition, Function, ServiceError, define
from airspec.checker.model.services.python_process import PythonProcess

ANY_FUNCTION = "*"
TIME_LIMIT = 10.0
"""Seconds for an answer of a Python function."""

TOML_PLACE = re.compile(r"(.*) \(at line ([0-9]+), column ([0-9]+)\)", re.DOTALL)
Key = tuple[str | None, str, str]


class ServiceFile(Struct, frozen=True):
    """The definitions of a service file by peer (None for all peers), service and function.

    With `is_host_data`, they are what a host gives, and messages name them by the function only.  `fingerprint` is a
    digest of the file and of all files that its Python functions were loaded from.  `used` collects the keys that
    answered calls so far, and `asked` the peer, service and function of all calls that were looked up.
    """

    name: str
    definitions: Mapping[Key, Definition]
    fingerprint: str = ""
    is_host_data: bool = False
    used: set[Key] = field(default_factory=set)
    asked: set[tuple[str, str, str]] = field(default_factory=set)

    def find(self, peer: str, service: str, function: str) -> tuple[Key, Definition] | None:
        """Return the key and the definition that answer a call on a peer; None if the file has none.

        An entry of the peer comes before one of all peers, and then one of the function before ``"*"``.
        """
        self.asked.add((peer, service, function))
        for owner in (peer, None):
            for name in (function, ANY_FUNCTION):
                definition = self.definitions.get((owner, service, name))
                if definition is not None:
                    self.used.add((owner, service, name))
                    return (owner, service, name), definition
        return None


def read_service_file(path: Path, limit: float = TIME_LIMIT) -> ServiceFile:
    """Return the definitions of a service file, with its Python functions loaded.

    `limit` is the seconds that its Python functions have for an answer.  Raises `ServiceError` with the file and the
    entry that is wrong.
    """
    try:
        text = path.read_bytes()
        content = tomllib.loads(text.decode())
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ServiceError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        raise ServiceError(_no_toml(path, error)) from None
    reading = Reading(path, PythonProcess(path.parent, limit))
    definitions = dict(_services(reading, content, None, "services", {"services", "peers"}))
    for peer, inner in _table(reading, content.get("peers", {}), "peers").items():
        table = _table(reading, inner, f"peers.{peer}")
        definitions.update(_services(reading, table, peer, f"peers.{peer}.services", {"services"}))
    contents = "\n".join((sha256(text).hexdigest(), *sorted(reading.python.files.values())))
    return ServiceFile(str(path), definitions, sha256(contents.encode()).hexdigest())


class Reading(Struct, frozen=True):
    """A service file while it is read: its path, and the process of its Python functions."""

    path: Path
    python: PythonProcess


def why_no_toml(error: ValueError | RecursionError) -> str:
    """Return why a text is no TOML, from what tomllib raised: also where it raises nothing of its own."""
    if isinstance(error, RecursionError):
        return "a value is nested too deeply"
    return str(error) if isinstance(error, tomllib.TOMLDecodeError) else "a number has too many digits"


def _no_toml(path: Path, error: ValueError | RecursionError) -> str:
    """The sentence for a text that is no TOML, with the place where tomllib says it."""
    reason = why_no_toml(error)
    found = TOML_PLACE.fullmatch(reason)
    return f"{path}: is no TOML: {reason}" if found is None else f"{path}:{found[2]}:{found[3]}: is no TOML: {found[1]}"


def _services(
    reading: Reading, content: Mapping[str, Any], peer: str | None, place: str, allowed: set[str]
) -> list[tuple[Key, Definition]]:
    for unknown in sorted(set(content) - allowed):
        raise ServiceError(f"{reading.path}: {unknown!r} is not known here; expected {' or '.join(sorted(allowed))}")
    found: list[tuple[Key, Definition]] = []
    for service, functions in _table(reading, content.get("services", {}), place).items():
        for function, entry in _table(reading, functions, f"{place}.{service}").items():
            where = f"{place}.{service}.{function}"
            found.append(((peer, service, function), _definition(reading, _table(reading, entry, where), where)))
    return found


def _definition(reading: Reading, entry: Mapping[str, Any], where: str) -> Definition:
    if len(entry) != 1:
        raise ServiceError(f"{reading.path}: {where} needs exactly one of {', '.join(WORDS)}, python")
    ((word, value),) = entry.items()
    try:
        if word == "python":
            return _function(reading, value, where)
        if word == "echo" and value is True:
            return define("behaviour", "echo")
        return define(word, value)
    except ServiceError as error:
        raise ServiceError(f"{reading.path}: {where}: {error}") from None


def _function(reading: Reading, name: Any, where: str) -> Function:
    module, colon, function = name.rpartition(":") if isinstance(name, str) else ("", "", "")
    if not (colon and module and function):
        raise ServiceError(f"{name!r} names no Python function; write file.py:function or module:function")
    reading.python.load(name)
    return Function(name, f"{reading.path}: {where}", reading.python.answer)


def _table(reading: Reading, value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ServiceError(f"{reading.path}: {where} has to be a table")
    return value
