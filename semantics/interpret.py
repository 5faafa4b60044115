"""The interpreter as its hosts see it: scripts and data are texts and bytes (sections 5.4 and 9 of the reference).

Everything that comes in is checked in the order of the reference, and the first thing that is wrong decides; the
peer then keeps its data as they were, byte for byte.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from semantics.authenticity.keys import ED25519, KeyPair, secret_problem
from semantics.authenticity.verification import verify
from semantics.editions import FAITHFUL, Edition
from semantics.invoke import farewell, prepare, refusal
from semantics.machine import run
from semantics.particle import CallRequest, CallResult, Exceeded, Outcome, Particle, SizeLimits
from semantics.wire.envelope import check_version, encode, open_archive, open_envelope
from spec import codes
from spec.data import EMPTY, Data
from spec.errors import ScriptError, TrappingScriptError
from spec.faults import Trap, Uncatchable
from spec.parser import parse

D = TypeVar("D")
"""Data as an interpreter keeps them: bytes, or records."""


class Invocation(Struct, Generic[D], frozen=True):
    """Everything that one invocation is given; `key` are the secret bytes of the peer's key."""

    script: str
    prev: D
    current: D
    particle: Particle
    current_peer_id: str
    key: bytes
    results: Mapping[int, CallResult] = {}
    limits: SizeLimits = SizeLimits()
    key_format: int = ED25519


class RawOutcome(Struct, frozen=True):
    """What one invocation amounts to, with data as bytes; `trap` is set where the reference panics."""

    ret_code: int
    error_message: str
    data: bytes
    next_peers: frozenset[str] = frozenset()
    call_requests: Mapping[int, CallRequest] = {}
    exceeded: Exceeded = Exceeded()
    trap: str | None = None


class Decoded(Struct, frozen=True, eq=False):
    """Prev and current data, read."""

    prev: Data
    current: Data


def interpret(given: Invocation[bytes], edition: Edition = FAITHFUL) -> RawOutcome:
    """Run one invocation by the rules of an edition.  Whatever is wrong with the input is told in the outcome."""
    exceeded = measure(given)
    if given.limits.hard and (exceeded.air or exceeded.particle):
        return refused(given, size_problem(given, exceeded), Exceeded())
    decoded = decode(given)
    if isinstance(decoded, Uncatchable):
        return refused(given, decoded, exceeded)
    signatures = verify(decoded.prev, decoded.current, given.particle.particle_id)
    if isinstance(signatures, Uncatchable | Trap):
        return refused(given, signatures, exceeded)
    try:
        script = parse(given.script)
    except TrappingScriptError as error:
        return refused(given, Trap(error.message), exceeded)
    except ScriptError as error:
        return refused(given, codes.refused(codes.AIR_NOT_PARSED, f"air can't be parsed:\n{error}"), exceeded)
    exceeded = measure_results(given, exceeded)
    if given.limits.hard and exceeded.call_result:
        return refused(given, size_problem(given, exceeded), exceeded)
    malformed = secret_problem(given.key, given.key_format)
    if malformed is not None:
        return refused(given, codes.refused(codes.MALFORMED_KEY, f"malformed keypair format: {malformed}"), exceeded)
    start = prepare(
        script,
        decoded.prev,
        decoded.current,
        given.particle,
        given.current_peer_id,
        given.results,
        signatures,
        KeyPair(given.key),
        edition,
    )
    return raw(given, decoded, farewell(run(start), decoded.prev), exceeded)


def raw(given: Invocation[bytes], decoded: Decoded, outcome: Outcome, exceeded: Exceeded) -> RawOutcome:
    """An outcome with its data as bytes; data that a peer keeps stay as they were, byte for byte."""
    kept = outcome.data is decoded.prev or outcome.trap is not None
    return RawOutcome(
        outcome.ret_code,
        outcome.error_message,
        given.prev if kept else b"" if outcome.data is EMPTY else encode(outcome.data),
        frozenset(outcome.next_peers),
        dict(outcome.call_requests),
        exceeded,
        outcome.trap,
    )


def measure(given: Invocation[bytes]) -> Exceeded:
    """Which limits the script and current data exceed; prev data are not measured."""
    return Exceeded(len(given.script.encode()) > given.limits.air, len(given.current) > given.limits.particle)


def measure_results(given: Invocation[bytes], exceeded: Exceeded) -> Exceeded:
    """What was exceeded, and whether a call result exceeds its limit, which is measured when the script was read."""
    too_large = any(len(result.result.encode()) > given.limits.call_result for result in given.results.values())
    return Exceeded(exceeded.air, exceeded.particle, too_large)


def size_problem(given: Invocation[bytes], exceeded: Exceeded) -> Uncatchable:
    """The error for an input that exceeds a hard limit."""
    limits = given.limits
    if exceeded.air:
        message = f"air size: {len(given.script.encode())} bytes is bigger than the limit allowed: {limits.air} bytes"
    elif exceeded.particle:
        message = (
            f"Current_data particle size: {len(given.current)} bytes is bigger than the limit allowed: "
            f"{limits.particle} bytes"
        )
    else:
        message = f"Call result size is bigger than the limit allowed: {limits.call_result} bytes"
    return codes.refused(codes.SIZE_LIMIT_EXCEEDED, message)


def decode(given: Invocation[bytes]) -> Decoded | Uncatchable:
    """Prev and current data: both envelopes, then the version of current data, then both archives."""
    prev, current = open_envelope(given.prev), open_envelope(given.current)
    for envelope in (prev, current):
        if isinstance(envelope, Uncatchable):
            return envelope
    assert not isinstance(prev, Uncatchable) and not isinstance(current, Uncatchable)
    too_old = check_version(current.versions)
    if too_old is not None:
        return too_old
    ours = open_archive(prev.archive) if given.prev else EMPTY
    theirs = open_archive(current.archive) if given.current else EMPTY
    if isinstance(ours, Uncatchable):
        return ours
    return theirs if isinstance(theirs, Uncatchable) else Decoded(ours, theirs)


def refused(given: Invocation[bytes], problem: Uncatchable | Trap, exceeded: Exceeded) -> RawOutcome:
    """The outcome for an input that is not run."""
    outcome = refusal(problem, EMPTY)
    return RawOutcome(outcome.ret_code, outcome.error_message, given.prev, exceeded=exceeded, trap=outcome.trap)
