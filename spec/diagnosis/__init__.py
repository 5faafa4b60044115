"""What is wrong with a script that is refused, and what to do: for people, beside the parser's own messages.

The parser stops at the first lexeme that does not fit, with AquaVM's message where AquaVM has one.  That is often not
the place of the fault, and never says what was meant.  Here the text of a refused script is looked at again; which
scripts are refused is decided by the parser alone.
"""

from __future__ import annotations

from airspec.spec.diagnosis.brackets import bracket_fault
from airspec.spec.diagnosis.fault import Fault
from airspec.spec.diagnosis.names import name_fault
from airspec.spec.diagnosis.shapes import shape_fault
from airspec.spec.diagnosis.tree import read_tree
from airspec.spec.diagnosis.words import word_fault
from airspec.spec.errors import ScriptError, offset_of, place_of
from airspec.spec.lexical import NOT_UNICODE, scan
from airspec.spec.parser import Script, assemble, parse

__all__ = ["explain", "read_script"]


def read_script(text: str, source: str = "<script>") -> Script:
    """Return the script with this text, read and validated, as `spec.parser.parse` does.

    Raise `ScriptError` if that refuses it, with the likeliest cause, its place, and a remedy where one is known.
    `source` names the text in errors.
    """
    try:
        return parse(text, source)
    except ScriptError as error:
        raise explain(text, error) from None


def explain(text: str, error: ScriptError) -> ScriptError:
    """Return an error with the likeliest cause, place and remedy for a text that was refused with `error`.

    It is `error` itself where nothing better is known.
    """
    fault = _fault(text, error)
    if fault is None:
        return error
    return type(error)(fault.message, place_of(text, fault.offset), error.source, fault.remedy)


def _fault(text: str, error: ScriptError) -> Fault | None:
    if error.message == NOT_UNICODE or error.place is None:
        return None
    try:
        lexemes = scan(text)
    except ScriptError:
        return word_fault(text, offset_of(text, error.place), error.message)
    try:
        closed = assemble(text, lexemes)
    except ScriptError:
        tree = read_tree(text, lexemes)
        return bracket_fault(tree) or shape_fault(tree)
    return name_fault(text, lexemes, closed)
