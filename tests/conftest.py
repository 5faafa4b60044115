"""Fixtures shared by all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.adapters.fetch_oracle import find_wasm
from semantics.authenticity.keys import KeyPair
from semantics.particle import CallResult, Particle

if TYPE_CHECKING:
    from checker.adapters.avm import AquaVM


@pytest.fixture(scope="session")
def avm() -> AquaVM:
    """The real AquaVM; tests that need it are skipped where it is not installed."""
    pytest.importorskip("wasmtime", reason="wasmtime is not installed, which runs the real AquaVM")
    from checker.adapters.avm import AquaVM

    wasm = find_wasm()
    if wasm is None:
        pytest.skip("the real AquaVM is not installed: run `make oracle`, or set AIRSPEC_AVM_WASM to an avm.wasm")
    return AquaVM(wasm, time_limit=20)


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


@pytest.fixture(scope="session")
def particles(avm: AquaVM) -> list[tuple[str, bytes]]:
    """Scripts with data that the real AquaVM made of them on their first peer, at each stage until nothing is owed."""
    found = []
    for script in SCRIPTS:
        data, results = b"", {}
        for _ in range(8):
            outcome = avm.invoke(script, data, b"", PARTICLE, PEERS[0], KEYS[0].secret, results)
            data = outcome.data
            found.append((script, data))
            results = {
                call_id: CallResult(int(request.service_id == "fails"), '[1,"abc",{"z":2.5}]')
                for call_id, request in outcome.call_requests.items()
            }
            if not results:
                break
    return found
