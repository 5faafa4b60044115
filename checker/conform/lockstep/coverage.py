"""Coverage: the rule cases that fired in a run of the fuzzer, by relation."""

from __future__ import annotations

from collections.abc import Sequence, Set
from functools import cache
from typing import Final

from msgspec import Struct

from airspec.semantics.editions import FAITHFUL
from airspec.semantics.notation.reading import Case, cases_of

RECORDS: Final = "the interpreters of a game are given bytes and keys, not records without them"
LIMITS: Final = "the hosts of a game set no hard limits, and every key is one"
MOVES: Final = "a game makes possible moves only, loses nothing, restarts nobody, and injects what it alters"
ANSWERS: Final = "a game answers every call, as its service does"

UNREACHABLE: Final = {
    "Scope/fold-not-running": (
        "static validation refuses a `next` outside its fold's text, which runs only while the fold's iterator exists"
    ),
    "Invoke/start": RECORDS,
    "Invoke/not-verified": RECORDS,
    "Invoke/script-too-large": LIMITS,
    "Invoke/data-too-large": LIMITS,
    "Invoke/result-too-large": LIMITS,
    "Invoke/unmeasured": LIMITS,
    "Invoke/key-malformed": LIMITS,
    "Network/drop": MOVES,
    "Network/restart": MOVES,
    "Network/alter": MOVES,
    "Network/expire": MOVES,
    "Network/forget": MOVES,
    "Network/copy": MOVES,
    "Network/revert": MOVES,
    "Network/impossible": MOVES,
    "Network/fail": ANSWERS,
    "Network/silence": ANSWERS,
}
"""Rule cases that no game can fire, each with the reason."""


RELATIONS: Final = ("Step", "Join", "Invoke", "Network")
"""The relations that are listed by themselves: the steps of instructions, merging, what an invocation
goes through, and what happens on a network."""

NAMED: Final = 20
"""The greatest number of rule cases that a line names among those that did not fire."""


OVERLAYS: Final = "airspec.semantics.editions."
"""The modules of other editions, whose functions only the rules of these editions call."""


@cache
def counted() -> tuple[Case, ...]:
    """Return the rule cases that coverage counts: those of the faithful edition, without other editions' modules."""
    return tuple(case for case in cases_of(FAITHFUL) if not case.entry.module.startswith(OVERLAYS))


def case_names() -> list[str]:
    """Return the names of the counted rule cases, in the order of the rules."""
    return [case.name for case in counted()]


def fired_share(fired: Set[str]) -> str:
    """Return how many of the counted rule cases are among the names in `fired`, as a text such as ``310/420``."""
    names = case_names()
    return f"{sum(name in fired for name in names)}/{len(names)}"


class Coverage(Struct, frozen=True):
    """The coverage of some rule cases: how many fired of how many, and names in the order of the rules.

    `missing` cases did not fire but could, `unreachable` ones did not and cannot; `refuted` ones fired although they
    are declared unreachable.
    """

    fired: int
    total: int
    missing: tuple[str, ...]
    unreachable: tuple[str, ...]
    refuted: tuple[str, ...]


def coverage(names: Sequence[str], fired: Set[str]) -> Coverage:
    """Return the coverage of the rule cases with these names; `fired` holds the names of all cases that fired."""
    rest = [name for name in names if name not in fired]
    return Coverage(
        len(names) - len(rest),
        len(names),
        tuple(name for name in rest if name not in UNREACHABLE),
        tuple(name for name in rest if name in UNREACHABLE),
        tuple(name for name in names if name in fired and name in UNREACHABLE),
    )


def coverage_lines(fired: Set[str]) -> list[str]:
    """Return lines that report the coverage: the total, each relation in `RELATIONS`, and all others together."""
    cases = counted()
    groups = {relation: [case.name for case in cases if case.relation == relation] for relation in RELATIONS}
    groups["other relations"] = [case.name for case in cases if case.relation not in RELATIONS]
    total = coverage([case.name for case in cases], fired)
    lines = [f"{total.fired} of {total.total} rule cases fired"]
    for group, names in groups.items():
        lines += group_lines(group, coverage(names, fired))
    return lines


def group_lines(group: str, found: Coverage) -> list[str]:
    """Return lines that report the coverage of a group of relations: what fired, what did not, and what cannot."""
    lines = [f"{group}: {found.fired} of {found.total} fired"]
    if found.missing:
        more = f" and {len(found.missing) - NAMED} more" if len(found.missing) > NAMED else ""
        lines.append(f"  not fired: {', '.join(found.missing[:NAMED])}{more}")
    for reason in dict.fromkeys(UNREACHABLE[name] for name in found.unreachable):
        names = ", ".join(name for name in found.unreachable if UNREACHABLE[name] == reason)
        lines.append(f"  cannot be reached: {names}: {reason}")
    if found.refuted:
        lines.append(f"  said to be out of reach, but fired: {', '.join(found.refuted)}")
    return lines


def coverage_form(fired: Set[str]) -> dict[str, object]:
    """Return the coverage of every counted rule case as a JSON value, with the counts for each relation."""
    names: dict[str, list[str]] = {}
    for case in counted():
        names.setdefault(case.relation, []).append(case.name)
    counts = {relation: coverage(cases, fired) for relation, cases in names.items()}
    return {
        "relations": {relation: {"fired": c.fired, "total": c.total} for relation, c in counts.items()},
        "fired": [name for cases in names.values() for name in cases if name in fired],
        "not fired": [name for c in counts.values() for name in c.missing],
        "cannot be reached": {name: UNREACHABLE[name] for c in counts.values() for name in c.unreachable},
    }
