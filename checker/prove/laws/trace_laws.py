"""Laws of the traces and stores that an invocation makes: shape, growth, numbering, content ids."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import Final

from airspec.checker.prove.laws.harness import Invoked, Run
from airspec.checker.prove.laws.script_law import ScriptLaw, each_invocation
from airspec.semantics.authenticity.cids import (
    canon_element_text,
    canon_result_text,
    cid_of,
    service_result_text,
    tetraplet_text,
)
from airspec.semantics.merge.observations import lacking, observations
from airspec.spec.data import CidInfo, Data
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Par,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Trace,
    UnusedResult,
)
from airspec.spec.values import Cid, FromCanon, FromService

# --- shape ------------------------------------------------------------------------------------------------


def misshapen(trace: Trace) -> str | None:
    """Return in words how the sizes of pars, or the runs of folds, do not fit the trace; None if they fit.

    States are read in the order in which the script wrote them: a par is followed by its branches, a fold by its
    iterations.
    """
    pending = [(0, len(trace))]
    while pending:
        position, end = pending.pop()
        if position >= end:
            continue
        match trace[position]:
            case Par(left, right):
                middle, behind = position + 1 + left, position + 1 + left + right
                if behind > end:
                    return f"the branches of the par at {position} end at {behind}, beyond {end}"
                pending += [(behind, end), (middle, behind), (position + 1, middle)]
            case Fold(lore):
                runs = sorted((s.begin, s.begin + s.length) for entry in lore for s in entry.subtraces if s.length)
                behind = position + 1 + sum(finish - begin for begin, finish in runs)
                cover = [position + 1, *(finish for _, finish in runs)]
                if [begin for begin, _ in runs] != cover[:-1] or behind > end:
                    return f"the runs of the fold at {position} do not follow one another: {runs}"
                if any(not _is_value(trace, entry.value) for entry in lore):
                    return f"the fold at {position} has an iteration for what is no value of a stream"
                pending.append((behind, end))
            case _:
                pending.append((position + 1, end))
    return None


def _is_value(trace: Trace, position: int) -> bool:
    return position < len(trace) and _generation(trace[position]) is not None


def _generation(state: State) -> int | None:
    match state:
        case Ap((generation,)) | Executed(StreamResult(_, generation)):
            return generation
        case _:
            return None


def _shape(run: Run, invoked: Invoked) -> str | None:
    return misshapen(invoked.outcome.data.trace)


# --- growth -----------------------------------------------------------------------------------------------


def lost(older: Data, newer: Data, *, requests: bool = True) -> str | None:
    """Return in words the first site that the older data know and the newer ones do not, or None.

    A request may have become a result; with `requests` false, requests may also be missing.
    """
    for seen, found in lacking(older, newer):
        if requests or not isinstance(seen.state, Sent | CanonSent):
            what = "nothing" if found is None else described(found.state)
            return f"'{described(seen.state)}' at position {seen.position} has become {what}"
    return None


def described(state: State) -> str:
    """Return the observable part of a state in words, such as ``result`` with its content id."""
    match state:
        case Sent():
            return "call owed"
        case Executed(ScalarResult(cid)):
            return f"result {cid}"
        case Executed(StreamResult(cid, _)):
            return f"stream result {cid}"
        case Executed(UnusedResult(cid)):
            return f"unused result {cid}"
        case Failed(cid):
            return f"failed {cid}"
        case CanonSent():
            return "canon owed"
        case CanonExecuted(cid):
            return f"canon {cid}"
        case _:
            return type(state).__name__.lower()


def _grows(run: Run, invoked: Invoked) -> str | None:
    if invoked.is_abandoned():
        return None
    for name, older in (("kept", invoked.prev), ("arriving", invoked.current)):
        told = lost(older, invoked.outcome.data)
        if told is not None:
            return f"peer {invoked.peer} loses something of the {name} data: {told}"
    return None


# --- generations ------------------------------------------------------------------------------------------


def _dense(run: Run, invoked: Invoked) -> str | None:
    found = {generation for generation in map(_generation, invoked.outcome.data.trace) if generation is not None}
    if found != set(range(len(found))):
        return f"the generations of the trace are {sorted(found)}"
    return None


def _order_kept(run: Run, invoked: Invoked) -> str | None:
    """Of the kept values of one stream, those of an earlier generation stay in an earlier one."""
    if len(streams_of(run)) != 1:
        return None
    before, after = _numbered(invoked.prev), _numbered(invoked.outcome.data)
    pairs = sorted((before[site], after[site]) for site in before if site in after)
    for (old, new), (next_old, next_new) in pairwise(pairs):
        if (old == next_old) != (new == next_new) or new > next_new:
            return f"generations {old} and {next_old} have become {new} and {next_new}"
    return None


def _numbered(data: Data) -> dict[str, int]:
    found = {}
    for site, seen in observations(data.trace).items():
        generation = _generation(data.trace[seen.position])
        if generation is not None:
            found[str(site)] = generation
    return found


def streams_of(run: Run) -> set[str]:
    """Return the names of the streams and maps in a script."""
    words = run.script.text.replace("(", " ").replace(")", " ").replace("[", " ").replace("]", " ").split()
    return {word for word in words if word[0] in "$%" and not word.endswith("%")}


# --- stores -----------------------------------------------------------------------------------------------


def _named(run: Run, invoked: Invoked) -> str | None:
    """Each entry of the stores is named by the hash of its text."""
    info = invoked.outcome.data.cid_info
    entries: list[tuple[str, Cid, str]] = []
    entries += [("value", cid, text) for cid, text in info.value_store.items()]
    entries += [("tetraplet", cid, tetraplet_text(record)) for cid, record in info.tetraplet_store.items()]
    entries += [("element", cid, canon_element_text(record)) for cid, record in info.canon_element_store.items()]
    entries += [("canon", cid, canon_result_text(record)) for cid, record in info.canon_result_store.items()]
    entries += [("result", cid, service_result_text(record)) for cid, record in info.service_result_store.items()]
    for kind, cid, text in entries:
        if cid_of(text) != cid:
            return f"the {kind} {text} is stored as {cid}"
    return None


def reached(data: Data) -> Iterator[tuple[str, Cid]]:
    """Yield all store entries that the trace refers to, directly or through others, as pairs of store and content id.

    Raises KeyError if an entry is missing that refers to others.
    """
    info = data.cid_info
    pending = [entry for state in data.trace for entry in _referred(state)]
    seen = set()
    while pending:
        entry = pending.pop()
        if entry not in seen:
            seen.add(entry)
            yield entry
            pending.extend(_inside(info, *entry))


def _referred(state: State) -> Iterator[tuple[str, Cid]]:
    match state:
        case Executed(ScalarResult(cid) | StreamResult(cid, _)) | Failed(cid):
            yield "result", cid
        case CanonExecuted(cid):
            yield "canon", cid
        case _:
            return


def _inside(info: CidInfo, kind: str, cid: Cid) -> Iterator[tuple[str, Cid]]:
    match kind:
        case "result":
            result = info.service_result_store[cid]
            yield from (("value", result.value_cid), ("tetraplet", result.tetraplet_cid))
        case "canon":
            canon = info.canon_result_store[cid]
            yield "tetraplet", canon.tetraplet
            yield from (("element", element) for element in canon.values)
        case "element":
            element = info.canon_element_store[cid]
            yield from (("value", element.value), ("tetraplet", element.tetraplet))
            match element.provenance:
                case FromService(origin):
                    yield "result", origin
                case FromCanon(origin):
                    yield "canon", origin
        case "value":
            assert info.value_store[cid]
        case _:
            assert info.tetraplet_store[cid]


def _closed(run: Run, invoked: Invoked) -> str | None:
    try:
        list(reached(invoked.outcome.data))
    except KeyError as missing:
        return f"the stores of peer {invoked.peer} lack {missing.args[0]}, to which its trace refers"
    return None


def _no_garbage(run: Run, invoked: Invoked) -> str | None:
    info = invoked.outcome.data.cid_info
    stored: set[tuple[str, Cid]] = set()
    for kind, store in (
        ("value", info.value_store),
        ("tetraplet", info.tetraplet_store),
        ("element", info.canon_element_store),
        ("canon", info.canon_result_store),
        ("result", info.service_result_store),
    ):
        stored |= {(kind, cid) for cid in store}
    try:
        spare = stored - set(reached(invoked.outcome.data))
    except KeyError:  # another law's matter
        return None
    return f"nothing in the trace refers to the {min(spare)[0]} {min(spare)[1]}" if spare else None


def _results_stay(run: Run, invoked: Invoked) -> str | None:
    if invoked.is_abandoned():
        return None
    for name, older in (("kept", invoked.prev), ("arriving", invoked.current)):
        told = lost(older, invoked.outcome.data, requests=False)
        if told is not None:
            return f"peer {invoked.peer} loses something of the {name} data: {told}"
    return None


def _law(name: str, sentence: str, complaint: Callable[[Run, Invoked], str | None], premise: str = "") -> ScriptLaw:
    return ScriptLaw(name, sentence, "trace", each_invocation(complaint), premise)


BENIGN: Final = "no argument of a call fails when it becomes known (AquaVM then drops the request)"


LAWS: Final = (
    _law(
        "well-formed-trace",
        "The branches of pars and the iterations of folds lie inside one another, without gaps.",
        _shape,
    ),
    _law(
        "nothing-is-lost",
        "New data have all that prev and current data have; a request may have become a result.",
        _grows,
        BENIGN,
    ),
    _law(
        "results-stay",
        "Results, failures, canons and values of streams stay in the data of each peer that has them.",
        _results_stay,
    ),
    _law("dense-generations", "Generations are numbered from 0 without gaps.", _dense),
    _law(
        "generations-keep-their-order",
        "Values that a peer kept in one generation stay together, and generations stay in their order.",
        _order_kept,
    ),
    _law(
        "content-ids",
        "Each entry of the stores is named by the hash of its text.",
        _named,
    ),
    _law("closed-stores", "The stores hold all that the trace refers to.", _closed),
    _law("no-garbage", "The stores hold nothing that the trace does not refer to.", _no_garbage),
)
