"""``call``: a peer's service is asked for a value.  The rules of its answer are in `semantics.rules.call_result`.

AquaVM 0.62: ``air/src/execution_step/instructions/call/resolved_call.rs``, and ``prev_result_handler.rs`` beside it.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.configuration import Config
from airspec.semantics.merge.join import join_call
from airspec.semantics.merge.meeting import meet
from airspec.semantics.notation import given, need, otherwise, premises, some, step, wait_for
from airspec.semantics.rules.call_judgements import (
    Arguments,
    has_result,
    output_free,
    own_call_id,
    request,
    resolve_arguments,
    resolve_triplet,
)
from airspec.spec.faults import Source, Trap
from airspec.spec.states import Sent, State
from airspec.spec.syntax import Call
from airspec.spec.values import Tetraplet

# --- what every rule of a call begins with ----------------------------------------------------------


class Reached(Struct, frozen=True, gc=False, eq=False):
    """A call that is reached: its peer, service and function, its arguments (None: not known yet), and its state.

    `state` is the join of the states that both traces have of the call (None: neither has one), `source` the trace
    that it is from, and `at` the configuration after these states were taken.
    """

    triplet: Tetraplet
    arguments: Arguments | None
    at: Config
    state: State | None
    source: Source


@premises
def reach(c: Config, call: Call) -> Reached:
    """A call waits for its peer, service and function, and needs a free output; its arguments may be unknown.

    The order is AquaVM's: a call that waits for its peer does not look at its output yet, and the states of a call are
    taken even if arguments are unknown, because the particle can go to another peer without them.
    """
    triplet = wait_for(resolve_triplet(c, call))
    need(output_free(c, call))
    arguments = need(resolve_arguments(c, call), blame=triplet)
    met = need(meet(c, join_call))
    return Reached(triplet, arguments, met.at, met.state, met.source)


# --- neither trace has the call ----------------------------------------------------------------------


@step
def call_forward(c: Config, call: Call) -> Config:
    """Neither trace has the call, which is for another peer: the particle goes there, and a request is recorded.

    The arguments may still be unknown here.
    """
    it = reach(c, call)
    given(it.state is None)
    given(it.triplet.peer_pk != c.me)
    return it.at.send_to(it.triplet.peer_pk).record(Sent(c.me)).wait()


@step
def call_request(c: Config, call: Call) -> Config:
    """Neither trace has the call, which is for this peer: its service is asked, and a numbered request is recorded."""
    it = reach(c, call)
    given(it.state is None)
    given(it.triplet.peer_pk == c.me)
    arguments = some(it.arguments)
    call_id = c.host.last_call_request_id + 1
    return it.at.ask(call_id, request(it.triplet, arguments)).record(Sent(c.me, call_id)).wait()


@step
def call_wait(c: Config, call: Call) -> Config:
    """This peer's call is in neither trace, and an argument is unknown: the call waits, and nothing is recorded."""
    it = reach(c, call)
    given(it.state is None)
    given(it.triplet.peer_pk == c.me)
    given(it.arguments is None)
    return it.at.wait()


# --- a trace has a request --------------------------------------------------------------------------


@step
def call_elsewhere(c: Config, call: Call) -> Config:
    """The call is for another peer, and a request is recorded already: the particle is not sent again."""
    it = reach(c, call)
    sent = given(it.state, Sent)
    given(own_call_id(c, sent) is None)
    given(it.triplet.peer_pk != c.me)
    return it.at.record(sent).wait()


@step
def call_accept(c: Config, call: Call) -> Config:
    """The call is for this peer, and another peer recorded a request: the service is asked, as in `call_request`."""
    it = reach(c, call)
    sent = given(it.state, Sent)
    given(own_call_id(c, sent) is None)
    given(it.triplet.peer_pk == c.me)
    arguments = some(it.arguments)
    call_id = c.host.last_call_request_id + 1
    return it.at.ask(call_id, request(it.triplet, arguments)).record(Sent(c.me, call_id)).wait()


@step
def call_accept_later(c: Config, call: Call) -> Config:
    """The call is for this peer, another peer recorded a request, and an argument is unknown: the call waits."""
    it = reach(c, call)
    sent = given(it.state, Sent)
    given(own_call_id(c, sent) is None)
    given(it.triplet.peer_pk == c.me)
    given(it.arguments is None)
    return it.at.record(sent).wait()


@step
def call_pending(c: Config, call: Call) -> Config:
    """This peer's service was asked, and has not answered yet: the call waits."""
    it = reach(c, call)
    sent = given(it.state, Sent)
    call_id = some(own_call_id(c, sent))
    given(c.host.results.get(call_id) is None)
    return it.at.record(sent).wait()


@step
def call_result_without_arguments(c: Config, call: Call) -> Config:
    """A trace or the service has a result, and an argument is unknown: AquaVM panics."""
    it = reach(c, call)
    otherwise(it.arguments is None and has_result(c, it.state))
    return it.at.halt(Trap("call-result-without-arguments"))
