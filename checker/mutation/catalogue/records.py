"""Faults in stores, signatures and the stages of an invocation."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import (
    AddUpdate,
    DropKeyword,
    DropPremise,
    DropRule,
    DropUpdate,
    Exchange,
    Replace,
    ReplaceConclusion,
)
from airspec.checker.mutation.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="elements-of-current-lost",
        sentence="The elements of canons that the arriving data hold are not taken over.",
        rule="airspec.semantics.stores.merge_stores",
        change=Replace("prev.canon_element_store.update(current.canon_element_store)", "prev.canon_element_store"),
        script='(seq (ap 1 $s) (canon "B" $s #cc))',
    ),
    Mutant(
        name="values-of-current-lost",
        sentence="The values that the arriving data hold are not taken over.",
        rule="airspec.semantics.stores.merge_stores",
        change=Replace("prev.value_store.update(current.value_store)", "prev.value_store"),
        script='(call "B" ("s" "f") [] x)',
    ),
    Mutant(
        name="canon-values-not-stored",
        sentence="The values of a canon are not entered into the stores.",
        rule="airspec.semantics.stores.track_canon",
        change=Replace(
            "stores.value_store.update({r.value: e.json for r, e in zip(records, elements, strict=True)})",
            "stores.value_store",
        ),
        script='(seq (ap 1 $s) (canon "B" $s #cc))',
    ),
    Mutant(
        name="tetraplet-not-stored",
        sentence="The tetraplet of a result is not entered into the stores.",
        rule="airspec.semantics.stores.track_service_result",
        change=DropKeyword("tetraplet_store"),
        script='(call "B" ("s" "f") [] x)',
    ),
    Mutant(
        name="unused-results-stored",
        sentence="A result that is bound to nothing is stored all the same.",
        rule="Step/call-answer-unused",
        change=AddUpdate("with_stores(track_service_result(it.at.stores, json, it.arguments, it.triplet).stores)"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="arguments-not-hashed",
        sentence="A result is recorded as if its call had no arguments.",
        rule="Resolve/arguments",
        change=Replace("argument_hash(tuple(value.json for value in known))", "argument_hash(())"),
        script='(call "A" ("s" "f") [1] x)',
    ),
    Mutant(
        name="vouches-for-others",
        sentence="A peer signs the results of others as its own.",
        rule="airspec.semantics.configuration.Config.sign_if_own",
        change=Replace("peer == self.me", 'peer != ""'),
        script='(call "B" ("s" "f") [] x)',
    ),
    Mutant(
        name="own-results-not-signed-again",
        sentence="A peer does not sign results of its own that it finds in the data.",
        rule=("Step/call-known-scalar", "Step/call-known-stream"),
        change=DropUpdate("sign_if_own"),
        script='(call "A" ("s" "f") [] x)',
    ),
    Mutant(
        name="failures-not-signed",
        sentence="A peer does not sign the failures of its services.",
        rule="Step/call-answer-error",
        change=DropUpdate("sign_if_own"),
        script='(call "A" ("s" "err") [])',
    ),
    Mutant(
        name="canons-not-signed",
        sentence="A peer does not sign the canons that it makes.",
        rule=("Step/canon-perform", "Step/canon-accept"),
        change=DropUpdate("sign_if_own"),
        script='(canon "A" $s #cc)',
    ),
    Mutant(
        name="never-signs",
        sentence="A peer passes on the signatures that came in, and adds none.",
        rule="airspec.semantics.invoke.signatures",
        change=Replace("key is None", "True"),
        script="(null)",
    ),
    Mutant(
        name="forgeries-taken",
        sentence="Signatures are not checked.",
        rule="airspec.semantics.authenticity.verification.verify",
        change=DropPremise("signed(theirs, salt)"),
        script='(call "A" ("s" "f") [] x)',
        data_of='(call "A" ("s" "f") [] x)',
    ),
    Mutant(
        name="retractions-taken",
        sentence="A peer may vouch for other results than before.",
        rule="airspec.semantics.authenticity.verification.verify",
        change=DropPremise("not_retracted(ours, theirs)"),
        script='(call "A" ("s" "f") [] x)',
        data_of='(call "A" ("s" "g") [] x)',
    ),
    Mutant(
        name="stores-not-checked",
        sentence="The stores of arriving data are taken as they are.",
        rule="airspec.semantics.authenticity.verification.verify",
        change=DropPremise("check_stores(current.cid_info)"),
        script='(call "A" ("s" "f") [] x)',
        data_of='(call "A" ("s" "f") [] x)',
    ),
    Mutant(
        name="smaller-signature-kept",
        sentence="Of two signatures of a peer the one over fewer results is kept.",
        rule="airspec.semantics.authenticity.verification.merge_signatures",
        change=Replace("len(found.cids) > len(known[peer_id].cids)", "len(found.cids) < len(known[peer_id].cids)"),
        script='(seq (call "B" ("s" "f") []) (canon "A" $s #cc))',
    ),
    Mutant(
        name="numbers-of-the-sender",
        sentence="Requests are numbered on from those of the peer whose data arrive.",
        rule="airspec.semantics.invoke.prepare",
        change=Replace("prev.last_call_request_id", "current.last_call_request_id"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="sliders-exchanged",
        sentence="The trace that was kept is walked as the one that arrives, and the other way round.",
        rule="airspec.semantics.invoke.prepare",
        change=Exchange("slider(prev.trace)", "slider(current.trace)"),
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="abandoned-run-forgets",
        sentence="After an uncatchable error a peer has no data any more.",
        rule="Invoke/refusal",
        change=ReplaceConclusion("Outcome(code, message, Data())"),
        script='(seq (call "A" ("s" "f") [] x) (ap 1 x))',
    ),
    Mutant(
        name="next-peers-repeated",
        sentence="A peer that is asked for several calls is named as often.",
        rule="airspec.semantics.invoke.completed",
        change=Replace(
            "tuple(dict.fromkeys(reversed(tuple(c.host.next_peers))))", "tuple(reversed(tuple(c.host.next_peers)))"
        ),
        script='(par (call "B" ("s" "f") []) (call "B" ("s" "g") []))',
    ),
    Mutant(
        name="numbering-skipped",
        sentence="Generations are not numbered at the end of a run.",
        rule="airspec.semantics.invoke.compactify_all",
        change=Replace("tuple(d.stream for name in sorted(c.streams) for d in c.streams[name])", "()"),
        script="(ap 1 $s)",
    ),
    Mutant(
        name="nothing-verified",
        sentence="A peer with a key takes arriving data as if it had none.",
        rule="Invoke/authentic",
        change=DropRule(),
        script='(call "A" ("s" "f") [] x)',
        data_of='(call "A" ("s" "f") [] x)',
    ),
)
