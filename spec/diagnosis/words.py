"""Faults of single words: what a malformed word was likely meant to be."""

from __future__ import annotations

import re

from airspec.spec import grammar
from airspec.spec.diagnosis.earlier import LONGEST_NOTATION, NAME, QUOTED_KEY, earlier_fault
from airspec.spec.diagnosis.fault import Fault, nearest, quoted
from airspec.spec.diagnosis.heads import canon_name
from airspec.spec.lexical import MESSAGES

ERRORS = ("%last_error%", ":error:")
CONSTANTS = ("%init_peer_id%", "%timestamp%", "%ttl%", *ERRORS)

BARE = re.compile(r"[^()\[\]\s]+")
"""The beginning of a run, up to a bracket or white space."""

ACCESS = re.compile(r"\[[^()\[\]\s]*\]")
"""A bracket that can belong to a word."""

ONE_LETTER_CANON = re.compile(r"#([A-Za-z0-9_-])(\..*)", re.DOTALL)
MAP_WITH_LENS = re.compile(rf"(%{NAME})(\..*)", re.DOTALL)
FIELD = re.compile(rf"(#?%?(?=[^\W\d]|-[^\W\d]){NAME})\.({NAME}(?:\.{NAME})*)")
CONSTANT = re.compile(r"[%:][\w-]+[%:](\..*)?", re.DOTALL)
ONE_QUOTE = re.compile(r"'.*", re.DOTALL)
COMMENT = re.compile(r"//.*|#\|.*", re.DOTALL)
TYPOGRAPHIC = "“”„«»‘’"


def word_fault(text: str, offset: int, message: str) -> Fault:
    """Return the fault of the malformed word at a character offset of a text.

    `message` is that of the scanner about this word.
    """
    start, run = _run_at(text, offset)
    if run.startswith('"'):
        remedy = 'write the missing `"` where the text ends'
        return Fault("the quotation mark of this text is not closed", start, remedy)
    if start and text[start - 1] == '"':
        return _misplaced_quote(text, start)
    begun = BARE.match(run)
    word = run if begun is None else begun[0]
    fault = _unusual(word, start) or _touching(word, run, start)
    if fault is None and len(run) <= LONGEST_NOTATION:
        fault = earlier_fault(text, run, start) or _notation(run, start)
    return fault or Fault(f"{quoted(run)} is malformed: {_readable(message)}", offset)


def _run_at(text: str, offset: int) -> tuple[int, str]:
    """Return the lexeme around an offset, and where it begins."""
    begin = grammar.blank().match(text).end()
    for found in grammar.lexeme_and_blank().finditer(text, begin):
        if found.start() <= offset <= found.end(1) and not (offset == found.end(1) and found.end() < len(text)):
            return found.start(), found[1]
    return offset, text[offset:]


def _readable(message: str) -> str:
    """Return the scanner's message, with a clearer one in the place of the one that says least."""
    return "a name has letters, digits, `_` and `-`" if message == MESSAGES["bad_name"] else message


def _unusual(word: str, start: int) -> Fault | None:
    """Return the fault of the first character of a word that no word can have, if one is not visible or a quote."""
    if word.startswith("\ufeff"):
        return Fault("a byte order mark stands before the script", start, "save the script as UTF-8 without it")
    for offset, char in enumerate(word, start):
        if char in TYPOGRAPHIC:
            return Fault(f"{char} is a typographic quotation mark", offset, 'write `"`')
        if not char.isprintable():
            message = f"the character U+{ord(char):04X} cannot stand outside of texts in quotes"
            return Fault(message, offset, "remove it")
    return None


def _touching(word: str, run: str, start: int) -> Fault | None:
    """Return the fault of a word that goes on in a bracket or a text without a space, if it does."""
    rest = run[len(word) :]
    if rest[:1] == "[" and ".$" in word and not ACCESS.match(rest):
        return Fault(
            "a lens has one position or name in a bracket, without spaces", start + len(word), "as in `x.$.[0]`"
        )
    if rest and not ACCESS.match(rest):
        return Fault(f"a space is missing between {quoted(word)} and the bracket", start + len(word))
    before, quote, _ = run.partition('"')
    if quote and not QUOTED_KEY.fullmatch(run):
        remedy = "write a space between them, or remove the quotation mark"
        return Fault(f"a text begins directly behind {quoted(before)}", start + len(before), remedy)
    return None


def _misplaced_quote(text: str, start: int) -> Fault:
    """The fault of a word that follows a text without a space: one of the quotation marks before it is wrong."""
    opening = text.rfind('"', 0, start - 1)
    following = BARE.match(text, start)
    word = text[start] if following is None else following[0]
    return Fault(
        f"the text {quoted(text[opening:start])} is followed by {quoted(word)} without a space",
        opening,
        "a quotation mark is missing or superfluous, here or before",
    )


def _notation(run: str, start: int) -> Fault | None:
    """Return the fault of a word whose meaning can be guessed."""
    if found := MAP_WITH_LENS.fullmatch(run):
        name, canon = found[1], canon_name(found[1])
        remedy = f"write `(canon PEER {name} {canon})` before, and read {quoted(canon + found[2])}"
        return Fault(f"a map such as `{name}` cannot be read with a lens", start, remedy)
    if found := ONE_LETTER_CANON.fullmatch(run):
        return Fault(
            f"no lens can follow a canonical stream with a name of one character, such as `#{found[1]}`",
            start,
            f"give it a longer name, such as `#{found[1] * 2}`, or write `#${found[1]}` here and in its `canon`",
        )
    if found := FIELD.fullmatch(run):
        return Fault("a lens begins with `.$`", start + len(found[1]), f"write `{found[1]}.$.{found[2]}`")
    return _foreign(run, start)


def _foreign(run: str, start: int) -> Fault | None:
    if found := CONSTANT.fullmatch(run):
        constant = run[: len(run) - len(found[1] or "")]
        if constant in ERRORS:
            return Fault(f"the lens of {quoted(run)} is malformed", start, f"write `{constant}.$.message`")
        if constant in CONSTANTS:
            return Fault(f"`{constant}` takes no lens", start, f"write `{constant}`")
        near = nearest(constant, CONSTANTS)
        remedy = f"did you mean `{near}`?" if near else f"there are {', '.join(CONSTANTS)}"
        return Fault(f"{quoted(constant)} is not known", start, remedy)
    if ONE_QUOTE.fullmatch(run):
        return Fault("a text stands in double quotation marks", start, "write `\"` in place of `'`")
    if COMMENT.fullmatch(run):
        return Fault(f"{quoted(run)} begins no remark", start, "remarks begin with a semicolon, and end with the line")
    return None
