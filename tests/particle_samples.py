"""Peers with keys, a particle, and scripts whose data hold everything that data can hold."""

from __future__ import annotations

from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.particle import Particle

KEYS = tuple(KeyPair(bytes([number]) * 32) for number in range(3))
PEERS = tuple(key.peer_id for key in KEYS)
PARTICLE = Particle(PEERS[0])

# Between them, scripts whose data hold every kind of state, of provenance and of store entry.
SCRIPTS = tuple(
    script.replace("@A", f'"{PEERS[0]}"').replace("@B", f'"{PEERS[1]}"')
    for script in (
        '(seq (call @A ("s" "f") [1 "x"] x) (par (call @B ("s" "f") [x]) (null)))',
        """(seq (par (call @A ("s" "a long name") [] $s) (seq (ap 5 $s) (call @A ("s" "f") [])))
             (seq (canon @A $s #cc)
                  (fold $s i (seq (xor (call @A ("fails" "f") [i] z) (null)) (next i)))))""",
        """(seq (ap ("k" 1) %m) (seq (canon @A %m #%mm)
             (seq (fold %m i (par (call @A ("a" "b") [i]) (next i)))
                  (seq (canon @B $q #qq) (call @A ("a" "b") [] y)))))""",
        """(seq (call @A ("s" "f") [] x) (seq (ap x.$.[0] $s) (seq (canon @A $s #c1) (seq (ap #c1 w) (seq (ap w $t)
             (seq (canon @A $t #c2) (call @B ("" "") [])))))))""",
    )
)
