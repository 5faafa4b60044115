"""The typesetter of expressions: from Python's syntax trees to the notation of the book, as HTML."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping, Sequence
from enum import EnumType
from types import ModuleType, UnionType
from typing import get_args

from airspec.book.functions import FUNCTIONS, KINDS
from airspec.book.markup import Piece, joined, keyword, linked, listed, name, spaced, text
from airspec.book.methods import METHODS
from airspec.semantics.notation.reading import definition_of
from airspec.semantics.notation.registry import Entry, entry_of
from airspec.semantics.notation.transitions import UPDATES

CHOICE, OR, AND, NOT, COMPARE, CONS, SUM, PRODUCT, CALL = 10, 20, 30, 40, 50, 55, 60, 70, 90

OPERATORS: dict[type[ast.AST], tuple[str, int]] = {
    ast.Add: ("+", SUM),
    ast.Sub: ("−", SUM),
    ast.Mult: ("·", PRODUCT),
    ast.FloorDiv: ("÷", PRODUCT),
    ast.Mod: ("mod", PRODUCT),
    ast.BitOr: ("∪", SUM),
    ast.BitAnd: ("∩", PRODUCT),
    ast.Pow: ("^", PRODUCT),
}
RELATIONS: dict[type[ast.AST], tuple[str, str]] = {
    ast.Eq: ("=", "≠"),
    ast.NotEq: ("≠", "="),
    ast.Is: ("=", "≠"),
    ast.IsNot: ("≠", "="),
    ast.Lt: ("<", "≥"),
    ast.LtE: ("≤", ">"),
    ast.Gt: (">", "≤"),
    ast.GtE: ("≥", "<"),
    ast.In: ("∈", "∉"),
    ast.NotIn: ("∉", "∈"),
}
YIELDS = "⇓"
"""The sign before the result of a judgement, unless its form has another."""

CONSTANTS = {None: "∅", True: "true", False: "false"}


class UnknownNotationError(ValueError):
    """An error for a construct without a typeset form, which would leave the book incomplete."""


def leading(words: str, target: str) -> Piece:
    """Return words of a judgement's form as a link to `target`, without the spaces around them."""
    bare = words.strip()
    before, _, after = words.partition(bare) if bare else (words, "", "")
    return joined([text(before), *([linked(keyword(bare), target)] if bare else []), text(after)])


def form_of(entry: Entry) -> str:
    """Return the declared form of a judgement with its sign at the end; empty for a function without a form."""
    return str(getattr(entry, "form", ""))


def anchor(entry: Entry) -> str:
    """Return the id of a function in the book, ``module.name``."""
    return f"{entry.module}.{entry.name}"


class Typesetter:
    """A typesetter of the expressions in one function; names in them are resolved in the function's module."""

    def __init__(self, entry: Entry) -> None:
        self.names = inspect.unwrap(entry.function).__globals__

    def expression(self, node: ast.expr, least: int = 0) -> Piece:
        """Return an expression typeset, in brackets if it binds less tightly than `least`.

        Raises `UnknownNotationError` for an expression without a form.
        """
        form = getattr(self, f"_form_{type(node).__name__.lower()}", None)
        if form is None:
            raise UnknownNotationError(f"line {node.lineno}: no typeset form for {ast.unparse(node)}")
        piece: Piece = form(node)
        return piece.within(least)

    def items(self, nodes: Sequence[ast.expr]) -> list[Piece]:
        """Return several expressions, each typeset."""
        return [self.expression(node) for node in nodes]

    def negated(self, node: ast.expr) -> Piece:
        """Return the negation of a condition typeset, with the sign of the condition negated where that is possible."""
        if isinstance(node, ast.Compare) and len(node.ops) == 1:
            return self.compared(node.left, node.ops[0], node.comparators[0], 1)
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            return self.expression(node.operand)
        if is_call(node, "isinstance"):
            return self.instance(node, "is not")
        return spaced([keyword("not"), self.expression(node, NOT)], NOT)

    # --- names and constants ------------------------------------------------------------------------

    def _form_name(self, node: ast.Name) -> Piece:
        target = self.names.get(node.id)
        shown = target.__name__ if isinstance(target, type) else node.id  # under whatever name it is imported
        return self.linked(name(shown), target)

    def linked(self, piece: Piece, target: object) -> Piece:
        """Return a piece as a link to `target` if that is a registered function, otherwise unchanged."""
        entry = entry_of(target) if callable(target) else None
        return piece if entry is None else linked(piece, anchor(entry))

    def _form_constant(self, node: ast.Constant) -> Piece:
        if node.value is None or isinstance(node.value, bool):
            return text(CONSTANTS[node.value], "v")
        return text(f"“{node.value}”" if isinstance(node.value, str) else repr(node.value), "v")

    def _form_attribute(self, node: ast.Attribute) -> Piece:
        owner = self.names.get(node.value.id) if isinstance(node.value, ast.Name) else None
        if isinstance(owner, ModuleType):
            return self.linked(name(node.attr), getattr(owner, node.attr, None))
        if isinstance(owner, EnumType):
            return text(node.attr.lower().replace("_", " "), "v")
        return joined([self.expression(node.value, CALL), text("."), name(node.attr)])

    def _form_joinedstr(self, node: ast.JoinedStr) -> Piece:
        parts = [
            text(str(part.value), "v") if isinstance(part, ast.Constant) else self.expression(part)
            for part in node.values
        ]
        return joined([text("“", "v"), *parts, text("”", "v")])

    def _form_formattedvalue(self, node: ast.FormattedValue) -> Piece:
        return joined([text("‹"), self.expression(node.value), text("›")])

    # --- operators ----------------------------------------------------------------------------------

    def _form_boolop(self, node: ast.BoolOp) -> Piece:
        word, binds = ("and", AND) if isinstance(node.op, ast.And) else ("or", OR)
        parts = [self.expression(value, binds + 1) for value in node.values]
        return spaced([p for part in parts for p in (keyword(word), part)][1:], binds)

    def _form_unaryop(self, node: ast.UnaryOp) -> Piece:
        if isinstance(node.op, ast.Not):
            return self.negated(node.operand)
        return joined([text("−"), self.expression(node.operand, CALL)], PRODUCT)

    def _form_binop(self, node: ast.BinOp) -> Piece:
        sign, binds = OPERATORS[type(node.op)]
        return spaced([self.expression(node.left, binds), keyword(sign), self.expression(node.right, binds + 1)], binds)

    def _form_compare(self, node: ast.Compare) -> Piece:
        operands = [node.left, *node.comparators]
        links = [self.compared(a, op, b, 0) for a, op, b in zip(operands, node.ops, operands[1:], strict=False)]
        return spaced([p for link in links for p in (keyword("and"), link)][1:], COMPARE if len(links) == 1 else AND)

    def compared(self, left: ast.expr, op: ast.cmpop, right: ast.expr, negative: int) -> Piece:
        """Return one comparison typeset, negated if `negative` is 1 and not if it is 0."""
        sign = RELATIONS[type(op)][negative]
        return spaced([self.expression(left, CONS), keyword(sign), self.expression(right, CONS)], COMPARE)

    def _form_ifexp(self, node: ast.IfExp) -> Piece:
        parts = [keyword("if"), self.expression(node.test, OR), keyword("then"), self.expression(node.body, OR)]
        return spaced([*parts, keyword("else"), self.expression(node.orelse)], CHOICE)

    # --- collections --------------------------------------------------------------------------------

    def _form_tuple(self, node: ast.Tuple) -> Piece:
        return listed(self.items(node.elts), "⟨", "⟩")

    def _form_list(self, node: ast.List) -> Piece:
        return listed(self.items(node.elts), "⟨", "⟩")

    def _form_set(self, node: ast.Set) -> Piece:
        return listed(self.items(node.elts), "{", "}")

    def _form_dict(self, node: ast.Dict) -> Piece:
        pairs = [
            joined([text("…"), self.expression(value)])
            if key is None
            else spaced([self.expression(key), keyword("↦"), self.expression(value)])
            for key, value in zip(node.keys, node.values, strict=True)
        ]
        return listed(pairs, "{", "}")

    def _form_starred(self, node: ast.Starred) -> Piece:
        return joined([text("…"), self.expression(node.value, CALL)])

    def _form_subscript(self, node: ast.Subscript) -> Piece:
        if ast.unparse(node.slice) == "::-1":
            return spaced([keyword("reverse of"), self.expression(node.value, CALL)], CALL - 1)
        return joined([self.expression(node.value, CALL), text("["), self.expression(node.slice), text("]")])

    def _form_slice(self, node: ast.Slice) -> Piece:
        ends = [text("") if end is None else self.expression(end, CONS) for end in (node.lower, node.upper)]
        return joined([ends[0], text(" .. "), ends[1]])

    def drawn(self, generators: Sequence[ast.comprehension]) -> Piece:
        """Return the generators of a comprehension typeset, such as ``x ∈ xs``, with their conditions."""
        parts: list[Piece] = []
        for generator in generators:
            drawn = [self.expression(generator.target), keyword("∈"), self.expression(generator.iter, CONS)]
            parts.append(spaced(drawn))
            parts.extend(self.expression(condition) for condition in generator.ifs)
        return spaced([joined([part, text(",")]) for part in parts[:-1]] + parts[-1:])

    def comprehension(self, element: Piece, node: ast.AST, opening: str, closing: str) -> Piece:
        """Return the comprehension `node` typeset, with `element` before its generators, in these brackets."""
        drawn = self.drawn(node.generators)  # type: ignore[attr-defined]
        return joined([text(opening, "b"), spaced([element, keyword("|"), drawn]), text(closing, "b")])

    def _form_generatorexp(self, node: ast.GeneratorExp) -> Piece:
        return self.comprehension(self.expression(node.elt), node, "⟨", "⟩")

    def _form_listcomp(self, node: ast.ListComp) -> Piece:
        return self.comprehension(self.expression(node.elt), node, "⟨", "⟩")

    def _form_setcomp(self, node: ast.SetComp) -> Piece:
        return self.comprehension(self.expression(node.elt), node, "{", "}")

    def _form_dictcomp(self, node: ast.DictComp) -> Piece:
        pair = spaced([self.expression(node.key), keyword("↦"), self.expression(node.value)])
        return self.comprehension(pair, node, "{", "}")

    # --- calls --------------------------------------------------------------------------------------

    def _form_call(self, node: ast.Call) -> Piece:
        if isinstance(node.func, ast.Name):
            form = FUNCTIONS.get(node.func.id)
            piece = None if form is None else form(self, node)
            if piece is not None:
                return piece
        elif ast.unparse(node.func) == "dict.fromkeys":
            return spaced([keyword("distinct"), self.expression(node.args[0], CALL)], CALL - 1)
        elif isinstance(node.func, ast.Attribute) and not self.is_module(node.func.value):
            method = METHODS.get((node.func.attr, len(node.args)))
            if method is not None and not node.keywords:
                return method(self.expression(node.func.value, CONS + 1), self.items(node.args))
            if node.func.attr in UPDATES:
                raise UnknownNotationError(f"line {node.lineno}: an update stands outside of a conclusion")
        return joined([self.expression(node.func, CALL), self.arguments(node)])

    def is_module(self, node: ast.expr) -> bool:
        """Return whether an expression is the name of a module."""
        return isinstance(node, ast.Name) and isinstance(self.names.get(node.id), ModuleType)

    def arguments(self, node: ast.Call) -> Piece:
        """Return the positional and keyword arguments of a call typeset, in brackets."""
        return listed([*self.items(node.args), *self.fields(node, "=")], "(", ")")

    def fields(self, node: ast.Call, sign: str) -> list[Piece]:
        """Return the keyword arguments of a call typeset, each with `sign` between its name and its value."""
        return [
            joined([text("…"), self.expression(k.value)])
            if k.arg is None
            else spaced([text(k.arg, "n"), keyword(sign), self.expression(k.value)])
            for k in node.keywords
        ]

    def instance(self, node: ast.expr, word: str) -> Piece:
        """Return a call of `isinstance` typeset; `word` is ``is`` or ``is not``."""
        assert isinstance(node, ast.Call)
        kinds = [self.kind(kind) for kind in self.alternatives(node.args[1])]
        choice = spaced([p for kind in kinds for p in (keyword("or"), kind)][1:])
        return spaced([self.expression(node.args[0], CONS), keyword(word), choice], COMPARE)

    def alternatives(self, node: ast.expr) -> list[ast.expr]:
        """Return the types of ``A | B``, of ``(A, B)``, or of the name of such a union, each as an expression."""
        target = self.names.get(node.id) if isinstance(node, ast.Name) else None
        if isinstance(target, UnionType):
            return [ast.Name(kind.__name__, ast.Load()) for kind in get_args(target)]
        if isinstance(node, ast.BinOp):
            return [*self.alternatives(node.left), *self.alternatives(node.right)]
        return list(node.elts) if isinstance(node, ast.Tuple) else [node]

    def kind(self, node: ast.expr) -> Piece:
        """Return a type typeset: in words if it is in `KINDS`, otherwise as the name of a record."""
        named = node.id if isinstance(node, ast.Name) else ""
        return keyword(KINDS[named]) if named in KINDS else self.expression(node)

    # --- judgements ---------------------------------------------------------------------------------

    def judgement(self, node: ast.expr) -> tuple[Piece, str]:
        """Return a judgement typeset up to its result, and the sign that stands before the result.

        These are the declared form, or for other expressions the expression and ``⇓``.
        """
        entry = self.judged(node)
        if entry is None or not isinstance(node, ast.Call):
            return self.expression(node, COMPARE), YIELDS
        parameters = [argument.arg for argument in definition_of(entry).args.args]
        return self.formed(entry, dict(zip(parameters, self.operands(node.args), strict=True)))

    def judged(self, node: ast.expr) -> Entry | None:
        """Return the judgement with a declared form that an expression calls, or None if it calls none."""
        entry = entry_of(self.target(node.func)) if isinstance(node, ast.Call) and not node.keywords else None
        return entry if entry is not None and form_of(entry) else None

    def operands(self, nodes: Sequence[ast.expr]) -> list[Piece]:
        """Return several expressions typeset, each in brackets if it contains signs that bind loosely."""
        return [self.expression(node, CONS + 1) for node in nodes]

    def formed(self, entry: Entry, arguments: Mapping[str, Piece]) -> tuple[Piece, str]:
        """Return the form of a judgement, typeset with arguments by parameter, and its sign; the words are links."""
        before, _, sign = form_of(entry).rpartition(" ")
        pieces = [
            arguments[part] if i % 2 else leading(part, anchor(entry))
            for i, part in enumerate(re.split(r"{(\w+)}", before))
            if part
        ]
        return joined(pieces, COMPARE), sign

    def target(self, node: ast.expr) -> object:
        """Return the object that a name, or an attribute of a name, stands for in the module; None if there is none."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            return getattr(self.names.get(node.value.id), node.attr, None)
        return self.names.get(node.id) if isinstance(node, ast.Name) else None


def is_call(node: ast.expr, function: str) -> bool:
    """Return whether an expression calls a function by its unqualified name."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == function
