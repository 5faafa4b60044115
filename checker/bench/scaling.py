"""Growth: the cost of an instruction in scripts of 100 to 100,000 instructions, and of parsing them."""

from __future__ import annotations

import time
from collections.abc import Callable
from statistics import median
from typing import Final

from msgspec import Struct

from airspec.checker.bench.workloads import A, B
from airspec.semantics.invoke import invoke
from airspec.semantics.particle import Particle
from airspec.spec.data import EMPTY
from airspec.spec.parser import parse

LENGTHS: Final = (100, 1000, 10_000, 100_000)
PARTICLE: Final = Particle(A, "particle", 1700000000000, 60000)


class Growth(Struct, frozen=True):
    """The costs of one script.

    `first_run` and `merging` are microseconds for each instruction, in the first run and in one that merges two copies
    of its data; `parsing` is the milliseconds to parse the script for the first time.
    """

    instructions: int
    first_run: float
    merging: float
    script_bytes: int
    parsing: float


def chain(length: int) -> str:
    """Return a script of about `length` instructions: `length` / 2 calls to another peer, in nested pars."""
    opening = "".join(f'(par (call "{B}" ("s" "f") [{i}] x{i}) ' for i in range(length // 2))
    return opening + "(null)" + ")" * (length // 2)


def growth(length: int) -> Growth:
    """Measure the costs of a script of about `length` instructions, and return them."""
    text = chain(length)
    begin = time.thread_time()
    script = parse(text)
    parsed = time.thread_time() - begin
    repeats = max(3, 3000 // length)
    first = invoke(script, EMPTY, EMPTY, PARTICLE, A)
    fresh = timed(lambda: invoke(script, EMPTY, EMPTY, PARTICLE, A), repeats)
    merged = timed(lambda: invoke(script, first.data, first.data, PARTICLE, A), repeats)
    return Growth(length, fresh / length, merged / length, len(text), parsed * 1e3)


def timed(run: Callable[[], object], repeats: int) -> float:
    """Return the median CPU time of `run`, which is called `repeats` times, in microseconds."""
    times = []
    for _ in range(repeats):
        start = time.thread_time()
        run()
        times.append(time.thread_time() - start)
    return median(times) * 1e6
