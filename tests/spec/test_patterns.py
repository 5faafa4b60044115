"""Rules as regular expressions match what the rules of the grammar match."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from parsimonious.exceptions import ParseError

from airspec.spec import grammar

PIECES = (
    *("a", "b1", "é", "1", "0", "12345678901", "+", "-", "_", ".", ".$", ".$.", "[", "]", "[0]", "[x]", ".[1].f"),
    *("!", "#", "%", "$", "#$", ".length", ":error:", "%last_error%", "%ttl%", "%init_peer_id%", "true", "call", "٣"),
)


@given(st.lists(st.sampled_from(PIECES), max_size=6).map("".join))
def test_words_have_the_kind_of_the_grammar(text: str) -> None:
    try:
        kind = grammar.RULES["word"].parse(text).children[0].expr_name
    except ParseError:
        kind = None
    for ascii_only in {False, text.isascii()}:
        found = grammar.words(ascii_only).fullmatch(text)
        assert (None if found is None else found.lastgroup) == kind


@given(st.data())
def test_heads_fit_as_they_fit_the_grammar(data: st.DataObject) -> None:
    keyword = data.draw(st.sampled_from(grammar.KEYWORDS))
    kinds = data.draw(st.lists(st.sampled_from(grammar.LEXEME_KINDS), max_size=8))
    codes = "".join([grammar.CODES[kind] for kind in ("(", keyword, *kinds)])
    lexemes = [grammar.Lexeme(kind) for kind in ("(", keyword, *kinds, grammar.END)]
    ends = []
    for head in grammar.heads()[keyword]:
        try:
            ends.append(head.expression.match(lexemes).end)
        except ParseError:
            ends.append(-1)
    assert isinstance(grammar.read_head(codes), grammar.Reading) == (len(codes) in ends)
