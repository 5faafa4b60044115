"""One invocation: prepare, run, farewell (sections 5.4, 5.5 and 9 of the reference).

`invoke` is a pure function; whatever happens inside, the outcome is a value.
"""

from __future__ import annotations

from collections.abc import Mapping

from rpds import HashTrieMap, List

from semantics.aquavm.messages import code_of, message_of, unprocessed
from semantics.authenticity.keys import KeyPair
from semantics.authenticity.signatures import add_signature
from semantics.authenticity.verification import Signatures, verify
from semantics.configuration import Config, Eval, Halt, Host
from semantics.editions import FAITHFUL, Edition
from semantics.environment import Registers, Scope
from semantics.machine import run
from semantics.merge.memory import Memory
from semantics.merge.sliders import slider
from semantics.notation import definition, rules
from semantics.particle import CallResult, Outcome, Particle
from semantics.stores import merge_stores
from semantics.streams import EMPTY_STREAMS, compactify
from spec import codes
from spec.data import Data
from spec.faults import Catchable, Trap, Uncatchable
from spec.parser import Script

NO_SIGNATURES: Signatures = HashTrieMap()
"""Those of data that nobody signed, or that nobody asks about."""


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
    """Run a script on a peer.

    `prev` is the data that the peer kept, `current` the data that arrived, `results` the answers to call
    requests of earlier invocations, by call id.  With a `key`, incoming data are verified and the new data are
    signed; without one, nothing is verified or signed, which is enough to explore what honest peers do.
    """
    signatures = authenticate(prev, current, particle, key)
    if isinstance(signatures, Uncatchable | Trap):
        return refusal(signatures, prev)
    start = prepare(script, prev, current, particle, current_peer_id, results or {}, signatures, key, edition)
    return farewell(run(start), prev)


@definition
def authenticate(prev: Data, current: Data, particle: Particle, key: KeyPair | None) -> Signatures | Uncatchable | Trap:
    """The signatures of incoming data, which are verified by those who have a key; or why the data are refused."""
    return HashTrieMap() if key is None else verify(prev, current, particle.particle_id)


@definition
def prepare(
    script: Script,
    prev: Data,
    current: Data,
    particle: Particle,
    current_peer_id: str,
    results: Mapping[int, CallResult],
    signatures: Signatures = NO_SIGNATURES,
    key: KeyPair | None = None,
    edition: Edition = FAITHFUL,
) -> Config:
    """The configuration in which a run starts; requests are counted on from prev data."""
    return Config(
        control=Eval(script.instruction),
        stack=List(),
        complete=True,
        scope=Scope(),
        iterations=HashTrieMap(),
        streams=EMPTY_STREAMS,
        registers=Registers(),
        memory=Memory(slider(prev.trace), slider(current.trace)),
        stores=merge_stores(prev.cid_info, current.cid_info),
        host=Host(
            HashTrieMap(results),
            prev.last_call_request_id,
            signatures=signatures,
            key=key,
        ),
        particle=particle,
        me=current_peer_id,
        edition=edition,
    )


@rules(
    "Invoke",
    form="{prev} ⊢ {reason} refused ⇓",
    reads="on the data {prev}, the run is refused for {reason}, with the outcome",
)
def refusal(reason: Uncatchable | Trap, prev: Data) -> Outcome:
    """The outcome when nothing may be merged, or when what was merged is discarded: the peer keeps its data."""
    match reason:
        case Trap(name):
            "refusal-trap: the reference panics"
            return Outcome(-1, f"the interpreter panics: {name}", prev, trap=name)
        case Uncatchable():
            "refusal: an error that the script cannot catch"
            return Outcome(code_of(reason), message_of(reason), prev)


@rules("Invoke", form="{prev} ⊢ {c} ended ⇓", reads="on the data {prev}, the run that halted in {c} has the outcome")
def farewell(c: Config, prev: Data) -> Outcome:
    """What a halted run amounts to."""
    reason = c.control.reason if isinstance(c.control, Halt) else None
    match reason:
        case Uncatchable() | Trap():
            "farewell-discarded: everything that the run did is discarded"
            return refusal(reason, prev)
        case _:
            "farewell: data, next peers and requests, whether the script failed or not"
            return outcome(c, compactify_all(c))


@definition
def compactify_all(c: Config) -> Memory:
    """The trace with the generations of all streams that are left numbered."""
    return compactify(c.memory, tuple(d.stream for name in sorted(c.streams) for d in c.streams[name]))


@definition
def outcome(c: Config, memory: Memory) -> Outcome:
    """The outcome of a run that ended normally or with an error of the script."""
    reason = c.control.reason if isinstance(c.control, Halt) else None
    unused = tuple(sorted(c.host.results.items()))
    code, message = (
        (code_of(reason), message_of(reason))
        if isinstance(reason, Catchable)
        else (codes.OK, "")
        if unused == ()
        else (
            codes.UNPROCESSED_CALL_RESULT,
            unprocessed(unused),
        )
    )
    return Outcome(
        code,
        message,
        Data(tuple(memory.result), c.host.last_call_request_id, c.stores, signatures(c)),
        tuple(dict.fromkeys(reversed(tuple(c.host.next_peers)))),
        tuple(reversed(tuple(c.host.requests))),
    )


@definition
def signatures(c: Config) -> Signatures:
    """The signatures of the new data: those that came in, and this peer's own over all that it vouches for."""
    key = c.host.key
    return (
        c.host.signatures
        if key is None
        else add_signature(c.host.signatures, tuple(c.host.signed), c.particle.particle_id, key)
    )
