"""Faults in the transitions of the network."""

from __future__ import annotations

from typing import Final

from airspec.checker.mutation.changes import Replace
from airspec.checker.mutation.mutant import Mutant

MUTANTS: Final = (
    Mutant(
        name="arrivals-meet-nothing",
        sentence="A peer that receives data runs the script on them as if it had kept none.",
        rule="Network/deliver",
        change=Replace("kept_by(state, flight.receiver)", "NO_DATA"),
        script='(par (call "A" ("s" "f") [] x) (seq (call "B" ("s" "g") [] y) (call "A" ("s" "i") [x])))',
    ),
    Mutant(
        name="answers-stay-owed",
        sentence="A call that was answered is owed all the same.",
        rule="airspec.semantics.network.changes.answered",
        change=Replace("other != owed", "True"),
        script='(call "A" ("s" "f") [])',
    ),
    Mutant(
        name="batches-stay-owed",
        sentence="Calls that were answered together are owed all the same.",
        rule="airspec.semantics.network.changes.all_answered",
        change=Replace("answered(state, name, owed, counter_of(world, name, owed))", "state"),
        script='(par (call "A" ("s" "f") []) (call "A" ("s" "g") []))',
    ),
    Mutant(
        name="batches-bring-the-first-result",
        sentence="Of the results of calls that are answered together, only the first one is given to the run.",
        rule="airspec.semantics.network.changes.results_of",
        change=Replace("call_ids[1:]", "()"),
        script='(par (call "A" ("s" "f") [] x) (seq (call "A" ("s" "g") [] y) (call "A" ("s" "h") [x y])))',
    ),
)
