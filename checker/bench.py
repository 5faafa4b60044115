"""Benchmarks: the specification beside the real interpreter, in one run on one machine (`make bench`).

Times are medians in microseconds.  The machine may be busy: read the ratios.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

from msgspec.structs import replace
from rich.console import Console
from rich.table import Table

from checker.adapters.avm import AquaVM
from checker.adapters.fetch_oracle import find_wasm
from checker.differential.interpreters import Answer, Interpreter, Reference, Specification, SpecificationOnWire
from checker.differential.lockstep import PEERS, Game
from checker.generation.scripts import RandomChoices, write_script
from semantics.interpret import Invocation
from semantics.invoke import invoke
from semantics.particle import CallResult, Particle
from spec.data import EMPTY
from spec.parser import parse

A, B, C = (peer.peer_id for peer in PEERS[:3])
PARTICLE = Particle(A, "particle", 1700000000000, 60000)

TEN_INSTRUCTIONS = f"""
(seq (call "{A}" ("s" "f") [1 "x"] x)
     (seq (par (call "{B}" ("s" "g") [x] y)
               (call "{A}" ("s" "h") [x "k"] z))
          (seq (ap x $s)
               (canon "{A}" $s #cc))))
"""

REPEATS = 300
GAMES = 400
SIZE_CLASSES = ((0, 4), (4, 8), (8, 16), (16, 32), (32, 1000))


def timed(run: Callable[[], object], repeats: int) -> float:
    """The median time of a run, in microseconds."""
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return median(times) * 1e6


def warm_invocation(interpreter: Interpreter) -> float:
    """A warm invocation of a script of ten instructions: one call is answered, others follow."""
    nothing = interpreter.empty
    start = Invocation(TEN_INSTRUCTIONS, nothing, nothing, PARTICLE, A, PEERS[0].secret)
    answered = replace(start, prev=interpreter.invoke(start).data, results={1: CallResult(0, '"r"')})
    return timed(lambda: interpreter.invoke(answered), REPEATS)


class Timed:
    """An interpreter that remembers how long each invocation took, by the length of the trace that it made."""

    def __init__(self, inner: Interpreter) -> None:
        self.inner = inner
        self.name = inner.name
        self.empty = inner.empty
        self.times: list[tuple[int, float]] = []
        self.last = 0.0

    def invoke(self, given: Invocation[Any]) -> Answer:
        """Run a script on a peer, and take the time."""
        start = time.perf_counter()
        answer = self.inner.invoke(given)
        self.last = (time.perf_counter() - start) * 1e6
        return answer

    def inspect(self, data: Any) -> dict[str, Any]:
        """Data in their JSON form; the last invocation is filed under the length of this trace."""
        inspected = self.inner.inspect(data)
        self.times.append((len(inspected["trace"]), self.last))
        return inspected


def full_fidelity(reference: Interpreter) -> Table:
    """Invocations of generated games, each with new data: bytes in, verified, run, signed, bytes out."""
    left, right = Timed(SpecificationOnWire()), Timed(reference)
    for seed in range(GAMES):
        choices = RandomChoices(seed)
        script = write_script(choices, [peer.peer_id for peer in PEERS[:3]])
        Game(script, left, right, choices).play(25)
    table = Table("states in the trace", "invocations", left.name, right.name, "ratio of medians")
    for low, high in SIZE_CLASSES:
        ours = [spent for size, spent in left.times if low <= size < high]
        theirs = [spent for size, spent in right.times if low <= size < high]
        if ours and theirs:
            one, other = median(ours), median(theirs)
            table.add_row(f"{low} to {high - 1}", str(len(ours)), f"{one:.0f}", f"{other:.0f}", f"{one / other:.2f}")
    return table


def chain(length: int) -> str:
    """A script of about `length` instructions: a chain of calls to another peer, in parallel."""
    script = "(null)"
    for i in range(length // 2):
        script = f'(par (call "{B}" ("s" "f") [{i}] x{i}) {script})'
    return script


def growth(length: int) -> tuple[float, float]:
    """Microseconds per instruction of a first run, and of a run that merges two copies of its data."""
    script = parse(chain(length))
    repeats = max(3, 3000 // length)
    first = invoke(script, EMPTY, EMPTY, PARTICLE, A)
    fresh = timed(lambda: invoke(script, EMPTY, EMPTY, PARTICLE, A), repeats)
    merged = timed(lambda: invoke(script, first.data, first.data, PARTICLE, A), repeats)
    return fresh / length, merged / length


def parsing(length: int) -> tuple[int, float]:
    """Bytes of a script, and milliseconds to parse it for the first time."""
    text = chain(length)
    start = time.perf_counter()
    parse(text + f"; {time.perf_counter_ns()}")
    return len(text), (time.perf_counter() - start) * 1e3


def main() -> int:
    """Run all benchmarks and print their tables."""
    console = Console()
    wasm = find_wasm()
    interpreters: list[Interpreter] = [Specification()]
    if wasm is None:
        console.print("The real interpreter is not there: run `make oracle` to measure side by side.")
    else:
        interpreters.append(Reference(AquaVM(wasm)))
    table = Table("warm invocation of ten instructions", "microseconds", "ratio")
    times = [(interpreter.name, warm_invocation(interpreter)) for interpreter in interpreters]
    for name, spent in times:
        table.add_row(name, f"{spent:.0f}", f"{spent / times[-1][1]:.2f}")
    console.print(table)
    if len(interpreters) > 1:
        console.print(full_fidelity(interpreters[-1]))
    table = Table("instructions", "microseconds each, first run", "microseconds each, merging")
    for length in (100, 1000, 10000, 100000):
        fresh, merged = growth(length)
        table.add_row(f"{length:,}", f"{fresh:.1f}", f"{merged:.1f}")
    console.print(table)
    table = Table("bytes of script", "milliseconds to parse")
    for length in (1000, 2500, 5000, 10000):
        size, spent = parsing(length)
        table.add_row(f"{size:,}", f"{spent:.0f}")
    console.print(table)
    return 0


if __name__ == "__main__":
    sys.exit(main())
