"""Python functions as services, in a process of their own: they may hang, end or lie, and change no verdict by it.

A function takes the peer, the service, the function, the arguments and the number of earlier calls of this service and
function on this peer, and returns a JSON value.  Its answer may depend on these only: a function with memory works out
what it remembers from the number of the call, and one with chance seeds a generator with it.  To see that, the first
call of each kind is made twice, and again at the second, fourth, eighth … time that its answer is needed; all answers
must be the same.  So must be what it draws from Python's own generator: a rare answer is noticed before it comes.
"""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import weakref
from collections import Counter
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

from msgspec import Struct

from airspec.checker.model.services.behaviours import ServiceError
from airspec.semantics.particle import CallRequest, CallResult
from airspec.spec import json_text

PROGRAM = Path(__file__).with_name("python_child.py")

Asked = tuple[str, str, CallRequest, int]


class Given(Struct, frozen=True):
    """What a Python function returned.

    `drew` is a hash of the state of Python's global random number generator after the call; None if the call was not
    seen to change it.
    """

    result: CallResult
    drew: int | None


def _compare(asked: Asked, first: Given, given: Given) -> None:
    name, peer, request, count = asked
    if given.result != first.result:
        raise ServiceError(
            f"the Python function {name} contradicts itself: for call number {count} of {_told(request)} on peer "
            f"{peer} it answered {_short(first.result)}, and then {_short(given.result)} (an answer may depend on "
            "the peer, the arguments and the number of the call only)"
        )
    if given.drew != first.drew:
        raise ServiceError(
            f"the Python function {name} draws from the module random, so its answers may vary "
            "(take a generator with a seed, as random.Random(count))"
        )


class PythonProcess:
    """The process that runs the Python functions of one service file, started when it is needed.

    `folder` is the directory of the file, and `limit` the seconds that a function has for an answer.
    """

    def __init__(self, folder: Path, limit: float) -> None:
        self.folder = folder
        self.limit = limit
        self.loaded: list[str] = []
        self.files: dict[str, str] = {}
        self._first: dict[Asked, Given] = {}
        self._uses: Counter[Asked] = Counter()
        self._process: subprocess.Popen[str] | None = None
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._number = 0

    def load(self, name: str) -> None:
        """Load a function named as ``file.py:function`` or ``module:function``, and note digests of all loaded files.

        Raises `ServiceError` if it cannot be loaded.
        """
        files = self._loaded(name)
        self.loaded.append(name)
        for file in files:
            if file not in self.files:
                with contextlib.suppress(OSError):  # a module in an archive has no file
                    self.files[file] = sha256(Path(file).read_bytes()).hexdigest()

    def answer(self, name: str, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return the answer of a function to a request of a peer, after `count` earlier calls.

        Raises `ServiceError` when it fails, exceeds the time limit, or answers an equal request otherwise than before.
        """
        asked = (name, peer, CallRequest(request.service_id, request.function_name, request.arguments, ()), count)
        first = self._first.get(asked)
        self._uses[asked] += 1
        uses = self._uses[asked]
        if first is None:
            first = self._call(*asked)
            _compare(asked, first, self._call(*asked))
            self._first[asked] = first
        elif uses & (uses - 1) == 0:  # a power of two
            _compare(asked, first, self._call(*asked))
        return first.result

    def _call(self, name: str, peer: str, request: CallRequest, count: int) -> Given:
        answer = self._ask(
            name,
            {
                "do": "call",
                "name": name,
                "peer": peer,
                "service": request.service_id,
                "function": request.function_name,
                "arguments": request.arguments,
                "count": count,
            },
        )
        if "error" in answer:
            raise ServiceError(f"the Python function {name} failed: {answer['error']}")
        if "value" not in answer:
            return Given(CallResult(answer["ret_code"], answer["result"]), answer.get("drew"))
        value = json_text.canonical(answer["value"])
        if value is None:
            raise ServiceError(f"the Python function {name} failed: {answer['value'][:60]} is no JSON value")
        return Given(CallResult(0, value), answer.get("drew"))

    def _loaded(self, name: str) -> list[str]:
        answer = self._ask(name, {"do": "load", "name": name, "folder": str(self.folder)})
        if "error" in answer:
            raise ServiceError(f"{name} cannot be loaded: {answer['error']}")
        files: list[str] = answer["files"]
        return files

    def _ask(self, name: str, message: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return the answer of the process, which is started if need be, and ended if it gives none."""
        if self._process is None:
            self._start(name)
        process = self._process
        assert process is not None and process.stdin is not None
        self._number += 1
        answered = False
        try:
            process.stdin.write(json.dumps({**message, "number": self._number, "limit": self.limit}) + "\n")
            process.stdin.flush()
            answer: Mapping[str, Any] = json.loads(self._lines.get(timeout=self.limit))
            if answer["number"] != self._number:
                raise ServiceError(f"the Python function {name} made its process answer twice")
            answered = True
        except Empty:
            raise ServiceError(f"the Python function {name} did not return within {self.limit:g} s") from None
        except (OSError, ValueError):
            raise ServiceError(f"the Python function {name} ended its process ({_ending(process)})") from None
        finally:
            if not answered:  # also after an interrupt, as the next answer would be to this request
                self._process = None
                end(process)
        return answer

    def _start(self, name: str) -> None:
        """Start the process, and load again what was loaded before; raises `ServiceError`."""
        command = [sys.executable, "-P", str(PROGRAM)]
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        # In a session of its own it is not interrupted from the terminal, and is ended with all that it has started.
        process = subprocess.Popen(command, **streams, text=True, encoding="utf-8", start_new_session=True)  # type: ignore[call-overload]
        weakref.finalize(self, _end_if_running, process)
        self._lines = SimpleQueue()
        threading.Thread(target=_pump, args=(process.stdout, self._lines), daemon=True).start()
        self._process = process
        self._ask(name, {"do": "prepare", "path": sys.path})
        for loaded in self.loaded:
            self._loaded(loaded)


def _pump(stream: IO[str], lines: SimpleQueue[str]) -> None:
    for line in stream:
        lines.put(line)
    lines.put("")


def end(process: subprocess.Popen[str]) -> None:
    """Kill a process and the processes that it has started, and wait for its end."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def _end_if_running(process: subprocess.Popen[str]) -> None:
    if process.returncode is None:
        end(process)


def _ending(process: subprocess.Popen[str]) -> str:
    try:
        code = process.wait(1)
    except subprocess.TimeoutExpired:
        return "which closed its streams"
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def _told(request: CallRequest) -> str:
    return f'("{request.service_id}" "{request.function_name}") with [{", ".join(request.arguments)}]'


def _short(result: CallResult) -> str:
    code = f" with the code {result.ret_code}" if result.ret_code else ""
    return f"{result.result[:60]}{code}"
