"""The typeset form of each update of a configuration, as all rules of *Step* use it."""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from airspec.book.markup import Piece, joined, text
from airspec.book.typeset import CONS, Typesetter, UnknownNotationError
from airspec.semantics.notation.updates import methods

Place = Literal["control", "stack", "cell"]

FORMS: Mapping[str, Mapping[Place, str]] = {
    "evaluate": {"control": "{instruction}"},
    "done": {"control": "return"},
    "wait": {"control": "return", "cell": "incomplete"},
    "throw": {"control": "throw {error}"},
    "fail": {"control": "throw {error}", "cell": "registers + ({error}, {instruction}<, {blame}>)"},
    "halt": {"control": "halt< {reason}>"},
    "push": {"stack": "{frame} ∷ "},
    "pop": {"stack": "tail "},
    "completed": {"cell": "complete := {complete}"},
    "bind": {"cell": "scope[{name} ↦ {value}]"},
    "with_scope": {"cell": "scope := {scope}"},
    "iterate": {"cell": "iterations[{iterator} ↦ {iteration}]"},
    "stop_iterating": {"cell": "iterations ∖ {iterator}"},
    "with_streams": {"cell": "streams := {streams}"},
    "with_registers": {"cell": "registers := {registers}"},
    "record": {"cell": "trace ⧺ {state}"},
    "with_memory": {"cell": "memory := {memory}"},
    "with_stores": {"cell": "stores := {stores}"},
    "send_to": {"cell": "next peers + {peer}"},
    "ask": {"cell": "requests + ({call_id}, {request})"},
    "use_answer": {"cell": "answers ∖ {call_id}"},
    "sign_if_own": {"cell": "signed + {cid} if {peer} = me"},
}
"""The typeset form of each method of `Config`, by the places in ``⟨control ; stack | cells⟩`` that it changes.

A parameter stands in braces; what stands between ``<`` and ``>`` is left out when its parameter is nothing.
"""

SHORT: Mapping[tuple[str, str], Mapping[Place, str]] = {
    ("completed", "True"): {"cell": "complete"},
    ("completed", "False"): {"cell": "incomplete"},
    ("sign_if_own", "c.me"): {"cell": "signed + {cid}"},
}
"""Updates that are written shorter for one of their arguments."""


class Change(Struct, frozen=True):
    """A typeset update: the control that it sets, its effect on the stack, and the cell that it changes."""

    control: Piece | None = None
    stack: Piece | None = None
    cell: Piece | None = None


def change(setter: Typesetter, call: ast.Call) -> Change:
    """Return the update that a call in a chain makes, typeset; raises `UnknownNotationError` if it has no form."""
    assert isinstance(call.func, ast.Attribute)
    return written(setter, call.func.attr, arguments(call.func.attr, call))


def general(setter: Typesetter, method: str) -> Change:
    """Return the update of a method of `Config` typeset, with the names of its parameters as arguments."""
    names = [argument.arg for argument in methods()[method].args.args[1:]]
    return written(setter, method, {name: ast.Name(name, ast.Load()) for name in names})


def written(setter: Typesetter, method: str, given: Mapping[str, ast.expr]) -> Change:
    """Return the update of a method of `Config` typeset, with arguments by parameter.

    Raises `UnknownNotationError` if the method has no form in `FORMS`.
    """
    if method not in FORMS:
        raise UnknownNotationError(f"the update {method} of a configuration has no typeset form")
    keys = [(method, ast.unparse(value)) for value in given.values()]
    form = next((SHORT[key] for key in keys if key in SHORT), FORMS[method])
    return Change(**{place: filled(setter, template, given) for place, template in form.items()})


def arguments(method: str, call: ast.Call) -> dict[str, ast.expr]:
    """Return the arguments of a call of a method of `Config` by parameter, without those that are None."""
    names = [argument.arg for argument in methods()[method].args.args[1:]]
    given = {**dict(zip(names, call.args, strict=False)), **{k.arg: k.value for k in call.keywords if k.arg}}
    return {name: value for name, value in given.items() if ast.unparse(value) != "None"}


def filled(setter: Typesetter, template: str, given: Mapping[str, ast.expr]) -> Piece:
    """Return a template of `FORMS` typeset, with the arguments in place of its braces."""
    template = re.sub(r"<([^>]*)>", lambda part: part[1] if names_in(part[1]) <= set(given) else "", template)
    parts = re.split(r"{(\w+)}", template)
    least = CONS + 1 if any(sign in template for sign in ("⧺", "+ {", "∖", "∷")) else 0
    return joined(
        [setter.expression(given[part], least) if i % 2 else word(part) for i, part in enumerate(parts) if part]
    )


def names_in(template: str) -> set[str]:
    """Return the names of the parameters that stand in braces in a template."""
    return set(re.findall(r"{(\w+)}", template))


def word(part: str) -> Piece:
    """Return a part of a template that is not an argument, typeset."""
    return text(part, "u")
