"""The options that say which faults of hosts and of the network are explored, and how many in a run."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, TypeVar

import click

F = TypeVar("F", bound=Callable[..., Any])

COUNT: Final = click.IntRange(min=0)

FAULTS: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        "duplicates": ("--duplicates", "Deliveries that may be made twice in a run."),
        "drops": ("--drops", "Messages that may be lost in a run."),
        "restarts": ("--restarts", "Restarts of peers in a run; a peer keeps its data, and forgets the calls it made."),
        "failures": ("--failures", "Calls that may fail in a run: an error with code 1 in place of their answer."),
        "silences": ("--silence", "Calls that may never be answered in a run."),
        "expiries": ("--expiries", "Peers at which the particle's time may be over in a run."),
        "forgets": ("--forgets", "Restarts of peers without their data in a run."),
        "stale": ("--stale", "Restarts of peers with old data in a run."),
        "batches": ("--batches", "Invocations in a run that may take several answers at once, or answers with data."),
    }
)
"""The fields of `Faults`, each with its option and what this counts."""


def fault_options(function: F) -> F:
    """Decorate a subcommand with the options that bound the faults of a run, one for each field of `Faults`.

    The function takes them by the names of these fields.
    """
    for name, (option, sentence) in reversed(tuple(FAULTS.items())):
        function = click.option(option, name, type=COUNT, default=0, metavar="N", help=sentence)(function)
    return function
