"""The Wasm module of AquaVM in wasmtime: memory, strings, records, and traps.

The module speaks the Marine ABI: strings and byte arrays are passed as a pointer and a length into memory that the
module's own ``allocate`` returns, and ``get_result_ptr`` returns the address of a result.
"""

from __future__ import annotations

import hashlib
import tempfile
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Final

import wasmtime

RENEW_AFTER_CALLS: Final = 2_000
RENEW_AFTER_GROWTH: Final = 64 << 20
"""The growth of an instance's memory, in bytes, after which it is replaced."""


class Trapped(Exception):  # noqa: N818 - the word of WebAssembly for this
    """An error for a module that panicked, or ran out of stack or time; the message says which."""


class Module:
    """An instance of the Wasm module, which is replaced when it traps, grows too large, or has served many calls.

    `time_limit` bounds one call, in seconds; a call that takes longer traps.  With None there is no bound, and calls
    are a little faster.  `nanoseconds_inside` sums the time of all calls that did not trap.
    """

    def __init__(self, wasm: Path, time_limit: float | None = None) -> None:
        config = wasmtime.Config()
        config.epoch_interruption = time_limit is not None
        self._engine = wasmtime.Engine(config)
        self._module = compiled(self._engine, wasm, "timed" if time_limit is not None else "plain")
        self._ticks = None if time_limit is None else int(time_limit / TICK) + 2
        if time_limit is not None:
            start_ticking(self._engine)
        self.nanoseconds_inside = 0
        self._stderr = tempfile.NamedTemporaryFile(prefix="avm-stderr-")  # noqa: SIM115 - lives as long as self
        self._linker = self._make_linker()
        self.renew()

    def _make_linker(self) -> Any:
        linker = wasmtime.Linker(self._engine)
        linker.define_wasi()
        i32 = wasmtime.ValType.i32()
        linker.define_func("__marine_host_api_v3", "log_utf8_string", wasmtime.FuncType([i32] * 4, []), lambda *_: None)
        return linker

    def renew(self) -> None:
        """Replace the instance by a new one with fresh memory."""
        self._store = wasmtime.Store(self._engine)
        wasi = wasmtime.WasiConfig()
        self._stderr.truncate(0)
        wasi.stderr_file = self._stderr.name
        self._store.set_wasi(wasi)
        self._bound_time()
        exports = self._linker.instantiate(self._store, self._module).exports(self._store)
        self._exports = exports
        self._memory = exports["memory"]
        exports["_initialize"](self._store)
        exports["_start"](self._store)
        self._calls = 0
        self._initial_memory = self._memory.data_len(self._store)

    def _bound_time(self) -> None:
        if self._ticks is not None:
            self._store.set_epoch_deadline(self._ticks)

    def write(self, data: bytes) -> tuple[int, int]:
        """Copy bytes into newly allocated memory of the module, and return their address and length."""
        if not data:
            return (0, 0)
        # Time has passed since the last call, and allocating counts as running.
        self._bound_time()
        pointer = self._exports["allocate"](self._store, len(data), 0) & 0xFFFFFFFF
        self._memory.write(self._store, data, pointer)
        return (pointer, len(data))

    def read(self, pointer: int, length: int) -> bytes:
        """Return `length` bytes of the module's memory from the address `pointer`."""
        return bytes(self._memory.read(self._store, pointer, pointer + length)) if length else b""

    def call(self, function: str, *arguments: int) -> tuple[int, int]:
        """Call an exported function; return the address of its result, and the length if it is a string.

        Raises `Trapped`, after which the instance is a new one.
        """
        self._bound_time()
        exported = self._exports[function]
        start = time.thread_time_ns()
        try:
            exported(self._store, *arguments)
            self.nanoseconds_inside += time.thread_time_ns() - start
            return (
                self._exports["get_result_ptr"](self._store) & 0xFFFFFFFF,
                self._exports["get_result_size"](self._store) & 0xFFFFFFFF,
            )
        except (wasmtime.Trap, wasmtime.WasmtimeError) as error:
            reason = self._reason(error)
            self.renew()
            raise Trapped(reason) from error

    def _reason(self, error: Exception) -> str:
        """Return the panic message if there is one, or the first line of wasmtime's message."""
        _, panicked, panic = Path(self._stderr.name).read_text("utf-8", "replace").rpartition("panicked at ")
        if panicked:
            place, _, message = panic.partition("\nnote: ")[0].partition(":\n")
            return f"panicked at {place}: {message.strip()}"
        return str(error).strip().splitlines()[-1].strip()

    def release(self) -> None:
        """Free the memory of the last call, and replace an instance that served many calls or has grown too large."""
        self._bound_time()
        self._exports["release_objects"](self._store)
        self._calls += 1
        grown = self._memory.data_len(self._store) - self._initial_memory
        if self._calls >= RENEW_AFTER_CALLS or grown >= RENEW_AFTER_GROWTH:
            self.renew()


def compiled(engine: Any, wasm: Path, kind: str) -> Any:
    """Return the module of a Wasm file, compiled; it is cached in a file beside it, as compiling takes seconds.

    `kind` distinguishes the settings of the engine.  The cached file is used only if it was made from the same Wasm
    file by the same version of wasmtime.
    """
    code = wasm.read_bytes()
    kept = wasm.with_name(f"{wasm.stem}-{hashlib.sha256(code).hexdigest()[:16]}-{kind}.cwasm")
    try:
        return wasmtime.Module.deserialize_file(engine, str(kept))
    except (OSError, wasmtime.WasmtimeError):
        module = wasmtime.Module(engine, code)
    keep(kept, bytes(module.serialize()))
    return module


def keep(path: Path, content: bytes) -> None:
    """Write a file atomically, as several processes may write it; nothing happens if it cannot be written."""
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
            file.write(content)
        Path(file.name).replace(path)
    except OSError:
        return


TICK: Final = 0.25
"""Seconds between two advances of an engine's epoch, by which running time is measured."""


def start_ticking(engine: Any) -> None:
    """Start a thread that advances the engine's epoch every `TICK` seconds, until the engine is freed."""
    reference = weakref.ref(engine)

    def tick() -> None:
        while (living := reference()) is not None:
            living.increment_epoch()
            del living
            time.sleep(TICK)

    threading.Thread(target=tick, name="epoch", daemon=True).start()
