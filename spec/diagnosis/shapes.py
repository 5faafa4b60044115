"""Faults of the shape of instructions: unknown names, and parts that are missing, superfluous or of another kind."""

from __future__ import annotations

from airspec.spec.diagnosis.brackets import least_instructions, most_instructions
from airspec.spec.diagnosis.calls import call_fault
from airspec.spec.diagnosis.fault import Fault, nearest, quoted
from airspec.spec.diagnosis.forms import forms
from airspec.spec.diagnosis.heads import head_fault
from airspec.spec.diagnosis.tree import Bracket, Tree
from airspec.spec.grammar import KEYWORDS

COUNTS = ("no instruction", "one instruction", "two instructions")


def shape_fault(tree: Tree) -> Fault | None:
    """Return the first fault in the instructions of a text whose brackets match; None if none is found."""
    if not tree.outside:
        return Fault("the script has no instruction", len(tree.text), "the shortest script is `(null)`")
    whole = tree.outside[0]
    if isinstance(whole, int):
        return _outside(tree, whole)
    pending = [whole]
    while pending:
        bracket = pending.pop()
        fault = _fault_of(tree, bracket)
        if fault is not None:
            return fault
        pending.extend(reversed([item for item in _instructions(tree, bracket) if isinstance(item, Bracket)]))
    if len(tree.outside) > 1:
        second = tree.outside[1]
        if isinstance(second, int):
            return _outside(tree, second)
        return Fault(
            "a script is one instruction, and here a second one begins",
            tree.start(second.opened),
            "write `(seq FIRST SECOND)`, or check the brackets before this one",
        )
    return None


def _outside(tree: Tree, lexeme: int) -> Fault:
    word = tree.written(lexeme)
    if tree.kind(lexeme) in KEYWORDS:
        return Fault(f"the bracket before {quoted(word)} is missing", tree.start(lexeme), f"write `({word} …)`")
    return Fault(
        f"{quoted(word)} stands outside of every instruction",
        tree.start(lexeme),
        "remove it; remarks begin with a semicolon",
    )


def _instructions(tree: Tree, bracket: Bracket) -> list[int | Bracket]:
    """Return the items of an instruction from its first inner instruction on."""
    keyword = tree.keyword(bracket)
    nests = keyword is not None and most_instructions(keyword) > 0
    for position, item in enumerate(bracket.items):
        if isinstance(item, Bracket) and (tree.keyword(item) or (nests and tree.kind(item.opened) == "(")):
            return bracket.items[position:]
    return []


def _fault_of(tree: Tree, bracket: Bracket) -> Fault | None:
    """Return the fault of an instruction, whatever is inside the instructions inside it."""
    keyword = tree.keyword(bracket)
    if keyword is None:
        return _unknown(tree, bracket)
    inner = _instructions(tree, bracket)
    head = bracket.items[1 : len(bracket.items) - len(inner)]
    fault = call_fault(tree, bracket, head) if keyword == "call" else head_fault(tree, bracket, head)
    if fault is not None:
        return fault
    for item in inner:
        if not (isinstance(item, Bracket) and tree.kind(item.opened) == "("):
            return Fault(
                f"{quoted(tree.written(tree.first(item)))} stands where `{keyword}` takes only instructions",
                tree.start(tree.first(item)),
                forms(keyword),
            )
    return _count_fault(tree, bracket, keyword, [item for item in inner if isinstance(item, Bracket)])


def _unknown(tree: Tree, bracket: Bracket) -> Fault:
    """The fault of a bracket that stands for an instruction and does not begin with a keyword."""
    opened = tree.start(bracket.opened)
    if tree.kind(bracket.opened) != "(":
        return Fault("an instruction begins with a round bracket, and here is a square one", opened)
    if not bracket.items:
        return Fault("there is no instruction between these brackets", opened, "write `(null)` for nothing")
    first = bracket.items[0]
    if isinstance(first, Bracket):
        return Fault("an instruction begins with its name, and here a second bracket begins", tree.start(first.opened))
    word = tree.written(first)
    near = nearest(word.lower(), KEYWORDS) if word not in KEYWORDS else None
    if word.lower() in KEYWORDS:
        near = word.lower()
    remedy = f"did you mean `{near}`?" if near else f"the instructions are {', '.join(KEYWORDS)}"
    return Fault(f"{quoted(word)} is not the name of an instruction", tree.start(first), remedy)


def _count_fault(tree: Tree, bracket: Bracket, keyword: str, inner: list[Bracket]) -> Fault | None:
    least, most = least_instructions(keyword), most_instructions(keyword)
    if least <= len(inner) <= most:
        return None
    if len(inner) > most:
        excess = inner[most]
        if most == 0:
            message = f"`{keyword}` has no instruction inside itself, and here one begins"
            return Fault(
                message, tree.start(excess.opened), f"close the `{keyword}` of {tree.place(bracket.opened)} first"
            )
        remedy = f"nest them, as in `({keyword} A ({keyword} B C))`" if most == 2 and least == 2 else forms(keyword)
        return Fault(f"`{keyword}` takes {COUNTS[most]}, and this is one more", tree.start(excess.opened), remedy)
    return Fault(
        f"`{keyword}` takes {COUNTS[least]}, and here is {'one' if inner else 'none'}",
        tree.start(bracket.opened),
        forms(keyword),
    )
