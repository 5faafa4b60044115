"""An interpreter behind an adapter: a child process that speaks the adapter protocol."""

from __future__ import annotations

import base64
import json
import subprocess
import threading
from collections import deque
from collections.abc import Sequence
from queue import Empty, Queue
from typing import Any

from airspec.checker.conform.adapters.interpreters import Answer
from airspec.checker.conform.adapters.protocol import PROTOCOL, Message, request_message
from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import CallRequest
from airspec.spec import json_text
from airspec.spec.values import Json, Tetraplet

ERROR_LINES = 50
"""The number of the last lines of an adapter's standard error that are kept."""


class AdapterError(Exception):
    """An error for an interpreter that is missing, or an adapter that does not start or does not speak the protocol."""


class Remote:
    """An interpreter behind an adapter, which `command` starts as a child process.

    `time_limit` is the number of seconds that it has for an answer.  A crash or a timeout of an invocation is an answer
    with a trap, after which the adapter is started again.
    """

    empty = b""

    def __init__(self, command: Sequence[str], time_limit: float = 20.0) -> None:
        self.command = list(command)
        self.time_limit = time_limit
        self.errors: deque[str] = deque(maxlen=ERROR_LINES)
        self.name = " ".join(command)
        self.start()

    def start(self) -> None:
        """Start the adapter and greet it; raises `AdapterError` if it does not start or speaks another protocol."""
        try:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
        except OSError as error:
            raise AdapterError(f"the adapter '{self.name}' cannot be started: {error.strerror or error}") from None
        self.lines: Queue[str] = Queue()
        for stream, sink in ((self.process.stdout, self.lines.put), (self.process.stderr, self.errors.append)):
            threading.Thread(target=_pump, args=(stream, sink), daemon=True).start()
        hello = self.ask({"op": "start", "protocol": PROTOCOL})
        if hello.get("protocol") != PROTOCOL:
            said = "".join(self.errors) or hello.get("error") or json.dumps(hello)
            self.close()
            raise AdapterError(f"the adapter '{self.name}' does not speak protocol {PROTOCOL}: {said.strip()}")
        self.implementation = f"{hello.get('implementation')} {hello.get('version')}"

    def close(self) -> None:
        """Kill the adapter, and wait for its end."""
        self.process.kill()
        self.process.wait()

    def ask(self, message: Message) -> Message:
        """Send a request, and return the answer; without one, a message with `error` and `crashed` or `timeout`."""
        try:
            assert self.process.stdin is not None
            self.process.stdin.write(json.dumps(message) + "\n")
            self.process.stdin.flush()
            line = self.lines.get(timeout=self.time_limit)
        except (OSError, ValueError):
            return {"error": "crashed", "crashed": True}
        except Empty:
            return {"error": "timeout", "timeout": True}
        if line == "":
            return {"error": "crashed", "crashed": True}
        try:
            answer = json.loads(line)
        except ValueError:
            return {"error": f"the answer is not JSON: {line[:200]!r}", "crashed": True}
        return answer if isinstance(answer, dict) else {"error": "the answer is not a JSON object", "crashed": True}

    def invoke(self, given: Invocation[bytes]) -> Answer:
        """Run one invocation, and return its outcome; an adapter that crashes or is too slow counts as a trap.

        Raises `AdapterError` if the adapter does not start again.
        """
        answer = self.ask(request_message(given))
        if answer.get("crashed") or answer.get("timeout"):
            self.close()
            self.start()
        if "ret_code" not in answer:
            return Answer(-1, "", given.prev, frozenset(), {}, str(answer.get("error", answer)))
        return Answer(
            answer["ret_code"],
            answer.get("error_message", ""),
            base64.b64decode(answer["data"]),
            frozenset(answer["next_peer_pks"]),
            {int(call): request_of(request) for call, request in answer["call_requests"].items()},
            None,
        )

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in the JSON form of `spec.data.data_to_json`; raises ValueError for bytes that are not data."""
        answer = self.ask({"op": "inspect", "data": base64.b64encode(data).decode()})
        if "data" not in answer:
            raise ValueError(str(answer.get("error", answer)))
        inspected: dict[str, Any] = answer["data"]
        return inspected


def _pump(stream: Any, sink: Any) -> None:
    for line in stream:
        sink(line)
    sink("")


def request_of(message: Message) -> CallRequest:
    """Return the call request that a message of the protocol describes."""
    return CallRequest(
        message["service_id"],
        message["function_name"],
        tuple(canonical(argument) for argument in message["arguments"]),
        tuple(tuple(Tetraplet(**t) for t in argument) for argument in message["tetraplets"]),
    )


def canonical(value: Any) -> Json:
    """Return the canonical JSON text of a Python value; raises ValueError if JSON cannot hold it."""
    text = json_text.canonical(json.dumps(value))
    if text is None:
        raise ValueError(f"not a JSON value: {value!r}")
    return text
