"""All laws that are checked by running scripts, those that say most about a broken rule first."""

from __future__ import annotations

from typing import Final

from checker.laws import network_laws
from checker.laws.script_law import ScriptLaw

SCRIPT_LAWS: Final[tuple[ScriptLaw, ...]] = (*network_laws.LAWS,)
