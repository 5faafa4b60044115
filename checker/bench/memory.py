"""Memory: the peak of a process that does nothing but repeat recorded invocations on one interpreter."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct

from airspec.checker.conform.adapters.fetch_avm import find_wasm
from airspec.semantics.interpret import Invocation, interpret
from airspec.semantics.notation.engine import compile_rules

MEBIBYTE: Final = 1 << 20
UNIT: Final = 1 if sys.platform == "darwin" else 1024
"""The unit in which `getrusage` counts memory, in bytes."""

STATUS: Final = Path("/proc/self/status")


class Memory(Struct, frozen=True):
    """The peak of a process's resident memory, and its peak once all modules were imported, both in MiB."""

    peak: float
    start: float

    @property
    def grown(self) -> float:
        """Return by how much the peak has grown since all modules were imported, in MiB."""
        return self.peak - self.start


class Compared(Struct, frozen=True):
    """The memory of both interpreters for the same invocations, and the number of these."""

    invocations: int
    spec: Memory
    avm: Memory


def compare(work: Sequence[Invocation[bytes]]) -> Compared:
    """Run the invocations in two new processes, one for each interpreter, and return their memory."""
    with tempfile.NamedTemporaryFile(prefix="airspec-bench-") as file:
        file.write(msgspec.msgpack.encode(work))
        file.flush()
        return Compared(len(work), of_process("spec", file.name), of_process("avm", file.name))


def of_process(interpreter: str, file: str) -> Memory:
    """Return the memory of a new process that runs the invocations in a file.

    `interpreter` is ``spec`` or ``avm``, and `file` the path of a MessagePack file.
    """
    answer = subprocess.run(
        [sys.executable, "-m", "airspec.checker.bench.memory", interpreter, file], check=True, capture_output=True
    )
    return msgspec.json.decode(answer.stdout, type=Memory)


def peak() -> float:
    """Return the peak of this process's resident memory so far, in MiB."""
    if STATUS.exists():
        # Linux counts what the parent had before the program was started into the peak that `getrusage` gives.
        fields = dict(line.split(":", 1) for line in STATUS.read_text().splitlines())
        return int(fields["VmHWM"].removesuffix("kB")) * 1024 / MEBIBYTE
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * UNIT / MEBIBYTE


def on_specification(work: Sequence[Invocation[bytes]]) -> None:
    """Run the invocations on the specification, one after another."""
    compile_rules()
    for given in work:
        interpret(given)


def on_avm(work: Sequence[Invocation[bytes]]) -> None:
    """Run the invocations on AquaVM, one after another."""
    from airspec.checker.conform.adapters.avm import AquaVM

    wasm = find_wasm()
    assert wasm is not None, "the parent process found it"
    avm = AquaVM(wasm)
    for g in work:
        avm.invoke(g)


def main() -> int:
    """Run the invocations in a file, print this process's memory as JSON, and return the exit code.

    The arguments of the command are ``spec`` or ``avm``, and the path of the file.
    """
    interpreter, file = sys.argv[1:]
    start = peak()
    work = msgspec.msgpack.decode(Path(file).read_bytes(), type=list[Invocation[bytes]])
    (on_specification if interpreter == "spec" else on_avm)(work)
    sys.stdout.buffer.write(msgspec.json.encode(Memory(peak(), start)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
