"""The rule notation: a small fragment of Python in which every rule of AIR is written once.

    @rules("Join")        a function whose leaves (the places that return) are the named cases of a relation
    @definition           an auxiliary function in the same fragment, without named cases
    @opaque("reason")     a function that proofs do not look into (hashing, signatures, JSON)

The body of a rule is single assignments and then one of: ``return``, ``match`` with explicit cases, ``if`` and
``else``, where every branch is such a body again.  A branch that returns opens with a string, ``"name: one
sentence"``; the case is called ``Relation/name``.  A function with a single leaf is named after itself, and its
docstring is the sentence.  `semantics.notation.lint` says precisely what else is allowed.

The machine runs these functions as they are.  `semantics.notation.reading` reads their source for the book and
the proofs, and `semantics.notation.recording` lets a run report the cases that it used.
"""

from __future__ import annotations

from airspec.semantics.notation.premises import given, need, otherwise, some, wait_for
from airspec.semantics.notation.registry import definition, opaque, premises, replacing, rules, step, step_of

__all__ = [
    "definition",
    "given",
    "need",
    "opaque",
    "otherwise",
    "premises",
    "replacing",
    "rules",
    "some",
    "step",
    "step_of",
    "wait_for",
]
