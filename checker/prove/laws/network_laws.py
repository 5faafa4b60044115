"""Laws of the network, explored on small scripts, and laws of whole runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import wraps
from typing import Final

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.laws import LAWS as NETWORK_LAWS
from airspec.checker.explore.laws import NetworkLaw
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.script_law import Check, ScriptLaw, Witness
from airspec.checker.prove.laws.tally import noted


def _progress(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for run in noted(runs):
        if run.stuck is not None:
            yield Counterexample(run.script.text, run.stuck)


def _rest(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for run in noted(runs):
        if run.cut is not None:
            yield Counterexample(run.script.text, f"the particle does not come to rest: {run.cut}")


def _explored(law: NetworkLaw) -> Check:
    """The check of one law of the network in the runs of scripts, each with its shortest schedule."""

    @wraps(law.check)
    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for run in noted(runs):
            for violation in run.violations:
                if violation.breach.law == law.name:
                    yield Counterexample(run.script.text, violation.breach.sentence, (_schedule(run, violation),))

    return check


def _schedule(run: Run, violation: Counterexample[Breach, Moves]) -> str:
    story = Story(run.world)
    story.play_moves(violation.runs[0])
    return write_schedule(story.words)


RACE_FREE: Final = "no values race into a canon, and no fold over a stream is stopped by what races into it"

OF_ONE_SCRIPT: Final = frozenset({"network-progress", "no-script-error"})
"""Laws that scripts may break: they are checked of the script that is given, and claimed of none."""

LAWS: Final = (
    ScriptLaw(
        "progress",
        "To every configuration that has not halted a rule applies, and every run of a small script ends.",
        "machine",
        _progress,
    ),
    ScriptLaw(
        "comes-to-rest",
        "A particle comes to rest: after finitely many moves nothing is in flight and no call is owed.",
        "network",
        _rest,
    ),
    *(
        ScriptLaw(law.name, law.sentence, "network", _explored(law), RACE_FREE)
        for law in NETWORK_LAWS.values()
        if law.name not in OF_ONE_SCRIPT
    ),
)
