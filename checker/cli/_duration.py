"""Spans of time, as options."""

from __future__ import annotations

import re

import click

DURATION = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|s|m|h)?")
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}


class Duration(click.ParamType[float]):
    """An option's type for a span of time, such as 60s, 5m or 1h; a number without a unit counts seconds."""

    name = "duration"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the duration in seconds; raises click's `BadParameter` if the text is no duration."""
        found = DURATION.fullmatch(str(value))
        if found is None:
            self.fail(f"{value!r} is no duration; write 60s, 5m or 1h", param, ctx)
        return float(found[1]) * SECONDS[found[2]]
