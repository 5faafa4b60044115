"""AquaVM, ready to be served over the adapter protocol."""

from __future__ import annotations

from typing import Any

from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.protocol import SpecificationAdapter
from airspec.semantics.aquavm.versions import INTERPRETER_VERSION
from airspec.semantics.editions import Edition
from airspec.semantics.interpret import Invocation, RawOutcome


class AvmAdapter:
    """AquaVM 0.62.0 as an `Interpreter` of the adapter protocol."""

    implementation = "AquaVM"
    version = INTERPRETER_VERSION
    edition = Edition.AVM_0_62.value

    def __init__(self, avm: AquaVM) -> None:
        self.avm = avm

    def invoke(self, given: Invocation[bytes]) -> RawOutcome:
        """Run one invocation on AquaVM, and return its outcome."""
        return self.avm.invoke(given)

    def inspect(self, data: bytes) -> dict[str, Any]:
        """Return data in AquaVM's JSON form, ``{"versions": .., "data": ..}``; raises ValueError for other bytes."""
        if data == b"":
            return SpecificationAdapter().inspect(data)  # the published function refuses what stands for no data
        return self.avm.inspect(data)

    def parse(self, script: str) -> str | None:
        """Return AquaVM's error message for the text of a script, or None if the script is valid."""
        return self.avm.parse(script)
