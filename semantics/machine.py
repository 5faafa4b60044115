"""The machine: the left side of a configuration says which rules of *Step* may apply, and exactly one of them does,
or a premise fails, and one of the generic rules (`semantics.rules.failing`) does.

Which rules have a left side follows from the rules; the functions that try them are compiled on first use.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from airspec.semantics.configuration import Config, Eval, Halt, Return, Throw
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.engine import Overlay, compile_rules, failed, fired, is_compiled, is_recorded, overlay
from airspec.semantics.notation.recording import FAILED, HOOK
from airspec.semantics.notation.sharing import Tree, shared
from airspec.semantics.notation.step_code import Rewrite, shared_code, unshared_code
from airspec.semantics.notation.transitions import Event, Left, rules_by_left
from airspec.semantics.persistent import first
from airspec.semantics.rules.failing import is_absent, premise_fails, premise_waits


class Rewrites(dict[Any, Rewrite]):
    """The step functions of one event, by the head of their left side; each is compiled when it is first looked up."""

    def __init__(self, event: Event, functions: Overlay, is_shared: bool) -> None:
        super().__init__()
        self.event = event
        self.functions = functions
        self.is_shared = is_shared
        self.rules = rules_by_left(functions.edition)

    def __missing__(self, head: Any) -> Rewrite:
        """Compile the rules of the left side with this head, store the function, and return it."""
        left = Left(self.event, head)
        tree = shared(left, self.rules[left], self.functions.edition)
        constants = self.constants(tree)
        if self.is_shared:
            self[head] = shared_code(tree, constants, self.functions.is_recorded)
        else:
            self[head] = unshared_code(tree, constants)
        return self[head]

    def constants(self, tree: Tree) -> dict[str, Any]:
        """Return the objects that the global names in the code of a left side stand for in this edition, by name."""
        generic = {"__fails": premise_fails, "__waits": premise_waits, "__is_absent": is_absent}
        own = {name: self.functions.function(value) for name, value in {**tree.constants, **generic}.items()}
        return {**own, HOOK: fired, FAILED: failed}


class Machine:
    """The machine of one edition, which reports the cases that it uses if `recorded` is set.

    With `is_shared` false, each rule is tried by itself, and premises that several rules state are evaluated again.
    """

    def __init__(self, edition: Edition, recorded: bool, is_shared: bool = True) -> None:
        functions = overlay(edition, recorded)
        self.evaluate = Rewrites("evaluate", functions, is_shared)
        self.return_into = Rewrites("return", functions, is_shared)
        self.throw_into = Rewrites("throw", functions, is_shared)

    def step(self, c: Config) -> Config:
        """Return the configuration after one step.

        Raise `NoRuleError` if no rule applies, and `ValueError` for a halted configuration, which has no step.
        """
        match c.control:
            case Eval(instruction):
                return self.evaluate[type(instruction)](c, instruction)
            case Return():
                frame = first(c.stack) if c.stack else None
                return self.return_into[_head(frame)](c, c.control, frame)
            case Throw(error):
                frame = first(c.stack) if c.stack else None
                return self.throw_into[_head(frame)](c, error, frame)
            case Halt():
                raise ValueError("a halted configuration has no step")

    def run(self, c: Config) -> Config:
        """Return the halted configuration in which a run from `c` ends.  Raise `NoRuleError` if no rule applies."""
        evaluate, return_into, throw_into = self.evaluate, self.return_into, self.throw_into
        # Types are compared and not asked, as this is done for every step.
        while (kind := type(control := c.control)) is not Halt:
            if kind is Eval:
                instruction = control.instruction  # type: ignore[union-attr]
                c = evaluate[type(instruction)](c, instruction)
                continue
            frame = first(c.stack) if c.stack else None
            head = None if frame is None else type(frame)
            if kind is Return:
                c = return_into[head](c, control, frame)
            else:
                c = throw_into[head](c, control.error, frame)  # type: ignore[union-attr]
        return c


def _head(frame: Any) -> Any:
    return None if frame is None else type(frame)


@cache
def _machine(edition: Edition, recorded: bool, is_shared: bool, compiled: bool) -> Machine:
    return Machine(edition, recorded, is_shared)


def machine(edition: Edition = FAITHFUL, is_shared: bool = True) -> Machine:
    """Return the machine of an edition, after compiling the rules; within `firing`, it reports the cases that it uses.

    With `is_shared` false, it tries each rule by itself.
    """
    compile_rules()
    return _machine(edition, is_recorded(), is_shared, is_compiled())
