"""What the host of the initial peer gives to a script: a JSON object, from names to values.

Hosts of Aqua answer ``("getDataSrv" NAME)`` with the argument of that name, and so does this.  Scripts of earlier AIR
read such names without asking; for these the calls are put before the script, on its first line, so that its lines
keep their numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from airspec.checker.model.services.behaviours import Definition, Ok, ServiceError, text_of
from airspec.checker.model.services.toml_file import Key, ServiceFile
from airspec.spec.errors import ScriptError
from airspec.spec.lexical import scan
from airspec.spec.mentions import reads, sets
from airspec.spec.parser import assemble
from airspec.spec.values import Json

HOST_SERVICE = "getDataSrv"
CALL = f'(seq (call %init_peer_id% ("{HOST_SERVICE}" "{{name}}") [] {{name}}) '


class HostData(Struct, frozen=True):
    """The values that a host gives to scripts, by name; `source` is the path of the file that lists them."""

    source: str
    values: Mapping[str, Json]

    def services(self, peer: str) -> ServiceFile:
        """Return the services with which the host of a peer answers ``("getDataSrv" NAME)``, one for each name."""
        definitions: dict[Key, Definition] = {
            (peer, HOST_SERVICE, name): Ok(value) for name, value in self.values.items()
        }
        contents = json.dumps(sorted(self.values.items()))
        return ServiceFile(self.source, definitions, sha256(contents.encode()).hexdigest(), True)


def read_host_data(path: Path) -> HostData:
    """Return the values that a JSON file lists by name; raises `ServiceError` with the file and what is wrong."""
    try:
        content = json.loads(path.read_bytes().decode())
    except OSError as error:
        raise ServiceError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise ServiceError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except json.JSONDecodeError as error:
        message = error.msg.removesuffix(" at")
        raise ServiceError(f"{path}:{error.lineno}:{error.colno}: is no JSON: {message}") from None
    except ValueError:
        raise ServiceError(f"{path}: is no JSON: a number has too many digits") from None
    except RecursionError:
        raise ServiceError(f"{path}: is no JSON: a value is nested too deeply") from None
    if not isinstance(content, dict):
        raise ServiceError(f"{path}: needs an object, from names to values")
    values: dict[str, Json] = {}
    for name, value in content.items():
        try:
            values[name] = text_of(value)
        except ServiceError as error:
            raise ServiceError(f"{path}: {name}: {error}") from None
    return HostData(str(path), values)


def asking_for(text: str, given: Iterable[str]) -> str:
    """Return a script that first asks its host for each of the `given` names that it reads and never sets.

    A text that is no script is returned unchanged.
    """
    try:
        instructions = assemble(text, scan(text))
    except ScriptError:
        return text
    read = {name for node in instructions for name in reads(node)}
    known = {name for node in instructions for name in sets(node)}
    missing = [name for name in given if name in read - known and not name.startswith("#")]
    before = "".join([CALL.format(name=name) for name in missing])
    return f"{before}{text}\n{')' * len(missing)}" if missing else text
