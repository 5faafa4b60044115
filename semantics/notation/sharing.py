"""Sharing: the rules of one left side as one tree, in which a premise that several of them state stands once.

The rules are independent texts.  Where they begin with the same premises they share the way through the tree, and part
where the first of them states something else; a value that is known on the way is not asked for again.  Judgements are
pure, so the order of the rules could show only in whether a failure or another rule comes first.  Hence the demands on
the rules of a left side (`parting_problems`): they part at side conditions, and not at two judgements that are needed,
nor at one and at a condition of something else; and conditions below which judgements are needed exclude each other.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import Any, Final, get_args

import msgspec

from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.notation.reading import NotationError
from airspec.semantics.notation.registry import Entry
from airspec.semantics.notation.transitions import (
    Atom,
    Left,
    Named,
    Needed,
    Otherwise,
    RuleReader,
    Tested,
    Transition,
    key,
    rules_by_left,
)

CONTRARY: Final = {ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq}


class Node(msgspec.Struct, eq=False):
    """A node in the tree of premises that rules share.

    It has its premise (None at the root), the nodes that follow it, and the rule whose last premise it is, if any.
    """

    atom: Atom | None = None
    children: list[Node] = msgspec.field(default_factory=list)
    end: Transition | None = None

    def ordered(self) -> list[Node]:
        """Return the children in the order of evaluation: side conditions, needed judgements, then *otherwise*."""
        return sorted(self.children, key=_turn)


def _turn(node: Node) -> int:
    """Return the rank of a premise among those that follow the same premises, by what it can decide."""
    match node.atom:
        case Needed():
            return 1
        case Otherwise():
            return 2
        case Named():
            return max((_turn(child) for child in node.children), default=0)
        case _:
            return 0


class Tree(msgspec.Struct, frozen=True, eq=False):
    """The rules of one left side as a tree; `constants` are the values of the global names in their premises."""

    left: Left
    root: Node
    rules: tuple[Transition, ...]
    constants: dict[str, Any]


def shared(left: Left, entries: Sequence[Entry], edition: Edition = FAITHFUL) -> Tree:
    """Return the rules of a left side as one tree.  Raise `NotationError` if a rule cannot be read or inserted."""
    reader = RuleReader(left, edition)
    rules = tuple(reader.transition(entry) for entry in entries)
    root = Node()
    for rule in rules:
        insert(root, rule)
    return Tree(left, root, rules, reader.constants)


def trees(edition: Edition = FAITHFUL) -> Iterator[Tree]:
    """Yield the tree of each left side of an edition."""
    for left, entries in rules_by_left(edition).items():
        yield shared(left, entries, edition)


def insert(root: Node, rule: Transition) -> None:
    """Add a rule to the tree, sharing the premises that it begins with.

    A value that is named on the way is not named again. Raise `NotationError` if another rule has exactly its premises,
    or only the first of them.
    """
    node, known = root, set[str]()
    for atom in rule.atoms:
        text = key(atom)
        if isinstance(atom, Named):
            if text in known:
                continue
            known.add(text)
        found = next((child for child in node.children if child.atom is not None and key(child.atom) == text), None)
        if found is None:
            found = Node(atom)
            node.children.append(found)
        node = found
    if node.end is not None or node.children:
        raise NotationError(f"{rule.name} has the premises of another rule", rule.entry.line)
    node.end = rule


def parting_problems(tree: Tree) -> Iterator[str]:
    """Yield a message for each place where the rules of a left side part so that their order could matter."""
    waiting = [tree.root]
    while waiting:
        node = waiting.pop()
        parted = [child.atom for child in following(node)]
        needed = [atom for atom in parted if isinstance(atom, Needed)]
        tested = [atom for atom in parted if isinstance(atom, Tested)]
        if len(needed) > 1:
            texts = " and ".join(map(key, needed))
            yield f"the rules of {tree.left} part at two judgements that are needed: {texts}"
        for judgement, condition in product(needed, tested):
            if not _mentions(condition.test, ast.unparse(judgement.name)):
                yield f"the rules of {tree.left} part at {key(judgement)} and at {key(condition)}, not about it"
        for (one, below), (other, below_too) in combinations(_tests(node), 2):
            if (has_need(below) or has_need(below_too)) and not are_exclusive(one, other, tree.constants):
                yield f"the rules of {tree.left} need judgements below {key(one)} and {key(other)}, which may both hold"
        waiting += node.children


def _tests(node: Node) -> list[tuple[Tested, Node]]:
    """Return the side conditions that follow a node, each with what follows it."""
    return [(child.atom, child) for child in following(node) if isinstance(child.atom, Tested)]


def _mentions(test: ast.expr, name: str) -> bool:
    return any(isinstance(node, ast.expr) and ast.unparse(node) == name for node in ast.walk(test))


def has_need(node: Node) -> bool:
    """Return whether a needed judgement stands anywhere below a node."""
    return any(isinstance(child.atom, Needed) or has_need(child) for child in node.children)


def are_exclusive(one: Tested, other: Tested, constants: Mapping[str, Any]) -> bool:
    """Return whether two side conditions cannot both hold, as far as their texts tell.

    They are each other's negation, or ask one value for two kinds of which it cannot be at once.
    """
    kinds, kinds_too = kinds_of(one.test, constants), kinds_of(other.test, constants)
    if is_contrary(one.test, other.test):
        return True
    if kinds is None or kinds_too is None or kinds.subject != kinds_too.subject:
        return False
    if kinds.negated and kinds_too.negated:
        return False
    if kinds.negated or kinds_too.negated:
        negative, positive = (kinds, kinds_too) if kinds.negated else (kinds_too, kinds)
        return positive.kinds <= negative.kinds
    return not kinds.kinds & kinds_too.kinds


class Kinds(msgspec.Struct, frozen=True):
    """The side condition that a value is of one of these classes, or, if `negated`, of none; `subject` is its text."""

    subject: str
    kinds: frozenset[Any]
    negated: bool = False


def kinds_of(test: ast.expr, constants: Mapping[str, Any]) -> Kinds | None:
    """Return a side condition as a condition on the class of a value; None if it is of another form."""
    match test:
        case ast.Compare(ast.Call(ast.Name("type"), [subject]), [ast.Is()], [ast.Name(kind)]):
            return Kinds(ast.unparse(subject), frozenset({constants[kind]}))
        case ast.Compare(subject, [(ast.Is() | ast.IsNot()) as sign], [ast.Constant(None)]):
            return Kinds(ast.unparse(subject), frozenset({type(None)}), isinstance(sign, ast.IsNot))
        case ast.UnaryOp(ast.Not(), inner):
            found = kinds_of(inner, constants)
            return None if found is None else Kinds(found.subject, found.kinds, not found.negated)
        case ast.Call(ast.Name("isinstance"), [subject, ast.Name(kind)]):
            return Kinds(ast.unparse(subject), frozenset(get_args(constants[kind]) or (constants[kind],)))
        case _:
            return None


def is_contrary(one: ast.expr, other: ast.expr) -> bool:
    """Return whether one condition is literally the negation of the other."""
    match one, other:
        case ast.Compare(left, [sign], [right]), ast.Compare(left_too, [sign_too], [right_too]):
            same = ast.dump(left) == ast.dump(left_too) and ast.dump(right) == ast.dump(right_too)
            return same and type(sign_too) is CONTRARY.get(type(sign))
        case (ast.UnaryOp(ast.Not(), inner), positive) | (positive, ast.UnaryOp(ast.Not(), inner)):
            return ast.dump(inner) == ast.dump(positive)
    return False


def following(node: Node) -> Iterator[Node]:
    """Yield the nearest nodes below a node whose premises are not just names for values."""
    for child in node.children:
        if isinstance(child.atom, Named):
            yield from following(child)
        else:
            yield child
