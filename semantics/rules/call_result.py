"""What a call does with a result: one that this peer's services give, or one that the data hold (section 7.1)."""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from semantics.aquavm.messages import not_json
from semantics.authenticity.cids import value_cid
from semantics.configuration import RETURN, Config, Halt
from semantics.environment import StreamValue
from semantics.merge.sliders import push
from semantics.notation import definition, rules
from semantics.particle import CallResult
from semantics.registers import raise_
from semantics.scopes import bound
from semantics.stores import find_service, track_service_result, vouch
from semantics.streams import NEW_GENERATION, append
from spec import codes, json_text
from spec.failures import read_failure
from spec.faults import Kind, ResultDoesNotFit, Source, Trap, Uncatchable, WrongArguments, WrongTetraplet
from spec.states import (
    Executed,
    Failed,
    ScalarResult,
    StreamResult,
    UnusedResult,
)
from spec.syntax import Call, Scalar, Stream
from spec.values import Cid, FromService, Json, Tetraplet, Value

# --- answers of services ----------------------------------------------------------------------------


@rules("Step")
def service_answered(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, result: CallResult) -> Config:
    """This peer's services answered a request."""
    json = json_text.canonical(result.result)
    if result.ret_code != 0:
        "answer-error: the service failed; its text is the message, whatever it contains"
        return answer_failed(c, instr, tetraplet, arguments, result.ret_code, result.result, True)
    elif json is None:
        "answer-not-json: a text that is not JSON is a failure, for which the peer forgets to vouch"
        message = not_json(result.ret_code, result.result)
        return answer_failed(c, instr, tetraplet, arguments, codes.SERVICE_ERROR_NOT_JSON, message, False)
    else:
        "answer-value: the value is bound to the output"
        return answer_value(c, instr, tetraplet, arguments, json)


@definition
def answer_failed(
    c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, ret_code: int, message: str, vouched: bool
) -> Config:
    """A failure is recorded in the trace, and raised."""
    failure = json_text.object_of({"message": json_text.string(message), "ret_code": json_text.number(ret_code)})
    tracked = track_service_result(c.stores, failure, arguments, tetraplet)
    done = replace(
        c,
        stores=tracked.stores,
        memory=push(c.memory, Failed(tracked.cid)),
        host=vouch(c, tetraplet.peer_pk, tracked.cid) if vouched else c.host,
    )
    return raise_(done, codes.local_service_error(ret_code, message), instr, tetraplet)


@rules("Step")
def answer_value(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, json: Json) -> Config:
    """A value is bound to the output of its call, and recorded in the trace."""
    match instr.output:
        case None:
            "answer-unused: only the value's id is recorded, and nobody vouches for it"
            return replace(c, memory=push(c.memory, Executed(UnusedResult(value_cid(json)))), control=RETURN)
        case Scalar(name):
            "answer-scalar: the result is stored, and bound to the scalar"
            tracked = track_service_result(c.stores, json, arguments, tetraplet)
            return bind_scalar(
                replace(c, stores=tracked.stores, host=vouch(c, tetraplet.peer_pk, tracked.cid)),
                name,
                Value(json, tetraplet, FromService(tracked.cid)),
                Executed(ScalarResult(tracked.cid)),
            )
        case Stream(name):
            "answer-stream: the result is stored, and appended to the stream"
            tracked = track_service_result(c.stores, json, arguments, tetraplet)
            return append_result(
                replace(c, stores=tracked.stores, host=vouch(c, tetraplet.peer_pk, tracked.cid)),
                instr,
                name,
                Value(json, tetraplet, FromService(tracked.cid)),
                None,
                NEW_GENERATION,
                Executed(StreamResult(tracked.cid, NEW_GENERATION)),
            )


@definition
def bind_scalar(c: Config, name: str, value: Value, state: Executed) -> Config:
    """A call's result is bound to its scalar; that it can be was checked when the call began (`call-output-taken`)."""
    return replace(c, scope=bound(c.scope, name, value), memory=push(c.memory, state), control=RETURN)


@rules("Step")
def append_result(
    c: Config, instr: Call, name: str, value: Value, source: Source | None, generation: int, state: Executed
) -> Config:
    """A call's result is appended to its stream."""
    entry = StreamValue(value, len(c.memory.result))
    streams = append(c.streams, name, instr.span.start, entry, source, generation, c.edition)
    match streams:
        case Uncatchable() | Trap():
            "call-append-failed: the stream takes no more values"
            return replace(c, control=Halt(streams))
        case _:
            "call-append: the stream has the result"
            return replace(c, streams=streams, memory=push(c.memory, state), control=RETURN)


# --- results in the data ----------------------------------------------------------------------------


@rules("Step")
def recorded(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, done: Executed, source: Source) -> Config:
    """A result that the data hold is bound to the output, if it has the right kind."""
    match instr.output, done.result:
        case None, UnusedResult():
            "recorded-unused: nothing about the call was recorded, so nothing is verified"
            return replace(c, memory=push(c.memory, done), control=RETURN)
        case Scalar(), ScalarResult(cid):
            "recorded-scalar: the result must be of this call, and is bound"
            return recorded_value(c, instr, tetraplet, arguments, done, source, cid)
        case Stream(), StreamResult(cid, _):
            "recorded-stream: the result must be of this call, and is appended to the generation it had"
            return recorded_value(c, instr, tetraplet, arguments, done, source, cid)
        case _, _:
            "recorded-other: the result was bound in another way than the script says"
            return replace(c, control=Halt(Uncatchable(ResultDoesNotFit(done.result))))


@rules("Step")
def recorded_value(
    c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, done: Executed, source: Source, cid: Cid
) -> Config:
    """A result that the data hold is verified and bound."""
    service = find_service(c.stores, cid)
    match service:
        case Uncatchable() | Trap():
            "recorded-lost: the stores lack the result"
            return replace(c, control=Halt(service))
        case _ if service.argument_hash != arguments:
            "recorded-arguments: the result is for other arguments"
            return replace(c, control=Halt(wrong_arguments(arguments, service.argument_hash)))
        case _ if service.tetraplet != tetraplet:
            "recorded-tetraplet: the result is of another call"
            return replace(c, control=Halt(wrong_tetraplet(Kind.CALL, tetraplet, service.tetraplet)))
        case _:
            "recorded-value: the result is of this call"
            vouched = replace(c, host=vouch(c, tetraplet.peer_pk, cid))
            return recorded_bind(vouched, instr, Value(service.json, tetraplet, FromService(cid)), done, source)


@rules("Step")
def recorded_bind(c: Config, instr: Call, value: Value, done: Executed, source: Source) -> Config:
    """A verified result is bound to the output."""
    match instr.output, done.result:
        case Stream(name), StreamResult(_, generation):
            "recorded-append: the stream has the result, among the values of the data that brought it"
            return append_result(c, instr, name, value, source, generation, done)
        case output, _:
            "recorded-bind: the scalar has the result"
            return bind_scalar(c, cast(Scalar, output).name, value, done)


@definition
def wrong_arguments(expected: Cid, stored: Cid) -> Uncatchable:
    """The error for a result of other arguments."""
    return Uncatchable(WrongArguments(expected, stored))


@definition
def wrong_tetraplet(kind: Kind, expected: Tetraplet, stored: Tetraplet) -> Uncatchable:
    """The error for a result of another call or canon."""
    return Uncatchable(WrongTetraplet(kind, expected, stored))


@rules("Step")
def failed(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Cid, state: Failed) -> Config:
    """A failure that the data hold is verified, and raised again."""
    service = find_service(c.stores, state.cid)
    match service:
        case Uncatchable() | Trap():
            "failed-lost: the stores lack the failure"
            return replace(c, control=Halt(service))
        case _ if service.argument_hash != arguments:
            "failed-arguments: the failure is for other arguments"
            return replace(c, control=Halt(wrong_arguments(arguments, service.argument_hash)))
        case _ if service.tetraplet != tetraplet:
            "failed-tetraplet: the failure is of another call"
            return replace(c, control=Halt(wrong_tetraplet(Kind.CALL, tetraplet, service.tetraplet)))
        case _:
            "failed-verified: the failure is of this call"
            return failed_raise(c, instr, tetraplet, state, service.json)


@rules("Step")
def failed_raise(c: Config, instr: Call, tetraplet: Tetraplet, state: Failed, stored: Json) -> Config:
    """A verified failure is raised again."""
    failure = read_failure(stored)
    match failure:
        case Uncatchable():
            "failed-malformed: the stored value is no failure"
            return replace(c, control=Halt(failure))
        case _:
            "failed-raise: every peer that meets the call sees the same error"
            done = replace(c, complete=False, memory=push(c.memory, state), host=vouch(c, tetraplet.peer_pk, state.cid))
            return raise_(done, codes.local_service_error(failure.ret_code, failure.message), instr, tetraplet)
