"""Reading a flat trace as the tree that it means (see `semantics.merge.tree`).

A trace holds sizes and positions: a par says how many of the following states are in its branches, a fold where
the states of each iteration stand.  Its tree holds forests, and paths in place of positions.

A ``next`` inside of a par makes the par count the states of the iterations that it led to, which the fold lists as
theirs.  So a branch ends, at the latest, where the run of states that holds the par does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from airspec.semantics.merge.tree import (
    Cons,
    FoldNode,
    Forest,
    Iteration,
    Iterations,
    Leaf,
    LeafState,
    Nil,
    Node,
    ParNode,
    Path,
)
from airspec.spec.faults import Malformed, NotATree
from airspec.spec.states import Ap, Executed, Fold, Lore, Par, StreamResult, Trace, extent

LEFT, RIGHT, BEFORE, AFTER = range(4)
"""What a way through the tree says after the index of a par or of a fold: which part of it it goes on in."""


def forest_of_trace(trace: Trace) -> Forest | Malformed:
    """Return the tree of a trace, or an error if the trace is malformed; an honest peer's trace always has a tree."""
    try:
        return _TreeReader(trace).forest(0, len(trace), ())
    except _NotATreeError as error:
        return Malformed(NotATree(str(error)))


class _NotATreeError(ValueError):
    """The error of a trace whose sizes or positions do not fit together."""


class _TreeReader:
    """A reader of one trace from left to right, so that a value has its path before a fold refers to it."""

    def __init__(self, trace: Trace) -> None:
        self.trace = trace
        self.paths: dict[int, Path] = {}

    def forest(self, begin: int, end: int, way: tuple[int, ...]) -> Forest:
        """Return the forest of the states from position `begin` to before `end`; `way` is the path to that forest."""
        if end > len(self.trace):
            raise _NotATreeError(f"a run of states ends at {end}, beyond the trace")
        nodes: list[Node] = []
        position = begin
        while position < end:
            nodes.append(self.node(position, end, (*way, len(nodes))))
            position += 1 + extent(self.trace[position])
        return forest_of(nodes)

    def node(self, position: int, end: int, way: tuple[int, ...]) -> Node:
        """Return the node of the state at a position, whose path is `way`; its branches end before position `end`."""
        if position in self.paths:
            raise _NotATreeError(f"the state at {position} stands in two places")
        self.paths[position] = Path(way)
        match self.trace[position]:
            case Par(left, right):
                middle = min(position + 1 + left, end)
                return ParNode(
                    self.forest(position + 1, middle, (*way, LEFT)),
                    self.forest(middle, min(middle + right, end), (*way, RIGHT)),
                )
            case Fold(lore):
                return FoldNode(self.iterations(lore, way))
            case state:
                return Leaf(unnumbered(state))

    def iterations(self, lore: Sequence[Lore], way: tuple[int, ...]) -> Iterations:
        """Return the iterations of a fold, in the order of the paths of their values.

        One that left no state says nothing, and is as one that is not there.
        """
        runs = [
            (subtrace.begin, subtrace.begin + subtrace.length, entry.value, part)
            for entry in lore
            for part, subtrace in zip((BEFORE, AFTER), entry.subtraces, strict=True)
        ]
        found: dict[tuple[int, int], Forest] = {}
        for begin, end, value, part in sorted(runs):
            if value not in self.paths:
                raise _NotATreeError(f"a fold has an iteration for position {value}, which comes after it")
            path = self.paths[value]
            found[value, part] = self.forest(begin, end, (*way, part, len(path), *path))
        if len(found) != len(runs):
            raise _NotATreeError("a fold has two iterations for one value")
        parts = [(self.paths[e.value], found[e.value, BEFORE], found[e.value, AFTER]) for e in lore]
        return iterations_of(part for part in parts if part[1:] != (Nil(), Nil()))


def unnumbered(state: LeafState) -> LeafState:
    """Return a state with its generation set to 0, as each peer numbers generations for itself."""
    match state:
        case Ap():
            return Ap((0,))
        case Executed(StreamResult(cid, _)):
            return Executed(StreamResult(cid, 0))
        case _:
            return state


def forest_of(nodes: Sequence[Node]) -> Forest:
    """Return the forest of these nodes, in order."""
    forest: Forest = Nil()
    for node in reversed(nodes):
        forest = Cons(node, forest)
    return forest


def iterations_of(parts: Iterable[tuple[Path, Forest, Forest]]) -> Iterations:
    """Return the iterations of a fold, sorted by path, from triples in any order.

    Each is the path of a value, and the forests of the states before and after ``next``.
    """
    iterations: Iterations = Nil()
    for path, before, after in sorted(parts, key=lambda part: part[0], reverse=True):
        iterations = Iteration(path, before, after, iterations)
    return iterations


def nodes_of(forest: Forest) -> tuple[Node, ...]:
    """Return the nodes of a forest, in order."""
    nodes: list[Node] = []
    while isinstance(forest, Cons):
        nodes.append(forest.head)
        forest = forest.tail
    return tuple(nodes)


def parts_of(iterations: Iterations) -> dict[Path, tuple[Forest, Forest]]:
    """Return, by the path of its value, the forests of each iteration's states before and after ``next``."""
    parts: dict[Path, tuple[Forest, Forest]] = {}
    while isinstance(iterations, Iteration):
        parts[iterations.path] = (iterations.before, iterations.after)
        iterations = iterations.rest
    return parts
