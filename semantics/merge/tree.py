"""The join of whole traces, as trees: the model that the laws of traces are proved of.

A trace is written flat, with the sizes of what follows; it means a tree.  Its states stand one after the other in
a *forest*; a par holds the forests of its two branches; a fold over a stream holds, for each value that it met, the
forests of the states before and after the iteration's ``next``.  A value is named by its *path*, the way through
the tree to the state that put it into the stream.  Paths, unlike positions, do not change when traces are joined.

The join goes state by state, branch by branch and value by value.  `checker.prove.refinement` compares it with what the
machine does.  Sequences are linked lists, so that proofs by structural induction read these very functions.
"""

from __future__ import annotations

from typing import NewType, cast

from msgspec import Struct

from airspec.semantics.merge.equivalence import alike, below
from airspec.semantics.merge.join import Joined, JoinResult, join_ap, join_call, join_canon
from airspec.semantics.notation import definition
from airspec.spec.states import Ap, CanonExecuted, CanonSent, Executed, Failed, Sent

Path = NewType("Path", tuple[int, ...])
"""The way to a state, in any encoding that tells ways apart; iterations are kept in the order of their paths."""

LeafState = Sent | Executed | Failed | Ap | CanonSent | CanonExecuted


class Nil(Struct, frozen=True, gc=False):
    """The empty forest, which ends every forest, or the end of the iterations of a fold."""


class Cons(Struct, frozen=True):
    """A non-empty forest: its first node, and the forest that follows it."""

    head: Node
    tail: Forest


class Leaf(Struct, frozen=True):
    """A node for the state of a call, an append or a canon."""

    state: LeafState


class ParNode(Struct, frozen=True):
    """A node for a par, with the forests of its branches."""

    left: Forest
    right: Forest


class Iteration(Struct, frozen=True):
    """One iteration of a fold, and the fold's other iterations, whose paths are greater.

    `path` leads to its value; `before` and `after` are its states before and after ``next``.
    """

    path: Path
    before: Forest
    after: Forest
    rest: Iterations


class FoldNode(Struct, frozen=True):
    """A node for a fold over a stream or map, with its iterations."""

    iterations: Iterations


class Clash(Struct, frozen=True):
    """Two nodes of one place that contradict each other, so that they have no join."""

    left: Node
    right: Node


Forest = Nil | Cons
Node = Leaf | ParNode | FoldNode
Iterations = Nil | Iteration


@definition
def join_forests(left: Forest, right: Forest) -> Forest | Clash:
    """Return the join of two forests, node by node; where one ends, the rest of the join is the rest of the other."""
    match left, right:
        case Nil(), _:
            return right
        case _, Nil():
            return left
        case Cons(), Cons():
            return sequence(join_nodes(left.head, right.head), join_forests(left.tail, right.tail))


@definition
def sequence(head: Node | Clash, tail: Forest | Clash) -> Forest | Clash:
    """Return the forest that begins with a node and goes on with a forest, or the clash if either is one."""
    match head, tail:
        case Clash(), _:
            return head
        case _, Clash():
            return tail
        case _, _:
            return Cons(head, tail)


@definition
def join_nodes(left: Node, right: Node) -> Node | Clash:
    """Return the join of two nodes, or a clash if they contradict each other."""
    match left, right:
        case Leaf(), Leaf():
            return leaf(left, right, join_states(left.state, right.state))
        case ParNode(), ParNode():
            return par_node(join_forests(left.left, right.left), join_forests(left.right, right.right))
        case FoldNode(), FoldNode():
            return fold_node(join_iterations(left.iterations, right.iterations))
        case _, _:
            return Clash(left, right)


@definition
def leaf(left: Node, right: Node, joined: JoinResult) -> Node | Clash:
    """Return the leaf of a joined state, or the clash of both nodes if their states have no join."""
    match joined:
        case Joined():
            return Leaf(cast(LeafState, joined.state))  # the tables give one of the two
        case _:
            return Clash(left, right)


@definition
def par_node(left: Forest | Clash, right: Forest | Clash) -> Node | Clash:
    """Return the par with these branches, or the first clash among them."""
    match left, right:
        case Clash(), _:
            return left
        case _, Clash():
            return right
        case _, _:
            return ParNode(left, right)


@definition
def fold_node(iterations: Iterations | Clash) -> Node | Clash:
    """Return the fold with these iterations, or the clash given in their place."""
    match iterations:
        case Clash():
            return iterations
        case _:
            return FoldNode(iterations)


@definition
def join_states(left: LeafState, right: LeafState) -> JoinResult:
    """Return the join of two states by the table of the left state's kind of instruction."""
    match left:
        case Sent() | Executed() | Failed():
            return join_call(left, right)
        case Ap():
            return join_ap(left, right)
        case CanonSent() | CanonExecuted():
            return join_canon(left, right)


@definition
def join_iterations(left: Iterations, right: Iterations) -> Iterations | Clash:
    """Return the iterations of both traces, in the order of their paths; two with one path are joined, or clash."""
    match left, right:
        case Nil(), _:
            return right
        case _, Nil():
            return left
        case Iteration(), Iteration() if left.path == right.path:
            return iteration(
                left.path,
                join_forests(left.before, right.before),
                join_forests(left.after, right.after),
                join_iterations(left.rest, right.rest),
            )
        case Iteration(), Iteration() if left.path < right.path:
            return iteration(left.path, left.before, left.after, join_iterations(left.rest, right))
        case Iteration(), Iteration():
            return iteration(right.path, right.before, right.after, join_iterations(left, right.rest))


@definition
def iteration(
    path: Path, before: Forest | Clash, after: Forest | Clash, rest: Iterations | Clash
) -> Iterations | Clash:
    """Return an iteration followed by other ones, or the first clash among its parts and these.

    `path` leads to its value; `before` and `after` are its states before and after ``next``.
    """
    match before, after, rest:
        case Clash(), _, _:
            return before
        case _, Clash(), _:
            return after
        case _, _, Clash():
            return rest
        case _, _, _:
            return Iteration(path, before, after, rest)


@definition
def alike_forests(left: Forest, right: Forest) -> bool:
    """Return whether an observer sees the same in two forests, ``≈``."""
    match left, right:
        case Nil(), Nil():
            return True
        case Cons(), Cons():
            return alike_nodes(left.head, right.head) and alike_forests(left.tail, right.tail)
        case _, _:
            return False


@definition
def alike_nodes(left: Node, right: Node) -> bool:
    """Return whether an observer sees the same in two nodes, ``≈``."""
    match left, right:
        case Leaf(), Leaf():
            return alike(left.state, right.state)
        case ParNode(), ParNode():
            return alike_forests(left.left, right.left) and alike_forests(left.right, right.right)
        case FoldNode(), FoldNode():
            return alike_iterations(left.iterations, right.iterations)
        case _, _:
            return False


@definition
def alike_iterations(left: Iterations, right: Iterations) -> bool:
    """Return whether two folds have the same values, and an observer sees the same for each, ``≈``."""
    match left, right:
        case Nil(), Nil():
            return True
        case Iteration(), Iteration():
            return (
                left.path == right.path
                and alike_forests(left.before, right.before)
                and alike_forests(left.after, right.after)
                and alike_iterations(left.rest, right.rest)
            )
        case _, _:
            return False


@definition
def below_forests(left: Forest, right: Forest) -> bool:
    """Return whether the right forest says at least what the left one says, ``⊑``."""
    match left, right:
        case Nil(), _:
            return True
        case Cons(), Cons():
            return below_nodes(left.head, right.head) and below_forests(left.tail, right.tail)
        case _, _:
            return False


@definition
def below_nodes(left: Node, right: Node) -> bool:
    """Return whether the right node says at least what the left one says, ``⊑``."""
    match left, right:
        case Leaf(), Leaf():
            return below(left.state, right.state)
        case ParNode(), ParNode():
            return below_forests(left.left, right.left) and below_forests(left.right, right.right)
        case FoldNode(), FoldNode():
            return below_iterations(left.iterations, right.iterations)
        case _, _:
            return False


@definition
def below_iterations(left: Iterations, right: Iterations) -> bool:
    """Return whether the right fold has each value of the left one, and says at least as much for it, ``⊑``."""
    match left, right:
        case Nil(), _:
            return True
        case Iteration(), Iteration() if left.path == right.path:
            return (
                below_forests(left.before, right.before)
                and below_forests(left.after, right.after)
                and below_iterations(left.rest, right.rest)
            )
        case Iteration(), Iteration() if right.path < left.path:
            return below_iterations(left, right.rest)
        case _, _:
            return False
