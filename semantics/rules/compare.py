"""``match`` and ``mismatch`` (section 7.5 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import Config, Eval
from semantics.notation import rules
from semantics.registers import raise_, wait_or_stop
from semantics.resolve.values import resolve
from spec import codes, json_text
from spec.faults import Catchable, Trap
from spec.syntax import Match, Mismatch


@rules("Step")
def match_(c: Config, instr: Match) -> Config:
    """The body follows if both values are equal."""
    left = resolve(c, instr.left)
    right = resolve(c, instr.right)
    match left, right:
        case ((Catchable() | Trap()), _):
            "match-left-missing: the left operand has no value"
            return wait_or_stop(c, left, instr)
        case _, (Catchable() | Trap()):
            "match-right-missing: the right operand has no value"
            return wait_or_stop(c, right, instr)
        case _, _ if json_text.equal(left.json, right.json):
            "match-equal: the values are equal as JSON; 1 and 1.0 are not"
            return replace(c, control=Eval(instr.body))
        case _, _:
            "match-different: the values differ, which a handler can catch"
            return raise_(c, codes.match_values_not_equal(), instr)


@rules("Step")
def mismatch(c: Config, instr: Mismatch) -> Config:
    """The body follows if the values differ."""
    left = resolve(c, instr.left)
    right = resolve(c, instr.right)
    match left, right:
        case ((Catchable() | Trap()), _):
            "mismatch-left-missing: the left operand has no value"
            return wait_or_stop(c, left, instr)
        case _, (Catchable() | Trap()):
            "mismatch-right-missing: the right operand has no value"
            return wait_or_stop(c, right, instr)
        case _, _ if json_text.equal(left.json, right.json):
            "mismatch-equal: the values are equal, which a handler can catch"
            return raise_(c, codes.mismatch_values_equal(), instr)
        case _, _:
            "mismatch-different: the values differ"
            return replace(c, control=Eval(instr.body))
