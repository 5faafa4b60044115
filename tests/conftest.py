"""Fixtures shared by all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from particle_samples import KEYS, PARTICLE, PEERS, SCRIPTS

from airspec.checker.conform.adapters.fetch_avm import find_wasm
from airspec.semantics.interpret import Invocation
from airspec.semantics.particle import CallResult

if TYPE_CHECKING:
    from airspec.checker.conform.adapters.avm import AquaVM


@pytest.fixture(scope="session")
def avm() -> AquaVM:
    """AquaVM; tests that need it are skipped where it is not installed."""
    pytest.importorskip("wasmtime", reason="wasmtime is not installed, which runs AquaVM")
    from airspec.checker.conform.adapters.avm import AquaVM

    wasm = find_wasm()
    if wasm is None:
        pytest.skip("AquaVM is not installed: run `make oracle`, or set AIRSPEC_AVM_WASM to an avm.wasm")
    return AquaVM(wasm, time_limit=20)


@pytest.fixture(scope="session")
def particles(avm: AquaVM) -> list[tuple[str, bytes]]:
    """Scripts with data that AquaVM made of them on their first peer, at each stage until nothing is owed."""
    found = []
    for script in SCRIPTS:
        data, results = b"", {}
        for _ in range(8):
            outcome = avm.invoke(Invocation(script, data, b"", PARTICLE, PEERS[0], KEYS[0].secret, results))
            data = outcome.data
            found.append((script, data))
            results = {
                call_id: CallResult(int(request.service_id == "fails"), '[1,"abc",{"z":2.5}]')
                for call_id, request in outcome.call_requests.items()
            }
            if not results:
                break
    return found
