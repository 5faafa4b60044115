"""Faults of the parts that stand between an instruction's name and the instructions inside it."""

from __future__ import annotations

from typing import Any

from msgspec import Struct

from airspec.spec import grammar
from airspec.spec.diagnosis.fault import Fault, quoted
from airspec.spec.diagnosis.forms import forms, kind_in_words, kinds_of, part_in_words
from airspec.spec.diagnosis.tree import Bracket, Tree

STREAMS_READ = "AIR before AquaVM 0.32.0 could read streams directly"

READ = frozenset({"peer", "name", "value", "ap_value", "key", "iterable", "fail_argument"})
"""The parts of instructions whose values are read."""


class Misfit(Struct, frozen=True):
    """Where the parts of an instruction stop fitting a rule.

    `fitting` is the number of lexemes that fit; `expected` names what the rule has next, None if it has nothing more.
    """

    fitting: int
    expected: str | None


def head_fault(tree: Tree, bracket: Bracket, head: list[int | Bracket]) -> Fault | None:
    """Return the fault in the parts between an instruction's keyword and the instructions inside it.

    Return None if they fit a rule of the keyword. `head` has these parts, lexemes and brackets.
    """
    keyword = tree.keyword(bracket)
    assert keyword is not None, "an instruction begins with its keyword"
    lexemes = _flat(head)
    misfits = [_misfit(tree, lexemes, rule.expression.members[2:]) for rule in grammar.heads()[keyword]]
    found = [misfit for misfit in misfits if misfit is not None]
    if len(found) < len(misfits):
        return None
    furthest = max(misfit.fitting for misfit in found)
    expected = tuple([m.expected for m in found if m.fitting == furthest and m.expected is not None])
    if furthest == len(lexemes):
        end = bracket.closed if bracket.closed is not None else len(tree.lexemes.codes)
        place = tree.first(bracket.items[len(head) + 1]) if len(bracket.items) > len(head) + 1 else end
        return Fault(f"`{keyword}` lacks {part_in_words(expected)}", tree.start(place), forms(keyword))
    wrong = lexemes[furthest]
    if not expected:
        message = f"`{keyword}` takes nothing more, and here is {quoted(tree.written(wrong))}"
        return Fault(message, tree.start(wrong), forms(keyword))
    return wrong_part(tree, keyword, wrong, *expected)


def wrong_part(tree: Tree, keyword: str, wrong: int, *expected: str) -> Fault:
    """Return the fault of the lexeme `wrong` in an instruction, which should be another part.

    `expected` has the names, in the grammar, of the parts that may stand there.
    """
    kind, word = tree.kind(wrong), tree.written(wrong)
    message = f"`{keyword}` takes {part_in_words(expected)} here, and {quoted(word)} is {kind_in_words(kind)}"
    read = kind in ("stream", "stream_map") and not READ.isdisjoint(expected)
    return Fault(message, tree.start(wrong), reading(word) if read else forms(keyword))


def reading(name: str) -> str:
    """Return a remedy that says how the values of the stream or map with a name are read."""
    canon = canon_name(name)
    canonical = f"canonicalise {name} first, with `(canon PEER {name} {canon})`, and read `{canon}`"
    return f"{canonical} ({STREAMS_READ})" if name.startswith("$") else canonical


def canon_name(name: str) -> str:
    """Return a name for the canonical form of the stream or map with a name.

    A stream's name of one character is doubled, as a canonical stream with a lens needs two.
    """
    if name.startswith("%"):
        return f"#{name}"
    return f"#{name[1:]}" if len(name) > 2 else f"#{name[1:] * 2}"


def _flat(items: list[int | Bracket]) -> list[int]:
    """Return all lexemes of items, brackets included."""
    lexemes: list[int] = []
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if isinstance(item, int):
            lexemes.append(item)
        else:
            lexemes.append(item.opened)
            pending.extend([*([] if item.closed is None else [item.closed]), *reversed(item.items)])
    return lexemes


def _misfit(tree: Tree, lexemes: list[int], parts: list[Any]) -> Misfit | None:
    position = 0
    for part in parts:
        if position == len(lexemes) or tree.kind(lexemes[position]) not in kinds_of(part):
            return Misfit(position, part.name or part.literal)
        if tree.kind(lexemes[position]) == "[":
            position += 1
            if position == len(lexemes) or tree.kind(lexemes[position]) != "]":
                return Misfit(position, "]")
        position += 1
    return None if position == len(lexemes) else Misfit(position, None)
