"""Faults in calls, appends and canons."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import (
    AddUpdate,
    DropKeyword,
    DropRule,
    DropUpdate,
    Exchange,
    Replace,
    ReplaceConclusion,
    ReplaceUpdate,
)
from airspec.checker.mutation.mutant import Mutant

ASKED: Final = """\
arguments = Arguments((), "") if it.arguments is None else it.arguments
call_id = c.host.last_call_request_id + 1
it.at.ask(call_id, request(it.triplet, arguments)).record(Sent(c.me, call_id)).wait()"""


MUTANTS: Final = (
    Mutant(
        name="next-peer-on-every-meeting",
        sentence="Whoever meets a call that is owed by another peer sends the particle there once more.",
        rule="Step/call-elsewhere",
        change=AddUpdate("send_to(it.triplet.peer_pk)"),
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="asked-again-while-pending",
        sentence="A peer asks its services again while they have not answered.",
        rule="Step/call-pending",
        change=ReplaceConclusion(ASKED),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="call-on-the-wrong-peer",
        sentence="A call is performed by whoever meets it.",
        rule="Step/call-forward",
        change=ReplaceConclusion(ASKED),
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="answer-kept",
        sentence="The answer to a request is not taken from the host when it is used.",
        rule="Step/call-answer-unused",
        change=DropUpdate("use_answer"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="owed-call-is-complete",
        sentence="What follows a call that is owed does not wait for it.",
        rule=("Step/call-forward", "Step/call-request", "Step/call-elsewhere", "Step/call-accept", "Step/call-pending"),
        change=ReplaceUpdate("wait", "done()"),
        script='(seq (call "A" ("s" "f") []) (call "A" ("s" "g") []))',
    ),
    Mutant(
        name="request-not-recorded",
        sentence="A call that waits leaves no state in the trace.",
        rule=("Step/call-forward", "Step/call-request"),
        change=DropUpdate("record"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="arguments-reversed",
        sentence="A service is told its arguments in the wrong order.",
        rule="airspec.semantics.rules.call_judgements.request",
        change=Replace(
            "tuple(value.json for value in arguments.values)",
            "tuple(value.json for value in reversed(arguments.values))",
        ),
        script='(call "A" ("s" "f") [1 2])',
    ),
    Mutant(
        name="service-and-function-exchanged",
        sentence="The request names the function as its service.",
        rule="airspec.semantics.rules.call_judgements.request",
        change=Exchange("triplet.service_id", "triplet.function_name"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="request-number-not-counted",
        sentence="The peer does not remember the numbers of its requests.",
        rule="airspec.semantics.configuration.Config.ask",
        change=DropKeyword("last_call_request_id"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="missing-argument-fails",
        sentence="A call fails when an argument has no value yet.",
        rule="Resolve/arguments-not-yet",
        change=ReplaceConclusion("values"),
        script='(par (call "B" ("s" "f") [] x) (call "A" ("s" "g") [x]))',
    ),
    Mutant(
        name="result-bound-twice",
        sentence="A result that is appended to a stream is appended twice.",
        rule="airspec.semantics.rules.call_judgements.appended",
        change=ReplaceConclusion(
            "entry = StreamValue(value, len(c.memory.result))\n"
            "once = append(c.streams, stream.name, call.span.start, entry, source, generation)\n"
            "append(once, stream.name, call.span.start, entry, source, generation)"
        ),
        script='(seq (call "A" ("s" "f") [] $s) (canon "A" $s #cc))',
    ),
    Mutant(
        name="results-of-other-arguments",
        sentence="A recorded result is taken whatever arguments it was for.",
        rule="Store/result-of-other-arguments",
        change=DropRule(),
        script='(call "A" ("s" "f") [1] x)',
        data_of='(call "A" ("s" "f") [2] x)',
    ),
    Mutant(
        name="results-of-other-calls",
        sentence="A recorded result is taken whatever call it is of.",
        rule="Store/result-of-other-call",
        change=DropRule(),
        script='(call "A" ("s" "f") [] x)',
        data_of='(call "A" ("s" "g") [] x)',
    ),
    Mutant(
        name="failures-of-other-calls",
        sentence="A recorded failure is taken whatever call it is of.",
        rule="airspec.semantics.rules.call_judgements.stored_failure",
        change=Replace("stored_result(c, cid, arguments, triplet)", "find_service(c.stores, cid)"),
        script='(call "A" ("s" "f") [])',
        data_of='(call "B" ("s" "err") [])',
    ),
    Mutant(
        name="failure-returns",
        sentence="A service that failed counts as one that returned.",
        rule="airspec.semantics.rules.call_result.answered",
        change=Replace(
            "Answered(it.triplet, arguments.hash, it.at, answer, call_id)",
            "Answered(it.triplet, arguments.hash, it.at, CallResult(0, answer.result), call_id)",
        ),
        script='(call "A" ("s" "err") [])',
    ),
    Mutant(
        name="failure-forgets-its-code",
        sentence="A recorded failure is raised with another code.",
        rule="Step/call-known-failure",
        change=Replace("failure.ret_code", "failure.ret_code + 1"),
        script='(call "A" ("s" "err") [])',
    ),
    Mutant(
        name="result-names-nobody",
        sentence="A result does not name the call that it is of.",
        rule="Step/call-answer-scalar",
        change=Replace(
            "Value(json, it.triplet, FromService(stored.cid))",
            'Value(json, Tetraplet("", "", "", ""), FromService(stored.cid))',
        ),
        script='(seq (call "A" ("s" "f") [] x) (call "A" ("s" "g") [x]))',
    ),
    Mutant(
        name="append-not-recorded",
        sentence="An append to a stream leaves no state in the trace.",
        rule="Step/ap-stream",
        change=DropUpdate("record"),
        script="(ap 1 $s)",
    ),
    Mutant(
        name="append-forgets-origin",
        sentence="An appended value counts as a literal.",
        rule="Resolve/one-value",
        change=Replace("found.provenance", "FromLiteral()"),
        imports="from spec.values import FromLiteral",
        script='(seq (call "A" ("s" "f") [] x) (seq (ap x $s) (canon "A" $s #cc)))',
    ),
    Mutant(
        name="key-and-value-exchanged",
        sentence="A map takes the value as the key.",
        rule="airspec.semantics.rules.ap.pair_object",
        change=Exchange("key", "value"),
        script='(seq (ap ("k" "v") %m) (canon "A" %m #%mm))',
    ),
    Mutant(
        name="canon-re-evaluated",
        sentence="The peer of a canon fixes its contents anew at each run.",
        rule="airspec.semantics.rules.canon.reach_canon",
        change=ReplaceConclusion(
            "met = need(meet(c, join_canon))\n"
            "Met(met.at, None if type(met.state) is CanonExecuted else met.state, met.source)"
        ),
        script='(canon "A" $s #cc)',
    ),
    Mutant(
        name="canon-merged-by-union",
        sentence="A canon that is known takes in what the local stream holds besides.",
        rule="Step/canon-known",
        change=Replace(
            "scope_with(met.at, canon, elements, tetraplet, executed.cid)",
            "scope_with(met.at, canon, elements + tuple(v for v in held(c, canon) if v not in elements), "
            "tetraplet, executed.cid)",
        ),
        script='(par (seq (call "B" ("s" "f") [] $s) (call "A" ("s" "g") [])) '
        '(seq (canon "A" $s #cc) (seq (call "C" ("s" "h") []) (call "A" ("s" "see") [#cc]))))',
    ),
    Mutant(
        name="canon-by-whoever-meets-it",
        sentence="A canon is performed by the first peer that meets it.",
        rule="Step/canon-forward",
        change=ReplaceConclusion(
            "fixed = need(fix(met.at, canon))\n"
            "known = met.at.with_stores(fixed.stores).sign_if_own(c.me, fixed.cid).with_scope(fixed.scope)\n"
            "known.record(CanonExecuted(fixed.cid)).done()"
        ),
        script='(canon "B" $s #cc)',
    ),
    Mutant(
        name="canon-is-complete-when-asked",
        sentence="What follows a canon does not wait for its contents.",
        rule=("Step/canon-forward", "Step/canon-elsewhere"),
        change=ReplaceUpdate("wait", "done()"),
        script='(seq (canon "B" $s #cc) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="canon-reversed",
        sentence="A canon holds the values of its stream in the wrong order.",
        rule="Canon/elements",
        change=ReplaceConclusion("values[::-1]"),
        script='(seq (ap 1 $s) (seq (ap 2 $s) (canon "A" $s #cc)))',
    ),
    Mutant(
        name="canon-of-another-peer",
        sentence="A canon that another peer than the script's fixed is taken.",
        rule="Store/canon-of-other-peer",
        change=DropRule(),
        script='(canon "A" $s #cc)',
        data_of='(canon "B" $s #cc)',
    ),
    Mutant(
        name="last-value-of-a-key",
        sentence="A map that becomes an object keeps the last value under each key.",
        rule="airspec.semantics.maps.first_values",
        change=Replace("reversed(pairs)", "pairs"),
        script='(seq (ap ("k" 1) %m) (seq (ap ("k" 2) %m) (canon "A" %m o)))',
    ),
    Mutant(
        name="one-value-a-key",
        sentence="A canonical map forgets all values but the first under a key.",
        rule="airspec.semantics.maps.by_key",
        change=Replace(
            "tuple(pair.value for pair in pairs if pair.key == key)",
            "tuple(pair.value for pair in pairs if pair.key == key)[:1]",
        ),
        script='(seq (ap ("k" 1) %m) (seq (ap ("k" 2) %m) (seq (canon "A" %m #%mm) (call "A" ("s" "f") [#%mm]))))',
    ),
)
