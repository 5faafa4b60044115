"""The project's sources with one rule rewritten.

A trial runs from a copy of all sources, so that whatever imports the rule runs the rewritten one, and whatever reads
its source (the notation, the proofs) reads the rewritten one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from checker.mutants.mutant import ROOT, Mutant, rewritten

PACKAGES: Final = ("spec", "semantics", "checker")


@contextmanager
def sources(mutant: Mutant | None) -> Iterator[Path]:
    """A folder with the packages, in which one rule is rewritten (none for None); it is gone afterwards.

    Raises `MutantError` when the rewrite does not fit.  The copy keeps the times of files, so that only the rewritten
    module is compiled anew.
    """
    with TemporaryDirectory(prefix="airspec-") as folder:
        root = Path(folder)
        for package in PACKAGES:
            shutil.copytree(ROOT / package, root / package)
        if mutant is not None:
            path = root / mutant.file
            path.write_text(rewritten(mutant, path.read_text(encoding="utf-8")), encoding="utf-8")
        yield root
