"""The project's sources with one rule rewritten.

A trial runs from a copy of all sources, so that whatever imports the rule runs the rewritten one, and whatever reads
its source (the notation, the proofs) reads the rewritten one.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import airspec


@contextmanager
def sources(changed: Mapping[str, str]) -> Iterator[Path]:
    """A folder with the packages, in which some files have another text; it is gone afterwards.

    The copy keeps the times of files, so that only the changed modules are compiled anew.
    """
    with TemporaryDirectory(prefix="airspec-") as folder:
        package = Path(folder) / "airspec"
        shutil.copytree(Path(airspec.__file__).parent, package)
        for file, text in changed.items():
            (package / file).write_text(text, encoding="utf-8")
        yield package.parent
