"""Static rules: each message with the place, and agreement with AquaVM on scripts that break them."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

import pytest

from airspec.spec.errors import ScriptError
from airspec.spec.parser import parse

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM

REFUSED = {
    "(ap y x)": "variable 'y' wasn't defined",
    "(ap x x)": "variable 'x' wasn't defined",
    "(seq (ap 1 x) (ap x.$.[k] y))": "variable 'k' wasn't defined",
    "(par (ap x y) (ap 1 x))": "variable 'x' wasn't defined",
    "(fold $s i (null))": "variable '$s' wasn't defined",
    "(next i)": "iterable 'i' wasn't defined",
    "(seq (fold [] i (null)) (next i))": "iterable 'i' wasn't defined",
    "(fold [] i (xor (next i) (next i)))": "multiple next instructions for iterator 'i' found for one fold,"
    " that is prohibited",
    "(fold [] i (new i (null)))": "new can't be applied to a 'i' because it's an iterator",
    "(fold [] i (fold [] i (null)))": "multiple iterable values found for iterator name 'i'",
    '(fail 0 "m")': "error code 0 with fail is unsupported",
    "(seq (ap 1 $s) (fold $s i (seq (next i) (null))))": "fold can not have instructions after next",
    "(seq (ap (1 2) %m) (fold %m i (par (next i) (null))))": "fold can not have instructions after next",
    "(seq (fold [] i (seq (next i) (null))) (seq (ap 1 $s) (fold $s i (null))))": "fold can not have instructions"
    " after next",
}

ALLOWED = [
    "(par (ap 1 x) (ap x y))",
    "(seq (new x (null)) (ap x y))",
    "(seq (fold [] i (null)) (ap i y))",
    "(fail absent)",
    "(canon absent $s #c)",
    "(ap (1 absent) %m)",
    "(fold [] i (seq (next i) (null)))",
    "(seq (ap 1 $s) (fold $s i (xor (next i) (null))))",
    "(seq (fold [] i (null)) (fold [] i (next i)))",
    "(match :error:.$.[absent] 1 (null))",
    "(match z 1 (fold [] z (ap z y)))",
    "(seq (fold [] i (next i)) (next i))",
]


@pytest.mark.parametrize(("text", "message"), REFUSED.items())
def test_refused(text: str, message: str) -> None:
    with pytest.raises(ScriptError) as caught:
        parse(text)
    assert caught.value.message == message


@pytest.mark.parametrize("text", ALLOWED)
def test_allowed(text: str) -> None:
    parse(text)


def test_both_lists_agree_with_aquavm(avm: AquaVM) -> None:
    for text, message in REFUSED.items():
        assert message in str(avm.parse(text))
    for text in ALLOWED:
        assert avm.parse(text) is None, text


HEADS = ["seq", "par", "xor", "new i", "new x", "match x i"]
HEADS += ["fold [] i", "fold [] j", "fold $s i", "fold $s j", "fold %m i"]
LEAVES = ["(next i)", "(next i)", "(next j)", "(null)", "(ap 1 x)", "(ap x y)", "(ap i $s)", '(fail 0 "m")']


def skeleton(chance: random.Random, depth: int) -> str:
    """A script that is all nesting, iterators and `next`, most often against some rule."""
    if depth == 0 or chance.random() < 0.2:
        return chance.choice(LEAVES)
    head = chance.choice(HEADS)
    inner = 2 if head in ("seq", "par", "xor") or ("fold" in head and chance.random() < 0.3) else 1
    return f"({head} {' '.join(skeleton(chance, depth - 1) for _ in range(inner))})"


def test_nests_of_folds_agree_with_aquavm(avm: AquaVM) -> None:
    chance = random.Random(1)
    accepted = 0
    for _ in range(4000):
        body = skeleton(chance, chance.randint(1, 6))
        text = f"(seq (seq (ap 1 $s) (ap (1 1) %m)) {body})"
        theirs = avm.parse(text)
        try:
            parse(text)
        except ScriptError as error:
            assert theirs is not None, f"{text}: {error}"
            assert error.message in theirs
        else:
            assert theirs is None, f"{text}: {theirs}"
            accepted += 1
    assert accepted > 400, "the sample must hold valid scripts, too"
