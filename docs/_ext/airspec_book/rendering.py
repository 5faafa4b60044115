"""From registered functions to HTML: rules as inference rules, definitions as equations, opaque functions by reason."""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Sequence
from html import escape
from pathlib import Path

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from airspec_book.markup import Piece, joined, keyword, linked, listed, name, spaced, text
from airspec_book.premises import typeset_premises
from airspec_book.typeset import Typesetter, anchor
from semantics.notation.reading import (
    Case,
    Let,
    cases,
    definition_of,
    equations,
    first_sentence,
    source_path,
)
from semantics.notation.registry import Entry

ROOT = Path(__file__).resolve().parents[3]
ARROWS = {"Step": "⟶"}


def marked(prose: str) -> str:
    """A sentence of prose as HTML: what stands in backquotes is code."""
    return re.sub(r"`+([^`]+)`+", r"<code>\1</code>", escape(prose, quote=False))


def sentence(prose: str) -> str:
    """The prose of a case, as a sentence."""
    return marked(prose[:1].upper() + prose[1:].rstrip(".") + ".")


def docstring(entry: Entry) -> str:
    """The paragraphs of a function's docstring; the first of a single rule is the sentence of the rule itself."""
    paragraphs = (inspect.getdoc(inspect.unwrap(entry.function)) or "").split("\n\n")
    if entry.kind == "rules" and [case.prose for case in cases(entry)] == [first_sentence(paragraphs[0])]:
        paragraphs = paragraphs[1:]
    return "".join(f"<p>{marked(' '.join(paragraph.split()))}</p>" for paragraph in paragraphs if paragraph.strip())


def place(entry: Entry, line: int) -> str:
    """A link to a line of the source."""
    path = Path(source_path(entry)).resolve().relative_to(ROOT).as_posix()
    return f'<a class="air-place" href="{{{{source:{path}#L-{line}}}}}">{path}:{line}</a>'


def source(entry: Entry) -> str:
    """The source of a function, folded away."""
    code = inspect.getsource(inspect.unwrap(entry.function))
    shown = highlight(code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return f"<details><summary>Source</summary>{place(entry, entry.line)}{shown}</details>"


def signature(entry: Entry) -> str:
    """The parameters of a function with their types, and the type of its result."""
    arguments = definition_of(entry).args.args
    typed = [
        spaced([joined([name(a.arg), text(":")]), kind(a.annotation)]) if a.annotation else name(a.arg)
        for a in arguments
    ]
    result = definition_of(entry).returns
    head = joined([text(entry.name.strip("_"), "n"), listed(typed, "(", ")")])
    return (spaced([head, keyword("→"), kind(result)]) if result is not None else head).html


def kind(annotation: ast.expr) -> Piece:
    """A type, as it is written."""
    return text(ast.unparse(annotation).replace(" | ", " or ").replace("None", "∅"), "t")


def subject(entry: Entry) -> Piece:
    """The left side of a conclusion: the function and its parameters."""
    parameters = [name(a.arg) for a in definition_of(entry).args.args]
    return joined([linked(text(entry.name.strip("_"), "n"), anchor(entry)), listed(parameters, "(", ")")])


def rule(case: Case) -> str:
    """One rule: its sentence, its premises above the line, and below it what follows."""
    setter = Typesetter(case.entry)
    premises = typeset_premises(setter, case.premises)
    arrow = ARROWS.get(case.relation, "=")
    conclusion = spaced([subject(case.entry), keyword(arrow), setter.expression(case.conclusion)])
    above = "".join(f'<div class="premise">{premise.html}</div>' for premise in premises)
    return (
        f'<figure class="air-rule" id="{escape(case.name)}"><figcaption>{sentence(case.prose)}</figcaption>'
        f'<div class="inference"><div class="body"><div class="premises">{above}</div>'
        f'<div class="conclusion">{conclusion.html}</div></div>'
        f'<a class="name" href="#{escape(case.name)}">{escape(case.name)}</a></div></figure>'
    )


def equation(case: Case) -> str:
    """One equation of a definition: the result, on what conditions, and the names in it."""
    setter = Typesetter(case.entry)
    conditions = typeset_premises(setter, [p for p in case.premises if not isinstance(p, Let)])
    names = typeset_premises(setter, [p for p in case.premises if isinstance(p, Let)])
    head = spaced([subject(case.entry), keyword("="), setter.expression(case.conclusion)]).html
    return f'<div class="equation">{head}{_rows("if", conditions)}{_rows("where", names)}</div>'


def _rows(word: str, pieces: Sequence[Piece]) -> str:
    rows = "".join(f'<div class="premise">{piece.html}</div>' for piece in pieces)
    return f'<div class="side"><span class="k">{word}</span><div>{rows}</div></div>' if pieces else ""


def function(entry: Entry) -> str:
    """A registered function: what it is, its typeset form, and its source."""
    if entry.kind == "rules":
        body = "".join(rule(case) for case in cases(entry))
    elif entry.kind == "definition":
        body = '<div class="air-equations">' + "".join(equation(case) for case in equations(entry)) + "</div>"
    else:
        body = f'<p class="air-opaque">Opaque: {marked(entry.note)}. Proofs do not look into it.</p>'
    label = {"rules": entry.note, "definition": "definition", "opaque": "opaque"}[entry.kind]
    return (
        f'<section class="air-function" id="{anchor(entry)}"><div class="air-head">'
        f'<code class="air-signature">{signature(entry)}</code><span class="air-kind">{label}</span></div>'
        f"{docstring(entry)}{body}{source(entry)}</section>"
    )


def contents(entries: Sequence[Entry]) -> str:
    """The names of the rules that follow, each a link."""
    names = [escape(case.name) for entry in entries if entry.kind == "rules" for case in cases(entry)]
    links = " ".join(f'<a href="#{name}">{name}</a>' for name in names)
    return f'<nav class="air-contents" aria-label="Rules">{links}</nav>' if len(names) > 1 else ""
