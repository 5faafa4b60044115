"""One case of refinement: two data of one script, joined by the machine and by the model.

A peer that a script does not name is an observer: it performs no call and no canon.  What it makes of two data is
their join, and, where the join lets the script go further than either of the two had come, the states that any peer
adds: requests to others, appends, pars and folds.  These stand at the ends of forests, and in iterations for values
that neither side had met; they are the observer's *own work*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from airspec.checker.explore.laws import SCRIPT_ERRORS, SCRIPT_TRAPS
from airspec.checker.model.world import Invoke
from airspec.semantics.aquavm.messages import trace_text
from airspec.semantics.merge.tree import Clash, FoldNode, Forest, Leaf, Node, ParNode, join_forests
from airspec.semantics.merge.tree_of_trace import grow, nodes_of, parts_of
from airspec.semantics.particle import Outcome, Particle
from airspec.spec import codes
from airspec.spec.data import Data
from airspec.spec.faults import Malformed
from airspec.spec.parser import Script
from airspec.spec.states import Ap, CanonSent, Sent

OBSERVER = "observer"

Kind = Literal["lost", "changed", "foreign", "abandoned", "accepted", "misshapen"]
"""How the machine departs from the model.

A state of the join is *lost* or *changed*; a state that is neither of the join nor own work is *foreign*; a run is
*abandoned* though the traces join, or *accepted* though they clash; a trace is *misshapen* if it has no tree.
"""


class Departure(Struct, frozen=True):
    """A place where the machine departs from the model, with the node of either where it has one."""

    kind: Kind
    model: Node | None
    machine: Node | None
    message: str = ""


class Compared(Struct, frozen=True):
    """What came of one case: the first departure, if there is one, and how many nodes were own work.

    The traces may clash on both sides; or the script itself may be wrong, as it turns out when more is known.
    """

    departure: Departure | None
    own: int
    clash: bool = False
    wrong: bool = False


class OwnWork(Struct, frozen=True):
    """A node that the observer added."""

    node: Node


def compare(
    script: Script, particle: Particle, prev: Data, current: Data, invoke: Invoke, observer: str = OBSERVER
) -> Compared:
    """Join two data with the machine and with the model."""
    outcome = invoke(script, prev, current, particle, observer, {})
    left, right, result = grow(prev.trace), grow(current.trace), grow(outcome.data.trace)
    for tree in (left, right):
        if isinstance(tree, Malformed):
            return Compared(misshapen(tree), 0)
    assert not isinstance(left, Malformed) and not isinstance(right, Malformed)
    joined = join_forests(left, right)
    if isinstance(joined, Clash):
        accepted = None if codes.is_abandoned(outcome.ret_code) else Departure("accepted", joined.left, joined.right)
        return Compared(accepted, 0, clash=True)
    if is_own_error(outcome):
        return Compared(None, 0, wrong=True)
    if codes.is_abandoned(outcome.ret_code):
        return Compared(Departure("abandoned", None, None, outcome.error_message), 0)
    if isinstance(result, Malformed):
        return Compared(misshapen(result), 0)
    found = tuple(differences(joined, result, observer))
    departures = (item for item in found if isinstance(item, Departure))
    return Compared(next(departures, None), sum(isinstance(item, OwnWork) for item in found))


def misshapen(trace: Malformed) -> Departure:
    """The departure of a trace that has no tree."""
    return Departure("misshapen", None, None, trace_text(trace))


def is_own_error(outcome: Outcome) -> bool:
    """Whether a run came to nothing because of the script, whatever the data say."""
    return outcome.trap in SCRIPT_TRAPS or outcome.ret_code in SCRIPT_ERRORS


def differences(model: Forest, machine: Forest, observer: str) -> Iterator[Departure | OwnWork]:
    """All that the machine's forest has otherwise than the model's, or beyond it."""
    ours, theirs = nodes_of(model), nodes_of(machine)
    for expected, found in zip(ours, theirs, strict=False):
        yield from node_differences(expected, found, observer)
    for expected in ours[len(theirs) :]:
        yield Departure("lost", expected, None)
    for found in theirs[len(ours) :]:
        yield OwnWork(found) if is_own(found, observer) else Departure("foreign", None, found)


def node_differences(model: Node, machine: Node, observer: str) -> Iterator[Departure | OwnWork]:
    """The same of one node."""
    match model, machine:
        case ParNode(), ParNode():
            yield from differences(model.left, machine.left, observer)
            yield from differences(model.right, machine.right, observer)
        case FoldNode(), FoldNode():
            ours, theirs = parts_of(model.iterations), parts_of(machine.iterations)
            for path, (before, after) in ours.items():
                if path not in theirs:
                    yield from (Departure("lost", node, None) for node in (*nodes_of(before), *nodes_of(after)))
                else:
                    yield from differences(before, theirs[path][0], observer)
                    yield from differences(after, theirs[path][1], observer)
            for path in theirs.keys() - ours.keys():
                for node in (node for part in theirs[path] for node in nodes_of(part)):
                    yield OwnWork(node) if is_own(node, observer) else Departure("foreign", None, node)
        case _, _:
            if model != machine:
                yield Departure("changed", model, machine)


def is_own(node: Node, observer: str) -> bool:
    """Whether an observer makes such a node by itself: nobody else's requests, no results, no canons."""
    match node:
        case Leaf(Ap()):
            return True
        case Leaf(Sent(peer, None)) | Leaf(CanonSent(peer)):
            return peer == observer
        case ParNode(left, right):
            return all(is_own(inner, observer) for part in (left, right) for inner in nodes_of(part))
        case FoldNode(iterations):
            parts = parts_of(iterations).values()
            return all(is_own(inner, observer) for pair in parts for part in pair for inner in nodes_of(part))
        case _:
            return False
