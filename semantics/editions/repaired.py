"""The edition *repaired*: it replaces the rules that make the merge of traces differ from their join."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from airspec.semantics.configuration import Config, Return
from airspec.semantics.editions import Edition
from airspec.semantics.environment import Cursor, StreamState, StreamValue
from airspec.semantics.merge.join import join_call, join_canon
from airspec.semantics.merge.meeting import Met, meet
from airspec.semantics.notation import definition, given, need, otherwise, premises, replacing, step_of, wait_for
from airspec.semantics.resolve.values import resolve_string
from airspec.semantics.rules.ap import ReachedPair, meet_ap, reach_pair, resolve_key, resolve_one
from airspec.semantics.rules.call_judgements import output_free, resolve_arguments, resolve_triplet
from airspec.semantics.rules.canon import AnyCanon, reach_canon
from airspec.semantics.rules.failing import is_absent
from airspec.semantics.rules.stream_fold import is_complete
from airspec.semantics.streams import add, cursor_of, put
from airspec.spec.faults import Catchable, Source, Trap
from airspec.spec.states import Executed, Failed, Sent, State
from airspec.spec.syntax import ApMap, Call
from airspec.spec.values import Json, Tetraplet

REPAIRED = Edition.REPAIRED


# --- a canon or a pair that fails leaves no state, so it takes none from what follows ---------------


@replacing(REPAIRED, reach_canon)
def reach_canon_of_known_peer(c: Config, canon: AnyCanon) -> Met:
    """The peer must be a string, or not there yet, before a state of the canon is taken from either trace.

    If the peer is unknown although a state is recorded, that state is lost; no honest run is known to get there.
    """
    need(error_of(resolve_string(c, canon.peer)))
    return need(meet(c, join_canon))


@replacing(REPAIRED, reach_pair)
def reach_pair_of_known_key(c: Config, ap: ApMap) -> ReachedPair:
    """The value must be there, and the key right or not there yet, before a state is taken from either trace.

    If the key is unknown although a state is recorded, that state is lost; no honest run is known to get there.
    """
    value = wait_for(resolve_one(c, ap.value))
    need(error_of(resolve_key(c, ap)))
    met = need(meet_ap(c))
    return ReachedPair(value, met.at, met.source, met.generation)


@definition
def error_of(found: str | Json | Catchable | Trap) -> Catchable | Trap | None:
    """Return the failure of a resolution; None if it succeeded, or failed only for a variable that is not there yet."""
    return found if isinstance(found, Catchable | Trap) and not is_absent(found) else None


# --- a call with wrong arguments leaves the state that it has elsewhere, where they are not known yet


class Refused(Struct, frozen=True, gc=False, eq=False):
    """A call with a faulty argument: the error, and the joined state of the call in the traces (None: neither has one).

    `at` is the configuration after that state was taken.
    """

    triplet: Tetraplet
    error: Catchable
    at: Config
    state: State | None


@premises
def refused(c: Config, call: Call) -> Refused:
    """An argument of the call is an error, and not only a variable that is not there yet."""
    triplet = wait_for(resolve_triplet(c, call))
    need(output_free(c, call))
    error = given(resolve_arguments(c, call), Catchable)
    met = need(meet(c, join_call))
    return Refused(triplet, error, met.at, met.state)


@step_of(REPAIRED)
def call_refused_first(c: Config, call: Call) -> Config:
    """Neither trace has the call, which fails; a request is recorded, so that later states keep their places."""
    it = refused(c, call)
    given(it.state is None)
    return it.at.record(Sent(c.me)).fail(it.error, call, it.triplet)


@step_of(REPAIRED)
def call_refused_asked(c: Config, call: Call) -> Config:
    """The call was requested before its arguments were known, and fails; the request stays, and is never answered."""
    it = refused(c, call)
    sent = given(it.state, Sent)
    return it.at.record(sent).fail(it.error, call, it.triplet)


@step_of(REPAIRED)
def call_refused_done(c: Config, call: Call) -> Config:
    """A result is recorded for arguments that are an error, and AquaVM panics."""
    it = refused(c, call)
    otherwise(isinstance(it.state, Executed | Failed))
    return it.at.halt(Trap("call-result-without-arguments"))


# --- streams ----------------------------------------------------------------------------------------


@replacing(REPAIRED, add)
def add_alone(stream: StreamState, value: StreamValue, source: Source, generation: int) -> StreamState:
    """Return the stream with a value in a generation of its own, in the order of the trace, whichever data have it."""
    return replace(stream, new=put(stream.new, stream.new.count, value), size=stream.size + 1)


@replacing(REPAIRED, cursor_of)
def cursor_of_walked(stream: StreamState) -> Cursor:
    """Return a cursor that counts the generations that were walked, and no empty ones."""
    return Cursor(*(len(matrix.generations) for matrix in (stream.previous, stream.current, stream.new)))


@replacing(REPAIRED, is_complete)
def is_complete_unless_failed(c: Config, ended: Return | Catchable) -> bool:
    """Return whether a generation that was walked is complete; one that ended with an error never is, on any peer."""
    return isinstance(ended, Return) and c.complete
