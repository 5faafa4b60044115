"""States as Rust's debugging output writes them, which is part of AquaVM's error messages."""

from __future__ import annotations

from collections.abc import Iterable

from airspec.semantics.aquavm.rust_text import quoted
from airspec.spec.states import (
    Ap,
    CanonExecuted,
    CanonSent,
    Executed,
    Failed,
    Fold,
    Lore,
    Par,
    Result,
    ScalarResult,
    Sent,
    State,
    StreamResult,
    Subtrace,
    UnusedResult,
)
from airspec.spec.values import Cid, Tetraplet


def state_text(state: State) -> str:
    """Return a state as Rust's debugging output writes it: the kind of its instruction, with the record in brackets."""
    match state:
        case Sent() | Executed() | Failed():
            return f"Call({record_text(state)})"
        case CanonSent() | CanonExecuted():
            return f"Canon({record_text(state)})"
        case _:
            return f"{type(state).__name__}({record_text(state)})"


def record_text(state: State) -> str:
    """Return the record of a state as Rust's debugging output writes it, without the kind of its instruction."""
    match state:
        case Sent(peer_id, None):
            return f"RequestSentBy(PeerId({quoted(peer_id)}))"
        case Sent(peer_id, call_id):
            return f"RequestSentBy(PeerIdWithCallId {{ peer_id: {quoted(peer_id)}, call_id: {call_id} }})"
        case Executed(result):
            return f"Executed({result_text(result)})"
        case Failed(cid):
            return f"Failed({cid_text(cid)})"
        case Par(left, right):
            return f"ParResult {{ left_size: {left}, right_size: {right} }}"
        case Ap(generations):
            return f"ApResult {{ res_generations: {list(generations)} }}"
        case CanonSent(peer_id):
            return f"RequestSentBy({quoted(peer_id)})"
        case CanonExecuted(cid):
            return f"Executed({cid_text(cid)})"
        case Fold(lore):
            return f"FoldResult {{ lore: [{', '.join(map(lore_text, lore))}] }}"


def result_text(result: Result) -> str:
    """Return the result of a call as Rust's debugging output writes it."""
    match result:
        case ScalarResult(cid):
            return f"Scalar({cid_text(cid)})"
        case StreamResult(cid, generation):
            return f"Stream {{ cid: {cid_text(cid)}, generation: {generation} }}"
        case UnusedResult(cid):
            return f"Unused({cid_text(cid)})"


def cid_text(cid: Cid) -> str:
    """Return a content id as Rust's debugging output writes it."""
    return f"CID({quoted(cid)})"


def lore_text(entry: Lore) -> str:
    """Return a fold's entry for one value as Rust's debugging output writes it."""
    runs = ", ".join([run_text(run.begin, run.length) for run in entry.subtraces])
    return f"FoldSubTraceLore {{ value_pos: {entry.value}, subtraces_desc: [{runs}] }}"


def lore_in_resolved_fold(lore: Iterable[Lore], count: int) -> str:
    """Return the windows of a fold with `count` states as Rust's debugging output writes them.

    AquaVM writes the entries in any order.
    """
    entries = ", ".join([windows_text(entry.value, *entry.subtraces) for entry in lore])
    return f"ResolvedFold {{ lore: {{{entries}}}, fold_states_count: {count} }}"


def windows_text(value: int, before: Subtrace, after: Subtrace) -> str:
    """Return the windows of one iteration as Rust's debugging output writes them.

    `value` is the position of its value.
    """
    return (
        f"{value}: ResolvedSubTraceDescs {{ before_subtrace: {run_text(before.begin, before.length)}, "
        f"after_subtrace: {run_text(after.begin, after.length)} }}"
    )


def tetraplet_text(t: Tetraplet) -> str:
    """Return a tetraplet as Rust's debugging output writes it."""
    return (
        f"SecurityTetraplet {{ peer_pk: {quoted(t.peer_pk)}, service_id: {quoted(t.service_id)}, "
        f"function_name: {quoted(t.function_name)}, lens: {quoted(t.lens)} }}"
    )


def run_text(begin: int, length: int) -> str:
    """Return a run of states, from position `begin` on, as Rust's debugging output writes it."""
    return f"SubTraceDesc {{ begin_pos: {begin}, subtrace_len: {length} }}"


def state_in_words(state: State) -> str:
    """Return a state in the form meant for people that AquaVM has in one message.

    Each entry of a fold must have both its runs.
    """
    match state:
        case Par(left, right):
            return f"par({left}, {right})"
        case Sent(peer_id, None):
            return f"request_sent_by({peer_id})"
        case Sent(peer_id, call_id):
            return f"request_sent_by({peer_id}: {call_id})"
        case Executed(result):
            return f"executed({result_text(result)})"
        case Failed(cid):
            return f"failed({cid_text(cid)})"
        case Ap(generations):
            return f"ap: _ -> {list(generations)}"
        case CanonSent() | CanonExecuted():
            return "canon [<object>]"
        case Fold(lore):
            return f"fold(\n{''.join(map(_lore_in_words, lore))}     )"


def _lore_in_words(entry: Lore) -> str:
    before, after = (_run_in_words(run) for run in entry.subtraces[:2])
    return f"          {entry.value} - {before}, {after}\n"


def _run_in_words(run: Subtrace) -> str:
    return f"[{run.begin}, {run.length}]"
