"""The trial of some rules: proofs, laws of scripts, and exploration, until a law is broken.

A trial runs in a process of its own, from sources in which a rule may have been rewritten, and is not told which one.
It knows general laws only.  Proofs are skipped when the sources that they read are those of which they hold already.
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

from msgspec import Struct
from msgspec.json import encode

from checker.laws.all_laws import SCRIPT_LAWS
from checker.laws.script_law import Witness
from checker.laws.zoo import runs
from checker.proofs.laws.algebra import TABLES
from checker.proofs.laws.canon_stability import FollowedCanon
from checker.proofs.laws.induction import KEPT
from checker.proofs.laws.result_stability import FollowedCall
from checker.proofs.prover import JOINS, prove
from semantics.merge import join
from semantics.notation.reading import NotationError, definition_of
from semantics.notation.registry import Entry, entry_of

READ: Final[Mapping[str, tuple[Callable[..., object], ...]]] = MappingProxyType(
    {
        "join": (*(getattr(join, function) for _, function, _, _ in TABLES), *KEPT),
        "canons": FollowedCanon.functions(),
        "results": FollowedCall.functions(),
    }
)
"""What is proved first when its sources have changed, and the functions that its laws speak of."""


class Broken(Struct, frozen=True, tag="broken"):
    """A law that the rules break, with a witness, and the seconds from the start of the trial until that was seen."""

    law: str
    evidence: str
    seconds: float
    witness: Witness


class Tried(Struct, frozen=True, tag="tried"):
    """The end of a trial: how many laws were checked, the digests of what the proofs read, and the seconds it took."""

    laws: int
    digests: tuple[str, ...]
    seconds: float


def digest(subject: str) -> str:
    """A digest of what the proofs of a subject read: the functions of its laws, and all that these call."""
    texts: dict[str, str] = {}
    pending = [entry for entry in map(entry_of, READ[subject]) if entry is not None]
    while pending:
        entry = pending.pop()
        if entry.name not in texts:
            source = definition_of(entry)
            texts[entry.name] = ast.dump(source)
            pending.extend(called(entry, source) if subject == "join" else ())
    return sha256("".join(texts[name] for name in sorted(texts)).encode()).hexdigest()


def digests() -> tuple[str, ...]:
    """The digests of all that proofs read."""
    return tuple(digest(subject) for subject in READ)


def called(entry: Entry, source: ast.FunctionDef) -> Iterator[Entry]:
    """The functions of the notation that a function mentions."""
    for node in ast.walk(source):
        if isinstance(node, ast.Name):
            found = entry_of(entry.function.__globals__.get(node.id))
            if found is not None and found.kind != "opaque":
                yield found


def refuted(subjects: Iterable[str]) -> Iterator[tuple[str, Witness]]:
    """The laws that are not as stated of what they are proved of, with the countermodel."""
    try:
        for subject in subjects:
            for outcome in prove(subject=subject):
                if not outcome.expected:
                    counter = "" if outcome.countermodel is None else f": {json.dumps(outcome.countermodel)}"
                    yield outcome.law, Witness("", f"{outcome.name} is {outcome.verdict}{counter}")
    except NotationError as error:
        yield "notation", Witness("", f"the proofs cannot read the rules: {error.message}")


def trial(proved: Collection[str]) -> Iterator[Broken | Tried]:
    """What the rules break, law by law; `proved` are the digests of sources of which the proofs are known to hold.

    That rules are total is proved last, as few rewrites break it.
    """
    began = time.perf_counter()
    for subjects, name in ((JOINS, "join"), (("canons",), "canons"), (("results",), "results")):
        if digest(name) not in proved:
            for law, witness in refuted(subjects):
                yield Broken(law, "proof", time.perf_counter() - began, witness)
    observed = runs()
    for script_law in SCRIPT_LAWS:
        for witness in islice(script_law.check(observed), 1):
            yield Broken(script_law.name, script_law.scope, time.perf_counter() - began, witness)
    for law, witness in refuted(("rules", "steps")):
        yield Broken(law, "proof", time.perf_counter() - began, witness)
    yield Tried(len(SCRIPT_LAWS), digests(), time.perf_counter() - began)


def main() -> None:
    """Print what a trial finds, one JSON object a line: the first broken law, or all with the word ``all``."""
    how_many, *proved = sys.argv[1:]
    for found in trial(proved):
        print(encode(found).decode(), flush=True)
        if isinstance(found, Broken) and how_many == "first":
            return


if __name__ == "__main__":
    main()
