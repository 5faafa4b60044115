"""Scopes of scalars, canonical streams and canonical maps.

All cells that are made at one depth of folds vanish when that depth is left, so leaving an iteration is
restoring the scope that was found on entering it.

AquaVM 0.62: ``air/src/execution_step/execution_context/scalar_variables.rs``, and
``scalar_variables/values_sparse_matrix.rs``.
"""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from airspec.semantics.configuration import Config
from airspec.semantics.environment import ArrayItems, Binding, CanonMapValue, CanonValue, Cell, Iteration, Scope
from airspec.semantics.notation import definition, need, rules
from airspec.spec.faults import Catchable, NotSetAfterNew, ShadowingNotAllowed, Trap, Uncatchable, VariableNotFound
from airspec.spec.values import FromCanon, FromService, Json, Provenance, Tetraplet, Value


@rules(
    "Scope",
    form="{scope} ⊢ {name} := {value} ⇓",
    reads="in the scope {scope}, the name {name} is bound to {value}, which leaves",
)
def bind(scope: Scope, name: str, value: Binding) -> Scope | Uncatchable:
    """Return the scope with a name bound at the current depth, or the error if the name must not be bound again."""
    cell = scope.cells.get(name)
    if cell is None or scope.depth != 0 or cell.value is None:
        "bind: a name is bound once globally, and again after `new` or inside a fold, hiding or replacing the old one"
        return bound(scope, name, value)
    else:
        "bind-twice: shadowing is allowed only inside folds"
        return Uncatchable(ShadowingNotAllowed(name))


@definition
def bound(scope: Scope, name: str, value: Binding) -> Scope:
    """Return the scope with a name bound at the current depth; whether it may be is not checked."""
    return replace(scope, cells=scope.cells.insert(name, Cell(scope.depth, value)))


@definition
def settable(scope: Scope, name: str) -> bool:
    """Return whether a name that has a cell may be bound: inside folds, or if ``new`` left it unset."""
    cell = scope.cells.get(name)
    return scope.depth != 0 or (cell is not None and cell.value is None)


@definition
def visible_cell(scope: Scope, name: str) -> Cell | None:
    """Return the innermost cell of a name; None if there is none or its iteration is not the current one of its fold.

    An invisible cell also hides what is below it: only the innermost cell is ever asked.
    """
    cell = scope.cells.get(name)
    return cell if cell is not None and cell.depth in scope.visible else None


@definition
def enter_fold(scope: Scope) -> Scope:
    """Return the scope of the first iteration of a fold: one level deeper, all that was visible stays visible."""
    return replace(scope, depth=scope.depth + 1, visible=scope.visible.insert(scope.depth + 1))


@definition
def enter_next(scope: Scope) -> Scope:
    """Return the scope of the following iteration: one level deeper, with the iteration before it out of sight."""
    return replace(scope, depth=scope.depth + 1, visible=scope.visible.discard(scope.depth).insert(scope.depth + 1))


@rules("Scope", form="{c} ⊢ {name} ↦", reads="in {c}, the scalar or iterator {name} has the value")
def lookup(c: Config, name: str) -> Value | Catchable | Trap:
    """Return the value of a scalar, or the current item of the fold whose iterator has that name, or the fault."""
    cell = visible_cell(c.scope, name)
    iteration = c.iterations.get(name)
    if cell is None and iteration is None:
        "lookup-undefined: the name has no visible value; most instructions wait for it"
        return Catchable(VariableNotFound(name))
    elif cell is None and iteration is not None:
        "lookup-iterator: an iterator stands for the current item of its fold"
        return current_item(iteration)
    elif cell is None or cell.value is None:
        "lookup-unset: the name was declared by `new` and has not been set"
        return Catchable(NotSetAfterNew(name))
    elif iteration is None:
        "lookup-bound: the innermost cell has the value"
        return cast(Value, cell.value)
    else:
        "lookup-shadowed-iterator: a scalar was bound to the name of a running iterator; AquaVM panics"
        return Trap("iterator-shadowed")


@rules("Scope", form="{c} ⊢ canon {name} ↦", reads="in {c}, the canonical stream {name} is")
def lookup_canon(c: Config, name: str) -> CanonValue | Catchable:
    """Return the canonical stream that a name stands for; the tag of the name says that it is one."""
    found = need(lookup_contents(c, name))
    return cast(CanonValue, found)


@rules("Scope", form="{c} ⊢ canon map {name} ↦", reads="in {c}, the canonical map {name} is")
def lookup_canon_map(c: Config, name: str) -> CanonMapValue | Catchable:
    """Return the canonical map that a name stands for; the tag of the name says that it is one."""
    found = need(lookup_contents(c, name))
    return cast(CanonMapValue, found)


@rules("Scope", form="{c} ⊢ contents {name} ↦", reads="in {c}, the canonical stream or map {name} has the contents")
def lookup_contents(c: Config, name: str) -> Binding | Catchable:
    """Return the canonical stream or map that a name is bound to, or why there is none."""
    cell = visible_cell(c.scope, name)
    if cell is None:
        "canon-undefined: the stream or map has not been canonicalised where this peer can see it"
        return Catchable(VariableNotFound(name))
    elif cell.value is None:
        "canon-unset: the name was declared by `new` and has not been set"
        return Catchable(NotSetAfterNew(name))
    else:
        "canon-bound: the innermost cell has the contents"
        return cell.value


@rules("Scope", form="item of {iteration} =", reads="the current item of the fold {iteration} is")
def current_item(iteration: Iteration) -> Value:
    """Return the current item of a fold, for which its iterator stands, with its tetraplet."""
    match iteration.items:
        case ArrayItems():
            "item-of-array: an element of an array carries the array's tetraplet, with its index added"
            return Value(
                iteration.items.elements[iteration.index],
                with_lens(iteration.items.tetraplet, f".$.[{iteration.index}]"),
                iteration.items.provenance,
            )
        case _:
            "item-of-collection: an element of a stream, map or canon keeps its own tetraplet"
            return iteration.items.values[iteration.index]


@definition
def item_count(iteration: Iteration) -> int:
    """Return the number of items of a fold."""
    match iteration.items:
        case ArrayItems():
            return len(iteration.items.elements)
        case _:
            return len(iteration.items.values)


@definition
def with_lens(tetraplet: Tetraplet, lens: str) -> Tetraplet:
    """Return the tetraplet with the text of a lens appended to the lens that it has."""
    return Tetraplet(tetraplet.peer_pk, tetraplet.service_id, tetraplet.function_name, tetraplet.lens + lens)


@rules(
    "Scope",
    form="{json}, {tetraplet}, {provenance} stored =",
    reads="the value {json} with the tetraplet {tetraplet} and the provenance {provenance} is stored as",
)
def stored(json: Json, tetraplet: Tetraplet, provenance: Provenance) -> Value:
    """Return a value for storing, with the parts of its tetraplet that AquaVM keeps; its provenance decides which."""
    match provenance:
        case FromService():
            "store-service-result: the result of a service keeps its tetraplet"
            return Value(json, tetraplet, provenance)
        case FromCanon():
            "store-canon: a value taken from a canon keeps the peer and the lens"
            return Value(json, Tetraplet(tetraplet.peer_pk, "", "", tetraplet.lens), provenance)
        case _:
            "store-literal: a literal keeps only the peer"
            return Value(json, Tetraplet(tetraplet.peer_pk, "", "", ""), provenance)
