"""What the rules of ``call`` ask: peer, service and function, arguments, the output, and stored results.

AquaVM 0.62: ``air/src/execution_step/instructions/call/``: ``triplet.rs``, ``resolved_call.rs``, ``verifier.rs``.
"""

from __future__ import annotations

from msgspec import Struct

from airspec.semantics.authenticity.cids import argument_hash
from airspec.semantics.configuration import Config
from airspec.semantics.environment import Streams, StreamValue
from airspec.semantics.judgements import all_of
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.particle import CallRequest
from airspec.semantics.resolve.lens import Resolved
from airspec.semantics.resolve.values import resolve, resolve_string
from airspec.semantics.scopes import settable, visible_cell
from airspec.semantics.stores import Service, find_service
from airspec.semantics.streams import append
from airspec.spec import json_text
from airspec.spec.failures import Failure, read_failure
from airspec.spec.faults import (
    Catchable,
    IteratorShadowed,
    Kind,
    ShadowingNotAllowed,
    Source,
    Trap,
    Uncatchable,
    VariableNotFound,
    WrongArguments,
    WrongTetraplet,
)
from airspec.spec.states import Result, ScalarResult, Sent, State, StreamResult, UnusedResult
from airspec.spec.syntax import Call, CallOutput, Scalar, Stream
from airspec.spec.values import Cid, Json, Tetraplet, Value


@rules(
    "Resolve",
    form="{c} ⊢ triplet of {call} ⇓",
    reads="in {c}, the peer, service and function of the call {call} are",
)
def resolve_triplet(c: Config, call: Call) -> Tetraplet | Catchable | Trap:
    """Return the peer, service and function of a call, as the tetraplet that its result will have."""
    peer = need(resolve_string(c, call.peer))
    service = need(resolve_string(c, call.service))
    function = need(resolve_string(c, call.function))
    return Tetraplet(peer, service, function, "")


@rules("Scope", form="{c} ⊢ output of {call} free ⇓", reads="in {c}, the output of the call {call} can be bound:")
def output_free(c: Config, call: Call) -> Uncatchable | Trap | None:
    """Return the fault for which the output of a call cannot be bound; None if it can be bound.

    This is asked even if there is no value for it yet.
    """
    match call.output:
        case Scalar(name):
            cell = visible_cell(c.scope, name)
            if cell is not None and cell.value is not None and name in c.iterations:
                "output-shadows-iterator: the scalar hides a running iterator, and AquaVM panics"
                return Trap("iterator-shadowed")
            elif cell is not None and cell.value is not None and not settable(c.scope, name):
                "output-bound: the scalar has a value already, and no fold encloses the call"
                return Uncatchable(ShadowingNotAllowed(name))
            elif cell is None and name in c.iterations:
                "output-iterator: the name is that of a running iterator"
                return Uncatchable(IteratorShadowed(name))
            else:
                "output-scalar: the scalar can be bound"
                return None
        case _:
            "output-other: a stream takes any number of values"
            return None


class Arguments(Struct, frozen=True, gc=False):
    """The values of a call's arguments, and their hash."""

    values: tuple[Resolved, ...]
    hash: Cid


@rules("Resolve", form="{c} ⊢ arguments of {call} ⇓", reads="in {c}, the arguments of the call {call} are")
def resolve_arguments(c: Config, call: Call) -> Arguments | Catchable | Trap | None:
    """Return the values of a call's arguments with their hash.

    The first argument without a value decides: the result is None if it is a variable that is not there yet, else its
    failure.
    """
    values = all_of(tuple(resolve(c, argument) for argument in call.arguments))
    match values:
        case Catchable(VariableNotFound()):
            "arguments-not-yet: an argument is a variable that is not there yet"
            return None
        case _:
            "arguments: all arguments have values"
            known = need(values)
            return Arguments(known, argument_hash(tuple(value.json for value in known)))


@definition
def own_call_id(c: Config, sent: Sent) -> int | None:
    """Return the call id of a recorded request, if this peer made it of its own service; None otherwise."""
    return sent.call_id if sent.peer_id == c.me else None


@definition
def has_result(c: Config, state: State | None) -> bool:
    """Return whether a call in this state has a result, in the data or as an answer of this peer's service."""
    match state:
        case Sent():
            call_id = own_call_id(c, state)
            return call_id is not None and c.host.results.get(call_id) is not None
        case _:
            return state is not None


@definition
def request(triplet: Tetraplet, arguments: Arguments) -> CallRequest:
    """Return the request that a call makes of the service of its peer."""
    return CallRequest(
        triplet.service_id,
        triplet.function_name,
        tuple(value.json for value in arguments.values),
        tuple(value.tetraplets for value in arguments.values),
    )


@definition
def appended(
    c: Config, call: Call, stream: Stream, value: Value, source: Source, generation: int
) -> Streams | Uncatchable | Trap:
    """Return the streams with the result of a call appended to its output; its state will be the next of the new trace.

    `source` and `generation` are as in `semantics.streams.append`.
    """
    return append(c.streams, stream.name, call.span.start, StreamValue(value, len(c.memory.result)), source, generation)


@definition
def failure_json(ret_code: int, message: str) -> Json:
    """Return the JSON text as which the failure of a service is stored."""
    return json_text.object_of({"message": json_text.string(message), "ret_code": json_text.number(ret_code)})


@definition
def fits(output: CallOutput | None, result: Result) -> bool:
    """Return whether a recorded result is of the kind that the output of the call demands: scalar, stream or none."""
    match output, result:
        case (Scalar(), ScalarResult()) | (Stream(), StreamResult()) | (None, UnusedResult()):
            return True
        case _, _:
            return False


@rules(
    "Store",
    form="{c} ⊢ result {cid} of {triplet}, {arguments} ⇓",
    reads="in {c}, the stored result {cid} of the call {triplet} with the arguments {arguments} is",
)
def stored_result(c: Config, cid: Cid, arguments: Cid, triplet: Tetraplet) -> Service | Uncatchable | Trap:
    """Return the stored result with the id `cid`, or the fault if it is not of this call or not there.

    `arguments` is the hash of the call's arguments.
    """
    service = need(find_service(c.stores, cid))
    if service.argument_hash != arguments:
        "result-of-other-arguments: the result is for other arguments"
        return Uncatchable(WrongArguments(arguments, service.argument_hash))
    elif service.tetraplet != triplet:
        "result-of-other-call: the result is from another peer, service or function"
        return Uncatchable(WrongTetraplet(Kind.CALL, triplet, service.tetraplet))
    else:
        "result-of-call: the result is of this call"
        return service


@rules(
    "Store",
    form="{c} ⊢ failure {cid} of {triplet}, {arguments} ⇓",
    reads="in {c}, the stored failure {cid} of the call {triplet} with the arguments {arguments} is",
)
def stored_failure(c: Config, cid: Cid, arguments: Cid, triplet: Tetraplet) -> Failure | Uncatchable | Trap:
    """Return the stored failure with the id `cid`, which must be of this call.

    `arguments` is the hash of its arguments.
    """
    service = need(stored_result(c, cid, arguments, triplet))
    return read_failure(service.json)
