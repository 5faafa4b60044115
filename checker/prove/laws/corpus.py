"""The corpus: small scripts that together use every instruction, and combine them in many ways.

They have no races, so all laws of the network hold of them.  The peers are A, which starts the particle, B and C.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from airspec.checker.prove.laws.harness import Run, explore

CORPUS: Final = (
    # calls: here and there, with and without output, with arguments that come later, failing
    '(call "A" ("s" "f") [] x)',
    '(seq (call "B" ("s" "f") [1 "a"] x) (call "C" ("s" "echo") [x] y))',
    '(seq (call "B" ("s" "f") []) (call "A" ("s" "g") [] $s))',
    '(par (call "B" ("s" "f") [] x) (call "C" ("s" "g") [x] y))',
    '(xor (call "B" ("s" "err") []) (call "A" ("s" "f") [:error:.$.message %last_error%.$.error_code]))',
    '(xor (call "A" ("s" "text") []) (call "B" ("s" "f") [:error:]))',
    '(seq (call "A" ("s" "f") [] p) (xor (call "B" (p "g") []) (null)))',
    # par: joins, nesting, failing and waiting branches
    '(seq (par (call "B" ("s" "f") [] x) (call "C" ("s" "g") [] y)) (call "A" ("s" "h") [x y]))',
    '(par (par (call "B" ("s" "f") []) (call "C" ("s" "g") [])) (par (call "A" ("s" "h") []) (call "B" ("s" "i") [])))',
    '(seq (par (fail 1 "one") (call "B" ("s" "f") [] x)) (par (call "C" ("s" "g") [x]) (never)))',
    '(xor (par (fail 1 "one") (fail 2 "two")) (call "A" ("s" "f") [%last_error%]))',
    """(par (call "A" ("s" "f") [] x)
         (seq (call "B" ("s" "g") [] y) (par (call "C" ("s" "h") [y] $s) (call "A" ("s" "i") [x]))))""",
    # xor, fail, match
    '(xor (seq (call "B" ("s" "f") [] x) (match x "g0" (null))) (mismatch x "g0" (call "A" ("s" "g") [x])))',
    '(xor (xor (fail 7 "seven") (fail :error:)) (call "B" ("s" "f") [:error:.$.error_code]))',
    '(seq (call "A" ("s" "obj") [] e) (xor (fail e) (call "B" ("s" "f") [%last_error%])))',
    # streams, canons and maps
    '(seq (ap 1 $s) (seq (ap 2 $s) (seq (canon "B" $s #cc) (call "C" ("s" "f") [#cc #cc.$.[0] #cc.length]))))',
    """(seq (par (call "B" ("s" "f") [] b) (call "C" ("s" "g") [] c))
         (seq (call "A" ("s" "h") [b c])
              (seq (seq (ap b $s) (ap c $s)) (seq (canon "A" $s #cc) (call "B" ("s" "i") [#cc])))))""",
    '(seq (canon "B" $s #cc) (call "B" ("s" "f") [#cc]))',
    """(seq (seq (ap ("k" 1) %m) (seq (ap (2 "two") %m) (ap ("k" 3) %m)))
         (seq (canon "B" %m #%mm) (call "C" ("s" "f") [#%mm #%mm.$.k #%mm.$.[2].[0]])))""",
    '(seq (ap ("k" 1) %m) (seq (ap ("k" 2) %m) (seq (canon "A" %m o) (call "B" ("s" "f") [o o.$.k]))))',
    '(seq (call "B" ("s" "f") [] $s) (seq (canon "B" $s #cc) (seq (call "B" ("s" "g") [] $s) (canon "B" $s #dd))))',
    """(par (seq (call "B" ("s" "f") [] $s) (call "A" ("s" "k") []))
         (seq (canon "A" $s #cc) (seq (call "C" ("s" "g") []) (call "A" ("s" "h") [#cc]))))""",
    # folds over arrays and canons
    '(seq (call "A" ("s" "arr") [] a) (fold a i (seq (call "B" ("s" "echo") [i] x) (next i))))',
    '(seq (call "A" ("s" "arr") [] a) (fold a i (par (call "B" ("s" "echo") [i] x) (next i))))',
    '(seq (call "A" ("s" "arr") [] a) (fold a i (seq (next i) (call "B" ("s" "f") [i])) (call "C" ("s" "g") [i])))',
    '(seq (call "A" ("s" "obj") [] o) (fold o.$.a i (seq (ap i x) (seq (call "B" ("s" "f") [x]) (next i)))))',
    """(seq (seq (ap 1 $s) (ap 2 $s)) (seq (canon "A" $s #cc)
         (fold #cc i (seq (fold #cc j (seq (call "A" ("s" "f") [i j]) (next j))) (next i)))))""",
    # folds over streams and maps
    """(seq (seq (call "A" ("s" "f") [] $s) (call "A" ("s" "g") [] $s))
         (fold $s i (par (call "B" ("s" "echo") [i] x) (next i))))""",
    """(seq (seq (call "A" ("s" "f") [] $s) (call "B" ("s" "g") [] $s))
         (fold $s i (seq (call "C" ("s" "echo") [i] x) (next i)) (null)))""",
    """(seq (seq (ap 1 $s) (ap 2 $s))
         (fold $s i (par (seq (call "B" ("s" "echo") [i] $t) (call "C" ("s" "f") [i])) (next i))))""",
    """(seq (seq (ap 1 $s) (ap 2 $s)) (seq (fold $s i (seq (call "A" ("s" "echo") [i] $t) (next i)))
         (seq (canon "A" $t #tt) (call "B" ("s" "f") [#tt]))))""",
    '(seq (ap 0 $s) (fold $s i (seq (xor (match i 0 (ap 1 $s)) (null)) (seq (call "A" ("s" "f") [i]) (next i)))))',
    '(seq (ap ("k" 1) %m) (fold %m i (seq (call "B" ("s" "f") [i.$.key i.$.value]) (next i))))',
    '(seq (ap 1 $s) (xor (fold $s i (seq (call "B" ("s" "err") [i]) (next i))) (call "A" ("s" "f") [])))',
    """(seq (seq (ap 1 $s) (ap 2 $s)) (seq (fold $s i (seq (call "B" ("s" "echo") [i] x) (next i)) (null))
         (call "C" ("s" "f") [])))""",
    """(seq (seq (ap 1 $s) (ap 2 $s)) (seq (fold $s i (seq (call "B" ("s" "echo") [i] x) (next i))
         (call "C" ("s" "g") [])) (call "A" ("s" "f") [])))""",
    """(par (par (call "B" ("s" "f") [] $s) (call "C" ("s" "g") [] $s))
         (fold $s i (par (call "A" ("s" "echo") [i]) (next i))))""",
    """(seq (seq (call "B" ("s" "f") [] $s) (call "C" ("s" "g") [] $s))
         (par (fold $s i (par (call "A" ("s" "echo") [i]) (next i))) (call "B" ("s" "h") [])))""",
    """(seq (seq (ap 1 $s) (ap 2 $s))
         (par (fold $s i (seq (call "B" ("s" "echo") [i] x) (seq (call "C" ("s" "f") [i]) (next i))))
              (seq (call "B" ("s" "f") []) (call "A" ("s" "g") []))))""",
    """(par (call "A" ("s" "f") [] $s) (par (call "B" ("s" "g") [] $s)
         (fold $s i (par (call "C" ("s" "echo") [i]) (next i)))))""",
    """(par (seq (call "B" ("s" "f") []) (call "B" ("s" "g") []))
         (seq (ap 1 $s) (fold $s i (seq (call "C" ("s" "h") [i]) (next i)))))""",
    """(seq (ap ("k" 1) %m) (seq (fold %m i (seq (call "B" ("s" "f") [i.$.key i.$.value]) (next i)) (null))
         (call "A" ("s" "g") [])))""",
    # new
    '(seq (ap 1 x) (seq (new x (seq (ap 2 x) (call "B" ("s" "f") [x]))) (call "A" ("s" "g") [x])))',
    """(seq (ap 1 $s) (seq (new $s (seq (ap 2 $s) (seq (canon "A" $s #cc) (call "B" ("s" "f") [#cc]))))
         (seq (canon "A" $s #dd) (call "C" ("s" "g") [#dd]))))""",
    """(seq (call "A" ("s" "arr") [] a) (fold a i (seq (new $s (seq (ap i $s) (seq (new #cc (seq (canon "A" $s #cc)
         (call "B" ("s" "f") [#cc]))) (null)))) (next i))))""",
)


@lru_cache(maxsize=1)
def runs() -> tuple[Run, ...]:
    """Return the explored runs of each script of the corpus, in all orders of moves; computed once."""
    return tuple(explore(text) for text in CORPUS)
