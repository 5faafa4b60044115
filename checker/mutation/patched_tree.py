"""Copies of the project's sources in which a rule is rewritten.

A trial runs from such a copy, so that every module that imports the rule runs the rewritten one, and the notation
and the proofs, which read its source, read the rewritten one.
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
    """Yield a temporary folder with a copy of the package, in which the files in `changed` have other texts.

    `changed` has texts by the path of the file in the package.  The copy keeps the times of files, so that only the
    changed modules are compiled again; it is removed at the end.
    """
    with TemporaryDirectory(prefix="airspec-") as folder:
        package = Path(folder) / "airspec"
        shutil.copytree(Path(airspec.__file__).parent, package)
        for file, text in changed.items():
            (package / file).write_text(text, encoding="utf-8")
        yield package.parent
