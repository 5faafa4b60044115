"""The real AquaVM as an interpreter to be served over the adapter protocol."""

from __future__ import annotations

from typing import Any

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.protocol import SpecificationAdapter
from airspec.semantics.aquavm.versions import INTERPRETER_VERSION
from airspec.semantics.editions import Edition
from airspec.semantics.interpret import Invocation, RawOutcome


class AvmAdapter:
    """AquaVM 0.62.0 behind the line protocol."""

    implementation = "AquaVM"
    version = INTERPRETER_VERSION
    edition = Edition.AVM_0_62.value

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm

    def invoke(self, given: Invocation[bytes]) -> RawOutcome:
        """Run one invocation on AquaVM."""
        return self.avm.invoke(given)

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Data in their JSON form; raises ValueError for bytes that are no data."""
        if data == b"":
            return SpecificationAdapter().inspect(data)  # the published function refuses what stands for no data
        return self.avm.inspect(data)

    def parse(self, script: str) -> str | None:
        """What is wrong with a script, or None."""
        return self.avm.parse(script)
