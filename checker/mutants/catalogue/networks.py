"""Faults in the transitions of the network."""

from __future__ import annotations

from typing import Final

from checker.mutants.mutant import Mutant

TRANSITION: Final = "semantics/network/transition.py"


MUTANTS: Final = (
    Mutant(
        name="arrivals-meet-nothing",
        sentence="A peer that receives data runs the script on them as if it had kept none.",
        file=TRANSITION,
        function="transition",
        case="deliver",
        old="""            run = Invocation(flight.receiver, kept_by(state, flight.receiver), flight.data)
            effect = effect_of(world, run)
            return Moved(after(landed(state, flight), run, effect), run, effect)""",
        new="""            run = Invocation(flight.receiver, NO_DATA, flight.data)
            effect = effect_of(world, run)
            return Moved(after(landed(state, flight), run, effect), run, effect)""",
        script='(par (call "A" ("s" "f") [] x) (seq (call "B" ("s" "g") [] y) (call "A" ("s" "i") [x])))',
    ),
    Mutant(
        name="answers-stay-owed",
        sentence="A call that was answered is owed all the same.",
        file=TRANSITION,
        function="answered",
        old="if other != owed",
        new="if True",
        script='(call "A" ("s" "f") [])',
    ),
)
