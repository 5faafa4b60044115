"""Changes of rules: the edits that a seeded fault makes to the source of a rule.

Expressions are compared by their structure, so layout and the sentences of a rule do not matter.  Each change must
apply exactly once in its rule.  Only the source that changes is rewritten, and later text stays on its lines, unless
a whole rule is added.
"""

from __future__ import annotations

import ast
import copy
import textwrap
from collections.abc import Sequence
from typing import TypeVar

from msgspec import Struct

from airspec.checker.mutation.places import Edit, MisfitError, Place
from airspec.semantics.notation.premises import WORDS
from airspec.semantics.notation.transitions import UPDATES
from airspec.semantics.notation.updates import chain_of

T = TypeVar("T")

OPERATIONS = (ast.BoolOp, ast.BinOp, ast.UnaryOp, ast.Compare, ast.IfExp, ast.Lambda, ast.NamedExpr)
"""Expressions that need parentheses inside of others."""


class Replace(Struct, frozen=True):
    """The change of one expression of a rule into another one; both are source text."""

    old: str
    new: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"`{self.old}` becomes `{self.new}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that replaces the old expression; raises `MisfitError` unless it occurs exactly once."""
        return (place.instead(only(place, self.old), written(expression(self.new))),)


class Exchange(Struct, frozen=True):
    """The exchange of two expressions of a rule, which are given as source text."""

    one: str
    other: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"`{self.one}` and `{self.other}` change places"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edits that exchange the expressions; raises `MisfitError` unless each occurs exactly once."""
        one, other = only(place, self.one), only(place, self.other)
        return place.instead(one, written(other)), place.instead(other, written(one))


class DropKeyword(Struct, frozen=True):
    """The removal of a keyword argument of a call, so that its field keeps its value."""

    argument: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"without `{self.argument}=`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that removes the argument; raises `MisfitError` unless exactly one call has it."""
        calls = [node for node in place.nodes() if isinstance(node, ast.Call)]
        found = [call for call in calls if any(keyword.arg == self.argument for keyword in call.keywords)]
        call = once(found, f"the argument `{self.argument}=`")
        fewer = [keyword for keyword in call.keywords if keyword.arg != self.argument]
        return (place.instead(call, written(ast.Call(call.func, call.args, fewer))),)


class AddPremise(Struct, frozen=True):
    """The addition of a condition to a rule."""

    condition: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"only if `{self.condition}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that adds the condition to the branch of the case, or as the last premise of a rule.

        Raises `MisfitError` if the case has no condition or several conclusions.
        """
        condition = written(expression(self.condition))
        match place.branch:
            case ast.If(test):
                return (place.instead(test, f"({written(test)} and {condition})"),)
            case ast.match_case(pattern, None):
                end = place.extent(pattern)[1]
                return (Edit(end, end, f" if {condition}"),)
            case ast.match_case(_, ast.expr() as guard):
                return (place.instead(guard, f"({written(guard)} and {condition})"),)
        if not place.is_transition:
            raise MisfitError("the case has no condition of its own")
        begin = place.extent(place.conclusion())[0]
        return (Edit(begin, begin, f"given({condition}); "),)


class DropPremise(Struct, frozen=True):
    """The removal of a premise that does not name a value."""

    premise: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"without the premise `{self.premise}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that removes the premise; raises `MisfitError` unless it occurs once and names no value."""
        premise = only(place, self.premise)
        for node in place.nodes():
            match node:
                case ast.Expr(ast.Call(ast.Name(word), [first])) if word in WORDS and first is premise:
                    begin, end = place.extent(node)
                    return (Edit(begin, end, "\n" * place.source[begin:end].count("\n")),)
        raise MisfitError(f"`{self.premise}` is no premise by itself")


class ReplaceConclusion(Struct, frozen=True):
    """The replacement of a rule's conclusion by the last line of a text, whose other lines name values for it."""

    conclusion: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"concludes in `{'; '.join(self.conclusion.split(chr(10)))}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that replaces the conclusion of the rule.

        Raises `MisfitError` if there are several conclusions, or if the new text does not end with an expression.
        """
        *before, last = ast.parse(textwrap.dedent(self.conclusion)).body
        if not isinstance(last, ast.Expr):
            raise MisfitError("the new conclusion is no expression")
        begin, end = place.extent(place.conclusion())
        lines = "\n" * place.source[begin:end].count("\n")
        return (Edit(begin, end, "; ".join([*map(ast.unparse, before), f"return {ast.unparse(last.value)}"]) + lines),)


class AddUpdate(Struct, frozen=True):
    """The addition of an update of the configuration to a conclusion."""

    update: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"also `{self.update}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that adds the update before all others; raises `MisfitError` for several conclusions."""
        value = place.conclusion().value
        assert value is not None
        base, _ = chain_of(value)
        end = place.extent(base)[1]
        return (Edit(end, end, f".{self.update}"),)


class ReplaceUpdate(Struct, frozen=True):
    """The replacement of the update of the configuration called `update` by the call `new`, such as ``wait()``."""

    update: str
    new: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"`{self.update}` becomes `{self.new}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that replaces the update; raises `MisfitError` unless it occurs exactly once."""
        return _updated(place, self.update, f".{self.new}")


class DropUpdate(Struct, frozen=True):
    """The removal of an update of the configuration."""

    update: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"without `{self.update}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that removes the update; raises `MisfitError` unless it occurs exactly once."""
        return _updated(place, self.update, "")


class DropRule(Struct, frozen=True):
    """The change after which a rule never applies."""

    def __str__(self) -> str:
        """Return the change in words."""
        return "never applies"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that makes the condition of a case false, or that removes a whole rule.

        Raises `MisfitError` for a case without a condition, which applies where no other does.
        """
        match place.branch:
            case ast.If(test):
                return (place.instead(test, "False"),)
            case ast.match_case(pattern, None):
                end = place.extent(pattern)[1]
                return (Edit(end, end, " if False"),)
            case ast.match_case(_, ast.expr() as guard):
                return (place.instead(guard, "False"),)
        if place.entry is None or place.entry.kind != "step":
            raise MisfitError("what applies where nothing else does cannot be left out")
        begin, end = _whole(place)
        return (Edit(begin, end, "\n" * place.source[begin:end].count("\n")),)


class AddRule(Struct, frozen=True):
    """The addition of a rule before another one, so that it applies first."""

    rule: str

    def __str__(self) -> str:
        """Return the change in words."""
        return f"before it stands `{self.rule.strip()}`"

    def edits(self, place: Place) -> tuple[Edit, ...]:
        """Return the edit that inserts the new rule before the whole function of the other one."""
        begin = _whole(place)[0]
        return (Edit(begin, begin, textwrap.dedent(self.rule).strip("\n") + "\n"),)


Change = (
    Replace
    | Exchange
    | DropKeyword
    | AddPremise
    | DropPremise
    | ReplaceConclusion
    | AddUpdate
    | ReplaceUpdate
    | DropUpdate
    | DropRule
    | AddRule
)


def expression(text: str) -> ast.expr:
    """Return the syntax tree of an expression; raises `MisfitError` if the text is not a Python expression."""
    try:
        return ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise MisfitError(f"`{text}` is no expression: {error.msg}") from None


def written(tree: ast.expr) -> str:
    """Return the source text of an expression on one line, in parentheses if it may need them."""
    text = ast.unparse(copy.deepcopy(tree))
    return f"({text})" if isinstance(tree, OPERATIONS) else text


def only(place: Place, text: str) -> ast.expr:
    """Return the only expression of a rule that equals the text, apart from layout; otherwise raises `MisfitError`."""
    sought = ast.dump(expression(text))
    found = [node for node in place.nodes() if isinstance(node, ast.expr) and ast.dump(node) == sought]
    return once(found, f"`{text}`")


def once(found: Sequence[T], what: str) -> T:
    """Return the only element of `found`; raises `MisfitError`, whose message calls it `what`, for any other number."""
    if len(found) != 1:
        raise MisfitError(f"{what} occurs {len(found)} times, and not once")
    return found[0]


def _updated(place: Place, update: str, new: str) -> tuple[Edit, ...]:
    """Return the edit that replaces the only update with a name by another one, or by nothing."""
    if update not in UPDATES:
        raise MisfitError(f"Config has no update `{update}`")
    calls = [node for node in place.nodes() if isinstance(node, ast.Call)]
    call = once([c for c in calls if isinstance(c.func, ast.Attribute) and c.func.attr == update], f"`{update}`")
    assert isinstance(call.func, ast.Attribute)
    return (place.instead(call, place.text(call.func.value) + new),)


def _whole(place: Place) -> tuple[int, int]:
    """Return the beginning of a function, decorators included, and its end."""
    assert place.function.end_lineno is not None
    first = [place.function.lineno, *(decorator.lineno for decorator in place.function.decorator_list)]
    return place.offset(min(first), 0), place.offset(place.function.end_lineno + 1, 0)
