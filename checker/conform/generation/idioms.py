"""Scripts made of idioms: short patterns aimed at rules that random scripts seldom reach.

Most of them make data in which one changed number or missing entry matters: folds over streams with states in every
part, several failures, several canons of one peer.  A few are patterns on which AquaVM panics.
"""

from __future__ import annotations

from collections.abc import Sequence

from airspec.checker.conform.generation.scripts import Choices

FOLDS = (
    '(seq (seq (ap 1 $s~) (ap 2 $s~)) (fold $s~ i~ (par (call @ ("s" "echo") [i~] $t~) (next i~))))',
    "(seq (seq (ap 1 $s~) (ap 2 $s~)) (seq (fold $s~ i~ (seq (ap i~ $t~) (next i~)) (ap 9 $u~)) (ap 3 $u~)))",
    "(seq (seq (ap 1 $s~) (seq (ap 2 $s~) (ap 3 $s~))) "
    "(seq (fold $s~ i~ (seq (ap i~ $t~) (next i~)) (null)) "
    '(par (call @ ("s" "str") [] $t~) (call @ ("s" "str") [] $t~))))',
    '(seq (par (call @ ("s" "arr") [] $s~) (call @ ("s" "str") [] $s~)) (fold $s~ i~ (seq (ap i~ $t~) (next i~))))',
    "(seq (ap (1 2) %m~) (fold %m~ i~ (seq (par (ap i~ $t~) (null)) (next i~))))",
    "(seq (seq (ap 1 $s~) (ap 2 $s~)) "
    "(fold $s~ i~ (seq (fold $s~ j~ (seq (ap j~ $t~) (next j~)) (null)) (next i~)) (ap 5 $t~)))",
    '(par (call @ ("s" "str") [] x~) '
    "(seq (ap 1 $s~) (fold $s~ i~ (seq (seq (ap x~ y~) (par (ap i~ $t~) (null))) (next i~)))))",
)
"""Folds over streams and maps, with states before `next`, after it, and behind the fold."""

RESULTS = (
    '(par (par (call @ ("s" "err") [] x~) (call @ ("s" "err") [1] y~)) (call @ ("s" "err") [1] z~))',
    '(xor (call @ ("s" "err") ["a"] x~) (xor (call @ ("s" "err") ["b"] y~) (call @ ("s" "str") [] z~)))',
    '(par (par (call @ ("s" "err") [] x~) (call @ ("s" "str") [] y~)) (par (call @ ("s" "err") [] $s~) (null)))',
    '(par (call @ ("s" "str") [] $s~) (par (call @ ("s" "num") [] $s~) (call @ ("s" "num") [])))',
    '(par (call @ ("s" "str") [] x~) (par (call @ ("s" "echo") [x~] y~) (call @ ("s" "err") [x~] z~)))',
    '(par (call %init_peer_id% ("s" "str") [] x~) (par (call %init_peer_id% ("s" "echo") [x~] y~) '
    '(par (call %init_peer_id% ("s" "echo") [x~ 1] z~) (call %init_peer_id% ("s" "echo") [x~ 2] $s~))))',
    '(par (call %init_peer_id% ("s" "num") [] x~) (par (call %init_peer_id% ("s" "str") [x~] y~) '
    '(par (call %init_peer_id% ("s" "err") [x~ x~]) (call %init_peer_id% ("s" "str") [x~ 2] $s~))))',
)
"""Several results and failures of the same peers, and a call that needs another."""

CANONS = (
    "(seq (seq (ap 1 $s~) (canon @ $s~ #ca~)) (seq (ap 2 $s~) (canon @ $s~ #cb~)))",
    '(seq (par (call @ ("s" "obj") [] $s~) (ap 2 $s~)) (seq (canon @ $s~ #ca~) (call @ ("s" "echo") [#ca~.$.[0]] x~)))',
    '(seq (seq (ap ("a" 1) %m~) (canon @ %m~ #%ca~)) (seq (canon @ %m~ x~) (call @ ("s" "echo") [#%ca~.$.a] y~)))',
    '(par (call @ ("s" "echo") [@] x~) (seq (ap 1 $s~) (par (canon x~ $s~ #ca~) (canon x~ $s~ #cb~))))',
    '(par (call %init_peer_id% ("s" "echo") [%init_peer_id%] x~) (seq (ap 1 $s~) (canon x~ $s~ #ca~)))',
    '(par (call @ ("s" "str") [] x~) (par (canon x~ $s~ #ca~) (canon x~ $s~ #cb~)))',
)
"""Several canons of the same peers, and one whose peer is a variable."""

VALUES = (
    '(seq (call @ ("s" "arr") [] x~) (seq (call @ ("s" "odd") [] k~) (xor (ap x~.$.[k~] y~) (call @ ("s" "odd") []))))',
    '(seq (seq (ap 1 $s~) (call @ ("s" "odd") [] k~)) (seq (canon @ $s~ #ca~) (xor (ap #ca~.$.[k~] y~) (null))))',
    '(seq (seq (ap ("a" 1) %m~) (call @ ("s" "key") [] k~)) '
    "(seq (canon @ %m~ #%ca~) (xor (fold #%ca~.$.[k~] i~ (next i~)) (ap #%ca~.$.a.[0].k y~))))",
    '(seq (call @ ("s" "fails") [] x~) (seq (call @ ("s" "fails") [] y~) '
    "(xor (fail x~) (xor (fail y~) (fail :error:)))))",
)
"""Answers of services as indices, keys and errors, many of which are not valid as such."""

PANICS = (
    '(seq (call @ ("s" "arr") [] x~) (fold x~ i~ (xor (match i~ 2 (ap 1 $s~)) '
    "(new $s~ (seq (ap 7 $s~) (fold $s~ j~ (new $s~ (next i~))))))))",
    '(seq (call @ ("s" "arr") [] x~) (fold x~ i~ (seq (xor (match i~ 2 (ap 1 $s~)) (null)) '
    "(seq (mismatch i~ 2 (null)) (new $s~ (new $s~ (next i~)))))))",
    '(seq (call @ ("s" "arr") [] x~) (fold x~ i~ (xor (match i~ 2 (ap 1 $s~)) (new $s~ (new $s~ (next i~))))))',
    '(seq (call @ ("s" "arr") [] x~) (fold x~ i~ (seq (ap 1 i~) (call @ ("s" "str") [i~] y~))))',
    '(seq (call @ ("s" "arr") [] x~) (fold x~ i~ (seq (ap 1 i~) (call @ ("s" "str") [] i~))))',
    '(seq (call @ ("s" "arr") [] x~) (seq (ap 1 $s~) (fold $s~ i~ (fold x~ j~ (par (next j~) (next i~))))))',
)
"""Streams that displace each other, scalars that hide iterators, and a `next` that runs twice."""

KINDS = (FOLDS, RESULTS, CANONS, FOLDS, RESULTS, CANONS, VALUES, PANICS)


def write_idioms(choices: Choices, peers: Sequence[str]) -> str:
    """Return the text of a script of one to three idioms over these peer ids, combined by `seq` and `par`."""
    script = idiom(choices, peers, 1)
    for number in range(2, choices.pick((1, 2, 2, 3)) + 1):
        script = f"({choices.pick(('par', 'seq'))} {script} {idiom(choices, peers, number)})"
    return script


def idiom(choices: Choices, peers: Sequence[str], number: int) -> str:
    """Return the text of one idiom, with peer ids for each ``@``, and `number` for each ``~``, to make names unique."""
    first, *rest = choices.pick(choices.pick(KINDS)).replace("~", str(number)).split("@")
    return first + "".join(f'"{choices.pick(peers)}"{part}' for part in rest)
