"""What is said of scripts that are refused: the cause, its place, and what to do."""

from __future__ import annotations

import random
import re

import pytest
from damage import mutated
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_trees import syntax_trees
from test_parser import HOSTILE

from airspec.spec.diagnosis import read_script
from airspec.spec.errors import ScriptError
from airspec.spec.parser import parse
from airspec.spec.printer import one_line
from airspec.spec.syntax import Instruction

SEQ_IN_PAR = "(seq\n  (par\n    (null)\n    (seq\n      (null)\n      (null)\n  )\n  (null)\n)"
AFTER_NEXT = "(seq (ap 1 $s) (fold $s i (seq (next i) (null))))"

SAID = [
    # names of instructions
    ('(seq (null)\n (cal "a" ("b" "c") [] x))', "2:3: `cal` is not the name of an instruction", "`call`"),
    ("(SEQ (null) (null))", "1:2: `SEQ` is not the name of an instruction", "`seq`"),
    ("(seq (null) ())", "1:13: there is no instruction between these brackets", "`(null)`"),
    ("seq (null) (null)", "1:1: the bracket before `seq` is missing", "`(seq …)`"),
    ("", "1:1: the script has no instruction", "`(null)`"),
    # calls
    ('(call "a" ("b" "c"))', "1:20: `call` lacks its list of arguments", "`[]`"),
    ('(call "a" ("b" "c") x)', "1:21: `call` lacks its list of arguments", "`[]`"),
    ('(call "a" "b" "c" [] x)', "1:11: the brackets around the service and the function", '`("b" "c")`'),
    ('(call "a" "b" [] x)', "1:11: `call` lacks the brackets", "AquaVM 0.25.0"),
    ('(call ("a" "b") "c" [] x)', "1:7: `call` lacks its peer", "AquaVM 0.25.0"),
    ('(call "a" ("b") [] x)', "1:15: `call` lacks the function", "the form is"),
    ('(call "a" ("b" "c") (x) y)', "1:21: the arguments of `call` stand in square brackets", "AquaVM 0.1.3"),
    ('(call "a" ("b" "c") [] x y)', "1:26: `call` takes nothing after its output", "the form is"),
    # parts of other instructions
    ("(fold xs (null))", "1:10: `fold` lacks a scalar", "`(fold ARRAY scalar"),
    ('(fail "message")', "1:7: `fail` takes an error code or an error", '`(fail CODE "text")`'),
    ('(canon "p" $s $t)', "1:15: `canon` takes a canonical stream here", "#canon"),
    ("(null x)", "1:7: `null` takes nothing more", "`(null)`"),
    ("(ap 1 next)", "1:7: `ap` takes a scalar or a stream here, and `next` is the name", "the form is"),
    ("(seq (null))", "1:1: `seq` takes two instructions, and here is one", "(seq INSTRUCTION INSTRUCTION)"),
    ("(seq (null) (null) (null))", "1:20: `seq` takes two instructions", "`(seq A (seq B C))`"),
    ("(seq (null) x (null))", "1:13: `x` stands where `seq` takes only instructions", "the form is"),
    # brackets
    ('(seq (null)\n (call "a" ("b" "c") [] x)', "1:1: `seq` is not closed before the end", "`)`"),
    ('(seq (call "a" ("b" "c") [] x\n (null))', "1:6: `call` is not closed before the `null` at 2:2", "`)`"),
    ('(seq (call "a" ("b" "c") [x\n (null))', "1:26: `[` is not closed before the `)` at 2:8", "`]`"),
    (SEQ_IN_PAR, "2:3: `par` is not closed before 8:3", "`)`"),
    ("(seq (null)) (null))", "1:12: this `)` closes the `seq` of 1:1 before", "remove it"),
    ("(null))", "1:7: this `)` closes nothing", "remove it"),
    ("(null) (null)", "1:8: a script is one instruction", "`(seq FIRST SECOND)`"),
    # words
    ('(call "a ("b" "c") [] x)', '1:7: the text `"a ("` is followed by `b"` without a space', "quotation mark"),
    ('(ap "a"\x1f x)', '1:5: the text `"a"` is followed by', "quotation mark"),
    ('(call "a" ("b" "c) [] x)', "1:16: the quotation mark of this text is not closed", '`"`'),
    ('(call \'a\' ("b" "c") [])', "1:7: a text stands in double quotation marks", '`"`'),
    ("(call “a” () [])", "1:7: “ is a typographic quotation mark", '`"`'),
    ("(seq(null)(null))", "1:5: a space is missing between `seq` and the bracket", ""),
    ("// remark\n(null)", "1:1: `//` begins no remark", "semicolon"),
    ("\ufeff(null)", "1:1: a byte order mark", "UTF-8"),
    ("(null\0)", "1:6: the character U+0000", "remove"),
    ("(ap %init_peer% x)", "1:5: `%init_peer%` is not known", "`%init_peer_id%`"),
    ("(ap x.k y)", "1:6: a lens begins with `.$`", "`x.$.k`"),
    # earlier AIR
    ('(call "a" ("b" "c") [] void[])', "1:24: `void[]` is an accumulator, of AIR before AquaVM 0.8.0", "`$void`"),
    (
        '(seq (call "a" ("b" "c") [] x[])\n (seq (null)\n (call "a" ("b" "c") [x[] y[]] x[])))',
        "1:29: `x[]` is an accumulator",
        "; more words of earlier AIR are in line 3",
    ),
    ('(call %current_peer_id% ("b" "c") [])', "1:7: `%current_peer_id%` is of AIR before", "%init_peer_id%"),
    ('(ap x.$.a["k"] y)', "1:5: a lens names a member without brackets", "`x.$.a.k` (AIR before AquaVM 0.16.0"),
    ("(ap x.$.[0,1,2] y)", "1:5: a lens takes one position", "`x.$.[0]`"),
    ("(ap x.$.[0, 1] y)", "1:9: a lens has one position or name in a bracket", "`x.$.[0]`"),
    ("(ap x.$.[*] y)", "1:5: a lens names one member or position at a time", "`fold`"),
    ("(seq (ap 1 $res) (ap $res $all))", "1:22: `ap` takes a value or a pair", "(canon PEER $res #res)"),
    ('(call "a" ("b" "c") [$s])', "1:22: `call` takes a value here, and `$s` is a stream", "AquaVM 0.32.0"),
    ('(call "a" ("b" "c") [$s.$.[0]])', "1:22: a stream such as `$s` cannot be read with a lens", "`#ss.$.[0]`"),
    ('(seq (canon "a" $s #c) (ap #c.length x))', "1:28: no lens can follow a canonical stream", "`#cc`"),
    ('(call relay ("b" "c") [user] x)', "1:7: nothing sets `relay`, nor `user`", '("getDataSrv" "relay")'),
    (AFTER_NEXT, "1:27: in a fold over a stream nothing follows `next`", "AquaVM 0.56.0"),
    # names
    ("(seq (ap 1 $quotes) (fold $qoutes i (null)))", "1:27: nothing sets `$qoutes`", "`$quotes`, set at 1:12"),
    ("(par (ap x y)\n (ap 1 x))", "1:10: `x` is read here, before it is set at 2:8", "earlier"),
    ("(fold [] item (next itme))", "1:21: `(next itme)` is in no fold with the iterator", "`(next item)`"),
    ("(next i)", "1:7: `(next i)` is outside of every fold", "fold"),
    ("(fold [] i (seq (next i) (next i)))", "1:32: the fold over `i` already has its `next`, at 1:17", "keep one"),
    ("(fold [] i (fold [] i (null)))", "1:21: `i` is already the iterator", "another name"),
    ("(fold [] i (new i (null)))", "1:17: `new` cannot make `i` anew", "another name"),
    ('(fail 0 "m")', "1:1: `fail` takes no error code 0", "another number"),
]


@pytest.mark.parametrize(("text", "message", "remedy"), SAID, ids=[text for text, _, _ in SAID])
def test_a_refusal_says_the_cause_its_place_and_a_remedy(text: str, message: str, remedy: str) -> None:
    with pytest.raises(ScriptError) as caught:
        read_script(text, "job.air")
    assert str(caught.value).startswith(f"job.air:{message}")
    assert remedy in caught.value.remedy


def check_explained(text: str) -> None:
    """Check that a text is refused as the parser refuses it, with one sentence at a place of the text."""
    try:
        parse(text)
    except ScriptError as refused:
        with pytest.raises(type(refused)) as caught:
            read_script(text)
        error = caught.value
        assert error.message and "\n" not in error.message + error.remedy and error.message.isprintable()
        assert error.place is not None
        assert text.split("\n")[error.place.line - 1] == error.place.text
        assert 1 <= error.place.column <= len(error.place.text) + 1
    else:
        assert read_script(text) is parse(text)


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: ascii(text[:12]))
def test_hostile_input_is_explained(text: str) -> None:
    check_explained(text)


@settings(deadline=None, max_examples=100)
@given(tree=syntax_trees(), seed=st.integers(0, 2**32))
def test_damaged_scripts_are_explained(tree: Instruction, seed: int) -> None:
    chance = random.Random(seed)
    for _ in range(10):
        check_explained(mutated(one_line(tree), chance))


@settings(deadline=None, max_examples=300)
@given(st.text("()[]\"; \n.$#%!x1-é,\t'", max_size=60) | st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_garbage_is_explained(text: str) -> None:
    check_explained(text)
    check_explained(f"(seq (null) {text}")


@settings(deadline=None, max_examples=150)
@given(tree=syntax_trees(), seed=st.integers(0, 2**32))
def test_a_bracket_that_is_left_out_is_called_unclosed_or_superfluous(tree: Instruction, seed: int) -> None:
    text = one_line(tree)
    outside = re.sub(r'"[^"]*"', lambda literal: "_" * len(literal[0]), text)
    bracket = random.Random(seed).choice([offset for offset, char in enumerate(outside) if char in "()"])
    with pytest.raises(ScriptError) as caught:
        read_script(text[:bracket] + " " + text[bracket + 1 :])
    expected = ("is not closed", "closes nothing", "closes the", "bracket", "malformed", "not the name")
    assert any(words in caught.value.message for words in expected), caught.value.message
