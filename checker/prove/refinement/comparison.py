"""One comparison: two data of one script, joined by the machine and by the model.

A peer that a script does not name is an observer: it performs no call and no canon.  Its new data are the join of the
two data, together with states that any peer adds where the join lets the script continue further than either data:
requests to others, appends, pars and folds.  These are at the ends of forests, and in iterations for values that
neither side had; they are the observer's *own work*.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from airspec.checker.explore.laws import SCRIPT_ERRORS, SCRIPT_TRAPS
from airspec.checker.model.world import Invoke
from airspec.semantics.aquavm.messages import trace_text
from airspec.semantics.merge.tree import Clash, FoldNode, Forest, Leaf, Node, ParNode, join_forests
from airspec.semantics.merge.tree_of_trace import forest_of_trace, nodes_of, parts_of
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
    """A place where the machine departs from the model.

    `model` and `machine` are the nodes there, or None where there is none; for the kind ``accepted`` they are the two
    nodes that clash.  `message` is the error of an abandoned run, or the text of a malformed trace.
    """

    kind: Kind
    model: Node | None
    machine: Node | None
    message: str = ""


class Compared(Struct, frozen=True):
    """The result of one comparison: the first departure (or None), and the number of nodes of own work.

    `clash` says that the data have no join in the model; `wrong` that the run failed by an error of the script itself,
    so that it is not judged.
    """

    departure: Departure | None
    own: int
    clash: bool = False
    wrong: bool = False


class OwnWork(Struct, frozen=True):
    """A node of the machine's result that is not in the join, but that the observer may add by itself."""

    node: Node


def compare(
    script: Script, particle: Particle, prev: Data, current: Data, invoke: Invoke, observer: str = OBSERVER
) -> Compared:
    """Run the machine on two data as `observer`, and compare its new data with the join of the model."""
    outcome = invoke(script, prev, current, particle, observer, {})
    left, right, result = (forest_of_trace(data.trace) for data in (prev, current, outcome.data))
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
    """Return the departure of kind ``misshapen`` for a trace that is not the trace of any tree."""
    return Departure("misshapen", None, None, trace_text(trace))


def is_own_error(outcome: Outcome) -> bool:
    """Return whether a run failed because of an error in the script, whatever its data are."""
    return outcome.trap in SCRIPT_TRAPS or outcome.ret_code in SCRIPT_ERRORS


def differences(model: Forest, machine: Forest, observer: str) -> Iterator[Departure | OwnWork]:
    """Yield each departure of the machine's forest from the model's, and each node of own work."""
    ours, theirs = nodes_of(model), nodes_of(machine)
    for expected, found in zip(ours, theirs, strict=False):
        yield from node_differences(expected, found, observer)
    for expected in ours[len(theirs) :]:
        yield Departure("lost", expected, None)
    for found in theirs[len(ours) :]:
        yield OwnWork(found) if is_own(found, observer) else Departure("foreign", None, found)


def node_differences(model: Node, machine: Node, observer: str) -> Iterator[Departure | OwnWork]:
    """Yield the departures and the own work within two nodes at the same place."""
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
    """Return whether an observer can add this node by itself.

    A node with results, contents of canons, or requests that another peer sent cannot be added.
    """
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
