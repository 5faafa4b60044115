"""The laws of every join, of single states and of whole traces.

`a ⊔ b` is partial; each law says for which elements it holds.  Reachability is no premise: the laws are proved for all
values of the declared types, and so for those that a network can produce.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import z3

from airspec.checker.prove.reading.terms import Term
from airspec.checker.prove.statement import Proposition
from airspec.checker.prove.theorems.algebra import Algebra
from airspec.checker.prove.theorems.algebra_symbols import ANY
from airspec.spec.states import Ap


def _one(m: Algebra) -> Term:
    return m.own(m.a)


def _two(m: Algebra) -> Term:
    return m.own(m.a, m.b)


def _three(m: Algebra) -> Term:
    return m.own(m.a, m.b, m.c)


def _joinable(m: Algebra) -> Term:
    return z3.And(m.own(m.a, m.b), m.defined(m.a, m.b))


def _both_groupings(m: Algebra) -> Term:
    return z3.And(
        m.own(m.a, m.b, m.c),
        m.defined(m.a, m.b),
        m.defined(m.join(m.a, m.b), m.c),
        m.defined(m.b, m.c),
        m.defined(m.a, m.join(m.b, m.c)),
    )


def _closed(m: Algebra) -> Term:
    return m.own(m.join(m.a, m.b))


def _idempotent(m: Algebra) -> Term:
    return z3.And(m.defined(m.a, m.a), m.join(m.a, m.a) == m.a)


def _unit(m: Algebra) -> Term:
    left = z3.And(m.defined(m.unit, m.a), m.join(m.unit, m.a) == m.a)
    return z3.And(left, m.defined(m.a, m.unit), m.join(m.a, m.unit) == m.a)


def _symmetric(m: Algebra) -> Term:
    return m.defined(m.a, m.b) == m.defined(m.b, m.a)


def _commutes(m: Algebra) -> Term:
    return m.alike(m.join(m.a, m.b), m.join(m.b, m.a))


def _associates(m: Algebra) -> Term:
    return m.join(m.join(m.a, m.b), m.c) == m.join(m.a, m.join(m.b, m.c))


def _defined_alike(m: Algebra) -> Term:
    left = z3.And(m.defined(m.a, m.b), m.defined(m.join(m.a, m.b), m.c))
    return left == z3.And(m.defined(m.b, m.c), m.defined(m.a, m.join(m.b, m.c)))


def _left_regular(m: Algebra) -> Term:
    return z3.And(m.defined(m.join(m.a, m.b), m.a), m.join(m.join(m.a, m.b), m.a) == m.join(m.a, m.b))


def _absorbs_right(m: Algebra) -> Term:
    return z3.And(m.defined(m.join(m.a, m.b), m.b), m.join(m.join(m.a, m.b), m.b) == m.join(m.a, m.b))


def _inflates(m: Algebra) -> Term:
    return z3.And(m.below(m.a, m.join(m.a, m.b)), m.below(m.b, m.join(m.a, m.b)))


def _least(m: Algebra) -> Term:
    bounded = z3.And(m.defined(m.a, m.b), m.below(m.join(m.a, m.b), m.c))
    return z3.Implies(z3.And(m.below(m.a, m.c), m.below(m.b, m.c)), bounded)


def _congruent(m: Algebra) -> Term:
    both = m.defined(m.a, m.b)
    return z3.And(both == m.defined(m.c, m.d), z3.Implies(both, m.alike(m.join(m.a, m.b), m.join(m.c, m.d))))


def _equivalent_pairs(m: Algebra) -> Term:
    return z3.And(m.own(m.a, m.b, m.c, m.d), m.alike(m.a, m.c), m.alike(m.b, m.d))


def _reflexive(m: Algebra) -> Term:
    return z3.And(m.below(m.a, m.a), m.alike(m.a, m.a))


def _transitive(m: Algebra) -> Term:
    return z3.Implies(z3.And(m.below(m.a, m.b), m.below(m.b, m.c)), m.below(m.a, m.c))


def _kernel(m: Algebra) -> Term:
    return m.alike(m.a, m.b) == z3.And(m.below(m.a, m.b), m.below(m.b, m.a))


def _well_formed(m: Algebra) -> Term:
    """Return the formula that states are joinable and each append has one generation, for readable countermodels."""
    sort = m.terms.sort

    def one_generation(state: Term) -> Term:
        generations = m.terms.field(Ap, "generations", state)
        single = z3.And(sort.is_number(sort.head(generations)), sort.tail(generations) == m.terms.nil)
        return z3.Implies(m.terms.is_record(Ap, state), z3.And(sort.is_cons(generations), single))

    return z3.And(_joinable(m), one_generation(m.a), one_generation(m.b))


def _literally_commutes(m: Algebra) -> Term:
    return m.join(m.a, m.b) == m.join(m.b, m.a)


def _law(
    name: str,
    sentence: str,
    premise: Callable[[Algebra], Term],
    conclusion: Callable[[Algebra], Term],
    arity: int = 2,
    **rest: Any,
) -> Proposition:
    """A law of any algebra."""
    return Proposition(name, sentence, premise, conclusion, ANY, arity, **rest)


LAWS: Final = (
    _law(
        "closed",
        "Where a join is defined, its result is of the same type.",
        _joinable,
        _closed,
    ),
    _law("idempotent", "Joining something with itself changes nothing.", _one, _idempotent, 1),
    _law("unit", "Joining with nothing changes nothing.", _one, _unit, 1),
    _law("reflexive", "The information order and the equivalence are reflexive.", _one, _reflexive, 1),
    _law("transitive", "The information order is transitive.", _three, _transitive, 3),
    _law(
        "kernel",
        "Two things are equivalent exactly when each is below the other in the information order.",
        _two,
        _kernel,
    ),
    _law(
        "symmetric-definedness",
        "A join is defined in both orders or in neither.",
        _two,
        _symmetric,
    ),
    _law(
        "commutative-up-to-equivalence",
        "The order of joining changes nothing that an observer sees.",
        _joinable,
        _commutes,
        uses=("reflexive", "symmetric-definedness"),
    ),
    _law(
        "associative",
        "How joins are grouped does not matter.",
        _both_groupings,
        _associates,
        3,
    ),
    _law(
        "associative-definedness",
        "Both groupings are defined, or neither is.",
        _three,
        _defined_alike,
        3,
    ),
    _law(
        "left-regular",
        "Joining the left side once more changes nothing, exactly.",
        _joinable,
        _left_regular,
        uses=("idempotent",),
    ),
    _law(
        "absorbs-right",
        "A second delivery of the same data changes nothing, exactly.",
        _joinable,
        _absorbs_right,
        uses=("idempotent",),
    ),
    _law(
        "inflationary",
        "Both sides are below their join.",
        _joinable,
        _inflates,
        uses=("reflexive",),
    ),
    _law(
        "least",
        "Two things with an upper bound join, and their join is below that bound.",
        _three,
        _least,
        3,
    ),
    _law(
        "congruence",
        "Equivalent things have equivalent joins.",
        _equivalent_pairs,
        _congruent,
        4,
    ),
    _law(
        "commutative",
        "The order of joining changes nothing at all.",
        _well_formed,
        _literally_commutes,
        shown=_joinable,
        claimed="refuted",
        reason="each peer keeps its own request, and numbers generations for itself",
        given="an append has one generation",
    ),
)
