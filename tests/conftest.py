"""Fixtures shared by all tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from checker.adapters.fetch_oracle import find_wasm

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
