"""Faults in the join of single states."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import AddPremise, Replace, ReplaceConclusion
from airspec.checker.mutation.mutant import Mutant

ONE_CALL: Final = '(call "B" ("s" "f") [])'


MUTANTS: Final = (
    Mutant(
        name="request-over-result",
        sentence="When a result arrives for a call that this peer asked for, the request is kept.",
        rule="Join/sent-done",
        change=ReplaceConclusion("Joined(prev, Source.PREVIOUS, Source.PREVIOUS)"),
        script=f'(seq {ONE_CALL} (call "A" ("s" "g") []))',
    ),
    Mutant(
        name="result-forgotten",
        sentence="When a request arrives for a call whose result this peer knows, the result is forgotten.",
        rule="Join/done-sent",
        change=ReplaceConclusion("Joined(current, Source.CURRENT, Source.CURRENT)"),
        script='(call "B" ("s" "g") [])',
    ),
    Mutant(
        name="sender-compared",
        sentence="Two requests for one call are a contradiction when two peers made them.",
        rule="Join/sent-sent",
        change=AddPremise("prev.peer_id == current.peer_id"),
        script='(call "B" ("s" "f") [])',
    ),
    Mutant(
        name="generations-compared",
        sentence="Two recordings of a result in a stream are a contradiction when their generations differ.",
        rule="Join/executed-executed",
        change=Replace("same_result(prev.result, current.result)", "prev.result == current.result"),
        script='(par (call "A" ("s" "f") [] $s) (par (call "B" ("s" "g") [] $s) (fold $s i (call "C" ("s" "f") []))))',
    ),
    Mutant(
        name="kinds-of-results-mixed",
        sentence="Results that are bound in different ways count as the same.",
        rule="airspec.semantics.merge.join.same_result",
        change=Replace("False", "True"),
        script='(call "B" ("s" "f") [] x)',
        data_of='(call "B" ("s" "f") [] $s)',
    ),
    Mutant(
        name="failed-beats-executed",
        sentence="Of a result and a failure of one call the failure is taken.",
        rule="Join/executed-failed",
        change=ReplaceConclusion("Joined(current, Source.CURRENT, Source.CURRENT)"),
        script='(call "B" ("s" "f") [])',
        data_of='(call "C" ("s" "err") [])',
    ),
    Mutant(
        name="first-result-wins",
        sentence="Of two different results of one call the kept one stands.",
        rule="Join/executed-conflict",
        change=ReplaceConclusion("Joined(prev, Source.PREVIOUS, Source.BOTH)"),
        script='(call "B" ("s" "f") [] x)',
        data_of='(call "C" ("s" "f") [] x)',
    ),
    Mutant(
        name="later-append-stands",
        sentence="An append that both sides know takes the generation of the data that arrive.",
        rule="Join/ap-ap",
        change=ReplaceConclusion("Joined(current, Source.CURRENT, Source.BOTH)"),
        script='(seq (ap 1 $s) (call "B" ("s" "f") [] $s))',
    ),
    Mutant(
        name="append-at-one-position",
        sentence="An append that both sides know stands for its position in the kept data only.",
        rule="Join/ap-ap",
        change=ReplaceConclusion("Joined(prev, Source.PREVIOUS, Source.PREVIOUS)"),
        script='(seq (ap 1 $s) (fold $s i (call "C" ("s" "f") [])))',
    ),
    Mutant(
        name="canon-request-over-contents",
        sentence="When contents arrive for a canon that this peer asked for, the request is kept.",
        rule="Join/canon-sent-executed",
        change=ReplaceConclusion("Joined(prev, Source.PREVIOUS, Source.NEITHER)"),
        script='(seq (canon "B" $s #cc) (call "A" ("s" "f") []))',
    ),
    Mutant(
        name="canon-assigned-twice",
        sentence="Of two different contents of one canon the kept ones stand.",
        rule="Join/canon-conflict",
        change=ReplaceConclusion("Joined(prev, Source.PREVIOUS, Source.NEITHER)"),
        script='(canon "A" $s #cc)',
        data_of='(canon "B" $s #cc)',
    ),
    Mutant(
        name="par-branches-swapped",
        sentence="On merge, the branches of a par of the data that arrive are exchanged.",
        rule="airspec.semantics.merge.join.join_par",
        change=Replace("sizes_of(current)", "Par(sizes_of(current).right, sizes_of(current).left)"),
        script='(par (call "C" ("s" "g") []) (null))',
    ),
    Mutant(
        name="par-unknown-to-prev-skipped",
        sentence="The branches of a par that only the arriving data know are not looked at.",
        rule="airspec.semantics.merge.join.join_par",
        change=Replace("sizes_of(current)", "Par(0, 0) if prev is None else sizes_of(current)"),
        script='(par (call "B" ("s" "f") []) (null))',
    ),
    Mutant(
        name="fold-forgets-current",
        sentence="Of a fold that both sides know the iterations that arrive are not looked at.",
        rule="airspec.semantics.merge.join.join_fold",
        change=Replace("lore_of(current)", "lore_of(current if prev is None else None)"),
        script='(seq (ap 1 $s) (fold $s i (call "C" ("s" "f") [])))',
    ),
)
