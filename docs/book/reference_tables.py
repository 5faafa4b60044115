"""Tables generated from the source: records and their fields, errors and their codes, opaque functions."""

from __future__ import annotations

import ast
import importlib
import inspect
import json
import re
from collections.abc import Sequence
from html import escape
from types import ModuleType, UnionType
from typing import Any, get_args

from msgspec import Struct

from airspec.book.markup import joined, linked, text
from airspec.book.rendering import marked
from airspec.book.types import kind_of_text
from airspec.book.typeset import Typesetter, anchor
from airspec.book.updates import FORMS, general
from airspec.semantics.aquavm import messages
from airspec.semantics.configuration import Config
from airspec.semantics.notation.registry import load
from airspec.spec import codes, faults, states
from airspec.spec.codes import CODES
from airspec.spec.data import state_to_json
from airspec.spec.values import Cid


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return an HTML table, which scrolls on narrow screens; the cells of `rows` are HTML, those of `header` text."""
    head = "".join(f"<th>{escape(cell)}</th>" for cell in header)
    body = "".join("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="air-table"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def meaning(thing: object) -> str:
    """Return the docstring of an object as HTML, in one paragraph."""
    return marked(" ".join((inspect.getdoc(thing) or "").split()))


def typed(annotation: Any) -> str:
    """Return a type in words as HTML."""
    written = annotation if isinstance(annotation, str) else getattr(annotation, "__name__", str(annotation))
    return f'<span class="air-type">{kind_of_text(written).html}</span>'


def declared(owner: type) -> dict[str, str]:
    """Return the types of a record's fields, as texts, by field; those of its bases come first."""
    bases = [base for base in reversed(owner.__mro__) if issubclass(base, Struct)]
    fields = {name: kind for base in bases for name, kind in getattr(base, "__annotations__", {}).items()}
    return {name: kind for name, kind in fields.items() if name in owner.__struct_fields__}  # type: ignore[attr-defined]


def fields_table(path: str) -> str:
    """Return the table, as HTML, of the fields of the record with the path ``module.Record``."""
    module_name, _, record_name = path.rpartition(".")
    module = importlib.import_module(module_name)
    record = getattr(module, record_name)
    fields = declared(record).items()
    rows = [(f"<code>{field}</code>", typed(kind), explained(module, str(kind))) for field, kind in fields]
    return f"<p>{meaning(record)}</p>" + table(("Field", "Type", "Meaning of the type"), rows)


def explained(module: ModuleType, kind: str) -> str:
    """Return the meaning of a type as HTML: that of a record that it names, or the records of a union; else empty."""
    named = [getattr(module, word, None) for word in re.findall(r"\w+", kind)]
    for thing in reversed(named):
        if isinstance(thing, type) and issubclass(thing, Struct):
            return meaning(thing)
        if isinstance(thing, UnionType):
            return "One of " + ", ".join(f"<code>{choice.__name__}</code>" for choice in get_args(thing)) + "."
    return ""


def own_records(module: ModuleType) -> list[type]:
    """Return the public records that a module defines, in the order of its source."""
    assert module.__doc__ is not None
    names = [node.name for node in ast.parse(inspect.getsource(module)).body if isinstance(node, ast.ClassDef)]
    members = [getattr(module, name) for name in names if not name.startswith("_")]
    return [member for member in members if issubclass(member, Struct)]


def records_table(module_name: str) -> str:
    """Return the table, as HTML, of a module's records: name, fields, meaning."""
    rows = []
    for record in own_records(importlib.import_module(module_name)):
        fields = "<br>".join(f"<code>{name}</code>: {typed(kind)}" for name, kind in declared(record).items())
        rows.append((f"<code>{record.__name__}</code>", fields or "–", meaning(record)))
    return table(("Record", "Fields", "Meaning"), rows)


def constants() -> dict[str, int]:
    """Return the named codes of errors and hosts by name."""
    return {
        name: value
        for name, value in vars(codes).items()
        if name.isupper() and isinstance(value, int) and value < 2**31 - 1
    }


def errors_table() -> str:
    """Return the table, as HTML, of the faults in errors: code, kind, fields, message, and when each occurs."""
    written = messages_by_fault()
    kinds = {"catchable": faults.CatchableFault, "uncatchable": faults.UncatchableFault}
    rows = [
        (str(code), kind, fault_of(fault), written[fault.__name__], meaning(fault))
        for fault, code in CODES.items()
        for kind, union in kinds.items()
        if fault in get_args(union)
    ]
    return table(("Code", "Kind", "Fault", "Message", "When"), sorted(rows, key=lambda row: (int(row[0]), row[2])))


def fault_of(fault: type) -> str:
    """Return the name of a fault with the names of its fields, as HTML."""
    return f"<code>{fault.__name__}({', '.join(declared(fault))})</code>"


def messages_by_fault() -> dict[str, str]:
    """Return AquaVM's messages for each fault as HTML, by the fault's name, read from their source."""
    found: dict[str, list[str]] = {}
    for node in ast.walk(ast.parse(inspect.getsource(messages))):
        match node:
            case ast.match_case(ast.MatchClass(ast.Name(name)), None, [ast.Return(ast.expr() as value)]):
                found[name] = [message_of(value)]
            case ast.match_case(ast.MatchClass(ast.Name(name)), ast.expr(), [ast.Return(ast.expr() as value)]):
                found.setdefault(name, []).append(message_of(value))
    return {name: "<br>".join(texts) for name, texts in found.items()}


def message_of(node: ast.expr) -> str:
    """Return the message that an expression makes, as HTML, with its values as expressions in braces."""
    if isinstance(node, ast.Constant):
        return f"<code>{escape(str(node.value))}</code>"
    if isinstance(node, ast.JoinedStr):
        parts = [
            str(part.value) if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"  # type: ignore[attr-defined]
            for part in node.values
        ]
        return f"<code>{escape(''.join(parts))}</code>"
    return "what is wrong, in words"


def codes_table() -> str:
    """Return the table, as HTML, of the named codes of errors and of hosts."""
    rows = [(str(code), f"<code>{escape(name)}</code>") for name, code in constants().items()]
    return table(("Code", "Name"), rows)


SAMPLES: tuple[states.State, ...] = (
    states.Par(2, 1),
    states.Sent("12D3..."),
    states.Executed(states.ScalarResult(Cid("bagaaiera..."))),
    states.Executed(states.StreamResult(Cid("bagaaiera..."), 0)),
    states.Executed(states.UnusedResult(Cid("bagaaiera..."))),
    states.Failed(Cid("bagaaiera...")),
    states.Ap((0,)),
    states.CanonSent("12D3..."),
    states.CanonExecuted(Cid("bagaaiera...")),
    states.Fold((states.Lore(2, (states.Subtrace(4, 1), states.Subtrace(5, 0))),)),
)
"""One state of each form."""


def json_forms_table() -> str:
    """Return the table, as HTML, of an example of each kind of state in the JSON form of data."""
    rows = [
        (f"<code>{type(state).__name__}</code>", f"<code>{escape(json.dumps(state_to_json(state)))}</code>")
        for state in SAMPLES
    ]
    return table(("State", "JSON form, for example"), rows)


def updates_table() -> str:
    """Return the table, as HTML, of a configuration's updates: how rules write each, and its meaning."""
    setter = Typesetter(next(entry for entry in load() if entry.kind == "step"))
    rows = []
    for name in FORMS:
        shown = general(setter, name)
        cell = "" if shown.cell is None else f", {shown.cell.html}"
        stack = "" if shown.stack is None else f" ; {shown.stack.html}κ"
        control = "…" if shown.control is None else shown.control.html
        said = meaning(getattr(Config, name)).removeprefix("Return the configuration ")
        rows.append(
            (
                f'<span class="air-update">⟨{control}{stack} | <span class="n">c</span>{cell}⟩</span>',
                f"The configuration {said}",
            )
        )
    return table(("As the right side of a rule", "Meaning"), rows)


def opaque_table() -> str:
    """Return the table, as HTML, of opaque functions, each with the reason why it is opaque."""
    rows = [
        (joined([linked(text(entry.name), anchor(entry))]).html, marked(entry.note), meaning(entry.function))
        for entry in load()
        if entry.kind == "opaque"
    ]
    return table(("Function", "Opaque because it is", "What it does"), rows)
