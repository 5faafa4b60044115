"""The step relation of a left side, read from the rules of *Step* as the compiler reads them.

A rule is one way to step: it applies to a configuration if its premises hold there, and its conclusion is the next
configuration.  A premise that is needed and fails is another way, by the generic rules.  The relation is the union of
all ways.  No way excludes another one by its position in the text, as the laws of `steps` show that it need not.  Only
two kinds depend on others: the generic rules apply where no rule handles the failure, and ``otherwise`` where no sister
rule applies.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, partial
from typing import Any, Final

import z3
from msgspec import Struct

from airspec.checker.prove.reading.abstraction import Abstraction, LooseReader
from airspec.checker.prove.reading.terms import Term
from airspec.semantics.configuration import Config, Eval, Return, Throw
from airspec.semantics.notation.reading import definition_of
from airspec.semantics.notation.registry import Entry, entry_of
from airspec.semantics.notation.sharing import Node, Tree
from airspec.semantics.notation.step_code import StepCode
from airspec.semantics.notation.transitions import Named, Needed, Otherwise, Tested, Transition, is_shared
from airspec.semantics.persistent import first
from airspec.semantics.rules.failing import is_absent, premise_fails, premise_waits
from airspec.spec.faults import Catchable

GENERIC: Final = {"__fails": premise_fails, "__waits": premise_waits, "__is_absent": is_absent}
"""The generic rules, as the code of a left side calls them."""

Scope = dict[str, Any]


class Way(Struct, frozen=True, eq=False):
    """One way to step: its name, the condition under which it applies, and how to read the next configuration.

    `read` returns the term of that configuration.  `rule` is None for the generic rules.
    """

    name: str
    applies: Term
    read: Callable[[], Term]
    rule: Transition | None = None


class Fallback(Struct, frozen=True, eq=False):
    """The claim of a rule with ``otherwise``: what holds of a configuration to which no sister rule applies.

    `left` says that a configuration has the left side; `premises` are those above the `node` of the tree of rules;
    `sisters` are the conditions under which each other rule below them applies; and `consequence` is what the rule
    claims if none does.
    """

    node: Node
    left: Term
    premises: tuple[Term, ...]
    sisters: tuple[Term, ...]
    consequence: Term

    @property
    def name(self) -> str:
        """Return the name of the rule that ends below the node."""
        node = self.node
        while node.end is None:
            (node,) = node.children
        return node.end.name


class Relation:
    """The step relation of one left side (of `tree.left`), as the ways to step in the edition of the translation.

    `parameters` are the configuration and the parts that rules match: the instruction, or the return or error and the
    innermost frame.  `fallbacks` are the claims of rules with ``otherwise``.
    """

    def __init__(self, translation: Abstraction, tree: Tree) -> None:
        self.translation = translation
        self.terms = translation.terms
        self.tree = tree
        self.code = StepCode(tree.left, False)
        self.namespace = {**tree.constants, **GENERIC, "__Config": Config}
        self.reader = LooseReader(translation, self.namespace, str(tree.left))
        self.parameters = tuple(z3.Const(f"_{i}", self.terms.sort) for i in range(tree.left.arity))
        for parameter, kind in zip(self.parameters, self.kinds, strict=True):
            translation.suppose(parameter, kind)
        self.fallbacks: list[Fallback] = []
        scope: Scope = {f"_{i}": parameter for i, parameter in enumerate(self.parameters)}
        self.ways = tuple(self.below(tree.root, (), scope))

    @property
    def kinds(self) -> tuple[Any, ...]:
        """Return the class of each parameter (None for the frame of an empty stack)."""
        event, head = self.tree.left.event, self.tree.left.head
        if event == "evaluate":
            return Config, head
        return Config, Return if event == "return" else Catchable, head

    @cached_property
    def left(self) -> Term:
        """Return the formula that the configuration has this left side, and that the other parameters are its parts."""
        c, met = self.parameters[0], self.parameters[1]
        control = self.terms.field(Config, "control", c)
        event, head = self.tree.left.event, self.tree.left.head
        if event == "evaluate":
            evaluates = z3.And(
                self.terms.is_record(Eval, control), self.terms.field(Eval, "instruction", control) == met
            )
            return z3.And(self.terms.is_record(Config, c), evaluates, self.terms.is_record(head, met))
        if event == "return":
            comes = z3.And(self.terms.is_record(Return, control), control == met)
        else:
            thrown = z3.And(self.terms.is_record(Throw, control), self.terms.field(Throw, "error", control) == met)
            comes = z3.And(thrown, self.terms.is_record(Catchable, met))
        return z3.And(self.terms.is_record(Config, c), comes, self.frame)

    @property
    def frame(self) -> Term:
        """Return the formula that the third parameter is the innermost frame, of the left side's class.

        If the left side is of an empty stack, the formula only says that the parameter is nothing.
        """
        c, frame = self.parameters[0], self.parameters[2]
        if self.tree.left.head is None:
            return frame == self.terms.nothing
        stack = self.terms.field(Config, "stack", c)
        innermost = self.translation.call(first, [stack])
        return z3.And(self.terms.is_record(self.tree.left.head, frame), innermost == frame)

    def below(self, node: Node, path: tuple[Term, ...], scope: Scope) -> Iterator[Way]:
        """Yield the ways whose premises begin with those on the path to a node, which hold in `path`."""
        if node.end is not None:
            yield Way(node.end.name, z3.And(*path), partial(self.conclusion, node.end, scope), node.end)
            return
        earlier: list[Way] = []
        for child in node.ordered():
            ways = list(self.through(child, path, scope, earlier))
            yield from ways
            earlier += ways

    def through(self, node: Node, path: tuple[Term, ...], scope: Scope, earlier: list[Way]) -> Iterator[Way]:
        """Yield the ways that go through a child node, after the premises in `path`.

        `earlier` are the ways of the sisters before it.
        """
        match node.atom:
            case Named(name, value):
                yield from self.below(node, path, {**scope, name: self.reader.value(value, scope)})
            case Tested(test):
                yield from self.below(node, (*path, self.reader.condition(test, scope)), scope)
            case Needed(name) as needed:
                fails = self.terms.is_failure(self.reader.value(name, scope))
                none = z3.Not(z3.Or(*(way.applies for way in earlier)))
                applies = z3.And(*path, fails, none) if earlier else z3.And(*path, fails)
                yield Way(f"failure of {ast.unparse(self.named(name))}", applies, partial(self.failure, needed, scope))
                yield from self.below(node, (*path, z3.Not(fails)), scope)
            case Otherwise(consequence):
                sisters = tuple(way.applies for way in earlier)
                left_over = (*path, z3.Not(z3.Or(*sisters)))
                if consequence is not None:
                    claimed = self.reader.condition(consequence, scope)
                    self.fallbacks.append(Fallback(node, self.left, path, sisters, claimed))
                    left_over = (*left_over, claimed)
                yield from self.below(node, left_over, scope)

    def named(self, name: ast.expr) -> ast.expr:
        """Return the expression that a premise gives this name to; any other expression is returned as it is."""
        if isinstance(name, ast.Name):
            for rule in self.tree.rules:
                for atom in rule.atoms:
                    if isinstance(atom, Named) and atom.name == name.id:
                        return atom.value
        return name

    def conclusion(self, rule: Transition, scope: Scope) -> Term:
        """Return the term of the next configuration by a rule; `scope` has the terms of its names."""
        *hoisted, end = self.code.constructed(rule.conclusion, rule.conclusion.lineno)
        self.namespace.update(self.code.constants)
        for statement in hoisted:
            assert isinstance(statement, ast.Assign) and isinstance(statement.targets[0], ast.Name)
            scope = {**scope, statement.targets[0].id: self.reader.value(statement.value, scope)}
        assert isinstance(end, ast.Return) and end.value is not None
        return self.reader.value(end.value, scope)

    def failure(self, needed: Needed, scope: Scope) -> Term:
        """Return the term of the next configuration by the generic rules, after a needed premise failed."""
        match self.code.failure(needed):
            case ast.If(body=[ast.Return(ast.expr() as result)]):
                return self.reader.value(result, scope)
        raise AssertionError("the code of a failure is one condition")

    def step(self, after: Term) -> Term:
        """Return the formula that some way leads to the configuration `after`."""
        return z3.Or(*(z3.And(way.applies, after == way.read()) for way in self.ways))

    @property
    def reads(self) -> tuple[str, ...]:
        """Return the names (``module.function``) of the functions of the notation that were read for the relation."""
        texts = {read for rule in self.tree.rules for read in texts_of(rule.entry, self.translation.replaced)}
        return tuple(sorted(f"{entry.module}.{entry.name}" for entry in texts | self.translation.read))


def texts_of(entry: Entry, replaced: Mapping[Any, Entry]) -> Iterator[Entry]:
    """Yield a rule, and the shared premises that it uses, directly or indirectly.

    A shared premise is replaced by the one that `replaced` has for it, as an edition does.
    """
    yield entry
    for node in (node for statement in definition_of(entry).body for node in ast.walk(statement)):
        if isinstance(node, ast.Name):
            known = entry_of(entry.plain.__globals__.get(node.id))
            if known is not None and is_shared(known.function):
                yield from texts_of(replaced.get(known.function, known), replaced)
