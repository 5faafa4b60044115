"""Service files: what services answer, as TOML.

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
``module:function``.
"""

from __future__ import annotations

import importlib
import importlib.util
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from msgspec import Struct

from airspec.checker.model.services.behaviours import WORDS, Definition, Function, ServiceError, define

ANY_FUNCTION = "*"
Key = tuple[str | None, str, str]


class ServiceFile(Struct, frozen=True):
    """The definitions of a service file by peer (None for all peers), service and function."""

    name: str
    definitions: Mapping[Key, Definition]

    def find(self, peer: str, service: str, function: str) -> tuple[Key, Definition] | None:
        """Return the definition for a call on a peer, with the key under which it stands."""
        for owner in (peer, None):
            for name in (function, ANY_FUNCTION):
                definition = self.definitions.get((owner, service, name))
                if definition is not None:
                    return (owner, service, name), definition
        return None


def read_service_file(path: Path) -> ServiceFile:
    """Read a service file; raises `ServiceError` with the file and the entry that is wrong."""
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        raise ServiceError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        raise ServiceError(f"{path}: is no TOML: {error}") from None
    definitions = dict(_services(path, content, None, "services", {"services", "peers"}))
    for peer, inner in _table(path, content.get("peers", {}), "peers").items():
        table = _table(path, inner, f"peers.{peer}")
        definitions.update(_services(path, table, peer, f"peers.{peer}.services", {"services"}))
    return ServiceFile(str(path), definitions)


def _services(
    path: Path, content: Mapping[str, Any], peer: str | None, place: str, allowed: set[str]
) -> list[tuple[Key, Definition]]:
    for unknown in sorted(set(content) - allowed):
        raise ServiceError(f"{path}: {unknown!r} is not known here; expected {' or '.join(sorted(allowed))}")
    found: list[tuple[Key, Definition]] = []
    for service, functions in _table(path, content.get("services", {}), place).items():
        for function, entry in _table(path, functions, f"{place}.{service}").items():
            where = f"{place}.{service}.{function}"
            found.append(((peer, service, function), _definition(path, _table(path, entry, where), where)))
    return found


def _definition(path: Path, entry: Mapping[str, Any], where: str) -> Definition:
    if len(entry) != 1:
        raise ServiceError(f"{path}: {where} needs exactly one of {', '.join(WORDS)}, python")
    ((word, value),) = entry.items()
    try:
        if word == "python":
            return Function(str(value), _function(path, value))
        if word == "echo" and value is True:
            return define("behaviour", "echo")
        return define(word, value)
    except ServiceError as error:
        raise ServiceError(f"{path}: {where}: {error}") from None


def _function(path: Path, name: Any) -> Callable[[str, str, str, list[Any], int], Any]:
    module_name, colon, function_name = name.rpartition(":") if isinstance(name, str) else ("", "", "")
    if not colon:
        raise ServiceError(f"{name!r} names no Python function; write file.py:function or module:function")
    try:
        module = _module(path, module_name)
        function = getattr(module, function_name)
    except Exception as error:
        raise ServiceError(f"{name} cannot be loaded: {type(error).__name__}: {error}") from None
    if not callable(function):
        raise ServiceError(f"{name} is no function")
    found: Callable[[str, str, str, list[Any], int], Any] = function
    return found


def _module(path: Path, name: str) -> Any:
    if not name.endswith(".py"):
        return importlib.import_module(name)
    location = path.parent / name
    specification = importlib.util.spec_from_file_location(location.stem, location)
    if specification is None or specification.loader is None:
        raise ImportError(f"{location} is no Python file")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def _table(path: Path, value: Any, where: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise ServiceError(f"{path}: {where} has to be a table")
    return value
