"""``call`` (section 7.1 of the reference)."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

from semantics.authenticity.cids import argument_hash
from semantics.configuration import RETURN, Config, Halt
from semantics.editions import Edition
from semantics.merge.join import Joined, join_call
from semantics.merge.sliders import push, take
from semantics.notation import definition, rules
from semantics.particle import CallRequest
from semantics.registers import raise_, stop, wait_or_stop
from semantics.resolve.lens import Resolution, Resolved
from semantics.resolve.values import resolve, resolve_string
from semantics.rules.call_result import failed, recorded, service_answered
from semantics.rules.control import fail_in_trace
from semantics.scopes import settable, visible_cell
from spec import codes
from spec.faults import Catchable, Conflict, Trap, Uncatchable, Unexpected, VariableNotFound
from spec.states import Executed, Failed, Sent
from spec.syntax import Call, Scalar
from spec.values import Cid, Tetraplet


class Arguments(Struct, frozen=True, gc=False):
    """The resolved arguments of a call, and their hash."""

    values: tuple[Resolved, ...]
    hash: Cid


@rules("Step")
def call(c: Config, instr: Call) -> Config:
    """A call begins: its peer, service and function are resolved."""
    tetraplet = resolve_triplet(c, instr)
    problem = output_problem(c, instr)
    match tetraplet:
        case Catchable() | Trap():
            "call-triplet-missing: without a peer, a service and a function nothing is known of the call"
            return wait_or_stop(c, tetraplet, instr)
        case _ if problem is not None:
            "call-output-taken: the output cannot be bound, even if its value would not come yet"
            return replace(c, control=Halt(problem))
        case _:
            "call-resolved: it is known which function is to be called, and where"
            return call_arguments(c, instr, tetraplet)


@rules("Resolve")
def resolve_triplet(c: Config, instr: Call) -> Tetraplet | Catchable | Trap:
    """The peer, service and function of a call, as the tetraplet that its result will have."""
    peer = resolve_string(c, instr.peer)
    service = resolve_string(c, instr.service)
    function = resolve_string(c, instr.function)
    match peer, service, function:
        case ((Catchable() | Trap()), _, _):
            "triplet-peer: the peer is not known"
            return peer
        case _, (Catchable() | Trap()), _:
            "triplet-service: the service is not known"
            return service
        case _, _, (Catchable() | Trap()):
            "triplet-function: the function is not known"
            return function
        case _, _, _:
            "triplet: all three are strings"
            return Tetraplet(peer, service, function, "")


@rules("Scope")
def output_problem(c: Config, instr: Call) -> Uncatchable | Trap | None:
    """Why the output of a call cannot be bound."""
    match instr.output:
        case Scalar(name):
            cell = visible_cell(c.scope, name)
            if cell is not None and cell.value is not None and name in c.iterations:
                "output-shadows-iterator: a scalar hides a running iterator, which the reference asserts away"
                return Trap("iterator-shadowed")
            elif cell is not None and cell.value is not None and not settable(c.scope, name):
                "output-bound: the scalar has a value, and there is no fold around"
                return codes.shadowing_not_allowed(name)
            elif cell is None and name in c.iterations:
                "output-iterator: the name is that of a running iterator"
                return codes.iterable_shadowing(name)
            else:
                "output-scalar: the scalar can be bound"
                return None
        case _:
            "output-other: a stream takes any number of values"
            return None


@rules("Step")
def call_arguments(c: Config, instr: Call, tetraplet: Tetraplet) -> Config:
    """The arguments of a call are resolved; the first that cannot be decides."""
    resolved = tuple(resolve(c, argument) for argument in instr.arguments)
    problem = next((r for r in resolved if not isinstance(r, Resolved)), None)
    match problem:
        case None:
            "call-arguments: all arguments have values"
            return call_merge(c, instr, tetraplet, arguments_of(resolved))
        case Catchable(VariableNotFound()):
            "call-arguments-missing: the call can still be merged and sent on"
            return call_merge(c, instr, tetraplet, None)
        case Catchable() if c.edition == Edition.REPAIRED:
            "call-arguments-refused: repaired: a request that was made before the arguments were known is not forgotten"
            return call_refused(c, instr, tetraplet, problem)
        case Catchable():
            "call-arguments-failed: the error is the call's"
            return raise_(c, problem, instr, tetraplet)
        case _:
            "call-arguments-trap: the reference panics"
            return stop(c, problem, instr)


@rules("Step")
def call_refused(c: Config, instr: Call, tetraplet: Tetraplet, error: Catchable) -> Config:
    """A call with wrong arguments fails, and leaves the state that it has elsewhere, where they are not known yet."""
    taken = take(c.memory, join_call)
    match taken.joined:
        case Conflict() | Unexpected():
            "call-refused-conflict: repaired: the data cannot be true, or belong to another script"
            return fail_in_trace(c, instr, taken.joined)
        case Joined(Sent() as sent, _, _):
            "call-refused-owed: repaired: the request stays, and will never be answered"
            return raise_(replace(c, memory=push(taken.memory, sent)), error, instr, tetraplet)
        case Joined():
            "call-refused-done: repaired: a result is recorded for arguments that are wrong"
            return replace(c, control=Halt(Trap("call-result-without-arguments")))
        case _:
            "call-refused-first: repaired: what follows stands at the same place as where a request was made"
            return raise_(replace(c, memory=push(taken.memory, Sent(c.me))), error, instr, tetraplet)


@definition
def arguments_of(resolved: tuple[Resolution, ...]) -> Arguments:
    """Arguments that all have values, with their hash."""
    values = tuple(r for r in resolved if isinstance(r, Resolved))
    return Arguments(values, argument_hash(tuple(value.json for value in values)))


@rules("Step")
def call_merge(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Arguments | None) -> Config:
    """What both sides have recorded of the call decides how it goes on."""
    taken = take(c.memory, join_call)
    at = replace(c, memory=taken.memory)
    match taken.joined:
        case Conflict() | Unexpected():
            "call-conflict: the data cannot be true, or belong to another script"
            return fail_in_trace(c, instr, taken.joined)
        case Joined(Sent() as sent, _, _):
            "call-owed: the call was asked for and has no result yet"
            return call_owed(at, instr, tetraplet, arguments, sent)
        case Joined(Executed() as done, source, _) if arguments is not None:
            "call-executed: the result is known"
            return recorded(at, instr, tetraplet, arguments.hash, done, source)
        case Joined(Failed() as failure, _, _) if arguments is not None:
            "call-failed: the call is known to have failed"
            return failed(at, instr, tetraplet, arguments.hash, failure)
        case Joined():
            "call-done-without-arguments: a result is recorded for arguments that are not known here"
            return replace(c, control=Halt(Trap("call-result-without-arguments")))
        case _:
            "call-first: nobody has met this call"
            return call_first(at, instr, tetraplet, arguments, None)


@rules("Step")
def call_owed(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Arguments | None, sent: Sent) -> Config:
    """A call that was asked for: answered now, to be performed here, or somebody else's."""
    own_id = sent.call_id if sent.peer_id == c.me else None
    result = None if own_id is None else c.host.results.get(own_id)
    if own_id is not None and result is not None and arguments is not None:
        "call-answered: this peer's services answered the request"
        host = replace(c.host, results=c.host.results.remove(own_id))
        return service_answered(replace(c, host=host), instr, tetraplet, arguments.hash, result)
    elif result is not None:
        "call-answered-without-arguments: a result came for arguments that are not known here"
        return replace(c, control=Halt(Trap("call-result-without-arguments")))
    elif own_id is not None:
        "call-pending: this peer's services have not answered yet"
        return still_owed(c, sent)
    elif tetraplet.peer_pk == c.me:
        "call-arrived: somebody asked this peer for the call"
        return call_first(c, instr, tetraplet, arguments, sent)
    else:
        "call-elsewhere: another peer was asked; it is not asked again"
        return still_owed(c, sent)


@definition
def still_owed(c: Config, sent: Sent) -> Config:
    """The request stays in the trace, and what follows waits."""
    return replace(c, memory=push(c.memory, sent), complete=False, control=RETURN)


@rules("Step")
def call_first(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Arguments | None, sent: Sent | None) -> Config:
    """A call that this peer has not passed on or performed yet."""
    if tetraplet.peer_pk != c.me:
        "call-send: the particle must go to the peer that has the service, whether the arguments are known or not"
        host = replace(c.host, next_peers=c.host.next_peers.push_front(tetraplet.peer_pk))
        return still_owed(replace(c, host=host), Sent(c.me))
    elif arguments is not None:
        "call-request: this peer's services are asked"
        return request(c, instr, tetraplet, arguments)
    elif sent is not None:
        "call-wait-arrived: the arguments may come with later data; the request stays"
        return still_owed(c, sent)
    else:
        "call-wait: the arguments may come with later data"
        return replace(c, complete=False, control=RETURN)


@definition
def request(c: Config, instr: Call, tetraplet: Tetraplet, arguments: Arguments) -> Config:
    """Ask this peer's services; the request is numbered, and remembered in the trace."""
    call_id = c.host.last_call_request_id + 1
    asked = CallRequest(
        tetraplet.service_id,
        tetraplet.function_name,
        tuple(value.json for value in arguments.values),
        tuple(value.tetraplets for value in arguments.values),
    )
    host = replace(c.host, last_call_request_id=call_id, requests=c.host.requests.push_front((call_id, asked)))
    return still_owed(replace(c, host=host), Sent(c.me, call_id))
