"""``fold`` over arrays and canonical collections, and ``next`` (sections 7.7 to 7.9 of the reference)."""

from __future__ import annotations

from msgspec.structs import replace

from semantics.configuration import RETURN, Config, Eval, FoldExit, Halt, NextBack
from semantics.environment import ArrayItems, CanonMapValue, CanonValue, Iteration, ValueItems
from semantics.merge.lore import meet_next, start_iteration, turn_back
from semantics.merge.memory import Memory
from semantics.notation import definition, rules
from semantics.registers import wait_or_stop
from semantics.resolve.lens import select, select_from_canon_map
from semantics.rules.control import fail_in_trace
from semantics.scopes import (
    enter_fold,
    enter_next,
    item_count,
    lookup,
    lookup_canon,
    lookup_canon_map,
    stored,
    with_lens,
)
from spec import codes, json_text
from spec.faults import Catchable, Malformed, Trap
from spec.lenses import lens_text
from spec.syntax import (
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    FoldScalar,
    Lens,
    Next,
    Scalar,
    ScalarWithLens,
)
from spec.values import FromCanon, Json, Provenance, Tetraplet, Value

Items = ArrayItems | ValueItems


@rules("Step")
def fold_scalar(c: Config, instr: FoldScalar) -> Config:
    """A fold over something whose elements are all known."""
    items = iterable_items(c, instr)
    match items:
        case Catchable() | Trap():
            "fold-missing: the iterable has no value, or is no array"
            return wait_or_stop(c, items, instr)
        case ArrayItems(()) | ValueItems(()):
            "fold-empty: there is nothing to do, not even the last instruction"
            return replace(c, control=RETURN)
        case _:
            "fold-begin: the body runs for the first element"
            return enter(c, instr.iterator, Iteration(items, 0, instr.body, instr.last))


@rules("Step")
def enter(c: Config, iterator: str, iteration: Iteration) -> Config:
    """The first iteration of a fold begins."""
    if iterator in c.iterations:
        "fold-iterator-taken: a running fold has that iterator"
        return replace(c, control=Halt(codes.multiple_iterable_values(iterator)))
    else:
        "fold-enter: the iterator stands for the first item"
        return replace(
            c,
            scope=enter_fold(c.scope),
            iterations=c.iterations.insert(iterator, iteration),
            stack=c.stack.push_front(FoldExit(iterator, c.scope)),
            control=Eval(iteration.body),
        )


@rules("Step")
def fold_exit_return(c: Config, frame: FoldExit) -> Config:
    """The first iteration ended, and with it the fold: its iterator and variables are gone."""
    return left(c, frame)


@rules("Step")
def fold_exit_throw(c: Config, frame: FoldExit, error: Catchable) -> Config:
    """The fold failed: its iterator and variables are gone, and the error goes up."""
    return left(c, frame)


@definition
def left(c: Config, frame: FoldExit) -> Config:
    """The fold's iterator and variables are gone."""
    return replace(c, stack=c.stack.drop_first(), scope=frame.scope, iterations=c.iterations.discard(frame.iterator))


# --- iterables --------------------------------------------------------------------------------------


@rules("Resolve")
def iterable_items(c: Config, instr: FoldScalar) -> Items | Catchable | Trap:
    """The items of a fold."""
    match instr.iterable:
        case Scalar(name):
            "iterable-scalar: the elements of an array"
            return items_of_scalar(name, lookup(c, name))
        case ScalarWithLens(name, lens):
            "iterable-part: the elements of a part of a scalar"
            return items_of_part(c, lookup(c, name), lens)
        case CanonStream(name):
            "iterable-canon: the elements of a canonical stream"
            return items_of_canon(lookup_canon(c, name))
        case CanonStreamMap(name):
            "iterable-canon-map: the key-value pairs of a canonical map, duplicates of a key included"
            return items_of_canon_map(lookup_canon_map(c, name))
        case CanonStreamMapWithLens(name, lens):
            "iterable-canon-map-part: the values under a key of a canonical map"
            return items_of_canon_map_part(c, lookup_canon_map(c, name), lens)
        case _:
            "iterable-empty: `[]` has no elements"
            return ValueItems(())


@rules("Resolve")
def items_of_scalar(name: str, found: Value | Catchable | Trap) -> Items | Catchable | Trap:
    """The elements of a scalar."""
    match found:
        case Catchable() | Trap():
            "items-scalar-missing: the scalar has no value"
            return found
        case _:
            "items-scalar: each element inherits what is stored of the array's tetraplet"
            value = stored(found.json, found.tetraplet, found.provenance)
            return array_items(name, value.json, value.tetraplet, value.provenance)


@rules("Resolve")
def array_items(expression: str, json: Json, tetraplet: Tetraplet, provenance: Provenance) -> Items | Catchable:
    """The elements of an array."""
    elements = json_text.elements(json)
    if elements is None:
        "items-no-array: only arrays can be folded over"
        return codes.fold_iterates_over_non_array(expression, json)
    else:
        "items-array: the elements of the array"
        return ArrayItems(elements, tetraplet, provenance)


@rules("Resolve")
def items_of_part(c: Config, found: Value | Catchable | Trap, lens: Lens) -> Items | Catchable | Trap:
    """The elements of a part of a scalar."""
    match found:
        case Catchable() | Trap():
            "items-part-missing: the scalar has no value"
            return found
        case _:
            part = select(c, found.json, lens)
            match part:
                case Catchable() | Trap():
                    "items-part-stuck: the lens does not fit the value"
                    return part
                case _:
                    "items-part: each element inherits the tetraplet with the lens"
                    return array_items(
                        lens_text(lens), part, with_lens(found.tetraplet, lens_text(lens)), found.provenance
                    )


@rules("Resolve")
def items_of_canon(found: CanonValue | Catchable) -> Items | Catchable:
    """The elements of a canonical stream."""
    match found:
        case Catchable():
            "items-canon-missing: the canonical stream has no contents"
            return found
        case _:
            "items-canon: each element with its own tetraplet"
            return ValueItems(found.elements)


@rules("Resolve")
def items_of_canon_map(found: CanonMapValue | Catchable) -> Items | Catchable:
    """The pairs of a canonical map."""
    match found:
        case Catchable():
            "items-canon-map-missing: the canonical map has no contents"
            return found
        case _:
            "items-canon-map: each pair with its own tetraplet"
            return ValueItems(found.pairs)


@rules("Resolve")
def items_of_canon_map_part(c: Config, found: CanonMapValue | Catchable, lens: Lens) -> Items | Catchable | Trap:
    """The values under a key of a canonical map."""
    match found:
        case Catchable():
            "items-map-part-missing: the canonical map has no contents"
            return found
        case CanonMapValue(()):
            "items-map-part-empty: an empty map has nothing under any key"
            return ValueItems(())
        case _:
            part = select_from_canon_map(c, found, lens)
            match part:
                case Catchable() | Trap():
                    "items-map-part-stuck: the lens does not fit the map"
                    return part
                case _:
                    "items-map-part: each value inherits the canon's tetraplet with the lens"
                    return array_items(
                        lens_text(lens), part.json, with_lens(found.tetraplet, lens_text(lens)), FromCanon(found.cid)
                    )


# --- next -------------------------------------------------------------------------------------------


@rules("Step")
def next_(c: Config, instr: Next) -> Config:
    """The following iteration of a fold."""
    iteration = c.iterations.get(instr.iterator)
    if iteration is None:
        "next-outside: the fold is not running"
        return replace(c, control=Halt(codes.fold_state_not_found(instr.iterator)))
    elif iteration.fold is None:
        "next-plain: the iterations leave no lore"
        return advance(c, instr, iteration)
    else:
        "next-recorded: the states of this iteration before `next` end here"
        return advance(replace(c, memory=meet_next(c.memory, iteration.fold)), instr, iteration)


@rules("Step")
def advance(c: Config, instr: Next, iteration: Iteration) -> Config:
    """Go to the following item, or turn back."""
    if iteration.index + 1 < item_count(iteration):
        "next-item: the body runs for the following item"
        return next_item(c, instr, replace(iteration, index=iteration.index + 1))
    elif iteration.fold is None:
        "next-end: all items were met"
        return next_end(c, instr, iteration)
    else:
        memory = turn_back(c.memory, iteration.fold)
        match memory:
            case Malformed() | Trap():
                "next-end-impossible: more iterations end than began, or the data record impossible states"
                return fail_in_trace(c, instr, memory)
            case _:
                "next-end-recorded: all items were met, and the states after `next` begin"
                return next_end(replace(c, memory=memory), instr, iteration)


@rules("Step")
def next_item(c: Config, instr: Next, iteration: Iteration) -> Config:
    """The body runs for the following item, one level deeper."""
    memory = begin_iteration(c.memory, iteration)
    match memory:
        case Malformed() | Trap():
            "next-impossible: the data record impossible states"
            return fail_in_trace(c, instr, memory)
        case _:
            "next-body: variables of the iteration before are out of sight"
            return replace(
                c,
                memory=memory,
                scope=enter_next(c.scope),
                iterations=c.iterations.insert(instr.iterator, iteration),
                stack=c.stack.push_front(NextBack(instr, c.scope)),
                control=Eval(iteration.body),
            )


@definition
def begin_iteration(memory: Memory, iteration: Iteration) -> Memory | Malformed | Trap:
    """The merge at the beginning of an iteration: a fold over a stream opens the windows for its value."""
    match iteration:
        case Iteration(ValueItems(_, positions), index, fold=int(number)):
            return start_iteration(memory, number, positions[index])
        case _:
            return memory


@rules("Step")
def next_end(c: Config, instr: Next, iteration: Iteration) -> Config:
    """All items of a fold were met."""
    match iteration.last:
        case None if iteration.fold is None or iteration.ended:
            "next-nothing: nothing is left to do"
            return replace(c, control=RETURN)
        case None:
            "next-incomplete: more values may come into the stream"
            return replace(
                c,
                complete=False,
                iterations=c.iterations.insert(instr.iterator, replace(iteration, ended=True)),
                control=RETURN,
            )
        case _:
            "next-last: the last instruction runs, while the iterator stands for the last item"
            return replace(c, complete=True, control=Eval(iteration.last))


@rules("Step")
def next_back_return(c: Config, frame: NextBack) -> Config:
    """A later iteration ended: the one before it continues after its ``next``."""
    back = replace(c, stack=c.stack.drop_first(), scope=frame.scope)
    iteration = c.iterations[frame.next.iterator]
    stepped = replace(iteration, index=max(iteration.index - 1, 0))
    returned = replace(back, iterations=c.iterations.insert(frame.next.iterator, stepped))
    if iteration.fold is None:
        "next-back: the iterator steps back"
        return returned
    else:
        memory = turn_back(c.memory, iteration.fold)
        match memory:
            case Malformed() | Trap():
                "next-back-impossible: the data record impossible states"
                return fail_in_trace(c, frame.next, memory)
            case _:
                "next-back-recorded: the iterator steps back, and the states after its `next` begin"
                return replace(returned, memory=memory)


@rules("Step")
def next_back_throw(c: Config, frame: NextBack, error: Catchable) -> Config:
    """A later iteration failed: the variables of the one before it are visible again, and the error goes up."""
    return replace(c, stack=c.stack.drop_first(), scope=frame.scope)
