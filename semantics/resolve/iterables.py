"""Iterables: the items that a fold over an array or a canonical collection walks.

AquaVM 0.62: ``air/src/execution_step/instructions/fold/utils.rs``; ``air/src/execution_step/value_types/iterable/``.
"""

from __future__ import annotations

from airspec.semantics.configuration import Config
from airspec.semantics.environment import ArrayItems, CanonMapValue, Iteration, ValueItems
from airspec.semantics.notation import definition, need, rules
from airspec.semantics.resolve.lens import select, select_from_canon_map
from airspec.semantics.scopes import lookup, lookup_canon, lookup_canon_map, stored, with_lens
from airspec.spec import json_text
from airspec.spec.faults import Catchable, NotIterable, Trap
from airspec.spec.lenses import lens_text
from airspec.spec.syntax import (
    CanonStream,
    CanonStreamMap,
    CanonStreamMapWithLens,
    FoldScalar,
    Lens,
    Scalar,
    ScalarWithLens,
)
from airspec.spec.values import FromCanon, Json, Provenance, Tetraplet, Value

Items = ArrayItems | ValueItems


@rules("Resolve", form="{c} ⊢ {fold} begins ⇓", reads="in {c}, the first iteration of the fold {fold} is")
def first_iteration(c: Config, fold: FoldScalar) -> Iteration | Catchable | Trap:
    """Return the first iteration of a fold over an array or a canonical collection, which may have no item at all."""
    match fold.iterable:
        case Scalar(name):
            "iterable-scalar: the items are the elements of an array; each inherits what is stored of its tetraplet"
            found = need(lookup(c, name))
            value = stored(found.json, found.tetraplet, found.provenance)
            return over_array(fold, name, value.json, value.tetraplet, value.provenance)
        case ScalarWithLens(name, lens):
            "iterable-part: the items are the elements of a part of a scalar; each inherits the tetraplet with the lens"
            found = need(lookup(c, name))
            part = need(select(c, found.json, lens))
            return over_array(
                fold, lens_text(lens), part, with_lens(found.tetraplet, lens_text(lens)), found.provenance
            )
        case CanonStream(name):
            "iterable-canon: the items are the elements of a canonical stream, each with its own tetraplet"
            canon = need(lookup_canon(c, name))
            return over(fold, ValueItems(canon.elements))
        case CanonStreamMap(name):
            "iterable-canon-map: the items are the key-value pairs of a canonical map"
            canon_map = need(lookup_canon_map(c, name))
            return over(fold, ValueItems(folded_pairs(canon_map)))
        case CanonStreamMapWithLens(name, lens):
            "iterable-canon-map-part: the items are the values under a key of a canonical map"
            canon_map = need(lookup_canon_map(c, name))
            return over_canon_map_part(c, fold, canon_map, lens)
        case _:
            "iterable-empty: `[]` has no items"
            return over(fold, ValueItems(()))


@rules(
    "Resolve",
    form="{fold} ⊢ {expression} ↦ {json}, {tetraplet}, {provenance} ⇓",
    reads="the first iteration of the fold {fold} over {expression}, which "
    "is {json} with the tetraplet {tetraplet} and the provenance {provenance}, is",
)
def over_array(
    fold: FoldScalar, expression: str, json: Json, tetraplet: Tetraplet, provenance: Provenance
) -> Iteration | Catchable:
    """Return the first iteration over the elements of an array, or the error if `json` is not an array.

    `expression` is the text of the iterable, for the error's message.
    """
    elements = json_text.elements(json)
    if elements is None:
        "items-no-array: only arrays can be folded over"
        return Catchable(NotIterable(expression, json))
    else:
        "items-array: the items are the elements of the array"
        return over(fold, ArrayItems(elements, tetraplet, provenance))


@rules(
    "Resolve",
    form="{c}, {fold} ⊢ {canon}.{lens} ⇓",
    reads="in {c}, the first iteration of the fold {fold} over "
    "what the lens {lens} selects of the canonical map {canon} is",
)
def over_canon_map_part(c: Config, fold: FoldScalar, canon: CanonMapValue, lens: Lens) -> Iteration | Catchable | Trap:
    """Return the first iteration of a fold over what a lens selects of a canonical map."""
    if canon.pairs == ():
        "items-map-part-empty: an empty map has nothing under any key"
        return over(fold, ValueItems(()))
    else:
        "items-map-part: each value inherits the canon's tetraplet with the lens"
        part = need(select_from_canon_map(c, canon, lens))
        return over_array(
            fold, lens_text(lens), part.json, with_lens(canon.tetraplet, lens_text(lens)), FromCanon(canon.cid)
        )


@definition
def folded_pairs(canon: CanonMapValue) -> tuple[Value, ...]:
    """Return the pairs of a canonical map that a fold walks: all of them, even several with the same key."""
    return canon.pairs


@definition
def over(fold: FoldScalar, items: Items) -> Iteration:
    """Return the first iteration of a fold over these items."""
    return Iteration(items, 0, fold.body, fold.last)
