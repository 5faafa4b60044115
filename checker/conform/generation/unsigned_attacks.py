"""Attacks on parts of data that no signature covers.

Signatures cover the content ids of results and canonical contents.  Their positions, whether a result was a failure,
the sizes of pars, the lore of folds, generations and requests are not signed.  So a peer can send anything there,
and receivers have to handle it.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from msgspec.structs import replace

from airspec.spec.data import Data
from airspec.spec.json_number import U32_MAX
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Lore,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Subtrace,
    Trace,
    UnusedResult,
)
from airspec.spec.values import Cid

Change = Callable[[random.Random, Trace], Trace]


def tamper(data: Data, seed: int) -> Data:
    """Return the data with one random change in the trace, chosen by the seed; without a trace, unchanged."""
    chance = random.Random(seed)
    if not data.trace:
        return data
    return replace(data, trace=chance.choice(CHANGES)(chance, data.trace))


def swap(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with two random states exchanged, which may be the same one."""
    i, j = chance.randrange(len(trace)), chance.randrange(len(trace))
    states = list(trace)
    states[i], states[j] = states[j], states[i]
    return tuple(states)


def exchange(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with two random states of the same kind exchanged, or any two if only one is of its kind."""
    i = chance.randrange(len(trace))
    others = [j for j, state in enumerate(trace) if j != i and type(state) is type(trace[i])]
    if not others:
        return swap(chance, trace)
    j = chance.choice(others)
    states = list(trace)
    states[i], states[j] = states[j], states[i]
    return tuple(states)


def relabel(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with a random result bound in another way, or turned into a failure or a canonical stream."""
    results = [i for i, state in enumerate(trace) if isinstance(state, Executed | Failed)]
    if not results:
        return swap(chance, trace)
    i = chance.choice(results)
    cid = cid_of(trace[i])
    labels: tuple[State, ...] = (
        Failed(cid),
        Executed(ScalarResult(cid)),
        Failed(cid),
        Executed(StreamResult(cid, 0)),
        Executed(UnusedResult(cid)),
        CanonExecuted(cid),
    )
    return (*trace[:i], chance.choice(labels), *trace[i + 1 :])


def forget(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with a random result of a call or a canon replaced by a request."""
    done = [i for i, state in enumerate(trace) if isinstance(state, Executed | Failed | CanonExecuted)]
    if not done:
        return swap(chance, trace)
    i = chance.choice(done)
    request = CanonSent("x") if isinstance(trace[i], CanonExecuted) else Sent("x")
    return (*trace[:i], request, *trace[i + 1 :])


def cid_of(state: State) -> Cid:
    """Return the content id in the state of a call with a result or of an executed canon; otherwise an empty id."""
    match state:
        case Executed(result):
            return result.cid
        case Failed(cid) | CanonExecuted(cid):
            return cid
        case _:
            return Cid("")


def delete(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace without one random state."""
    i = chance.randrange(len(trace))
    return trace[:i] + trace[i + 1 :]


def repeat(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with one random state repeated right after itself."""
    i = chance.randrange(len(trace))
    return trace[: i + 1] + trace[i:]


def cut(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace without its end, which begins at a random position."""
    return trace[: chance.randrange(len(trace))]


def insert(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with one more state at a random position."""
    i = chance.randrange(len(trace) + 1)
    states: tuple[State, ...] = (
        Par(chance.randrange(3), chance.randrange(3)),
        Ap((0,)),
        Sent("x"),
        CanonSent("x"),
        Fold(()),
        chance.choice(trace),
    )
    return (*trace[:i], chance.choice(states), *trace[i:])


def displace(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with a random state replaced by another; each kind of state is equally likely to be replaced."""
    kind = chance.choice(sorted({type(state).__name__ for state in trace}))
    i = chance.choice([i for i, state in enumerate(trace) if type(state).__name__ == kind])
    return (*trace[:i], chance.choice((*trace, Ap((0,)), Par(0, 0), Fold(()))), *trace[i + 1 :])


def alter(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with a field of one random state altered; without states that have one, a state is deleted."""
    alterable = [i for i, state in enumerate(trace) if isinstance(state, Par | Ap | Fold | Sent) or is_in_stream(state)]
    return altered_at(chance, trace, alterable) if alterable else delete(chance, trace)


def alter_fold(chance: random.Random, trace: Trace) -> Trace:
    """Return the trace with the lore of a random fold altered; without folds, the generation of a stream result."""
    folds = [i for i, state in enumerate(trace) if isinstance(state, Fold)]
    results = [i for i, state in enumerate(trace) if is_in_stream(state)]
    return altered_at(chance, trace, folds or results) if folds or results else alter(chance, trace)


def is_in_stream(state: State) -> bool:
    """Return whether a state is the result of a call that was appended to a stream."""
    return isinstance(state, Executed) and isinstance(state.result, StreamResult)


def altered_at(chance: random.Random, trace: Trace, places: list[int]) -> Trace:
    """Return the trace with a random one of the states at these positions altered."""
    i = chance.choice(places)
    return (*trace[:i], altered(chance, trace[i]), *trace[i + 1 :])


def altered(chance: random.Random, state: State) -> State:
    """Return the state with changed numbers: a par's sizes, generations, the peer or call id of a request, or lore."""
    match state:
        case Par(left, right):
            return Par(number(chance, left), number(chance, right))
        case Ap():
            return Ap(chance.choice(((), (0, 1), (number(chance, 0),), (7,))))
        case Executed(StreamResult(cid, generation)):
            return Executed(StreamResult(cid, number(chance, generation)))
        case Sent(peer_id, call_id):
            return chance.choice((Sent(peer_id), Sent("somebody", call_id), Sent(peer_id, number(chance, 1))))
        case Fold(lore):
            return Fold(altered_lore(chance, lore))
        case _:
            return state


def number(chance: random.Random, value: int) -> int:
    """Return a random number of 32 bits without sign, mostly close to `value`."""
    return min(max(0, chance.choice((value + 1, value - 1, value + 2, 0, 1, U32_MAX))), U32_MAX)


def altered_lore(chance: random.Random, lore: tuple[Lore, ...]) -> tuple[Lore, ...]:
    """Return the lore of a fold with one entry changed, left out or repeated."""
    if not lore:
        return (Lore(0, (Subtrace(0, 0), Subtrace(0, 0))),)
    i = chance.randrange(len(lore))
    entry = lore[i]
    runs = entry.subtraces or (Subtrace(0, 0),)
    j = chance.randrange(len(runs))
    moved = Subtrace(number(chance, runs[j].begin), runs[j].length)
    longer = Subtrace(runs[j].begin, number(chance, runs[j].length))
    beyond = Subtrace(chance.choice((1000, U32_MAX)), chance.choice((0, 1, 1, runs[j].length)))
    if chance.randrange(2):
        return (*lore[:i], Lore(entry.value, (*runs[:j], beyond, *runs[j + 1 :])), *lore[i + 1 :])
    changes: tuple[tuple[Lore, ...], ...] = (
        (),
        (entry, entry),
        (Lore(number(chance, entry.value), entry.subtraces),),
        (Lore(entry.value, entry.subtraces[:1]),),
        (Lore(entry.value, (*runs, runs[j])),),
        (Lore(entry.value, (*runs[:j], moved, *runs[j + 1 :])),),
        (Lore(entry.value, (*runs[:j], longer, *runs[j + 1 :])),),
        (Lore(entry.value, tuple(reversed(entry.subtraces))),),
    )
    return (*lore[:i], *chance.choice(changes), *lore[i + 1 :])


CHANGES: tuple[Change, ...] = (
    swap,
    exchange,
    exchange,
    relabel,
    relabel,
    forget,
    forget,
    forget,
    forget,
    delete,
    repeat,
    cut,
    insert,
    displace,
    displace,
    alter,
    alter,
    alter_fold,
    alter_fold,
    alter_fold,
)
