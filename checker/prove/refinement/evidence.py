"""The evidence for refinement: the scripts that are checked, and the bounds."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from itertools import islice

from msgspec import Struct

from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.prove.refinement.check import Bound, Refinement, check_refinement
from airspec.checker.prove.refinement.small_scripts import folding_scripts, small_scripts
from airspec.semantics.editions import Edition
from airspec.semantics.invoke import invoke


class Extent(Struct, frozen=True):
    """The extent of the checks of refinement.

    `instructions` is the most instructions of small scripts, and `values` the most values in streams that are folded
    over; of the scripts with such folds, one in `stride` is checked.  `sampled` is the number of random scripts, and
    `bound` holds for each script.
    """

    instructions: int
    values: int
    stride: int
    sampled: int
    bound: Bound


QUICK = Extent(4, 2, 151, 300, Bound(states=40, data=8))
"""The extent of each run of the tests: some ten seconds."""

LARGER = Extent(5, 2, 7, 10_000, Bound(states=60, data=10))
"""The extent that the book reports: some minutes."""


def evidence(edition: Edition, extent: Extent = QUICK, seed: int = 0) -> Iterator[Refinement]:
    """Yield the results of three checks: of small scripts, of folds over streams, and of larger random scripts."""
    run = partial(invoke, edition=edition)
    yield check_refinement(
        "small scripts",
        small_scripts(extent.instructions),
        f"all scripts of up to {extent.instructions} instructions over two peers and one stream",
        run,
        extent.bound,
        "model-checked",
    )
    which = "all" if extent.stride == 1 else f"one in {extent.stride} of the"
    yield check_refinement(
        "folds over streams",
        islice(folding_scripts(extent.values), 0, None, extent.stride),
        f"{which} scripts in which up to {extent.values} values fill a stream that is folded over",
        run,
        extent.bound,
        "model-checked" if extent.stride == 1 else "tested",
    )
    yield check_refinement(
        "larger scripts",
        sampled_scripts(extent.sampled, seed),
        f"{extent.sampled:,} scripts at random, without those that read error registers",
        run,
        extent.bound,
    )


def sampled_scripts(count: int, seed: int) -> Iterator[str]:
    """Yield up to `count` random scripts, shorter texts first.

    Scripts that read ``%last_error%`` or ``:error:`` are left out: peers meet errors in different orders, so these
    registers differ between peers.
    """
    written = (
        write_script(RandomChoices(number), ("A", "B", "C"), depth=5 + number % 4, budget=14)
        for number in range(seed, seed + count)
    )
    yield from sorted((text for text in written if not reads_registers(text)), key=len)


def reads_registers(text: str) -> bool:
    """Return whether the text of a script contains ``%last_error%`` or ``:error:``."""
    return "%last_error%" in text or ":error:" in text
