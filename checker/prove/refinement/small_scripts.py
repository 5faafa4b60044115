"""All scripts up to a size, by two grammars.

The first combines single instructions in every way.  As folds over streams show faults only with many instructions,
a second grammar combines instructions that fill a stream with actions of a fold over it.  The two peers are ``A``,
which starts the particle, and ``B``; services answer by the names of their functions.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import product

LEAVES = (
    '(call "A" ("s" "str") [])',
    '(call "B" ("s" "str") [])',
    '(call "B" ("s" "err") [])',
    '(call "A" ("s" "str") [] $s)',
    '(call "B" ("s" "str") [] $s)',
    "(ap 1 $s)",
    '(canon "B" $s #c)',
    '(fail 7 "seven")',
    "(null)",
    "(never)",
)
NEXT = ("(next i)",)
BINARY = ("seq", "par", "xor")


@lru_cache(maxsize=64)
def instructions(size: int, inside: bool = False) -> tuple[str, ...]:
    """Return all instructions of exactly `size` instructions, themselves included.

    With `inside`, they are for the body of a fold: ``(next i)`` may occur, once, and there are no other folds.
    """
    if size == 1:
        return LEAVES + (NEXT if inside else ())
    found = [f"(new $s {body})" for body in instructions(size - 1, inside)]
    if not inside:
        bodies = instructions(size - 1, inside=True)
        found += [f"(fold $s i {body})" for body in bodies if body.count("(next i)") == 1]
    for left in range(1, size - 1):
        for head, first, second in product(BINARY, instructions(left, inside), instructions(size - 1 - left, inside)):
            if f"{first}{second}".count("(next i)") <= 1:
                found.append(f"({head} {first} {second})")
    return tuple(found)


def small_scripts(size: int) -> Iterator[str]:
    """Yield all scripts of at most `size` instructions.

    A ``seq`` as the left part of a ``seq`` is left out, as grouping the parts otherwise means the same.
    """
    for length in range(1, size + 1):
        yield from (text for text in instructions(length) if "(seq (seq " not in text)


# --- folds over streams -----------------------------------------------------------------------------------

VALUES = (
    '(ap "x" $s)',
    '(call "A" ("s" "str") [] $s)',
    '(call "B" ("s" "num") [] $s)',
    '(call "C" ("s" "obj") [] $s)',
)
FEED = '(xor (match i "x" (ap "y" $s)) (null))'
ACTIONS = (
    '(call "A" ("s" "echo") [i])',
    '(call "B" ("s" "echo") [i])',
    '(xor (match i "x" (call "A" ("s" "err") [])) (call "B" ("s" "echo") [i]))',
    '(seq (call "B" ("s" "str") [i] y) (call "A" ("s" "echo") [y]))',
    '(call "B" ("s" "err") [i])',
    '(call "A" ("s" "str") [i] $t)',
    "(ap i $t)",
    FEED,
    f'(seq (call "B" ("s" "echo") [i]) {FEED})',
    '(match i "x" (call "B" ("s" "echo") [i]))',
    '(new $t (seq (call "B" ("s" "str") [i] $t) (fold $t j (seq (call "A" ("s" "echo") [j]) (next j)))))',
    '(fold $s j (par (call "B" ("s" "echo") [j]) (next j)))',
)
ENDINGS = ("", " (null)", ' (call "A" ("s" "echo") [i])')
WAYS = ("(seq {} (next i))", "(par {} (next i))", "(xor (seq {} (next i)) (null))", "(seq {} (xor (next i) (null)))")
FOLLOWING = (
    "",
    '(call "A" ("s" "str") [])',
    '(seq (canon "B" $s #c) (call "A" ("s" "echo") [#c]))',
    '(fold $t j (seq (call "B" ("s" "echo") [j]) (next j)))',
)


def fillings(count: int) -> Iterator[str]:
    """Yield all instructions that append `count` values to the stream ``$s`` in parallel."""
    for values in product(VALUES, repeat=count):
        text = values[-1]
        for value in reversed(values[:-1]):
            text = f"(par {value} {text})"
        yield text


def folding_scripts(size: int) -> Iterator[str]:
    """Yield all scripts that append up to `size` values to a stream and fold over it, with one action for each."""
    for count in range(1, size + 1):
        for filling, action, way, ending, following in product(fillings(count), ACTIONS, WAYS, ENDINGS, FOLLOWING):
            fold = f"(fold $s i {way.format(action)}{ending})"
            yield f"(seq {filling} (par {fold} {following}))" if following else f"(seq {filling} {fold})"
