"""The brackets of a text as a tree, whether or not they are balanced."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field

from airspec.spec.errors import place_of
from airspec.spec.grammar import KEYWORDS, KIND_OF
from airspec.spec.lexical import Lexemes

CLOSING = {"(": ")", "[": "]"}


class Bracket(Struct, eq=False):
    """A pair of brackets, and the lexemes and brackets between them, in order.

    `opened` and `closed` are the indices of its lexemes; `closed` is None if it is not closed.
    """

    opened: int
    closed: int | None = None
    items: list[int | Bracket] = field(default_factory=list)


class Tree(Struct, eq=False):
    """A text as a tree of brackets: its lexemes, and the lexemes and brackets that are outside of all brackets.

    Lexemes are given by their indices. `superfluous` is the first closing bracket that does not match an opening one,
    None if there is none; `unclosed` has the brackets that are open there, or else at the end of the text, innermost
    last.
    """

    text: str
    lexemes: Lexemes
    outside: list[int | Bracket]
    superfluous: int | None
    unclosed: list[Bracket]

    def kind(self, lexeme: int) -> str:
        """Return the kind of the lexeme with an index."""
        return KIND_OF[self.lexemes.codes[lexeme]]

    def written(self, lexeme: int) -> str:
        """Return the text of the lexeme with an index."""
        return self.text[self.lexemes.starts[lexeme] : self.lexemes.ends[lexeme]]

    def start(self, lexeme: int) -> int:
        """Return the character offset of the lexeme with an index, or of the text's end if there is no such lexeme."""
        return self.lexemes.starts[lexeme] if lexeme < len(self.lexemes.starts) else len(self.text)

    def place(self, lexeme: int) -> str:
        """Return the place of the lexeme with an index as messages show it, such as `3:14` for line and column."""
        place = place_of(self.text, self.start(lexeme))
        return f"{place.line}:{place.column}"

    def indentation(self, lexeme: int) -> int | None:
        """Return the number of characters before a lexeme on its line; None if another lexeme is among them."""
        start = self.lexemes.starts[lexeme]
        before = self.lexemes.ends[lexeme - 1] if lexeme else 0
        line_feed = self.text.rfind("\n", before, start)
        if line_feed < 0 and lexeme:
            return None
        return start - line_feed - 1

    def first(self, item: int | Bracket) -> int:
        """Return the index of the lexeme with which an item begins: itself, or the opening bracket."""
        return item if isinstance(item, int) else item.opened

    def keyword(self, bracket: Bracket) -> str | None:
        """Return the keyword with which a round bracket begins; None if it begins otherwise, or is a square one."""
        first = bracket.items[0] if bracket.items else None
        kind = self.kind(first) if isinstance(first, int) else ""
        return kind if kind in KEYWORDS and self.kind(bracket.opened) == "(" else None

    def head_word(self, bracket: Bracket) -> str:
        """Return the text of the first lexeme directly behind a round bracket.

        Return the opening bracket if there is none, or it is a square one.
        """
        first = bracket.items[0] if bracket.items else None
        kind = self.kind(bracket.opened)
        return self.written(first) if isinstance(first, int) and kind == "(" else kind


def read_tree(text: str, lexemes: Lexemes) -> Tree:
    """Return a text as a tree of brackets, up to the first closing bracket that does not match."""
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
    """Yield all brackets among items, at any depth, in the order of the text: each before those inside it."""
    pending = list(reversed(items))
    while pending:
        item = pending.pop()
        if isinstance(item, Bracket):
            yield item
            pending.extend(reversed(item.items))
