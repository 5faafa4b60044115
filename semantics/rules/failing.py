"""The generic rules of *Step*: how an instruction fails, or waits, when a premise that it needs fails.

They apply where no rule of the left side is about the failure itself.  The configuration is the one that the judgement
was asked in, so states that were taken from the old traces before stay taken.

AquaVM 0.62: ``air/src/execution_step/errors/joinable.rs`` and ``error_effectable.rs`` beside it;
``air/src/execution_step/instructions/mod.rs``.
"""

from __future__ import annotations

from airspec.semantics.configuration import Config
from airspec.semantics.notation import definition, rules
from airspec.spec.faults import Catchable, DataDoNotFit, Failure, Trap, Uncatchable, VariableNotFound
from airspec.spec.printer import describe
from airspec.spec.syntax import Instruction
from airspec.spec.values import Tetraplet


@rules("Step")
def premise_fails(c: Config, instruction: Instruction, failure: Failure, blame: Tetraplet | None) -> Config:
    """Return the configuration after an instruction failed, or the run ended, because a needed premise failed.

    `blame` is the tetraplet that the error registers show (None: none).
    """
    match failure:
        case Catchable():
            "premise-raises: the error of the premise is the instruction's, and goes up to the next handler"
            return c.fail(failure, instruction, blame)
        case Uncatchable() | Trap():
            "premise-stops: nothing can catch the error, and the run ends"
            return c.halt(failure)
        case _:
            "premise-contradicts: the data do not fit the script, and the run ends"
            return c.halt(Uncatchable(DataDoNotFit(describe(instruction), failure)))


@rules("Step")
def premise_waits(c: Config) -> Config:
    """A premise needs a variable that is not there yet and may come with later data: the instruction waits."""
    return c.wait()


@definition
def is_absent(failure: Failure) -> bool:
    """Return whether a failure only means that a variable has no value yet."""
    match failure:
        case Catchable(VariableNotFound()):
            return True
        case _:
            return False
