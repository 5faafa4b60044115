"""All laws that are tested by running scripts."""

from __future__ import annotations

from typing import Final

from airspec.checker.prove.laws import (
    authenticity_laws,
    binding_laws,
    equations,
    error_laws,
    fold_laws,
    host_laws,
    merge_laws,
    network_laws,
    trace_laws,
    value_laws,
)
from airspec.checker.prove.laws.script_law import ScriptLaw

SCRIPT_LAWS: Final[tuple[ScriptLaw, ...]] = (
    *network_laws.LAWS,
    *host_laws.LAWS,
    *trace_laws.LAWS,
    *value_laws.LAWS,
    *error_laws.LAWS,
    *authenticity_laws.LAWS,
    *fold_laws.LAWS,
    *binding_laws.LAWS,
    *equations.LAWS,
    *merge_laws.LAWS,
)
