"""Workloads of the benchmarks: scripts with the services that answer them, and the peers that run them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct

import airspec
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.generation.services import answer
from airspec.checker.conform.lockstep.game import PEERS
from airspec.checker.conform.lockstep.numbered_environment import Answers, Made
from airspec.checker.model.services.annotations import Annotations, read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.particle import CallResult
from airspec.spec import json_text

EXAMPLES = Path(airspec.__file__).parent / "examples"
PEER_NAME = re.compile(r'"(B|C|D|server|relay|target|log|library)"')
"""The names of peers in examples; the initial peer has none."""

SIZES = (4, 8, 12, 20, 30, 45, 90, 180)
"""The number of branches, values or calls of the wide scripts."""

A, B, C = (peer.peer_id for peer in PEERS[:3])

Answer = Callable[[Made, int], CallResult]
"""The answer of a peer's service to a request; the number counts the requests answered before in the same play."""


class Play(Struct, frozen=True, eq=False):
    """A script to run, the peers of its network, of which the first starts the particle, and the services' answers."""

    name: str
    script: str
    peers: tuple[KeyPair, ...]
    answer: Answer


def examples() -> Iterator[Play]:
    """Yield the project's example scripts, with the services that their annotations define."""
    for path in sorted(EXAMPLES.glob("*.air")):
        text = path.read_text(encoding="utf-8")
        names = sorted(set(PEER_NAME.findall(text)))
        peers = tuple(KeyPair(bytes([number + 1]) * 32) for number in range(len(names) + 1))
        for name, peer in zip(names, peers[1:], strict=True):
            text = text.replace(f'"{name}"', f'"{peer.peer_id}"')
        annotated = read_annotated(text, path.name)
        yield Play(path.stem, annotated.script.text, peers, annotated_answer(annotated.annotations))


def annotated_answer(annotations: Annotations) -> Answer:
    """Return a function that answers by the annotations of a script; it keeps counters, so it serves only one play."""
    answers = Answers(annotations, ServiceSources())
    return lambda made, _: answers.answer(made, made.peer, made.request)


def generated(count: int, seed: int) -> Iterator[Play]:
    """Yield `count` scripts that the fuzzer's generator makes from the seeds `seed`, `seed` + 1 and so on."""
    for number in range(seed, seed + count):
        script = write_script(RandomChoices(number), [A, B, C])
        yield Play(f"generated {number}", script, PEERS[:3], generated_answer)


def generated_answer(made: Made, count: int) -> CallResult:
    """Return a generated script's service's answer to a request; `count` requests of the play came before it."""
    return answer(made.request, count)


def wide() -> Iterator[Play]:
    """Yield scripts with long traces: nested pars, a fold over a canon and one over a stream, and a long sequence."""
    for size in SIZES:
        for shape in (nested_par, folds, sequence):
            yield Play(f"{shape.__name__} {size}", shape(size), PEERS[:3], generated_answer)


def nested_par(size: int) -> str:
    """Return a script of `size` parallel calls to three peers, whose results are gathered in a stream."""
    script = "(null)"
    for i in range(size):
        call = f'(call "{(A, B, C)[i % 3]}" ("s" "num") [{i}] x{i})'
        script = f"(par (seq {call} (ap x{i} $all)) {script})"
    return f'(seq {script} (seq (canon "{A}" $all #all) (call "{A}" ("s" "f") [#all] r)))'


def folds(size: int) -> str:
    """Return a script that folds over a canon of `size` values, with a call for each, then over the results."""
    script = "(null)"
    for i in range(size):
        script = f"(seq (ap {i} $values) {script})"
    over_canon = f'(fold #values x (par (call "{B}" ("s" "num") [x] $found) (next x)))'
    over_stream = f'(fold $found y (par (call "{C}" ("s" "f") [y] $last) (next y)))'
    return f'(seq {script} (seq (canon "{A}" $values #values) (seq {over_canon} {over_stream})))'


def sequence(size: int) -> str:
    """Return a script of `size` calls to three peers in turn, one after another, whose results are objects."""
    script = "(null)"
    for i in range(size):
        script = f'(seq (call "{(A, B, C)[i % 3]}" ("s" "obj") [{i} %init_peer_id%] x{i}) {script})'
    return script


# --- scripts that the Aqua compiler made ------------------------------------------------------------------


def from_folder(folder: Path) -> Iterator[Play]:
    """Yield the scripts of a folder and its subfolders, with plausible answers to the requests of compiled Aqua."""
    for path in sorted(folder.glob("**/*.air")):
        yield Play(path.stem, path.read_text(encoding="utf-8"), PEERS, compiled_answer)


def compiled_answer(made: Made, count: int) -> CallResult:
    """Return a plausible answer to a request of compiled Aqua: a peer id, a list of these, or another value.

    `count` is the number of requests of the play that were answered before.
    """
    request = made.request
    name = request.function_name
    if request.service_id in ("callbackSrv", "errorHandlingSrv"):
        return CallResult(0, "{}")
    if name in ("-relay-", "relay"):
        return CallResult(0, json_text.string(B))
    if name.endswith("s"):
        return CallResult(0, json_text.array([json_text.string(each.peer_id) for each in PEERS]))
    if request.service_id == "getDataSrv":
        return CallResult(0, json_text.string(PEERS[count % len(PEERS)].peer_id))
    return answer(request, count)
