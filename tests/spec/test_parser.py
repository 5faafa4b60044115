"""The parser: round trips, hostile input, and agreement with AquaVM about what a script is."""

from __future__ import annotations

import random
import sys
import tracemalloc
from typing import TYPE_CHECKING, Any

import pytest
from damage import mutated
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_trees import syntax_trees

from airspec.spec import grammar, parser
from airspec.spec.errors import ScriptError, TrappingScriptError
from airspec.spec.lexical import TRAP
from airspec.spec.parser import parse
from airspec.spec.printer import one_line, same_script
from airspec.spec.syntax import Ap, Instruction, Seq, children

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

DEPTH = 20_000


def verdict(text: str) -> str | None:
    """Why a script is refused, or None."""
    try:
        parse(text)
    except ScriptError as error:
        assert str(error).count("\n") == 2, "an error shows the line and a caret below it"
        return error.message
    return None


# --- round trips ------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=150)
@given(syntax_trees())
def test_a_printed_tree_parses_to_itself(tree: Instruction) -> None:
    text = one_line(tree)
    script = parse(text)
    assert same_script(script.instruction, tree)
    assert parse(text) is script, "a script is parsed once"


@settings(deadline=None, max_examples=50)
@given(syntax_trees())
def test_spans_are_those_of_the_instructions(tree: Instruction) -> None:
    text = one_line(tree)
    pending = [parse(text).instruction]
    while pending:
        node = pending.pop()
        assert text[node.span.start : node.span.end] == one_line(node)
        pending.extend(children(node))


@settings(deadline=None, max_examples=50)
@given(syntax_trees(size=6, depth=3))
def test_the_grammar_as_a_whole_accepts_what_the_stack_accepts(tree: Instruction) -> None:
    """The grammar's own recursive rule for a script, matched by parsimonious alone, over the same lexemes."""
    codes = parser.scan(one_line(tree)).codes
    lexemes = [grammar.Lexeme(parser.KIND_OF[code]) for code in codes]
    node = grammar.over_lexemes()["script"].match([*lexemes, grammar.Lexeme(grammar.END)])
    assert node.end == len(lexemes)


def test_lens_spellings_with_one_meaning() -> None:
    spellings = ["x.$[0].a", "x.$.[0].a", "x.$.[00].a!"]
    values = [parse(f"(seq (ap 1 x) (ap {spelling} y))").instruction for spelling in spellings]
    rights = [value.right for value in values if isinstance(value, Seq)]
    assert len({right.value for right in rights if isinstance(right, Ap)}) == 1


# --- depth, work, hostile input -----------------------------------------------------------------------


def nested(shape: str, depth: int) -> str:
    opening = {
        "left": lambda level: "(seq ",
        "right": lambda level: "(par (null) ",
        "xor": lambda level: "(xor ",
        "new": lambda level: f"(new $s{level} ",
        "fold": lambda level: f"(fold [] i{level} ",
    }[shape]
    closing = " (null))" if shape in ("left", "xor") else ")"
    return "".join(map(opening, range(depth))) + "(null)" + closing * depth


@pytest.mark.parametrize("shape", ["left", "right", "xor", "new", "fold"])
def test_deep_scripts_parse_and_print(shape: str) -> None:
    text = nested(shape, DEPTH)
    script = parse(text)
    assert one_line(script.instruction) == text


def work(text: str) -> int:
    """How many function calls a parse takes."""
    count = 0

    def on_event(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    parser._parse.cache_clear()
    sys.setprofile(on_event)
    try:
        parse(text)
    finally:
        sys.setprofile(None)
    return count


@pytest.mark.parametrize("shape", ["left", "right", "fold"])
def test_work_is_linear_in_the_length(shape: str) -> None:
    parse(nested(shape, 2000))
    once, twice = work(nested(shape, 1000)), work(nested(shape, 2000))
    assert twice < 2.1 * once


def test_large_scripts_are_not_all_remembered() -> None:
    tracemalloc.start()
    try:
        for number in range(20):
            parse(f'(ap "{number}{"x" * 1_000_000}" x)')
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 12_000_000, "four scripts with their literals are kept, and no more"


HOSTILE = [
    "",
    "\0" * 1000,
    "(" * 100_000,
    ")" * 1000,
    "[" * 100_000,
    '"' * 99_999,
    "a(" * 50_000,
    "a" * 100_000 + "(",
    "x.$" + "[0]" * 10_000,
    "1" * 100_000,
    "(seq " * 50_000,
    "(null)" * 1000,
    ";" * 1000,
    "\udc80(null)",
    '(call "\ud800" ("" "") [])',
    "\ufeff(null)",
    "(null\x1f)",
    "(ap 1" + "." * 5000 + " x)",
    "(ap x.$" + "[0," * 50_000 + " y)",
]


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_input_is_refused_in_one_sentence(text: str) -> None:
    assert verdict(text)


@settings(deadline=None)
@given(st.text(st.characters(), max_size=60) | st.text('()[]"; \n.$#%!x1-é', max_size=60))
def test_garbage_is_refused_without_a_traceback(text: str) -> None:
    verdict(text)
    verdict(f"(seq (null) {text}")


def test_an_error_shows_its_place() -> None:
    with pytest.raises(ScriptError) as caught:
        parse('(seq\n  (null)\n  (call "p" ("s" "f") [absent]))', "job.air")
    assert str(caught.value) == (
        'job.air:3:24: variable \'absent\' wasn\'t defined\n    (call "p" ("s" "f") [absent]))\n' + " " * 25 + "^"
    )


# --- AquaVM -----------------------------------------------------------------------------------------

WORDS = """
    x 1x -x --1 1e5 1-1 1_000 +x + - -½ ٣ x;c x(y) true seq null true.$.a .5 -.5 1. 1.5 1.5x 1.2.3 1.5e3 +007
    9223372036854775807 9223372036854775808 -9223372036854775808 -9223372036854775809 123456789.5 123456789.55
    $ % # #$ #% $% x% %% $%x x%y ##x $s %m #c #$c #%c $s.$.a %m.$.a #c.$.[0] #cc.$.[0] #$c.$.[0] #%c.$.k #é.$.a x.
    x.a x.[0] x.$ x.$. x.$.a x.$.a! x.$.a!.b x.$.0 x.$.1a x.$.a1 x.$[0] x.$.[0] x.$.a[0] x.$.[-1] x.$.[n] x.$.[1a]
    x.$.[4294967295] x.$.[4294967296] x.length x.length! x.length.a x.$.e.length x.$.length x.$.é x.$.éa x.$.[é]
    x.$.a@ x.$.a% %last_error% %last_error%.$.a!.b %last_error%.length %last_error%x :error: :error:.$.a :error:.$
    :errors: %init_peer_id% %init_peer_id%.$.a %timestamp% %ttl% %ttl [] [x] [] "" "a\\" "a"b
"""

PLACES = [
    "(ap {} z)",
    "(ap ({} 1) %m)",
    "(match 1 {} (null))",
    '(call {} ("s" "f") [])',
    '(call "p" ({} "f") [] z)',
    '(call "p" ("s" "f") [{}] $z)',
    '(call "p" ("s" "f") [] {})',
    "(canon {} $s #z)",
    '(canon "p" {} #z)',
    '(canon "p" %m {})',
    "(fold {} i (null))",
    "(fold [] {} (null))",
    "(new {} (null))",
    "(fail {})",
    '(fail {} "m")',
    "(next {})",
]

DEFINITIONS = '(seq (ap 1 x) (seq (ap 1 1x) (seq (ap 1 n) (seq (canon "p" $s #cc) (seq (canon "p" %m #%c) {})))))'


def agree(avm: AquaVM, text: str) -> None:
    """Both accept a script or both refuse it, with the same message unless AquaVM prints its parser's internals.

    Of two faults in one number with digits that are not ASCII, AquaVM may name the other.
    """
    theirs, ours = avm.parse(text), verdict(text)
    assert (theirs is None) == (ours is None), f"{text!r}: AquaVM says {theirs}; here {ours}"
    trapped = theirs is not None and theirs.startswith("the interpreter trapped")
    assert trapped == (ours == TRAP), f"{text!r}: AquaVM says {theirs}; here {ours}"
    internal = theirs is None or "expected" in theirs or trapped
    if ours is not None and theirs is not None and not internal and text.isascii():
        assert ours in theirs or "ErrorRecovery" in theirs or "User {" in theirs, text


def test_words_in_every_place_agree_with_aquavm(avm: AquaVM) -> None:
    for word in WORDS.split():
        for place in PLACES:
            agree(avm, DEFINITIONS.format(place.format(word)))


def test_a_name_that_ends_in_no_ascii_character_traps(avm: AquaVM) -> None:
    text = "(seq (ap 1 x) (ap x.$.é y))"
    assert "trap" in str(avm.parse(text))
    with pytest.raises(TrappingScriptError):
        parse(text)


LENS_TOKENS = [
    ".",
    ".",
    ".",
    "[",
    "]",
    "!",
    "a",
    "k1",
    "1",
    "0",
    "é",
    "é",
    "é2",
    "aé",
    "-",
    "_",
    "$",
    "@",
    "%",
    '"',
    ",",
    "?",
    ":",
    "4294967295",
    "4294967296",
    "4000000000",
    "04294967295",
    "٣",
    "½",
    "Ⅷ",
    "ª",
    "length",
    "\u200b",
    "#",
    "+",
    "*",
    "'",
    "´",
    "́",
]
BEFORE_A_LENS = ["x", "#cc", "#%c", ":error:", "%last_error%", "$s", "%m", "1", "-", "é", "#c", "y%z"]


@settings(max_examples=1500)
@given(
    st.sampled_from(BEFORE_A_LENS),
    st.sampled_from([".$", ".$.", ".", ".length", ".$.a", ".$.[0]"]),
    st.lists(st.sampled_from([*LENS_TOKENS, "\u00a0"]), max_size=6).map("".join),
)
def test_lenses_of_any_tokens_agree_with_aquavm(avm: AquaVM, name: str, opening: str, tokens: str) -> None:
    agree(avm, DEFINITIONS.format(f"(ap {name}{opening}{tokens} z)"))


@settings(deadline=None, max_examples=150)
@given(tree=syntax_trees())
def test_valid_scripts_agree_with_aquavm(avm: AquaVM, tree: Instruction) -> None:
    agree(avm, one_line(tree))


@settings(deadline=None, max_examples=150)
@given(tree=syntax_trees(), seed=st.integers(0, 2**32))
def test_damaged_scripts_agree_with_aquavm(avm: AquaVM, tree: Instruction, seed: int) -> None:
    chance = random.Random(seed)
    text = one_line(tree)
    for _ in range(20):
        agree(avm, mutated(text, chance))
