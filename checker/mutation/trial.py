"""The trial of a set of rules: proofs, laws of scripts, and exploration, until a law is violated.

A trial runs in a process of its own, from sources in which a rule may have been rewritten, without knowing which one.
It checks general laws only.  Proofs are skipped when the sources that they read are known to satisfy them.
"""

from __future__ import annotations

import ast
import json
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import Final

from msgspec.json import encode

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.mutation.verdicts import Broken, Tried
from airspec.checker.prove.evidence import Grade
from airspec.checker.prove.laws.corpus import runs
from airspec.checker.prove.laws.script_law import Witness
from airspec.checker.prove.laws.tested_laws import SCRIPT_LAWS
from airspec.checker.prove.prover import JOINS, prove
from airspec.checker.prove.theorems.algebra import TABLES
from airspec.checker.prove.theorems.canon_stability import FollowedCanon
from airspec.checker.prove.theorems.induction import KEPT
from airspec.checker.prove.theorems.result_stability import FollowedCall
from airspec.semantics.merge import join
from airspec.semantics.notation.reading import NotationError, definition_of
from airspec.semantics.notation.registry import Entry, entry_of
from airspec.semantics.notation.updates import methods

SUBJECTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"join": tuple(JOINS), "canons": ("canons",), "results": ("results",)}
)
"""The subjects of laws, by the sources that their proofs read; a subject is proved again when these have changed."""


def read(subject: str) -> tuple[Callable[..., object], ...]:
    """Return the functions that the proofs of a subject in `SUBJECTS` read; for the join, only the outermost ones."""
    match subject:
        case "join":
            return (*(getattr(join, function) for _, function, _, _ in TABLES), *KEPT)
        case "canons":
            return FollowedCanon.functions()
        case _:
            return FollowedCall.functions()


def digest(subject: str) -> str:
    """Return the SHA-256, in hexadecimal, of the sources that the proofs of a subject in `SUBJECTS` read."""
    texts = {f"Config.{name}": ast.dump(update) for name, update in methods().items()} if subject != "join" else {}
    pending = [entry for entry in map(entry_of, read(subject)) if entry is not None]
    while pending:
        entry = pending.pop()
        name = f"{entry.module}.{entry.name}"
        if name not in texts:
            source = definition_of(entry)
            texts[name] = ast.dump(source)
            pending.extend(called(entry, source) if subject == "join" else ())
    return sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()


def digests() -> tuple[str, ...]:
    """Return the digest of each subject in `SUBJECTS`."""
    return tuple(digest(subject) for subject in SUBJECTS)


def called(entry: Entry, source: ast.FunctionDef) -> Iterator[Entry]:
    """Yield the registered functions that `source`, the definition of `entry`, mentions, without opaque ones."""
    for node in ast.walk(source):
        if isinstance(node, ast.Name):
            found = entry_of(entry.function.__globals__.get(node.id))
            if found is not None and found.kind != "opaque":
                yield found


def refuted(subjects: Iterable[str]) -> Iterator[tuple[str, Grade, Witness]]:
    """Yield each law of these subjects whose verdict is not the expected one, with the grade and a witness.

    Rules that the proofs cannot read count as a violation of the law ``notation``.
    """
    try:
        for subject in subjects:
            for outcome in prove(subject=subject):
                if not outcome.expected:
                    counter = "" if outcome.countermodel is None else f": {json.dumps(outcome.countermodel)}"
                    yield outcome.law, "proved", Counterexample("", f"{outcome.name} is {outcome.verdict}{counter}")
    except NotationError as error:
        yield "notation", "proved", Counterexample("", f"the proofs cannot read the rules: {error.message}")


def unproved(names: Iterable[str], proved: Collection[str]) -> Iterator[tuple[str, Grade, Witness]]:
    """Yield what `refuted` finds for those names in `SUBJECTS` whose digest is not in `proved`."""
    for name in names:
        if digest(name) not in proved:
            yield from refuted(SUBJECTS[name])


def broken(proved: Collection[str]) -> Iterator[tuple[str, Grade, Witness]]:
    """Yield each law that the rules violate, with its grade and a witness; quick checks come first.

    Proofs about complete rules take longer than runs.  Totality is proved last, as few changes violate it.
    """
    yield from unproved(["join"], proved)
    observed = runs()
    for script_law in SCRIPT_LAWS:
        for witness in islice(script_law.check(observed), 1):
            yield script_law.name, "tested", witness
    yield from unproved(["canons", "results"], proved)
    yield from refuted(["rules", "steps"])


def trial(proved: Collection[str]) -> Iterator[Broken | Tried]:
    """Yield a record for each law that the rules violate, and at last one for the end of the trial.

    `proved` are the digests of sources for which the proofs are known to hold.
    """
    began = time.perf_counter()
    for law, evidence, witness in broken(proved):
        yield Broken(law, evidence, time.perf_counter() - began, witness)
    yield Tried(len(SCRIPT_LAWS), digests(), time.perf_counter() - began)


def main() -> None:
    """Print the records of a trial as JSON, one a line; with the argument ``first``, stop at the first violated law.

    Further arguments are the digests of sources for which the proofs are known to hold.
    """
    how_many, *proved = sys.argv[1:]
    for found in trial(proved):
        print(encode(found).decode(), flush=True)
        if isinstance(found, Broken) and how_many == "first":
            return


if __name__ == "__main__":
    main()
