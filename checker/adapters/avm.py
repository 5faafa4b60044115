"""The real AquaVM: the published Wasm module, run by wasmtime.

Parameters, results and requests are laid out as AquaVM 0.62 expects them; data are opaque bytes (`semantics.wire` reads
them).  A panic of the interpreter is a result, not an exception.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from checker.adapters.fetch_oracle import find_wasm
from checker.adapters.marine import Module, Trapped
from semantics.interpret import RawOutcome
from semantics.particle import CallResult, Exceeded, Particle, SizeLimits
from semantics.wire.calls import decode_requests, encode_results

__all__ = ["AquaVM", "Exceeded", "SizeLimits", "find_wasm"]

ED25519: Final = 0
"""The number of the only key format that AquaVM accepts."""


UNLIMITED: Final = SizeLimits()

# Records are packed without padding.  Strings, byte arrays and arrays are a pointer and a length.
PARAMETERS: Final = struct.Struct("<4IQIB4I3QB")
OUTCOME: Final = struct.Struct("<q8I3B")
POINTER: Final = struct.Struct("<2I")


class AquaVM:
    """A real interpreter.  One object serves one thread; see `Module` for `time_limit`."""

    def __init__(self, wasm: Path, time_limit: float | None = None) -> None:
        self._module = Module(wasm, time_limit)

    @property
    def nanoseconds_inside(self) -> int:
        """The time that the module itself has run so far: what is left is spent on copying parameters and results."""
        return self._module.nanoseconds_inside

    def invoke(
        self,
        script: str,
        prev: bytes,
        current: bytes,
        particle: Particle,
        current_peer_id: str,
        key: bytes,
        results: Mapping[int, CallResult] | None = None,
        limits: SizeLimits = UNLIMITED,
    ) -> RawOutcome:
        """Run a script on a peer; `key` is the 32 secret bytes of its Ed25519 key."""
        return self.invoke_raw(
            script, prev, current, particle, current_peer_id, key, encode_results(results or {}), limits
        )

    def invoke_raw(
        self,
        script: str,
        prev: bytes,
        current: bytes,
        particle: Particle,
        current_peer_id: str,
        key: bytes,
        results: bytes,
        limits: SizeLimits = UNLIMITED,
        key_format: int = ED25519,
    ) -> RawOutcome:
        """The same with call results as bytes, which need not be well formed."""
        module = self._module
        try:
            script_at, prev_at, current_at = (module.write(data) for data in (script.encode(), prev, current))
            parameters = self._parameters(particle, current_peer_id, key, limits, key_format)
            pointer, _ = module.call(
                "invoke", *script_at, *prev_at, *current_at, module.write(parameters)[0], *module.write(results)
            )
            outcome = self._outcome(pointer)
        except Trapped as trapped:
            return RawOutcome(-1, str(trapped), prev, trap=str(trapped))
        module.release()
        return outcome

    def _parameters(
        self, particle: Particle, current_peer_id: str, key: bytes, limits: SizeLimits, key_format: int
    ) -> bytes:
        write = self._module.write
        return PARAMETERS.pack(
            *write(particle.init_peer_id.encode()),
            *write(current_peer_id.encode()),
            particle.timestamp,
            particle.ttl,
            key_format,
            *write(key),
            *write(particle.particle_id.encode()),
            limits.air,
            limits.particle,
            limits.call_result,
            limits.hard,
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
        """Data in AquaVM's readable form: ``{"versions": .., "data": ..}``.  Raises ValueError with its complaint."""
        try:
            text = self._text("to_human_readable_data", data)
        except Trapped as trapped:
            raise ValueError(f"the interpreter trapped: {trapped}") from trapped
        if not text.startswith("{"):
            raise ValueError(text)
        readable: dict[str, Any] = json.loads(text)
        return readable

    def parse(self, script: str) -> str | None:
        """What AquaVM says against a script, or None when it is valid."""
        try:
            answer = self._text("ast", script.encode())
        except Trapped as trapped:
            return f"the interpreter trapped: {trapped}"
        return None if answer.startswith("{") else answer
