"""Sharing: the rules of one left side as one tree, in which a premise that several of them state stands once.

The rules are independent texts.  Where they begin with the same premises they share the way through the tree, and part
where the first of them states something else; a value that is known on the way is not asked for again.  Judgements are
pure, so the order of premises shows only in which failure comes first.  Hence the one demand on the rules of a left
side: they part at side conditions, never at two different judgements that are needed (`parting_problems`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from semantics.editions import FAITHFUL, Edition
from semantics.notation.reading import NotationError
from semantics.notation.registry import Entry
from semantics.notation.transitions import (
    Atom,
    Left,
    Named,
    Needed,
    Otherwise,
    RuleReader,
    Transition,
    key,
    rules_by_left,
)


class Node(msgspec.Struct, eq=False):
    """A premise (None: the root), what follows it, and the rule that has no further premise."""

    atom: Atom | None = None
    children: list[Node] = msgspec.field(default_factory=list)
    end: Transition | None = None

    def ordered(self) -> list[Node]:
        """The children in the order in which they are asked: side conditions, failures, and what is otherwise."""
        return sorted(self.children, key=lambda child: _turn(child.atom))


def _turn(atom: Atom | None) -> int:
    """When a premise is asked, among those that follow the same premises."""
    match atom:
        case Needed():
            return 1
        case Otherwise():
            return 2
        case _:
            return 0


class Tree(msgspec.Struct, frozen=True, eq=False):
    """The rules of one left side; `constants` are what the global names in their premises stand for."""

    left: Left
    root: Node
    rules: tuple[Transition, ...]
    constants: dict[str, Any]


def shared(left: Left, entries: Sequence[Entry], edition: Edition = FAITHFUL) -> Tree:
    """Return the rules of a left side as one tree.  Raises `NotationError`."""
    reader = RuleReader(left, edition)
    rules = tuple(reader.transition(entry) for entry in entries)
    root = Node()
    for rule in rules:
        insert(root, rule)
    return Tree(left, root, rules, reader.constants)


def trees(edition: Edition = FAITHFUL) -> Iterator[Tree]:
    """Return the tree of each left side of an edition."""
    for left, entries in rules_by_left(edition).items():
        yield shared(left, entries, edition)


def insert(root: Node, rule: Transition) -> None:
    """Put a rule into the tree; a value that is known on the way is not asked for again."""
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
    """Say where the rules of a left side part at judgements whose failures could come in either order."""
    waiting = [tree.root]
    while waiting:
        node = waiting.pop()
        needed = [child for child in following(node) if isinstance(child.atom, Needed)]
        if len(needed) > 1:
            texts = " and ".join(key(child.atom) for child in needed if child.atom is not None)
            yield f"the rules of {tree.left} part at two judgements that are needed: {texts}"
        waiting += node.children


def following(node: Node) -> Iterator[Node]:
    """The premises that can decide after a node: those that follow it, beyond names of values."""
    for child in node.children:
        if isinstance(child.atom, Named):
            yield from following(child)
        else:
            yield child
