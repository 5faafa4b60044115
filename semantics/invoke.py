"""One invocation: prepare, run, farewell (sections 5.4, 5.5 and 9 of the reference).

`invoke` is a pure function; whatever happens inside, the outcome is a value.
"""

from __future__ import annotations

from collections.abc import Mapping

from rpds import HashTrieMap, List

from semantics.authenticity.keys import KeyPair
from semantics.authenticity.signatures import add_signature
from semantics.authenticity.verification import Signatures, verify
from semantics.configuration import Config, Control, Eval, Halt, Host, Memory, Registers, Scope
from semantics.editions import FAITHFUL, Edition
from semantics.machine import run
from semantics.merge.sliders import slider
from semantics.notation import definition, rules
from semantics.particle import CallResult, Outcome, Particle
from semantics.stores import merge_stores
from semantics.streams import EMPTY_STREAMS, compactify
from spec import codes
from spec.codes import Catchable, Trap, Uncatchable
from spec.data import Data
from spec.parser import Script
from spec.rust_text import quoted


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
    return farewell(run(prepare(script, prev, current, particle, current_peer_id, results or {}, key, edition)), prev)


@definition
def prepare(
    script: Script,
    prev: Data,
    current: Data,
    particle: Particle,
    current_peer_id: str,
    results: Mapping[int, CallResult],
    key: KeyPair | None = None,
    edition: Edition = FAITHFUL,
) -> Config:
    """The configuration in which a run starts; requests are counted on from prev data."""
    signatures = HashTrieMap() if key is None else verify(prev, current, particle.particle_id)
    return Config(
        control=first_control(script, signatures),
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
            signatures=HashTrieMap() if isinstance(signatures, Uncatchable | Trap) else signatures,
            key=key,
        ),
        particle=particle,
        me=current_peer_id,
        edition=edition,
    )


@rules("Invoke")
def first_control(script: Script, signatures: Signatures | Uncatchable | Trap) -> Control:
    """What a run starts with."""
    match signatures:
        case Uncatchable() | Trap():
            "prepare-refused: data that are not authentic are refused before anything is merged"
            return Halt(signatures)
        case _:
            "prepare: the script is evaluated"
            return Eval(script.instruction)


@rules("Invoke")
def farewell(c: Config, prev: Data) -> Outcome:
    """What a halted run amounts to."""
    match c.control:
        case Halt(Trap(name)):
            "farewell-trap: the reference panics; the peer keeps its data"
            return Outcome(-1, f"the interpreter panics: {name}", prev, trap=name)
        case Halt(Uncatchable(code, message)):
            "farewell-uncatchable: everything the run did is discarded"
            return Outcome(code, message, prev)
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
        (reason.code, reason.message)
        if isinstance(reason, Catchable)
        else (codes.OK, "")
        if unused == ()
        else (codes.UNPROCESSED_CALL_RESULT, unprocessed(unused))
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


@definition
def unprocessed(unused: tuple[tuple[int, CallResult], ...]) -> str:
    """The message for answers that nothing asked for, but for their order, which AquaVM hashes."""
    told = ", ".join(
        f'"{call_id}": CallServiceResult {{ ret_code: {result.ret_code}, result: {quoted(result.result)} }}'
        for call_id, result in unused
    )
    return (
        f"after finishing execution of supplied AIR, there are some unprocessed call results: `{{{told}}}`, "
        "probably a wrong call_id used"
    )
