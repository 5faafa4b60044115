"""Laws of one invocation and its host: requests, next peers, and the data that remain when it is abandoned."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.laws.air_builder import ap, call, par, seq
from airspec.checker.prove.laws.harness import Invoked, Run, explore
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness, each_invocation
from airspec.checker.prove.laws.tally import note
from airspec.semantics.merge.observations import observations
from airspec.spec.data import Data
from airspec.spec.states import CanonSent, Sent

DOOMED: Final = (
    seq(call("f", output="x"), ap("1", "x")),
    seq(call("f", peer="B", output="x"), call("g", peer="C"), call("h", peer="B", output="x")),
    seq(ap("1", "x"), par(call("f", peer="B"), ap("2", "x"))),
)
"""Scripts that bind a name twice, after they have done something."""


def _kept_when_abandoned(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for script in DOOMED:
        note(script)
        abandoned = [invoked for invoked in explore(script).invoked if invoked.is_abandoned()]
        if not abandoned:
            yield Counterexample(script, "binding a name twice does not end the run")
        for invoked in abandoned:
            outcome = invoked.outcome
            if outcome.data is not invoked.prev or outcome.next_peers or outcome.call_requests:
                yield Counterexample(
                    script, f"peer {invoked.peer} abandons its run, but changes its data or asks something"
                )


def _next_peers(run: Run, invoked: Invoked) -> str | None:
    peers = invoked.outcome.next_peers
    if invoked.peer in peers:
        return f"peer {invoked.peer} sends the particle to itself"
    if len(set(peers)) != len(peers):
        return f"peer {invoked.peer} sends the same data to one peer twice: {' '.join(peers)}"
    return None


def _fresh_ids(run: Run, invoked: Invoked) -> str | None:
    before, after = invoked.prev.last_call_request_id, invoked.outcome.data.last_call_request_id
    asked = [call_id for call_id, _ in invoked.outcome.call_requests]
    if sorted(asked) != list(range(before + 1, after + 1)):
        return f"after {before} calls peer {invoked.peer} numbers its requests {asked}, and counts {after}"
    return None


def _requests_recorded(run: Run, invoked: Invoked) -> str | None:
    recorded = [s.call_id for s in invoked.outcome.data.trace if isinstance(s, Sent) and s.peer_id == invoked.peer]
    for call_id, request in invoked.outcome.call_requests:
        if recorded.count(call_id) != 1:
            return f"request {call_id} for {request.function_name} stands {recorded.count(call_id)} times in the trace"
    for number in recorded:
        if number is not None and number > invoked.outcome.data.last_call_request_id:
            return f"the trace records request {number}, which was never made"
    return None


def _asked_once(run: Run, invoked: Invoked) -> str | None:
    """A peer is named as next when, and only when, something new is owed by another peer."""
    if invoked.is_abandoned():
        return None
    known = _passed_on(invoked.prev) | _passed_on(invoked.current)
    fresh = {site for site, sender in _passed_on(invoked.outcome.data) - known if sender == invoked.peer}
    fresh -= {site for site, _ in known}
    if invoked.outcome.next_peers and not fresh:
        return (
            f"peer {invoked.peer} sends the particle to {invoked.outcome.next_peers[0]}, though it asks for nothing new"
        )
    if fresh and not invoked.outcome.next_peers:
        return f"peer {invoked.peer} records that it asked another peer, and sends the particle to none"
    return None


def _passed_on(data: Data) -> set[tuple[str, str]]:
    """Return the sites of calls and canons that are owed by other peers, with the peers that asked for them."""
    found = set()
    for site, seen in observations(data.trace).items():
        state = data.trace[seen.position]
        if isinstance(state, CanonSent) or (isinstance(state, Sent) and state.call_id is None):
            found.add((str(site), state.peer_id))
    return found


LAWS: Final = (
    ScriptLaw(
        "abandoned-changes-nothing",
        "A run that ends with an uncatchable error leaves the peer's data as they were, and asks nothing of anybody.",
        "machine",
        _kept_when_abandoned,
    ),
    ScriptLaw(
        "next-peers-are-others",
        "Next peers are other peers, and each is named once.",
        "machine",
        each_invocation(_next_peers),
    ),
    ScriptLaw(
        "fresh-call-ids",
        "Requests are numbered on from those of earlier runs of the peer, and all are counted.",
        "machine",
        each_invocation(_fresh_ids),
    ),
    ScriptLaw(
        "requests-are-recorded",
        "Each request is recorded by exactly one state of the trace.",
        "trace",
        each_invocation(_requests_recorded),
    ),
    ScriptLaw(
        "asked-once",
        "A particle is sent on exactly when something new is asked of another peer.",
        "machine",
        each_invocation(_asked_once),
    ),
)
