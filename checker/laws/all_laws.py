"""All laws that are checked by running scripts."""

from __future__ import annotations

from typing import Final

from checker.laws import host_laws, merge_laws, network_laws, trace_laws
from checker.laws.script_law import ScriptLaw

SCRIPT_LAWS: Final[tuple[ScriptLaw, ...]] = (*network_laws.LAWS, *host_laws.LAWS, *trace_laws.LAWS, *merge_laws.LAWS)
