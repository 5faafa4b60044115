"""The result of a ``call``: one that this peer's service answers, or one that the data hold.

AquaVM 0.62: ``air/src/execution_step/instructions/call/prev_result_handler.rs``, and ``call_result_setter.rs`` beside
it.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.aquavm.messages import not_json
from airspec.semantics.authenticity.cids import value_cid
from airspec.semantics.configuration import Config
from airspec.semantics.notation import given, need, otherwise, premises, some, step
from airspec.semantics.particle import CallResult
from airspec.semantics.rules.call import reach
from airspec.semantics.rules.call_judgements import (
    appended,
    failure_json,
    fits,
    own_call_id,
    stored_failure,
    stored_result,
)
from airspec.semantics.stores import track_service_result
from airspec.semantics.streams import NEW_GENERATION
from airspec.spec import codes, json_text
from airspec.spec.faults import Catchable, ResultDoesNotFit, ServiceFailed, Source, Uncatchable
from airspec.spec.states import Executed, Failed, ScalarResult, Sent, StreamResult, UnusedResult
from airspec.spec.syntax import Call, Scalar, Stream
from airspec.spec.values import Cid, FromService, Tetraplet, Value

# --- this peer's service has answered ---------------------------------------------------------------


class Answered(Struct, frozen=True, gc=False, eq=False):
    """A call whose service has answered: its triplet, the hash of its arguments, the answer, and its request.

    `at` is the configuration after the states of the call were taken.
    """

    triplet: Tetraplet
    arguments: Cid
    at: Config
    answer: CallResult
    call_id: int


@premises
def answered(c: Config, call: Call) -> Answered:
    """This peer asked its own service, and the service has answered."""
    it = reach(c, call)
    sent = given(it.state, Sent)
    call_id = some(own_call_id(c, sent))
    answer = some(c.host.results.get(call_id))
    arguments = some(it.arguments)
    return Answered(it.triplet, arguments.hash, it.at, answer, call_id)


@step
def call_answer_error(c: Config, call: Call) -> Config:
    """The service failed: the failure is stored, recorded and raised, with the text of the answer as its message.

    The flag of completeness stays as it was.
    """
    it = answered(c, call)
    given(it.answer.ret_code != 0)
    error = Catchable(ServiceFailed(it.answer.ret_code, it.answer.result))
    failure = failure_json(it.answer.ret_code, it.answer.result)
    stored = track_service_result(it.at.stores, failure, it.arguments, it.triplet)
    failed = it.at.use_answer(it.call_id).with_stores(stored.stores).sign_if_own(it.triplet.peer_pk, stored.cid)
    return failed.record(Failed(stored.cid)).fail(error, call, it.triplet)


@step
def call_answer_not_json(c: Config, call: Call) -> Config:
    """The answer is not JSON, which is a failure; unlike other failures it is not signed, as in AquaVM."""
    it = answered(c, call)
    given(it.answer.ret_code == 0)
    given(json_text.canonical(it.answer.result) is None)
    message = not_json(it.answer.ret_code, it.answer.result)
    error = Catchable(ServiceFailed(codes.SERVICE_ERROR_NOT_JSON, message))
    failure = failure_json(codes.SERVICE_ERROR_NOT_JSON, message)
    stored = track_service_result(it.at.stores, failure, it.arguments, it.triplet)
    failed = it.at.use_answer(it.call_id).with_stores(stored.stores)
    return failed.record(Failed(stored.cid)).fail(error, call, it.triplet)


@step
def call_answer_unused(c: Config, call: Call) -> Config:
    """The call has no output, so only the content id of the value is recorded, and it is not signed."""
    it = answered(c, call)
    given(it.answer.ret_code == 0)
    json = some(json_text.canonical(it.answer.result))
    given(call.output is None)
    return it.at.use_answer(it.call_id).record(Executed(UnusedResult(value_cid(json)))).done()


@step
def call_answer_scalar(c: Config, call: Call) -> Config:
    """The value is stored and recorded, and bound to the scalar."""
    it = answered(c, call)
    given(it.answer.ret_code == 0)
    json = some(json_text.canonical(it.answer.result))
    scalar = given(call.output, Scalar)
    stored = track_service_result(it.at.stores, json, it.arguments, it.triplet)
    value = Value(json, it.triplet, FromService(stored.cid))
    known = it.at.use_answer(it.call_id).with_stores(stored.stores).sign_if_own(it.triplet.peer_pk, stored.cid)
    return known.bind(scalar.name, value).record(Executed(ScalarResult(stored.cid))).done()


@step
def call_answer_stream(c: Config, call: Call) -> Config:
    """The value is stored and recorded, and appended to the stream as a value of this run."""
    it = answered(c, call)
    given(it.answer.ret_code == 0)
    json = some(json_text.canonical(it.answer.result))
    stream = given(call.output, Stream)
    stored = track_service_result(it.at.stores, json, it.arguments, it.triplet)
    value = Value(json, it.triplet, FromService(stored.cid))
    streams = need(appended(it.at, call, stream, value, Source.NEITHER, NEW_GENERATION))
    known = it.at.use_answer(it.call_id).with_stores(stored.stores).sign_if_own(it.triplet.peer_pk, stored.cid)
    return known.with_streams(streams).record(Executed(StreamResult(stored.cid, NEW_GENERATION))).done()


# --- the data hold the result -----------------------------------------------------------------------


@step
def call_known_unused(c: Config, call: Call) -> Config:
    """The data hold only the content id of the result, so whether it is of this call is not checked."""
    it = reach(c, call)
    executed = given(it.state, Executed)
    some(it.arguments)
    given(call.output is None)
    given(executed.result, UnusedResult)
    return it.at.record(executed).done()


@step
def call_known_scalar(c: Config, call: Call) -> Config:
    """The data hold a result, which must be of this call; it is bound to the scalar."""
    it = reach(c, call)
    executed = given(it.state, Executed)
    arguments = some(it.arguments)
    scalar = given(call.output, Scalar)
    result = given(executed.result, ScalarResult)
    stored = need(stored_result(it.at, result.cid, arguments.hash, it.triplet))
    value = Value(stored.json, it.triplet, FromService(result.cid))
    return it.at.sign_if_own(it.triplet.peer_pk, result.cid).bind(scalar.name, value).record(executed).done()


@step
def call_known_stream(c: Config, call: Call) -> Config:
    """The data hold a result, which must be of this call; the stream takes it, in its generation in the data."""
    it = reach(c, call)
    executed = given(it.state, Executed)
    arguments = some(it.arguments)
    stream = given(call.output, Stream)
    result = given(executed.result, StreamResult)
    stored = need(stored_result(it.at, result.cid, arguments.hash, it.triplet))
    value = Value(stored.json, it.triplet, FromService(result.cid))
    streams = need(appended(it.at, call, stream, value, it.source, result.generation))
    return it.at.sign_if_own(it.triplet.peer_pk, result.cid).with_streams(streams).record(executed).done()


@step
def call_known_other(c: Config, call: Call) -> Config:
    """The result was not bound in the way that the script says, so the data are of another script."""
    it = reach(c, call)
    executed = given(it.state, Executed)
    some(it.arguments)
    otherwise(not fits(call.output, executed.result))
    return it.at.halt(Uncatchable(ResultDoesNotFit(executed.result)))


@step
def call_known_failure(c: Config, call: Call) -> Config:
    """The data hold a failure, which must be of this call: the error is the same on every peer.

    The call is not complete, although on the peer whose service failed it left the flag as it was.
    """
    it = reach(c, call)
    failed = given(it.state, Failed)
    arguments = some(it.arguments)
    failure = need(stored_failure(it.at, failed.cid, arguments.hash, it.triplet))
    error = Catchable(ServiceFailed(failure.ret_code, failure.message))
    known = it.at.sign_if_own(it.triplet.peer_pk, failed.cid).record(failed).completed(False)
    return known.fail(error, call, it.triplet)
