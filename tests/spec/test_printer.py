"""Printing: layout that changes nothing, comments that stay where they were, and AquaVM's names for instructions."""

from __future__ import annotations

import json
import random
from bisect import bisect_left
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from syntax_trees import syntax_trees

from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import Particle
from airspec.spec.comments import comments
from airspec.spec.lexical import scan
from airspec.spec.parser import Script, parse
from airspec.spec.printer import describe, format_script, one_line, render, same_script
from airspec.spec.syntax import Float, Instruction, children

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

GAPS = [" ", "  ", "\n", "\n\n\n", " ; one\n", "\n;; two\n", " ;ok=42  \n\n ; three\n", "\t;\n", "\r\n"]


def loosened(text: str, chance: random.Random) -> str:
    """The same lexemes with other white space and with comments between them."""
    lexemes = scan(text)
    parts = [chance.choice(["", "; head\n", "\n"])]
    for start, end in zip(lexemes.starts, lexemes.ends, strict=True):
        parts += [text[start:end], chance.choice(GAPS) if chance.random() < 0.4 else " "]
    return "".join(parts)


def comment_texts(script: Script) -> list[str]:
    return [script.text[span.start : span.end].rstrip() for span in comments(script)]


def comment_places(script: Script) -> list[int]:
    """How many lexemes stand before each comment."""
    starts = scan(script.text).starts
    return [bisect_left(starts, span.start) for span in comments(script)]


@settings(deadline=None, max_examples=150)
@given(tree=syntax_trees(), seed=st.integers(0, 2**32))
def test_format_keeps_the_tree_and_the_comments(tree: Instruction, seed: int) -> None:
    script = parse(loosened(one_line(tree), random.Random(seed)))
    formatted = parse(format_script(script))
    assert same_script(formatted.instruction, tree)
    assert format_script(formatted) == formatted.text
    assert comment_texts(formatted) == comment_texts(script)
    assert comment_places(formatted) == comment_places(script)


LOOSE = """;; A head.


(seq ; both
 (call "a" ("s" "f") [1.0 +7 [] %ttl% ; inside
   "b"] ) ; ok=42

 ; next
 (par (call "b" ("s" "f") []) (xor (null);gg
 (match 1 2 (ap ("k" 1.50) %m))) ; tail
 ; before the end
 )
)"""

STRICT = """;; A head.

(seq ; both
  (call "a" ("s" "f") [1.0 7 [] %ttl% ; inside
    "b"]) ; ok=42

  ; next
  (par
    (call "b" ("s" "f") [])
    (xor
      (null) ;gg
      (match 1 2
        (ap ("k" 1.5) %m)
      )
    ) ; tail
    ; before the end
  )
)
"""


def test_the_layout() -> None:
    assert format_script(parse(LOOSE)) == STRICT


def test_the_layout_of_deep_scripts_stays_linear() -> None:
    text = "(seq " * 20_000 + "(null)" + " (null))" * 20_000
    script = parse(text)
    formatted = format_script(script)
    assert len(formatted) < 20 * len(text)
    assert same_script(parse(formatted).instruction, script.instruction)


def test_floats_are_written_within_the_grammar() -> None:
    for text in ["1.0", "-0.0", "1234567890.", "0.000000001", "123456789.0", "100000000.5"]:
        assert render(Float(float(text))) == text
    for number in (1e300, 1e-12, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="no script can contain"):
            render(Float(number))


def test_content_tells_scripts_apart() -> None:
    texts = ["(seq (null) (never))", "(par (null) (never))", "(seq (never) (null))", "(fold [] i (null))"]
    texts += ["(fold [] i (null) (null))", "(ap 1 x)", "(ap 1.0 x)", "(ap 0.0 x)", "(ap -0.0 x)", '(ap "1" x)']
    for one in texts:
        for other in texts:
            assert same_script(parse(one).instruction, parse(f" {other}").instruction) == (one == other)


FAILING = [
    "(match 1 2 (null))",
    "(match 1.0 2.50 (null))",
    "(mismatch -0.0 -0.0 (null))",
    "(match 0.000000001 1234567890. (null))",
    "(match %last_error%.$.message :error:.$.instruction (null))",
    '(match [] "a\nb" (null))',
    "(match +5 007 (null))",
    "(mismatch true true (null))",
    "(match %ttl% %timestamp% (null))",
    "(match x x.length (null))",
    "(ap x.$.a[0].[x]! y)",
    "(ap x.$[0] $s)",
    "(ap (x.$.a 1.50) %m)",
    "(ap (f 1.0) %m)",
    "(fold x i (null))",
    "(fold x.$.a i (null))",
    '(call x ("s" "f") [1 2.0 x [] %ttl% %init_peer_id% "q"])',
    '(call "p" (x "f") [] z)',
    '(call "p" ("s" x.$.a) [] $z)',
    "(canon x $s #cc)",
    "(canon x.$.a %s #%cc)",
    "(canon x %s y)",
    '(fail 1 "m")',
    "(fail x)",
    "(fail x.$.a)",
    "(fail %last_error%)",
    "(fail :error:)",
    "(seq (canon %init_peer_id% $s #cc) (ap #cc.$.[3] y))",
    "(seq (canon %init_peer_id% $s #$c) (match #$c #$c.length (null)))",
    "(seq (canon %init_peer_id% %s #%c) (match #%c #%c.$.k (null)))",
]


def descriptions(instruction: Instruction) -> set[str]:
    found, pending = set(), [instruction]
    while pending:
        node = pending.pop()
        found.add(describe(node))
        pending.extend(children(node))
    return found


@pytest.mark.parametrize("failing", FAILING)
def test_instructions_are_named_as_aquavm_names_them(avm: AquaVM, failing: str) -> None:
    """The failing instruction's name is in the error object, which a call takes along as its argument."""
    text = f'(seq (seq (ap 1 x) (ap 1.5 f)) (xor {failing} (call %init_peer_id% ("s" "f") [:error:])))'
    particle = Particle("peer", timestamp=1, ttl=2)
    outcome = avm.invoke(Invocation(text, b"", b"", particle, "peer", bytes(range(32))))
    (request,) = outcome.call_requests.values()
    named = json.loads(request.arguments[0])["instruction"]
    assert named in descriptions(parse(text).instruction)
