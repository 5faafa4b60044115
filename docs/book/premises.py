"""Typesetting of premises: patterns of values, conditions, and names for values."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence, Set

from airspec.book.functions import KINDS
from airspec.book.markup import Piece, joined, keyword, listed, name, spaced, text
from airspec.book.typeset import COMPARE, CONS, OR, Typesetter, UnknownNotationError, form_of
from airspec.semantics.notation.reading import Fails, Holds, Is, Let, Matches, Needs, Otherwise, Premise, Some
from airspec.semantics.notation.transitions import is_shared

EQUALS = "="
"""The sign of judgements that never fail, which may be asked without a need."""

DENIED = 2
"""The greatest number of conditions that the last case denies one by one; if there are more, it says *otherwise*."""


def typeset_premises(setter: Typesetter, premises: Sequence[Premise]) -> list[Piece]:
    """Return the typeset premises of a rule in order, each only once."""
    premises = without_denials(premises)
    shown = [
        piece for i, premise in enumerate(premises) for piece in _premise(setter, premise, premises[i + 1 : i + 2])
    ]
    return [piece for i, piece in enumerate(shown) if piece.html not in {earlier.html for earlier in shown[:i]}]


def without_denials(premises: Sequence[Premise]) -> Sequence[Premise]:
    """Return the premises, with *otherwise* in place of the denied conditions at the end if there are many."""
    denials: list[int] = []
    for i in reversed(range(len(premises))):
        premise = premises[i]
        if isinstance(premise, Holds) and not premise.truth:
            denials.append(i)
        elif not isinstance(premise, Let):
            break
    if len(denials) <= DENIED:
        return premises
    kept = [premise for i, premise in enumerate(premises) if i not in denials[:-1]]
    return [Otherwise(None) if premise is premises[denials[-1]] else premise for premise in kept]


def _premise(setter: Typesetter, premise: Premise, following: Sequence[Premise]) -> Iterator[Piece]:
    match premise:
        case Let(target, ast.Call(func=called) as value) if is_shared(setter.target(called)):
            yield spaced([setter.expression(value), keyword("as"), setter.expression(target)], COMPARE)
        case Let(target, value) if (judged := setter.judged(value)) is not None and form_of(judged).endswith(EQUALS):
            yield spaced([setter.judgement(value)[0], keyword(EQUALS), setter.expression(target)], COMPARE)
        case Let(target, value):
            yield spaced([setter.expression(target), keyword("="), setter.expression(value)], COMPARE)
        case Needs():
            yield needed(setter, premise)
        case Is(target, subject, form):
            found = [setter.expression(subject, CONS), keyword("is"), setter.kind(form)]
            yield spaced([*found, *([] if target is None else [keyword("as"), setter.expression(target)])], COMPARE)
        case Some(target, subject):
            found = [setter.expression(subject, CONS), keyword("≠"), text("∅", "v")]
            named = [] if target is None else [setter.expression(target), keyword("=")]
            yield spaced([*named, *found], COMPARE)
        case Otherwise(None):
            yield keyword("otherwise")
        case Otherwise(ast.expr() as consequence):
            yield spaced([keyword("otherwise, so"), setter.expression(consequence, COMPARE)])
        case Holds(test, truth):
            yield setter.expression(test) if truth else setter.negated(test)
        case Matches(subject, pattern, guard):
            yield from shape(setter, subject, pattern)
            if guard is not None:
                yield setter.expression(guard)
        case Fails(subject, earlier):
            here = following[0] if following and isinstance(following[0], Matches) else None
            if here is not None and is_anything(here):
                yield keyword("otherwise")
                return
            own = None if here is None else here.pattern
            given = set() if own is None else {written(*part) for part in parts(subject, own)}
            yield from denied(setter, subject, [case for case in earlier if not disjoint(case.pattern, own)], given)


def needed(setter: Typesetter, premise: Needs) -> Piece:
    """Return a premise that needs a judgement, typeset, with its result, its place and its blame if it has these."""
    judgement, sign = setter.judgement(premise.judgement)
    sign = f"{sign}ʷ" if premise.waits else sign
    yields = [] if premise.target is None else [setter.expression(premise.target)]
    within = [] if premise.within is None else [keyword("within"), setter.expression(premise.within)]
    blame = [] if premise.blame is None else [keyword("blaming"), setter.expression(premise.blame)]
    return spaced([judgement, keyword(sign), *yields, *within, *blame], COMPARE)


def is_anything(here: Matches) -> bool:
    """Return whether the pattern of a case matches every value, without a guard."""
    patterns = here.pattern.patterns if isinstance(here.pattern, ast.MatchSequence) else [here.pattern]
    return here.guard is None and all(isinstance(p, ast.MatchAs) and p.pattern is None for p in patterns)


def shape(setter: Typesetter, subject: ast.expr, pattern: ast.pattern) -> Iterator[Piece]:
    """Yield the typeset conditions that together say that a subject matches a pattern."""
    for part, expected in parts(subject, pattern):
        yield has_shape(setter, part, expected, "is", "=")


def parts(subject: ast.expr, pattern: ast.pattern) -> Iterator[tuple[ast.expr, ast.pattern]]:
    """Yield pairs of subjects and patterns to compare: tuples are taken apart, and wildcards are left out."""
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None and pattern.name is None:
        return
    if isinstance(subject, ast.Tuple) and isinstance(pattern, ast.MatchSequence) and not starred(pattern):
        for part, expected in zip(subject.elts, pattern.patterns, strict=True):
            yield from parts(part, expected)
        return
    yield subject, pattern


def has_shape(setter: Typesetter, subject: ast.expr, pattern: ast.pattern, word: str, sign: str) -> Piece:
    """Return a typeset condition, with `word` between subject and pattern if that is a kind, otherwise `sign`."""
    kind = isinstance(pattern, ast.MatchClass | ast.MatchOr) or (
        isinstance(pattern, ast.MatchAs) and pattern.pattern is not None
    )
    return spaced(
        [setter.expression(subject, CONS), keyword(word if kind else sign), typeset(setter, pattern)], COMPARE
    )


def written(subject: ast.expr, pattern: ast.pattern) -> str:
    """Return the condition that a subject matches a pattern, as a text by which conditions can be compared."""
    return f"{ast.unparse(subject)} is {ast.unparse(pattern)}"


def denied(
    setter: Typesetter, subject: ast.expr, earlier: Sequence[ast.match_case], given: Set[str]
) -> Iterator[Piece]:
    """Yield typeset denials of the earlier cases, without conditions in `given`, which hold in any case."""
    for case in earlier:
        required = [part for part in parts(subject, case.pattern) if written(*part) not in given]
        if len(required) == 1 and case.guard is None:
            yield has_shape(setter, *required[0], "is not", "≠")
        elif not required and case.guard is not None:
            yield setter.negated(case.guard)
        else:
            conditions = [has_shape(setter, *each, "is", "=") for each in required]
            if case.guard is not None:
                conditions.append(setter.expression(case.guard, OR + 1))
            conjunction = spaced([p for each in conditions for p in (keyword("and"), each)][1:])
            yield joined([keyword("not"), text(" ("), conjunction, text(")")])


def typeset(setter: Typesetter, pattern: ast.pattern) -> Piece:
    """Return a pattern typeset; raises `UnknownNotationError` for a pattern that has no form."""
    match pattern:
        case ast.MatchSingleton(value):
            return setter.expression(ast.Constant(value))
        case ast.MatchValue(value):
            return setter.expression(value)
        case ast.MatchClass(cls, patterns, attributes, kwd_patterns):
            named = [
                spaced([text(attribute, "n"), keyword("="), typeset(setter, inner)])
                for attribute, inner in zip(attributes, kwd_patterns, strict=True)
            ]
            fields = [*(typeset(setter, inner) for inner in patterns), *named]
            if isinstance(cls, ast.Name) and cls.id in KINDS:
                return spaced([*fields, *([text(":")] if fields else []), keyword(KINDS[cls.id])])
            return joined([setter.expression(cls), listed(fields, "(", ")")]) if fields else setter.expression(cls)
        case ast.MatchOr(patterns):
            return spaced([p for inner in patterns for p in (keyword("or"), typeset(setter, inner))][1:])
        case ast.MatchSequence(patterns):
            return listed([typeset(setter, inner) for inner in patterns], "⟨", "⟩")
        case ast.MatchStar(bound):
            return joined([text("…"), name(bound or "_")])
        case ast.MatchAs(None, bound):
            return name(bound or "_")
        case ast.MatchAs(inner, str(bound)) if inner is not None:
            return spaced([typeset(setter, inner), keyword("as"), name(bound)])
    raise UnknownNotationError(f"line {pattern.lineno}: no typeset form for {ast.unparse(pattern)}")


def starred(pattern: ast.MatchSequence) -> bool:
    """Return whether a pattern has a star, and so matches sequences of several lengths."""
    return any(isinstance(inner, ast.MatchStar) for inner in pattern.patterns)


def disjoint(one: ast.pattern, other: ast.pattern | None) -> bool:
    """Return whether surely no value matches both patterns, judged by the outermost kinds; None matches anything."""
    if isinstance(one, ast.MatchSequence) and isinstance(other, ast.MatchSequence):
        if starred(one) or starred(other):
            return False
        pairs = zip(one.patterns, other.patterns, strict=False)
        return len(one.patterns) != len(other.patterns) or any(disjoint(a, b) for a, b in pairs)
    ones, others = kinds(one), kinds(other)
    return ones is not None and others is not None and not ones & others


def kinds(pattern: ast.pattern | None) -> frozenset[str] | None:
    """Return the outermost kinds of value that a pattern admits, or None if it may admit anything.

    Distinct record types of this project have no common values.
    """
    match pattern:
        case ast.MatchSingleton(value):
            return frozenset({repr(value)})
        case ast.MatchClass(cls, _, _, _):
            return frozenset({ast.unparse(cls)})
        case ast.MatchOr(patterns):
            inner = [kinds(each) for each in patterns]
            return None if None in inner else frozenset(kind for each in inner if each is not None for kind in each)
        case ast.MatchAs(inner, _) if inner is not None:
            return kinds(inner)
    return None
