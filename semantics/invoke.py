"""One invocation from the data on: authenticate, prepare, run, farewell (AquaVM's name for building the outcome).

Each stage has a type of its own: `Decoded` data, `Verified` data, the input `Admitted` to a run, the configuration in
which the machine starts, the one in which it has halted, and the `Outcome`.  A stage that fails yields a failure,
which is the failure of all that follow; `conclude` makes an outcome of it.

`invoke` enters here with records; `semantics.interpret` reads the same stages from texts and bytes first.

AquaVM 0.62: ``air/src/runner.rs``; ``air/src/farewell_step/outcome.rs``.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct
from rpds import HashTrieMap, List

from airspec.semantics.aquavm.messages import code_of, message_of, unprocessed
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.authenticity.signatures import add_signature
from airspec.semantics.authenticity.verification import Signatures, verify
from airspec.semantics.configuration import Config, Eval, Halt, Host
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.environment import Registers, Scope
from airspec.semantics.machine import machine
from airspec.semantics.merge.memory import Memory
from airspec.semantics.merge.sliders import slider
from airspec.semantics.notation import definition, need, opaque, rules
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.semantics.stores import merge_stores
from airspec.semantics.streams import EMPTY_STREAMS, compactify
from airspec.spec import codes
from airspec.spec.data import Data
from airspec.spec.faults import Catchable, Trap, Uncatchable
from airspec.spec.parser import Script

NO_SIGNATURES: Signatures = HashTrieMap()
"""The signatures of data that are not signed, or not verified."""

NO_RESULTS: Mapping[int, CallResult] = {}
"""The answers to no request."""


class Decoded(Struct, frozen=True, gc=False, eq=False):
    """Previous data, which the peer kept, and current data, which arrived; both are read and not yet verified."""

    prev: Data
    current: Data


class Verified(Struct, frozen=True, gc=False, eq=False):
    """Previous and current data whose signatures are verified, with the merged signatures of both."""

    prev: Data
    current: Data
    signatures: Signatures


class Admitted(Struct, frozen=True, gc=False, eq=False):
    """The input of a run that has passed all checks.

    `me` is the id of the peer, and `results` the answers to its call requests by call id; without a `key` nothing is
    signed.
    """

    script: Script
    data: Verified
    particle: Particle
    me: str
    results: Mapping[int, CallResult]
    key: KeyPair | None


# --- the invocation, on records ---------------------------------------------------------------------------


def invoke(
    script: Script,
    prev: Data,
    current: Data,
    particle: Particle,
    current_peer_id: str,
    results: Mapping[int, CallResult] | None = None,
    key: KeyPair | None = None,
    edition: Edition = FAITHFUL,
) -> Outcome:
    """Return the outcome of running a script on a peer.

    `prev` is the data that the peer kept, `current` the data that arrived, `results` the answers to call
    requests of earlier invocations, by call id.  With a `key`, incoming data are verified and the new data are
    signed; without one, nothing is verified or signed, which is enough to explore what honest peers do.
    """
    begun = start(script, prev, current, particle, current_peer_id, results or NO_RESULTS, key)
    return conclude(finish(begun, edition), prev, edition)


@rules(
    "Invoke",
    form="{me}, {particle}, {results}, {key} ⊢ {script} on {prev}, {current} starts ⇓",
    reads="on the peer {me} with the particle {particle}, the results {results} and "
    "the key {key}, the script {script} starts on {prev} and {current} in",
)
def start(
    script: Script,
    prev: Data,
    current: Data,
    particle: Particle,
    me: str,
    results: Mapping[int, CallResult],
    key: KeyPair | None,
) -> Config | Uncatchable | Trap:
    """Return the configuration in which a run on records starts; a peer without a key does not verify the data."""
    data = need(authenticate(Decoded(prev, current), particle.particle_id, key is not None))
    return prepare(Admitted(script, data, particle, me, results, key))


@rules(
    "Invoke",
    form="{edition} ⊢ {begun} finishes ⇓",
    reads="by the edition {edition}, the run that begins with {begun} has the outcome",
)
def finish(begun: Config | Uncatchable | Trap, edition: Edition) -> Outcome | Uncatchable | Trap:
    """Return the outcome of a run that begins in a configuration; what failed before the run stays the failure."""
    c = need(begun)
    return farewell(halted(c, edition))


@rules(
    "Invoke",
    form="{prev}, {edition} ⊢ {ended} concludes ⇓",
    reads="by the edition {edition} on the data {prev}, the run that ended with {ended} has the outcome",
)
def conclude(ended: Outcome | Uncatchable | Trap, prev: Data, edition: Edition = FAITHFUL) -> Outcome:
    """Return the outcome of an invocation; after a failure the peer keeps the data `prev`, sends and asks nothing."""
    match ended:
        case Trap(name):
            "refusal-trap: AquaVM panics, and the peer keeps its data"
            return Outcome(-1, f"the interpreter panics: {name}", prev, trap=name)
        case Uncatchable():
            "refusal: the input is refused or the run discarded, and the peer keeps its data"
            return Outcome(code_of(ended), message_of(ended, edition), prev)
        case _:
            "conclusion: the run came to its end, and its outcome is that of the invocation"
            return ended


# --- its stages -------------------------------------------------------------------------------------------


@rules(
    "Invoke",
    form="{salt}, {verifies} ⊢ {data} authentic ⇓",
    reads="for the particle {salt}, the data {data}, verified if {verifies}, are accepted as",
)
def authenticate(data: Decoded, salt: str, verifies: bool) -> Verified | Uncatchable | Trap:
    """Return the data with their merged signatures, or why they are not accepted; `salt` is the id of the particle.

    Signatures are dropped and not verified unless `verifies` is set.
    """
    if verifies:
        "authentic: the signatures of the data are verified"
        signatures = need(verify(data.prev, data.current, salt))
        return Verified(data.prev, data.current, signatures)
    else:
        "not-verified: a peer without a key takes the data as they are, and drops their signatures"
        return Verified(data.prev, data.current, NO_SIGNATURES)


@rules("Invoke", form="{admitted} prepared =", reads="the admitted input {admitted} is run from")
def prepare(admitted: Admitted) -> Config:
    """Return the configuration in which a run starts; call ids continue from the last one in the previous data."""
    prev = admitted.data.prev
    current = admitted.data.current
    return Config(
        control=Eval(admitted.script.instruction),
        stack=List(),
        complete=True,
        scope=Scope(),
        iterations=HashTrieMap(),
        streams=EMPTY_STREAMS,
        registers=Registers(),
        memory=Memory(slider(prev.trace), slider(current.trace)),
        stores=merge_stores(prev.cid_info, current.cid_info),
        host=Host(
            HashTrieMap(admitted.results),
            prev.last_call_request_id,
            signatures=admitted.data.signatures,
            key=admitted.key,
        ),
        particle=admitted.particle,
        me=admitted.me,
    )


@opaque("as many steps of the machine as it takes")
def halted(c: Config, edition: Edition) -> Config:
    """Return the configuration in which the machine of an edition halts when it runs from `c`."""
    return machine(edition).run(c)


@rules("Invoke", form="{c} ended ⇓", reads="the run that halted in {c} has the outcome")
def farewell(c: Config) -> Outcome | Uncatchable | Trap:
    """Return the outcome of a halted run, or the failure for which all that it did is discarded.

    *Farewell* is AquaVM's name for this stage (``air/src/farewell_step/``).
    """
    need(kept(c))
    reason = c.control.reason if isinstance(c.control, Halt) else None
    unused = tuple(sorted(c.host.results.items()))
    match reason:
        case Catchable():
            "farewell-failed: the script failed, and what it did until then is kept and sent all the same"
            return completed(c, code_of(reason), message_of(reason))
        case _ if unused == ():
            "farewell: the outcome has the new data, the next peers, and the requests to services"
            return completed(c, codes.OK, "")
        case _:
            "farewell-unprocessed: the script did not use an answer, which is an error"
            return completed(c, codes.UNPROCESSED_CALL_RESULT, unprocessed(unused))


@definition
def kept(c: Config) -> Uncatchable | Trap | None:
    """Return the failure for which AquaVM discards all that a halted run did; None if what it did is kept."""
    reason = c.control.reason if isinstance(c.control, Halt) else None
    return reason if isinstance(reason, Uncatchable | Trap) else None


@definition
def completed(c: Config, code: int, message: str) -> Outcome:
    """Return the outcome of a halted run whose results are kept, with this return code and error message."""
    return Outcome(
        code,
        message,
        Data(tuple(compactify_all(c).result), c.host.last_call_request_id, c.stores, signatures(c)),
        tuple(dict.fromkeys(reversed(tuple(c.host.next_peers)))),
        tuple(reversed(tuple(c.host.requests))),
    )


@definition
def compactify_all(c: Config) -> Memory:
    """Return the merge after the generations of all remaining streams are numbered."""
    return compactify(c.memory, tuple(d.stream for name in sorted(c.streams) for d in c.streams[name]))


@definition
def signatures(c: Config) -> Signatures:
    """Return the signatures of the new data: those that came in, and this peer's own over the ids that it signs."""
    key = c.host.key
    return (
        c.host.signatures
        if key is None
        else add_signature(c.host.signatures, tuple(c.host.signed), c.particle.particle_id, key)
    )
