"""The brackets of a text as a tree, whether or not they are balanced."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from airspec.spec.errors import place_of
from airspec.spec.grammar import KEYWORDS, KIND_OF
from airspec.spec.lexical import Lexemes

CLOSING = {"(": ")", "[": "]"}


class Bracket(Struct, eq=False):
    """An opening bracket by its lexeme, its closing one if there is one, and what is between them, in order."""

    opened: int
    closed: int | None = None
    items: list[int | Bracket] = field(default_factory=list)


class Tree(Struct, eq=False):
    """A text, its lexemes, and what stands outside of all brackets.

    `superfluous` is the first closing bracket that closes nothing; `unclosed` has the brackets that are open there, or
    else at the end of the text, innermost last.
    """

    text: str
    lexemes: Lexemes
    outside: list[int | Bracket]
    superfluous: int | None
    unclosed: list[Bracket]

    def kind(self, lexeme: int) -> str:
        """Return the kind of a lexeme."""
        return KIND_OF[self.lexemes.codes[lexeme]]

    def written(self, lexeme: int) -> str:
        """Return the text of a lexeme."""
        return self.text[self.lexemes.starts[lexeme] : self.lexemes.ends[lexeme]]

    def start(self, lexeme: int) -> int:
        """Return the offset of a lexeme; behind the last one, that of the text's end."""
        return self.lexemes.starts[lexeme] if lexeme < len(self.lexemes.starts) else len(self.text)

    def place(self, lexeme: int) -> str:
        """Return the line and column of a lexeme, as messages name them."""
        place = place_of(self.text, self.start(lexeme))
        return f"{place.line}:{place.column}"

    def indentation(self, lexeme: int) -> int | None:
        """Return how many characters precede a lexeme on its line; None if another lexeme does."""
        start = self.lexemes.starts[lexeme]
        before = self.lexemes.ends[lexeme - 1] if lexeme else 0
        line_feed = self.text.rfind("\n", before, start)
        if line_feed < 0 and lexeme:
            return None
        return start - line_feed - 1

    def first(self, item: int | Bracket) -> int:
        """Return the lexeme with which an item begins."""
        return item if isinstance(item, int) else item.opened

    def keyword(self, bracket: Bracket) -> str | None:
        """Return the keyword with which a bracket begins, if it does."""
        first = bracket.items[0] if bracket.items else None
        kind = self.kind(first) if isinstance(first, int) else ""
        return kind if kind in KEYWORDS and self.kind(bracket.opened) == "(" else None

    def head_word(self, bracket: Bracket) -> str:
        """Return the word with which a round bracket begins, or the bracket itself."""
        first = bracket.items[0] if bracket.items else None
        kind = self.kind(bracket.opened)
        return self.written(first) if isinstance(first, int) and kind == "(" else kind


def read_tree(text: str, lexemes: Lexemes) -> Tree:
    """Return the tree of the brackets of a text, up to the first one that closes nothing."""
    outside: list[int | Bracket] = []
    opened: list[Bracket] = []
    for position, code in enumerate(lexemes.codes):
        kind = KIND_OF[code]
        inside = opened[-1].items if opened else outside
        if kind in CLOSING:
            opened.append(Bracket(position))
            inside.append(opened[-1])
        elif kind not in CLOSING.values():
            inside.append(position)
        elif opened and CLOSING[KIND_OF[lexemes.codes[opened[-1].opened]]] == kind:
            opened.pop().closed = position
        else:
            return Tree(text, lexemes, outside, position, opened)
    return Tree(text, lexemes, outside, None, opened)


def brackets(items: list[int | Bracket]) -> Iterator[Bracket]:
    """Yield all brackets among items, each before those inside it, in the order of the text."""
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if isinstance(item, Bracket):
            yield item
            pending.extend(reversed(item.items))
