"""The interpreter as its hosts see it: scripts and data are texts and bytes.

What comes in is checked in AquaVM's order, and the first thing that is wrong decides: the sizes of the script and of
current data, both envelopes, the version of current data, both archives, their authenticity, the script, the sizes of
the call results, and the peer's own key.

AquaVM 0.62: ``air/src/runner.rs``; ``air/src/preparation_step/preparation.rs``, and ``sizes_limits_check.rs`` beside
it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Generic, TypeVar

from msgspec import Struct

from airspec.semantics.authenticity.keys import ED25519, KeyPair, secret_problem
from airspec.semantics.configuration import Config
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.invoke import Admitted, Decoded, Verified, authenticate, conclude, finish, prepare
from airspec.semantics.notation import definition, need, opaque, rules
from airspec.semantics.particle import CallRequest, CallResult, Exceeded, Outcome, Particle, SizeLimits
from airspec.semantics.wire.envelope import check_version, encode, open_archive, open_envelope, versions_of
from airspec.spec.data import EMPTY
from airspec.spec.errors import ScriptError, TrappingScriptError
from airspec.spec.faults import (
    DataTooLarge,
    ResultTooLarge,
    ScriptMalformed,
    ScriptTooLarge,
    SecretKeyMalformed,
    Trap,
    Uncatchable,
)
from airspec.spec.parser import Script, parse

D = TypeVar("D")
"""Data as an interpreter keeps them: bytes, or records."""


class Invocation(Struct, Generic[D], frozen=True):
    """All that one invocation is given; `key` holds the secret bytes of the peer's key."""

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
    """The outcome of one invocation as its host sees it, with data as bytes.

    `next_peers` are the peers to which the host sends `data`, and `call_requests` the service calls that it is asked to
    perform, by call id. `trap` names the place where AquaVM panics (None: it does not).
    """

    ret_code: int
    error_message: str
    data: bytes
    next_peers: frozenset[str] = frozenset()
    call_requests: Mapping[int, CallRequest] = {}
    exceeded: Exceeded = Exceeded()
    trap: str | None = None


class Read(Struct, frozen=True, gc=False, eq=False):
    """A script that was parsed, and data that were decoded and verified."""

    script: Script
    data: Verified


@rules("Invoke", form="{edition} ⊢ {given} ⇓", reads="by the edition {edition}, the invocation {given} has the outcome")
def interpret(given: Invocation[bytes], edition: Edition = FAITHFUL) -> RawOutcome:
    """Return the outcome of one invocation by the rules of an edition; wrong input yields one with an error code."""
    found = read(given)
    ended = finish(admit(given, found), edition)
    outcome = conclude(ended, EMPTY, edition)
    return RawOutcome(
        outcome.ret_code,
        outcome.error_message,
        written(given.prev, ended, edition),
        frozenset(outcome.next_peers),
        dict(outcome.call_requests),
        exceeded(given, found),
        outcome.trap,
    )


# --- the checks, in their order ---------------------------------------------------------------------------


@rules("Invoke", form="{given} read ⇓", reads="the input of the invocation {given} is")
def read(given: Invocation[bytes]) -> Read | Uncatchable | Trap:
    """Return the script and data, or the first fault in the order: sizes, data, authenticity, script."""
    need(admissible_sizes(given))
    decoded = need(decode(given.prev, given.current))
    verified = need(authenticate(decoded, given.particle.particle_id, True))
    script = need(read_script(given.script))
    return Read(script, verified)


@rules(
    "Invoke",
    form="{given} ⊢ {found} admitted ⇓",
    reads="of the invocation {given}, the input {found} is admitted, and the run starts in",
)
def admit(given: Invocation[bytes], found: Read | Uncatchable | Trap) -> Config | Uncatchable | Trap:
    """Return the configuration in which the run starts, or why it cannot start; if the input was refused, that failure.

    No call result may be too large, and the secret key of the peer must be a key.
    """
    accepted = need(found)
    need(admissible_results(given))
    key = need(read_key(given.key, given.key_format))
    admitted = Admitted(accepted.script, accepted.data, given.particle, given.current_peer_id, given.results, key)
    return prepare(admitted)


@rules(
    "Invoke",
    form="{given} sizes admissible ⇓",
    reads="the script and current data of the invocation {given} are not too large:",
)
def admissible_sizes(given: Invocation[bytes]) -> Uncatchable | None:
    """Return the fault of a script or of current data beyond a hard limit; None if both are admissible.

    The previous data are not measured.
    """
    limits = given.limits
    if limits.hard and size(given.script) > limits.air:
        "script-too-large: the script exceeds a hard limit"
        return Uncatchable(ScriptTooLarge(size(given.script), limits.air))
    elif limits.hard and len(given.current) > limits.particle:
        "data-too-large: current data exceed a hard limit"
        return Uncatchable(DataTooLarge(len(given.current), limits.particle))
    else:
        "sizes-admissible: script and current data are within the limits, or the limits are soft"
        return None


@rules("Invoke", form="{prev}, {current} decoded ⇓", reads="the bytes {prev} and {current} hold the data")
def decode(prev: bytes, current: bytes) -> Decoded | Uncatchable:
    """Return previous and current data, read from bytes: first the envelopes, then the version, then the archives.

    Only the version of current data is checked.
    """
    ours = need(open_envelope(prev))
    theirs = need(open_envelope(current))
    need(check_version(theirs.versions))
    kept = need(open_archive(ours.archive))
    arrived = need(open_archive(theirs.archive))
    return Decoded(kept, arrived)


@opaque("the parser of scripts")
def read_script(text: str) -> Script | Uncatchable | Trap:
    """Return the parsed script, or the fault of a text that is none; a `Trap` where AquaVM's parser panics."""
    try:
        return parse(text)
    except TrappingScriptError as error:
        return Trap(error.message)
    except ScriptError as error:
        return Uncatchable(ScriptMalformed(str(error)))


@rules(
    "Invoke",
    form="{given} results admissible ⇓",
    reads="the call results of the invocation {given} are not too large:",
)
def admissible_results(given: Invocation[bytes]) -> Uncatchable | None:
    """Return the fault of a call result beyond a hard limit; None if all are admissible."""
    if given.limits.hard and too_large_results(given):
        "result-too-large: a call result exceeds a hard limit"
        return Uncatchable(ResultTooLarge(given.limits.call_result))
    else:
        "results-admissible: all call results are within the limit, or the limit is soft"
        return None


@rules(
    "Invoke",
    form="{secret} in {key_format} ⇓",
    reads="the secret bytes {secret} in the format {key_format} are the key",
)
def read_key(secret: bytes, key_format: int) -> KeyPair | Uncatchable:
    """Return the peer's key pair for its secret bytes, or the error if they are no key in the format `key_format`."""
    problem = secret_problem(secret, key_format)
    match problem:
        case None:
            "key: the bytes are a key in this format"
            return KeyPair(secret)
        case _:
            "key-malformed: the bytes are not a key in this format"
            return Uncatchable(SecretKeyMalformed(problem))


# --- what the host receives ------------------------------------------------------------------------------


@rules(
    "Invoke",
    form="{prev}, {edition} ⊢ {ended} written ⇓",
    reads="by the edition {edition} on the bytes {prev}, the run that ended with {ended} leaves the bytes",
)
def written(prev: bytes, ended: Outcome | Uncatchable | Trap, edition: Edition) -> bytes:
    """Return the bytes of the data that the peer keeps after an invocation; `prev` are those that it kept before."""
    match ended:
        case Outcome():
            "written: the run ended with an outcome, whose data are written with the versions of the edition"
            return encode(ended.data, versions_of(edition))
        case _:
            "kept: after a refusal the peer keeps its data as they were, byte for byte"
            return prev


@rules(
    "Invoke",
    form="{given} ⊢ {found} exceeds ⇓",
    reads="of the invocation {given}, whose input was {found}, these limits are reported as exceeded:",
)
def exceeded(given: Invocation[bytes], found: Read | Uncatchable | Trap) -> Exceeded:
    """Return flags for the limits to report as exceeded, of those that were checked before the invocation ended."""
    script = size(given.script) > given.limits.air
    data = len(given.current) > given.limits.particle
    match found:
        case Read():
            "measured: when the script was read, call results are measured too"
            return Exceeded(script, data, too_large_results(given))
        case _ if given.limits.hard and (script or data):
            "unmeasured: a refusal for a size says so itself, and sets no flag"
            return Exceeded()
        case _:
            "measured-first: the script and current data are measured before anything is read"
            return Exceeded(script, data)


@definition
def too_large_results(given: Invocation[bytes]) -> bool:
    """Return whether the text of any call result exceeds its limit."""
    return any(size(result.result) > given.limits.call_result for result in given.results.values())


@opaque("UTF-8")
def size(text: str) -> int:
    """Return the number of bytes of a text in UTF-8."""
    return len(text.encode())
