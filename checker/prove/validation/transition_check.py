"""Validation of the step relation: in real runs, exactly one way applies to each configuration.

Z3 knows only the types of judgements; whether the terms of rules mean what the rules do is checked in runs.  Scripts
are run in each edition, and some configurations are recorded for each rule that applies.  For these, the conditions
of all ways are computed, with every symbol standing for the expression that it replaced.  Exactly one of them must
hold, that of the rule that the machine used, and its term must equal the configuration to which the rules lead when
each is tried by itself.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final
from unittest.mock import patch

from airspec.checker.prove.reading.abstraction import Abstraction
from airspec.checker.prove.reading.terms import Terms
from airspec.checker.prove.reading.transitions import Relation
from airspec.checker.prove.validation.abstraction_check import same
from airspec.checker.prove.validation.interpretation import Interpretation
from airspec.checker.prove.validation.translation_check import Comparison, Disagreement
from airspec.semantics.configuration import Config, Eval, Halt, Return, Throw
from airspec.semantics.editions import Edition
from airspec.semantics.machine import Machine, machine
from airspec.semantics.notation.engine import firing
from airspec.semantics.notation.sharing import Tree, trees
from airspec.semantics.notation.transitions import Left
from airspec.semantics.persistent import first

GENERIC: Final = ("Step/premise-raises", "Step/premise-stops", "Step/premise-contradicts", "Step/premise-waits")
"""The cases of the generic rules, which fire where a premise fails that a rule needs."""

KEPT: Final = 4
"""The number of configurations that are recorded for each rule that applies."""

Met = Mapping[Left, Mapping[str, Sequence[Config]]]
"""Configurations by left side, and by the rule that applies."""


def validate_steps(terms: Terms, starts: Sequence[Config]) -> Comparison:
    """Compare, for all editions, the step relation of each left side with the machine, on runs from `starts`.

    The result counts rules as functions, and configurations as inputs.
    """
    rules, compared, wrong = 0, 0, list[Disagreement]()
    for edition in Edition:
        met = configurations(starts, edition)
        for tree in trees(edition):
            by_rule = met.get(tree.left, {})
            rules += len(by_rule)
            compared += sum(map(len, by_rule.values()))
            wrong += [Disagreement(name, (c.control,)) for name, c in disagreeing(terms, tree, by_rule, edition)]
    return Comparison(rules, compared, tuple(wrong))


@contextmanager
def starting() -> Iterator[list[Config]]:
    """Yield a list that records, within the context, the configurations in which runs begin."""
    starts: list[Config] = []
    step = Machine.step

    def seen(self: Machine, c: Config) -> Config:
        if isinstance(c.control, Eval) and not c.stack and len(c.memory.result) == 0:
            starts.append(c)
        return step(self, c)

    with patch.object(Machine, "step", seen):
        yield starts


def configurations(starts: Sequence[Config], edition: Edition) -> Met:
    """Return the first configurations (up to `KEPT`) to which each rule applies, in an edition's runs from `starts`."""
    met: dict[Left, dict[str, list[Config]]] = {}
    with firing() as fired:
        step = machine(edition).step
        for c in starts:
            while not isinstance(c.control, Halt):
                fired.clear()
                after = step(c)
                rule = next(name for name in reversed(fired) if name.startswith("Step/"))
                kept = met.setdefault(left_of(c), {}).setdefault(rule, [])
                if len(kept) < KEPT:
                    kept.append(c)
                c = after
    return met


def left_of(c: Config) -> Left:
    """Return the left side that a configuration has."""
    match c.control:
        case Eval(instruction):
            return Left("evaluate", type(instruction))
        case Return():
            return Left("return", type(first(c.stack)) if c.stack else None)
        case _:
            return Left("throw", type(first(c.stack)) if c.stack else None)


def parameters_of(c: Config) -> tuple[Any, ...]:
    """Return the arguments for the rules of a configuration's left side.

    These are the configuration with its instruction, or with its return or error and the innermost frame (or None).
    """
    frame = first(c.stack) if c.stack else None
    match c.control:
        case Eval(instruction):
            return c, instruction
        case Throw(error):
            return c, error, frame
        case _:
            return c, c.control, frame


def disagreeing(
    terms: Terms, tree: Tree, met: Mapping[str, Sequence[Config]], edition: Edition
) -> Iterator[tuple[str, Config]]:
    """Yield the rules and configurations on which the terms disagree with the machine.

    `met` has configurations by the name of the rule that the machine applies.  The terms disagree if not exactly this
    rule applies by them, or if they lead to another configuration.
    """
    relation = Relation(Abstraction(terms, edition=edition), tree)
    interpretation = Interpretation(relation.translation, relation.parameters)
    ways = [(way, interpretation.of(way.applies), interpretation.of(way.read())) for way in relation.ways]
    alone = machine(edition, is_shared=False)
    for name, chosen in met.items():
        for c in chosen:
            arguments = parameters_of(c)
            found = [(way, after) for way, applies, after in ways if applies(arguments)]
            names = [name if way.rule is None and name in GENERIC else way.name for way, _ in found]
            if names != [name] or not same(found[0][1](arguments), alone.step(c)):
                yield name, c
