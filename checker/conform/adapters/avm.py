"""AquaVM 0.62.0: the Wasm module of its npm package, run by wasmtime.

Parameters, results and requests are laid out as AquaVM 0.62 expects them; data are opaque bytes (`semantics.wire` reads
them).  A panic of the interpreter is a result, not an exception.
"""

from __future__ import annotations

import json
import struct
from pathlib import Path
from typing import Any, Final

from airspec.checker.conform.adapters.fetch_avm import find_wasm
from airspec.checker.conform.adapters.marine import Module, Trapped
from airspec.semantics.interpret import Invocation, RawOutcome
from airspec.semantics.particle import Exceeded, SizeLimits
from airspec.semantics.wire.calls import decode_requests, encode_results

__all__ = ["AquaVM", "Exceeded", "SizeLimits", "find_wasm"]

UNLIMITED: Final = SizeLimits()

# Records are packed without padding.  Strings, byte arrays and arrays are a pointer and a length.
PARAMETERS: Final = struct.Struct("<4IQIB4I3QB")
OUTCOME: Final = struct.Struct("<q8I3B")
POINTER: Final = struct.Struct("<2I")


class AquaVM:
    """The interpreter AquaVM, run as WebAssembly from the file `wasm`; see `Module` for `time_limit`.

    One object may be used by one thread only.
    """

    def __init__(self, wasm: Path, time_limit: float | None = None) -> None:
        self._module = Module(wasm, time_limit)

    @property
    def nanoseconds_inside(self) -> int:
        """Return the CPU time of the module's own code so far, without the copying of parameters and results."""
        return self._module.nanoseconds_inside

    def invoke(self, given: Invocation[bytes], results: bytes | None = None) -> RawOutcome:
        """Run one invocation, and return its outcome; a panic or a timeout is an outcome with a `trap`.

        `results` are encoded call results in place of `given.results`, and may be malformed.
        """
        module = self._module
        answers = encode_results(given.results) if results is None else results
        try:
            script_at, prev_at, current_at = (
                module.write(data) for data in (given.script.encode(), given.prev, given.current)
            )
            parameters = module.write(self._parameters(given))[0]
            pointer, _ = module.call("invoke", *script_at, *prev_at, *current_at, parameters, *module.write(answers))
            outcome = self._outcome(pointer)
        except Trapped as trapped:
            return RawOutcome(-1, str(trapped), given.prev, trap=str(trapped))
        module.release()
        return outcome

    def _parameters(self, given: Invocation[bytes]) -> bytes:
        write = self._module.write
        return PARAMETERS.pack(
            *write(given.particle.init_peer_id.encode()),
            *write(given.current_peer_id.encode()),
            given.particle.timestamp,
            given.particle.ttl,
            given.key_format,
            *write(given.key),
            *write(given.particle.particle_id.encode()),
            given.limits.air,
            given.limits.particle,
            given.limits.call_result,
            given.limits.hard,
        )

    def _outcome(self, pointer: int) -> RawOutcome:
        read = self._module.read
        code, *places, air, particle, call_result = OUTCOME.unpack(read(pointer, OUTCOME.size))
        message, data, peers, requests = ((places[i], places[i + 1]) for i in range(0, 8, 2))
        table = read(peers[0], peers[1] * POINTER.size)
        return RawOutcome(
            code,
            read(*message).decode(),
            read(*data),
            frozenset(read(*place).decode() for place in POINTER.iter_unpack(table)),
            decode_requests(read(*requests)),
            Exceeded(bool(air), bool(particle), bool(call_result)),
        )

    def _text(self, function: str, data: bytes) -> str:
        text = self._module.read(*self._module.call(function, *self._module.write(data))).decode()
        self._module.release()
        return text

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in AquaVM's JSON form, ``{"versions": .., "data": ..}``; raises ValueError for other bytes."""
        try:
            text = self._text("to_human_readable_data", data)
        except Trapped as trapped:
            raise ValueError(f"the interpreter trapped: {trapped}") from trapped
        if not text.startswith("{"):
            raise ValueError(text)
        readable: dict[str, Any] = json.loads(text)
        return readable

    def parse(self, script: str) -> str | None:
        """Return AquaVM's error message for the text of a script, or None if the script is valid."""
        try:
            answer = self._text("ast", script.encode())
        except Trapped as trapped:
            return f"the interpreter trapped: {trapped}"
        return None if answer.startswith("{") else answer
