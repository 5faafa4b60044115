"""``fold`` over arrays and canonical collections, and ``next``.

AquaVM 0.62: ``air/src/execution_step/instructions/fold_scalar.rs``, ``next.rs`` and ``fold/`` beside it.
"""

from __future__ import annotations

from typing import cast

from msgspec.structs import replace

from airspec.semantics.configuration import Config, FoldExit, NextBack, Return
from airspec.semantics.environment import Iteration, ValueItems
from airspec.semantics.merge.fold_lore import meet_next, start_iteration, turn_back
from airspec.semantics.merge.memory import Memory
from airspec.semantics.notation import definition, given, need, rules, step, wait_for
from airspec.semantics.resolve.iterables import first_iteration
from airspec.semantics.scopes import enter_fold, enter_next, item_count
from airspec.spec.faults import Catchable, FoldNotRunning, IteratorTaken, Malformed, Trap, Uncatchable
from airspec.spec.syntax import FoldScalar, Instruction, Next

# --- fold -------------------------------------------------------------------------------------------


@step
def fold_empty(c: Config, fold: FoldScalar) -> Config:
    """The iterable has no items, and the fold is done; the last instruction is not evaluated."""
    iteration = wait_for(first_iteration(c, fold))
    given(item_count(iteration) == 0)
    return c.done()


@step
def fold_begin(c: Config, fold: FoldScalar) -> Config:
    """The body runs for the first item, for which the iterator stands."""
    iteration = wait_for(first_iteration(c, fold))
    given(item_count(iteration) != 0)
    need(iterator_free(c, fold.iterator))
    entered = c.with_scope(enter_fold(c.scope)).iterate(fold.iterator, iteration)
    return entered.push(FoldExit(fold.iterator, c.scope)).evaluate(fold.body)


@step
def fold_done(c: Config, returned: Return, frame: FoldExit) -> Config:
    """The first iteration ended, and with it the fold: its iterator and variables are gone."""
    return c.with_scope(frame.scope).stop_iterating(frame.iterator).done()


@step
def fold_failed(c: Config, error: Catchable, frame: FoldExit) -> Config:
    """The fold failed: its iterator and variables are gone, and the error goes up."""
    return c.with_scope(frame.scope).stop_iterating(frame.iterator).throw(error)


# --- next -------------------------------------------------------------------------------------------


@step
def next_item(c: Config, next_: Next) -> Config:
    """The body runs for the following item, and variables of the iteration before are out of sight."""
    iteration = need(running(c, next_.iterator))
    given(is_followed(iteration))
    following = replace(iteration, index=iteration.index + 1)
    memory = need(begin_iteration(met_next(c.memory, iteration), following))
    entered = c.with_memory(memory).with_scope(enter_next(c.scope)).iterate(next_.iterator, following)
    return entered.push(NextBack(next_, c.scope)).evaluate(iteration.body)


@step
def next_last(c: Config, next_: Next) -> Config:
    """There is no further item: the flag of completeness is set, and the last instruction runs for the present item."""
    iteration = need(running(c, next_.iterator))
    given(not is_followed(iteration))
    memory = need(turned_back(met_next(c.memory, iteration), iteration))
    given(iteration.last is not None)
    return c.with_memory(memory).completed(True).evaluate(cast(Instruction, iteration.last))


@step
def next_end(c: Config, next_: Next) -> Config:
    """There is no further item, none can come, and the fold has no last instruction: the ``next`` is done."""
    iteration = need(running(c, next_.iterator))
    given(not is_followed(iteration))
    memory = need(turned_back(met_next(c.memory, iteration), iteration))
    given(iteration.last is None)
    given(not may_grow(iteration))
    return c.with_memory(memory).done()


@step
def next_wait(c: Config, next_: Next) -> Config:
    """There is no further item, but more values may come into the stream, so the ``next`` is not complete.

    A second ``next`` at the end of the generation does not wait again.
    """
    iteration = need(running(c, next_.iterator))
    given(not is_followed(iteration))
    memory = need(turned_back(met_next(c.memory, iteration), iteration))
    given(iteration.last is None)
    given(may_grow(iteration))
    return c.with_memory(memory).iterate(next_.iterator, replace(iteration, ended=True)).wait()


@step
def next_back(c: Config, returned: Return, frame: NextBack) -> Config:
    """A later iteration ended: the iterator steps back, and the iteration before continues after its ``next``."""
    iteration = c.iterations[frame.next.iterator]
    memory = need(turned_back(c.memory, iteration), within=frame.next)
    stepped = replace(iteration, index=max(iteration.index - 1, 0))
    return c.with_memory(memory).with_scope(frame.scope).iterate(frame.next.iterator, stepped).done()


@step
def next_back_failed(c: Config, error: Catchable, frame: NextBack) -> Config:
    """A later iteration failed: the variables of the one before it are visible again, and the error goes up."""
    return c.with_scope(frame.scope).throw(error)


# --- judgements -------------------------------------------------------------------------------------


@rules("Scope", form="{c} ⊢ {iterator} free ⇓", reads="in {c}, a fold can begin with the iterator {iterator}:")
def iterator_free(c: Config, iterator: str) -> Uncatchable | None:
    """Return the fault if a running fold has this iterator, so that no other may begin with it; None otherwise."""
    if iterator in c.iterations:
        "iterator-taken: a running fold has this iterator"
        return Uncatchable(IteratorTaken(iterator))
    else:
        "iterator-free: no running fold has this iterator"
        return None


@rules(
    "Scope",
    form="{c} ⊢ {iterator} running ⇓",
    reads="in {c}, the fold with the iterator {iterator} is in the iteration",
)
def running(c: Config, iterator: str) -> Iteration | Uncatchable:
    """Return the current iteration of the running fold with this iterator, or the fault if there is none."""
    iteration = c.iterations.get(iterator)
    if iteration is None:
        "fold-not-running: no running fold has this iterator"
        return Uncatchable(FoldNotRunning(iterator))
    else:
        "fold-running: a running fold has this iterator"
        return iteration


@definition
def is_followed(iteration: Iteration) -> bool:
    """Return whether the fold has an item after the current one."""
    return iteration.index + 1 < item_count(iteration)


@definition
def may_grow(iteration: Iteration) -> bool:
    """Return whether a fold may still get more values: it is over a stream, and no ``next`` has reached the end yet."""
    return iteration.fold is not None and not iteration.ended


@definition
def met_next(memory: Memory, iteration: Iteration) -> Memory:
    """Return the merge at a ``next``; in a fold over a stream, the states before the ``next`` end here."""
    return memory if iteration.fold is None else meet_next(memory, iteration.fold)


@definition
def begin_iteration(memory: Memory, iteration: Iteration) -> Memory | Malformed | Trap:
    """Return the merge at the beginning of an iteration.

    In a fold over a stream, its sliders are placed on the states that the traces have of this iteration.
    """
    match iteration:
        case Iteration(ValueItems(_, positions), index, fold=int(number)):
            return start_iteration(memory, number, positions[index])
        case _:
            return memory


@definition
def turned_back(memory: Memory, iteration: Iteration) -> Memory | Malformed | Trap:
    """Return the merge where the states after a ``next`` begin; only folds over streams change it.

    This is at the last item, and whenever a later iteration has ended.
    """
    return memory if iteration.fold is None else turn_back(memory, iteration.fold)
