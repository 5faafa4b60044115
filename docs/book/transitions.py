"""Typesetting of transitions: the configurations on both sides of the arrow of *Step*.

A configuration is written ``⟨control ; stack | cells⟩``.  The stack is written if a rule needs or changes it, and the
cells are those of a named configuration, with the updates of the rule in their order.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from msgspec import Struct

from airspec.book.markup import Piece, joined, keyword, name, spaced, text
from airspec.book.typeset import Typesetter, UnknownNotationError
from airspec.book.updates import change
from airspec.semantics.notation.reading import Case, Let, NotationError, Premise, definition_of
from airspec.semantics.notation.registry import Entry
from airspec.semantics.notation.transitions import UPDATES, left_sides
from airspec.semantics.notation.updates import chain_of

REST = text("κ", "n")
"""The stack below the frame that a rule names."""

GENERIC = {
    "premise_fails": "a premise ⇓ of the instruction fails with {failure}",
    "premise_waits": "a premise ⇓ʷ of the instruction fails, as a variable is not there yet",
}
"""The premises of the generic rules, which are about a premise of another rule."""


class Side(Struct, frozen=True):
    """One side of the arrow: the control, the stack (None if it is not written), and the cells."""

    control: Piece
    stack: Piece | None
    cells: tuple[Piece, ...]

    def piece(self) -> Piece:
        """Return the configuration typeset, in angle brackets."""
        stack = [] if self.stack is None else [text(" ; "), self.stack]
        shown = [Piece(f'<span class="cell">{cell.html},</span> ', cell.width + 2) for cell in self.cells[:-1]]
        last = Piece(f'<span class="cell">{self.cells[-1].html}⟩</span>', self.cells[-1].width + 1)
        return joined([text("⟨", "b"), self.control, *stack, text(" | "), *shown, last])


def transition(setter: Typesetter, case: Case, conclusion: ast.expr) -> Piece:
    """Return the conclusion of a rule of *Step* typeset: the configurations on both sides of the arrow."""
    left = left_side(case.entry)
    right = right_side(setter, conclusion, left)
    if right.stack is not None and left.stack is None:
        left = Side(left.control, REST, left.cells)
    return spaced([left.piece(), keyword("⟶"), right.piece()])


def left_side(entry: Entry) -> Side:
    """Return the configuration before a step, as the parameters of the rule declare it."""
    if entry.kind != "step":
        return Side(name("instruction"), None, (text("…"),))
    function = definition_of(entry)
    used = {node.id for statement in function.body for node in ast.walk(statement) if isinstance(node, ast.Name)}
    configuration, *met = [argument.arg for argument in function.args.args]
    lefts = left_sides(entry)
    heads = list(dict.fromkeys("" if left.head is None else left.head.__name__ for left in lefts))
    cells = (name(configuration),)
    if len(met) == 1:
        return Side(of_kind(met[0], heads, met[0] in used), None, cells)
    events = list(dict.fromkeys(left.event for left in lefts))
    control = event(met[0], events)
    return Side(control, text("ε") if heads == [""] else frame(met[1], heads, met[1] in used), cells)


def of_kind(parameter: str, kinds: Sequence[str], is_used: bool) -> Piece:
    """Return the instruction on a left side: the word of its only kind, or the parameter with its kinds.

    `is_used` says whether the rule uses the parameter.
    """
    if len(kinds) == 1 and (not is_used or parameter.strip("_") == kinds[0].lower()):
        return name(kinds[0].lower())
    return spaced([name(parameter), text(":"), choice([name(kind) for kind in kinds])])


def event(parameter: str, events: Sequence[str]) -> Piece:
    """Return the event that meets a frame, typeset: a return, an error, or either of these."""
    words = {"return": keyword("return"), "throw": keyword("throw")}
    if len(events) > 1:
        return spaced([name(parameter), text(":"), choice([words[each] for each in events])])
    return words["return"] if events == ["return"] else spaced([words["throw"], name(parameter)])


def frame(parameter: str, kinds: Sequence[str], is_used: bool) -> Piece:
    """Return the stack on a left side: the innermost frame's kinds, its name if `is_used`, and the rest."""
    shown = [choice([name(kind) for kind in kinds]), *([name(parameter)] if is_used else [])]
    return spaced([*shown, keyword("∷"), REST])


def choice(pieces: Sequence[Piece]) -> Piece:
    """Return the pieces with the word *or* between them."""
    return spaced([p for piece in pieces for p in (keyword("or"), piece)][1:])


def right_side(setter: Typesetter, conclusion: ast.expr, left: Side) -> Side:
    """Return the configuration after a step: that before it, changed by the updates of the conclusion."""
    base, calls = chain_of(conclusion)
    control, stack, cells = left.control, None if left.stack is None else below(left.stack), [setter.expression(base)]
    for call in calls:
        changed = change(setter, call)
        control = changed.control or control
        stack = stack if changed.stack is None else joined([changed.stack, stack or REST])
        cells += [] if changed.cell is None else [changed.cell]
    return Side(control, stack, tuple(cells))


def below(stack: Piece) -> Piece:
    """Return the stack below the frame that a return or an error meets; the empty stack stays empty."""
    return stack if stack.html == text("ε").html else REST


def unfolded(case: Case) -> tuple[tuple[Premise, ...], ast.expr]:
    """Return the premises of a rule and its whole conclusion, with the parts that premises name put in."""
    parts: dict[str, ast.expr] = {}
    premises: list[Premise] = []
    for premise in case.premises:
        if isinstance(premise, Let) and isinstance(premise.target, ast.Name) and is_chain(premise.value):
            parts[premise.target.id] = grown(premise.value, parts)
        else:
            premises.append(premise)
    return tuple(premises), grown(case.conclusion, parts)


def is_chain(value: ast.expr) -> bool:
    """Return whether an expression is a chain of updates of a configuration."""
    if not (isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr in UPDATES):
        return False
    try:
        chain_of(value)
    except NotationError:
        return False
    return True


def grown(value: ast.expr, parts: dict[str, ast.expr]) -> ast.expr:
    """Return a chain of updates in which the name of another chain, at its base, is replaced by that chain.

    Raises `UnknownNotationError` for a name that is used elsewhere in it.
    """
    base, calls = chain_of(value)
    if isinstance(base, ast.Name) and base.id in parts:
        base = parts[base.id]
    for call in calls:
        assert isinstance(call.func, ast.Attribute)
        if any(isinstance(n, ast.Name) and n.id in parts for a in call.args for n in ast.walk(a)):
            raise UnknownNotationError(f"line {call.lineno}: a part of the conclusion is used as a value")
        extended = ast.Call(ast.Attribute(base, call.func.attr, ast.Load()), call.args, call.keywords)
        base = ast.copy_location(extended, call)
    return base


def generic_premise(entry: Entry) -> list[Piece]:
    """Return the typeset premise of a generic rule, which is about any rule's premise; empty for other functions."""
    template = GENERIC.get(entry.name)
    if template is None or entry.kind == "step":
        return []
    before, _, rest = template.partition("{")
    named, _, after = rest.partition("}")
    return [joined([keyword(before), *([name(named)] if named else []), keyword(after)])]
