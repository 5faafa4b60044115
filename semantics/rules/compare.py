"""``match`` and ``mismatch``.

AquaVM 0.62: ``air/src/execution_step/instructions/match_.rs``, ``mismatch.rs`` and ``compare_matchable/`` beside it.
"""

from __future__ import annotations

from airspec.semantics.configuration import Config
from airspec.semantics.notation import given, step, wait_for
from airspec.semantics.resolve.values import resolve
from airspec.spec import json_text
from airspec.spec.faults import Catchable, ValuesDiffer, ValuesEqual
from airspec.spec.syntax import Match, Mismatch


@step
def match_equal(c: Config, match_: Match) -> Config:
    """The values are equal as JSON, where 1 and 1.0 differ, so the body follows."""
    left = wait_for(resolve(c, match_.left))
    right = wait_for(resolve(c, match_.right))
    given(json_text.equal(left.json, right.json))
    return c.evaluate(match_.body)


@step
def match_different(c: Config, match_: Match) -> Config:
    """The values differ: a catchable error, which leaves the flag of completeness as it was."""
    left = wait_for(resolve(c, match_.left))
    right = wait_for(resolve(c, match_.right))
    given(not json_text.equal(left.json, right.json))
    return c.fail(Catchable(ValuesDiffer()), match_)


@step
def mismatch_different(c: Config, mismatch: Mismatch) -> Config:
    """The values differ, so the body follows."""
    left = wait_for(resolve(c, mismatch.left))
    right = wait_for(resolve(c, mismatch.right))
    given(not json_text.equal(left.json, right.json))
    return c.evaluate(mismatch.body)


@step
def mismatch_equal(c: Config, mismatch: Mismatch) -> Config:
    """The values are equal: a catchable error, which leaves the flag of completeness as it was."""
    left = wait_for(resolve(c, mismatch.left))
    right = wait_for(resolve(c, mismatch.right))
    given(json_text.equal(left.json, right.json))
    return c.fail(Catchable(ValuesEqual()), mismatch)
