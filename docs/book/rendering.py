"""HTML for registered functions: rules as inference rules, definitions as equations, opaque functions by reason."""

from __future__ import annotations

import ast
import inspect
import re
import sys
from collections.abc import Sequence
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer

from airspec.book.markup import Piece, joined, keyword, linked, listed, name, spaced, text
from airspec.book.places import place_of
from airspec.book.premises import typeset_premises
from airspec.book.transitions import generic_premise, transition, unfolded
from airspec.book.types import kind
from airspec.book.typeset import Typesetter, anchor, form_of
from airspec.semantics.notation.premises import NEED
from airspec.semantics.notation.reading import (
    Case,
    Let,
    Needs,
    cases,
    definition_of,
    equations,
    first_sentence,
    whole_rule,
)
from airspec.semantics.notation.registry import Entry, entry_of

YIELDED = name("v")
"""The result of a judgement for which the rule has no name."""


def marked(prose: str) -> str:
    """Return prose as HTML, with text in backquotes as code and text in asterisks emphasised."""
    prose = re.sub(r"(?<![\w*])\*(\w[^*`]*)\*(?![\w*])", r"<em>\1</em>", escape(prose, quote=False))
    return re.sub(r"`+([^`]+)`+", r"<code>\1</code>", prose)


def sentence(prose: str) -> str:
    """Return the prose of a case as HTML, with a capital at its beginning and a full stop at its end."""
    return marked(prose[:1].upper() + prose[1:].rstrip(".") + ".")


def docstring(entry: Entry) -> str:
    """Return the paragraphs of a function's docstring as HTML; the first is left out if the rule itself shows it."""
    paragraphs = (inspect.getdoc(inspect.unwrap(entry.function)) or "").split("\n\n")
    if says_itself(entry):
        paragraphs = paragraphs[1:]
    return "".join(f"<p>{marked(' '.join(paragraph.split()))}</p>" for paragraph in paragraphs if paragraph.strip())


def says_itself(entry: Entry) -> bool:
    """Return whether a function's typeset form shows the first sentence of its docstring, as that of its only rule."""
    if entry.kind == "premises":
        return True
    said = first_sentence(inspect.getdoc(inspect.unwrap(entry.function)) or "")
    return entry.kind in ("rules", "step") and [case.prose for case in cases(entry)] == [said]


def place(entry: Entry, line: int) -> str:
    """Return a link, as HTML, to a line of the module that defines a function."""
    path = place_of(entry)
    return f'<a class="air-place" href="{{{{source:{path}#L-{line}}}}}">{path}:{line}</a>'


def source(entry: Entry) -> str:
    """Return the source of a function as collapsed HTML, with a link to its line."""
    code = inspect.getsource(inspect.unwrap(entry.function))
    shown = highlight(code, PythonLexer(), HtmlFormatter(cssclass="highlight"))
    return f"<details><summary>Source</summary>{place(entry, entry.line)}{shown}</details>"


def signature(entry: Entry) -> str:
    """Return, as HTML, the name of a function, its parameters with their types, and the type of its result."""
    arguments = definition_of(entry).args.args
    typed = [
        spaced([joined([name(a.arg), text(":")]), kind(a.annotation)]) if a.annotation else name(a.arg)
        for a in arguments
    ]
    result = definition_of(entry).returns
    head = joined([text(entry.name.strip("_"), "n"), listed(typed, "(", ")")])
    return (spaced([head, keyword("→"), kind(result)]) if result is not None else head).html


def subject(entry: Entry) -> Piece:
    """Return the name of a function, as a link, with its parameters."""
    parameters = [name(a.arg) for a in definition_of(entry).args.args]
    return joined([linked(text(entry.name.strip("_"), "n"), anchor(entry)), listed(parameters, "(", ")")])


def result(setter: Typesetter, case: Case) -> Piece:
    """Return the conclusion of a case typeset: in the declared form of the judgement, or as an equation."""
    value = setter.expression(case.conclusion)
    if not form_of(case.entry):
        return spaced([subject(case.entry), keyword("="), value])
    return yields(setter, case.entry, value)


def yields(setter: Typesetter, entry: Entry, value: Piece) -> Piece:
    """Return a judgement typeset in its declared form, with `value` as its result."""
    before, sign = setter.formed(entry, parameters(entry))
    return spaced([before, keyword(sign), value])


def parameters(entry: Entry) -> dict[str, Piece]:
    """Return the parameters of a function by name, typeset."""
    return {argument.arg: name(argument.arg) for argument in definition_of(entry).args.args}


def rule(case: Case, is_anchored: bool = True) -> str:
    """Return one rule as HTML: its sentence, its premises above the line, and its conclusion below it.

    With `is_anchored`, its name is an anchor.
    """
    setter = Typesetter(case.entry)
    if case.entry.note == "Step":
        premises, conclusion = unfolded(case)
        above = [*generic_premise(case.entry), *typeset_premises(setter, premises)]
        below = transition(setter, case, conclusion)
    else:
        above, below = typeset_premises(setter, case.premises), result(setter, case)
        if form_of(case.entry) and setter.judged(case.conclusion) is not None:
            before, sign = setter.judgement(case.conclusion)
            above, below = [*above, spaced([before, keyword(sign), YIELDED])], yields(setter, case.entry, YIELDED)
    return inference(case.name, sentence(case.prose), above, below, is_anchored)


def shared_premises(entry: Entry) -> str:
    """Return a function of shared premises as HTML: premises above the line, its name and its value below it."""
    case, setter = whole_rule(entry), Typesetter(entry)
    premises, conclusion = case.premises, case.conclusion
    last = premises[-1]
    if isinstance(last, Needs) and last.target is None and is_premise(conclusion):
        conclusion = ast.Name("it", ast.Load())
        premises = (*premises[:-1], Needs(conclusion, last.judgement, last.waits, last.blame, last.within))
    below = spaced([subject(entry), keyword("as"), setter.expression(conclusion)])
    title = entry.name.strip("_").replace("_", " ")
    return inference(title, sentence(case.prose), typeset_premises(setter, premises), below, False)


def is_premise(conclusion: ast.expr) -> bool:
    """Return whether the conclusion of shared premises is itself a premise, a call of a function in `NEED`."""
    return isinstance(conclusion, ast.Call) and isinstance(conclusion.func, ast.Name) and conclusion.func.id in NEED


def inference(title: str, prose: str, premises: Sequence[Piece], conclusion: Piece, is_anchored: bool) -> str:
    """Return an inference rule as HTML: premises above a line, a conclusion below it, `title` beside it, and `prose`.

    With `is_anchored`, the title is an anchor and links to itself.
    """
    above = "".join(f'<div class="premise">{premise.html}</div>' for premise in premises)
    identity = f' id="{escape(title)}"' if is_anchored else ""
    label = f'<a class="name" href="#{escape(title)}">' if is_anchored else '<span class="name">'
    return (
        f'<figure class="air-rule"{identity}><figcaption>{prose}</figcaption>'
        f'<div class="inference"><div class="body"><div class="premises">{above}</div>'
        f'<div class="conclusion">{conclusion.html}</div></div>'
        f"{label}{escape(title)}{'</a>' if is_anchored else '</span>'}</div></figure>"
    )


def equation(case: Case) -> str:
    """Return one case of a definition as HTML: the equation, its conditions, and the names that it uses."""
    setter = Typesetter(case.entry)
    conditions = typeset_premises(setter, [p for p in case.premises if not isinstance(p, Let)])
    names = typeset_premises(setter, [p for p in case.premises if isinstance(p, Let)])
    return f'<div class="equation">{result(setter, case).html}{_rows("if", conditions)}{_rows("where", names)}</div>'


def _rows(word: str, pieces: Sequence[Piece]) -> str:
    rows = "".join(f'<div class="premise">{piece.html}</div>' for piece in pieces)
    return f'<div class="side"><span class="k">{word}</span><div>{rows}</div></div>' if pieces else ""


LABELS = {"definition": "definition", "opaque": "opaque", "premises": "shared premises"}


def body(entry: Entry, is_anchored: bool = True) -> str:
    """Return the typeset form of a registered function as HTML, without its head, docstring and source."""
    if entry.kind in ("rules", "step"):
        return "".join(rule(case, is_anchored) for case in cases(entry))
    if entry.kind == "premises":
        return shared_premises(entry)
    if entry.kind == "definition":
        return '<div class="air-equations">' + "".join(equation(case) for case in equations(entry)) + "</div>"
    return f'<p class="air-opaque">Opaque: {marked(entry.note)}. Proofs do not look into it.</p>'


def head(entry: Entry) -> str:
    """Return the head of a function as HTML: its signature and kind; empty for a rule of *Step*."""
    if entry.kind == "step":
        return ""
    return (
        f'<div class="air-head"><code class="air-signature">{signature(entry)}</code>'
        f'<span class="air-kind">{LABELS.get(entry.kind, entry.note)}</span></div>{reading(entry)}'
    )


def reading(entry: Entry) -> str:
    """Return, as HTML, the form of a judgement and how it is read aloud; empty for a function without a form."""
    if not form_of(entry):
        return ""
    shown = yields(Typesetter(entry), entry, YIELDED)
    reads = str(getattr(entry, "reads", ""))
    said = "".join(
        parameters(entry)[part].html if i % 2 else marked(part)
        for i, part in enumerate(re.split(r"{(\w+)}", reads.removesuffix(":")))
    )
    whole = said if reads.endswith(":") else f"{said} {YIELDED.html}"
    return f'<p class="air-reads"><span class="air-form">{shown.html}</span> is read: {whole}</p>'


def explained(entry: Entry, is_anchored: bool = True) -> str:
    """Return the docstring and the typeset form of a function as HTML, in the order that suits it.

    A form that shows the first sentence of the docstring comes first.
    """
    parts = (docstring(entry), body(entry, is_anchored))
    return "".join(reversed(parts) if says_itself(entry) else parts)


def function(entry: Entry) -> str:
    """Return a registered function as a section of HTML: its head, docstring, typeset form and source."""
    return (
        f'<section class="air-function{" air-step" if entry.kind == "step" else ""}" id="{anchor(entry)}">'
        f"{head(entry)}{explained(entry)}{source(entry)}</section>"
    )


def overlay(module: str, entries: Sequence[Entry]) -> str:
    """Return an edition as HTML: the docstring of its module, and the functions that it replaces or adds."""
    title, *paragraphs = (inspect.getdoc(sys.modules[module]) or "").split("\n\n")
    said = "".join(f"<p>{marked(' '.join(paragraph.split()))}</p>" for paragraph in paragraphs)
    shown = "".join(difference(entry) for entry in entries)
    return f'<h3 id="{module}">{marked(title)}</h3>{said}{contents(entries)}{shown}'


def difference(entry: Entry) -> str:
    """Return a function of an edition as HTML, beside the one that it replaces, if it replaces one."""
    if entry.replaces is None:
        return function(entry)
    original = entry_of(entry.replaces)
    assert original is not None
    link = linked(text(original.name.strip("_"), "n"), anchor(original)).html
    sides = (
        f'<div class="air-before"><p class="air-kind">Instead of {link}:</p>'
        f"{explained(original, False)}</div>"
        f'<div class="air-after"><p class="air-kind">In this edition:</p>{explained(entry)}</div>'
    )
    return (
        f'<section class="air-function" id="{anchor(entry)}">{head(entry)}'
        f'<div class="air-difference">{sides}</div>{source(entry)}</section>'
    )


def contents(entries: Sequence[Entry]) -> str:
    """Return a list of links, as HTML, to the rules of these functions; empty for fewer than two rules."""
    names = [escape(case.name) for entry in entries if entry.kind in ("rules", "step") for case in cases(entry)]
    links = " ".join(f'<a href="#{name}">{name}</a>' for name in names)
    return f'<nav class="air-contents" aria-label="Rules">{links}</nav>' if len(names) > 1 else ""
