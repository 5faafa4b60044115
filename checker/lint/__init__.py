"""What is likely wrong in a script, seen from its text alone: nothing is run."""

from __future__ import annotations

from airspec.checker.lint.control_flow import flow_findings
from airspec.checker.lint.finding import RULES, Finding
from airspec.checker.lint.names import name_findings
from airspec.checker.lint.outcomes import dead_instructions
from airspec.spec.parser import Script

__all__ = ["RULES", "Finding", "findings"]


def findings(script: Script) -> tuple[Finding, ...]:
    """Return the findings of all rules about a script, in the order of its text."""
    dead = dead_instructions(script.instruction)
    found = [*flow_findings(script), *name_findings(script, dead)]
    return tuple(sorted(found, key=lambda finding: finding.offset))
