"""Faults of brackets: those that are not closed, and those that close nothing."""

from __future__ import annotations

from airspec.spec import grammar
from airspec.spec.diagnosis.fault import Fault, quoted
from airspec.spec.diagnosis.tree import CLOSING, Bracket, Tree, brackets


def bracket_fault(tree: Tree) -> Fault | None:
    """Return the fault of a text whose brackets do not match; None if they do."""
    if tree.superfluous is not None:
        return _crossing(tree, tree.superfluous) if tree.unclosed else _superfluous(tree, tree.superfluous)
    if tree.unclosed:
        return _indented(tree) or _overfull(tree) or _unclosed(tree, tree.unclosed[-1], "the end of the script")
    return None


def most_instructions(keyword: str) -> int:
    """Return the greatest number of instructions that may be directly inside one with a keyword."""
    return max(head.most for head in grammar.heads()[keyword])


def least_instructions(keyword: str) -> int:
    """Return the smallest number of instructions that may be directly inside one with a keyword."""
    return min(head.least for head in grammar.heads()[keyword])


def inner_instructions(tree: Tree, bracket: Bracket) -> list[Bracket]:
    """Return the brackets directly inside a bracket that begin with a keyword, in order."""
    return [item for item in bracket.items if isinstance(item, Bracket) and tree.keyword(item)]


def _unclosed(tree: Tree, bracket: Bracket, before: str) -> Fault:
    name, closing = quoted(tree.head_word(bracket)), CLOSING[tree.kind(bracket.opened)]
    message = f"{name} is not closed before {before}"
    return Fault(message, tree.start(bracket.opened), f"write the missing `{closing}` where {name} ends")


def _crossing(tree: Tree, closing: int) -> Fault:
    """A closing bracket of the other kind than the innermost open one."""
    return _unclosed(tree, tree.unclosed[-1], f"the `{tree.kind(closing)}` at {tree.place(closing)}")


def _superfluous(tree: Tree, closing: int) -> Fault:
    """A bracket that closes nothing: perhaps an earlier one closed an instruction that lacks something."""
    for bracket in brackets(tree.outside):
        keyword = tree.keyword(bracket)
        if keyword and len(inner_instructions(tree, bracket)) < least_instructions(keyword):
            assert bracket.closed is not None, "only what is outside of all brackets is open"
            return Fault(
                f"this `)` closes the `{keyword}` of {tree.place(bracket.opened)} before it has all its instructions",
                tree.start(bracket.closed),
                f"remove it: a `)` more closes nothing, at {tree.place(closing)}",
            )
    return Fault(f"this `{tree.kind(closing)}` closes nothing", tree.start(closing), "remove it")


def _indented(tree: Tree) -> Fault | None:
    """Return the fault of the first bracket around a line that is indented as if that bracket were closed."""
    for outer in brackets(tree.outside):
        begun = tree.indentation(outer.opened)
        if begun is None:
            continue
        lines = [item.opened for item in outer.items if isinstance(item, Bracket)]
        for line in lines if outer.closed is None else [*lines, outer.closed]:
            indentation = tree.indentation(line)
            if indentation is None:
                continue
            if indentation > begun or (line == outer.closed and indentation == begun):
                continue
            if indentation < begun or _is_indented(tree, outer, begun):
                return _unclosed(tree, outer, f"{tree.place(line)}, which is not indented as its part")
    return None


def _is_indented(tree: Tree, outer: Bracket, begun: int) -> bool:
    """Return whether the first line inside a bracket is indented deeper than the bracket, as it is in some layouts."""
    inside = [tree.indentation(tree.first(item)) for item in outer.items]
    return next((indentation > begun for indentation in inside if indentation is not None), False)


def _overfull(tree: Tree) -> Fault | None:
    """Return the first instruction that has more instructions inside itself than it can have."""
    for bracket in brackets(tree.outside):
        keyword = tree.keyword(bracket)
        inner = inner_instructions(tree, bracket)
        if keyword and len(inner) > most_instructions(keyword):
            excess = inner[most_instructions(keyword)]
            return _unclosed(tree, bracket, f"the {quoted(tree.head_word(excess))} at {tree.place(excess.opened)}")
    return None
