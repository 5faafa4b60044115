"""Laws of authenticity: which peers sign which content ids, and which data are refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from itertools import permutations
from typing import Final

from msgspec.structs import replace

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.moves import make_move
from airspec.checker.model.world import World
from airspec.checker.prove.laws.air_builder import NULL, ap, call, canon, par, seq, xor
from airspec.checker.prove.laws.harness import PARTICLE, PEERS, STATE_LIMIT, Run, Services, StuckError, invoke_watched
from airspec.checker.prove.laws.script_law import Check, ScriptLaw, Witness
from airspec.checker.prove.laws.tally import note
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.authenticity.signatures import signature_problem
from airspec.semantics.network.changes import peer_of, with_peer
from airspec.semantics.network.state import INITIAL, Alter, Deliver, Flight, Inject, NetworkState
from airspec.semantics.network.transition import Moved
from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
from airspec.spec import codes
from airspec.spec.data import EMPTY, CidInfo, Data
from airspec.spec.parser import Script, parse
from airspec.spec.states import CanonExecuted, Executed, Failed, ScalarResult, State, StreamResult
from airspec.spec.values import Cid, Json

KEYS: Final = {name: KeyPair(bytes([number]) * 32) for number, name in enumerate((*PEERS, "observer"), 1)}
KEY_OF: Final = {key.peer_id: key for key in KEYS.values()}
SALT: Final = "particle"

SIGNED: Final = (
    seq(
        call("f", peer="B", output="x"),
        call("g", "x", peer="C", output="$s"),
        canon("$s", "#cc"),
        call("h", "#cc", peer="B"),
    ),
    xor(call("err", peer="B"), seq(call("f", peer="C", output="x"), call("g", "x"))),
    par(call("f", peer="B", output="x"), par(call("g", peer="B", output="y"), call("h", peer="C"))),
    seq(
        ap("1", "$s"),
        canon("$s", "#cc", "B"),
        seq(call("f", "#cc.$.[0]", peer="C", output="x"), call("g", "x", peer="B", output="y")),
    ),
    seq(
        call("f", output="x"),
        par(call("g", "x", peer="B", output="y"), call("h", "x", peer="C", output="z")),
        call("i", "x"),
    ),
)
"""Scripts whose results and canons are signed."""


class OtherServices(Services):
    """Services that answer each request differently from `Services`."""

    def answer(self, peer: str, request: CallRequest, count: int) -> CallResult:
        """Return a successful result that no service of `Services` gives: ``"not `` and the function's name."""
        return CallResult(0, f'"not {request.function_name}"')


def named(script: str) -> str:
    """Return a script with the names of peers, in quotes, replaced by the ids of their keys."""
    for name, key in KEYS.items():
        script = script.replace(f'"{name}"', f'"{key.peer_id}"')
    return script


def readable(text: str) -> str:
    """Return a text with the ids of peers replaced by their names; the opposite of `named`."""
    for name, key in KEYS.items():
        text = text.replace(key.peer_id, name)
    return text


PARTICLE_OF_A: Final = Particle(KEYS["A"].peer_id, SALT, PARTICLE.timestamp, PARTICLE.ttl)


def signing(
    script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
) -> Outcome:
    """Run one invocation on a peer that verifies and signs, and return its outcome."""
    return invoke_watched(script, prev, current, particle, peer, results, KEY_OF.get(peer, KEYS["observer"]))


@lru_cache(maxsize=64)
def explored(script: str, services: type[Services] = Services) -> Search:
    """Return the exploration of a script among peers that verify and sign.

    It ends early if a rule gets stuck, and at `STATE_LIMIT` states.
    """
    search = Search(World(parse(named(script)), PARTICLE_OF_A, services(), signing), all_laws=True)
    with suppress(StuckError):
        search.run(Bounds(states=STATE_LIMIT))
    return search


def held(search: Search) -> tuple[tuple[str, Data], ...]:
    """Return all data that a peer keeps in some state of a search, as pairs of the peer and the data."""
    found = {(peer.peer, peer.kept) for state in search.states for peer in state.peers}
    return tuple((peer, search.world.data(number)) for peer, number in sorted(found))


def signed_by(data: Data) -> dict[str, list[Cid]]:
    """Return, for each peer, the content ids that it must sign: those of its results, failures and canons.

    Content ids whose entries the stores lack are left out, as another law is about those.
    """
    found: dict[str, list[Cid]] = {}
    for state in data.trace:
        for cid, tetraplet in _made_by(data.cid_info, state):
            origin = data.cid_info.tetraplet_store.get(tetraplet)
            if origin is not None:
                found.setdefault(origin.peer_pk, []).append(cid)
    return found


def _made_by(info: CidInfo, state: State) -> Iterator[tuple[Cid, Cid]]:
    """Yield the content id for which a state needs a signature, with that of its tetraplet."""
    match state:
        case Executed(ScalarResult(cid) | StreamResult(cid, _)) | Failed(cid) if cid in info.service_result_store:
            yield cid, info.service_result_store[cid].tetraplet_cid
        case CanonExecuted(cid) if cid in info.canon_result_store:
            yield cid, info.canon_result_store[cid].tetraplet
        case _:
            return


def signature_of(data: Data, peer: str) -> tuple[bytes, bytes] | None:
    """Return a peer's public key and its signature in some data, or None if it has no key or did not sign."""
    key = KEY_OF.get(peer)
    signature = None if key is None else data.signatures.get(key.tagged_public)
    return None if key is None or signature is None else (key.tagged_public, signature)


def _signed() -> Iterator[str]:
    """Yield the signed scripts, each noted as run by a check."""
    for script in SIGNED:
        note(script)
        yield script


def _vouched(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Each peer's signature is over exactly its own content ids."""
    for script in _signed():
        for holder, data in held(explored(script)):
            for peer, cids in signed_by(data).items():
                signed = signature_of(data, peer)
                if signed is None or signature_problem(*signed, cids, SALT) is not None:
                    yield Counterexample(
                        script, readable(f"peer {holder} holds data that peer {peer} does not vouch for")
                    )


def _accepted(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Peers that verify accept what honest peers send."""
    for script in _signed():
        for violation in explored(script).violations:
            yield Counterexample(script, readable(violation.breach.sentence))


# --- what is refused --------------------------------------------------------------------------------------


def tampered(data: Data) -> Iterator[tuple[str, Data]]:
    """Yield forged copies of data with one change each, as pairs of a description of the change and the copy."""
    info = data.cid_info
    for cid in info.value_store:
        yield (
            "a value",
            replace(data, cid_info=replace(info, value_store=info.value_store.insert(cid, Json('"forged"')))),
        )
    for cid, tetraplet in info.tetraplet_store.items():
        forged = info.tetraplet_store.insert(cid, replace(tetraplet, function_name="forged"))
        yield "a tetraplet", replace(data, cid_info=replace(info, tetraplet_store=forged))
    for peer in signed_by(data):
        signed = signature_of(data, peer)
        if signed is not None:
            yield "a signature left out", replace(data, signatures=data.signatures.remove(signed[0]))
            for other in data.signatures.values():
                if other != signed[1]:
                    yield "a signature exchanged", replace(data, signatures=data.signatures.insert(signed[0], other))
    for position, state in enumerate(data.trace):
        if list(_made_by(info, state)):
            trace = (*data.trace[:position], state, *data.trace[position:])
            yield "a state repeated", replace(data, trace=trace)


def _forgeries_refused(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """An adversary changes data and sends them to the observer, or changes them on their way."""
    for script in _signed():
        search = explored(script)
        for _, data in held(search):
            for what, forged in tampered(data):
                sent = Flight(KEYS["observer"].peer_id, search.world.plant(forged))
                yield from _taken(script, what, search.world, make_move(search.world, INITIAL, Inject(sent)), sent)
        for state, flight in in_flight(search):
            for what, forged in tampered(search.world.data(flight.data)):
                altered = Flight(flight.receiver, search.world.plant(forged))
                moved = make_move(search.world, state, Alter(flight, altered.data))
                yield from _taken(script, what, search.world, moved, altered)


def in_flight(search: Search) -> Iterator[tuple[NetworkState, Flight]]:
    """Yield each message in flight in some state of a search, after the first state that contains it."""
    first = {flight: state for state in reversed(search.states) for flight in state.flights}
    for flight, state in first.items():
        yield state, flight


def _taken(script: str, what: str, world: World, moved: Moved, forged: Flight) -> Iterator[Witness]:
    """Yield a witness unless the receiver of forged data refuses them, and keeps and owes what it did before."""
    try:
        delivered = make_move(world, moved.state, Deliver(forged))
    except StuckError as error:
        yield Counterexample(script, f"data with {what} are not refused: {readable(str(error))}")
        return
    assert delivered.effect is not None
    code = delivered.effect.ret_code
    if not 0 < code < codes.CATCHABLE.start:
        yield Counterexample(script, f"data with {what} are taken: code {code}")
    elif delivered.state.peers != with_peer(moved.state, peer_of(moved.state, forged.receiver)).peers:
        yield Counterexample(script, f"data with {what} are refused, but change what their receiver keeps or owes")


def _code(script: Script, prev: Data, current: Data) -> int:
    """Return the return code of a peer that verifies: -1 for a trap, 0 if a rule gets stuck."""
    try:
        return signing(script, prev, current, PARTICLE_OF_A, KEYS["observer"].peer_id, {}).ret_code
    except StuckError:
        return 0


def _nothing_taken_back(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Data in which a peer vouches for other results than in those that are kept are refused."""
    for script in _signed():
        ours, theirs = held(explored(script)), held(explored(script, OtherServices))
        for _, kept in ours:
            for _, arriving in theirs:
                if _contradicts(kept, arriving) and _code(parse(named(script)), kept, arriving) == 0:
                    yield Counterexample(
                        named(script), "data are taken in which a peer vouches for another result than before"
                    )


def _contradicts(left: Data, right: Data) -> bool:
    ours, theirs = signed_by(left), signed_by(right)
    return any(
        set(ours[peer]) - set(theirs[peer]) and set(theirs[peer]) - set(ours[peer]) for peer in ours if peer in theirs
    )


# --- results belong to their calls ------------------------------------------------------------------------

NEXT: Final = call("last", "x")
KINDRED: Final = (
    (
        seq(call("f", "1", peer="B", output="x"), NEXT),
        seq(call("f", "2", peer="B", output="x"), NEXT),
        seq(call("g", "1", peer="B", output="x"), NEXT),
        seq(call("f", "1", peer="C", output="x"), NEXT),
        seq(call("f", "1", peer="B", output="$s"), call("last")),
        seq(call("f", "1", peer="B"), call("last")),
    ),
    tuple(xor(call("err", argument, peer=peer, output="x"), NULL) for argument in "12" for peer in "BC"),
    tuple(seq(ap("1", "$s"), canon("$s", "#cc", peer), call("f", "#cc")) for peer in "BC"),
)
"""Families of scripts that record the same states for different calls or canons."""


def _belong(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Data of one script are refused by another one, in which the recorded results would be those of other calls."""
    for family in KINDRED:
        for script, other in permutations(family, 2):
            note(script)
            search = Search(World(parse(script), PARTICLE, Services(), invoke_watched))
            try:
                search.run(Bounds(states=STATE_LIMIT))
                for _, data in held(search):
                    if any(isinstance(state, Executed | Failed | CanonExecuted) for state in data.trace):
                        outcome = invoke_watched(parse(other), EMPTY, data, PARTICLE, "observer", {})
                        if not codes.is_abandoned(outcome.ret_code):
                            yield Counterexample(other, f"takes what was recorded for {script}")
            except StuckError:
                continue


def _law(name: str, sentence: str, check: Check) -> ScriptLaw:
    return ScriptLaw(name, sentence, "authenticity", check)


LAWS: Final = (
    _law(
        "own-results-are-signed",
        "A peer signs exactly what it made: its results, failures and canons.",
        _vouched,
    ),
    _law(
        "honest-data-are-accepted",
        "The laws of the network hold among peers that verify.",
        _accepted,
    ),
    _law(
        "forgeries-are-refused",
        "Data that somebody changed are refused before anything is merged.",
        _forgeries_refused,
    ),
    _law(
        "nothing-is-taken-back",
        "A peer that signed a result cannot sign another one in its place.",
        _nothing_taken_back,
    ),
    _law(
        "results-belong-to-their-calls",
        "A result is taken only for the call, arguments and output that it is of.",
        _belong,
    ),
)
