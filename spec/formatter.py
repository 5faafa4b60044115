"""The layout of scripts: one instruction a line, indented by depth, comments where they were."""

from __future__ import annotations

from msgspec import Struct

from airspec.spec import grammar
from airspec.spec.comments import comments
from airspec.spec.grammar import KIND_OF
from airspec.spec.lexical import Lexemes, scan
from airspec.spec.parser import Script
from airspec.spec.value_text import render

INDENT = "  "

DEEPEST = 40
"""Instructions nested deeper are indented no further, so that the layout stays linear in the script's length."""


def format_script(script: Script) -> str:
    """Return a script in standard layout.

    Words are written in their shortest form (``x.$[0]!`` becomes ``x.$.[0]``).  A comment stays behind the word that
    it followed on its line, or on a line of its own; one empty line between instructions is kept.  Formatting a
    formatted script changes nothing, and parsing it gives the same tree.
    """
    layout = Layout()
    text, lexemes = script.text, scan(script.text)
    remaining = list(reversed(comments(script)))
    previous = 0
    for position, code in enumerate(lexemes.codes):
        start = lexemes.starts[position]
        while remaining and remaining[-1].start < start:
            comment = remaining.pop()
            layout.comment(text[comment.start : comment.end], text.count("\n", previous, comment.start))
            previous = comment.end
        following = KIND_OF[lexemes.codes[position + 1]] if position + 1 < len(lexemes.codes) else ""
        gap = text.count("\n", previous, start)
        layout.lexeme(KIND_OF[code], _written(text, lexemes, position), following, gap)
        previous = lexemes.ends[position]
    for comment in reversed(remaining):
        layout.comment(text[comment.start : comment.end], text.count("\n", previous, comment.start))
        previous = comment.end
    return layout.text()


def _written(text: str, lexemes: Lexemes, position: int) -> str:
    word = lexemes.words[position]
    if word is None or KIND_OF[lexemes.codes[position]] == "[":
        return text[lexemes.starts[position] : lexemes.ends[position]]
    return render(word)


class Bracket(Struct):
    """An open round bracket of a script that is being laid out.

    `instruction` says whether it begins an instruction, and `nested` whether that has other instructions inside itself.
    """

    instruction: bool
    nested: bool = False


class Layout:
    """A script's text while it is being laid out; its lexemes and comments are added in order."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.brackets: list[Bracket] = []
        self.depth = 0
        self.fresh = True
        self.tight = True

    def lexeme(self, kind: str, written: str, following: str, gap: int) -> None:
        """Add one lexeme, whose text is `written`.

        `following` is the kind of the next lexeme, empty at the end, and `gap` the number of line feeds before this
        one.
        """
        if kind == "(" and following in grammar.KEYWORDS:
            self._open_instruction(gap)
        elif kind == ")":
            self._close()
        else:
            self._put(written, tight=kind == "]")
            if kind == "(":
                self.brackets.append(Bracket(instruction=False))
        self.tight = kind in ("(", "[")

    def comment(self, text: str, gap: int) -> None:
        """Add a comment, `gap` line feeds after what precedes it; if there are none, it stays on the same line."""
        if gap or not self.parts:
            self._line(blank=gap > 1)
        else:
            self.parts.append(" ")
        self.parts.append(text.rstrip())
        self.parts.append("\n")
        self.fresh = True

    def text(self) -> str:
        """Return the text of all that was added, with one line feed at its end."""
        return "".join(self.parts) + ("" if self.fresh else "\n")

    def _open_instruction(self, gap: int) -> None:
        if self.brackets:
            self.brackets[-1].nested = True
        self._line(blank=gap > 1)
        self._put("(", tight=True)
        self.brackets.append(Bracket(instruction=True))
        self.depth += 1

    def _close(self) -> None:
        bracket = self.brackets.pop()
        self.depth -= bracket.instruction
        if bracket.nested:
            self._line(blank=False)
        self._put(")", tight=True)

    def _line(self, blank: bool) -> None:
        """Begin a line, unless one has just begun; `blank` asks for an empty line before it."""
        if not self.fresh:
            self.parts.append("\n")
        if blank and self.parts:
            self.parts.append("\n")
        self.fresh = True
        self._indent()

    def _indent(self) -> None:
        self.parts.append(INDENT * min(self.depth, DEEPEST))
        self.fresh = False
        self.tight = True

    def _put(self, written: str, tight: bool) -> None:
        if self.fresh:
            self._indent()
        elif not tight and not self.tight:
            self.parts.append(" ")
        self.parts.append(written)
