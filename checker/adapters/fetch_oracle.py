"""Find or fetch the published AquaVM: ``python -m checker.adapters.fetch_oracle``.

The npm client downloads the pinned package, which the npm registry serves without an account; the Wasm file goes to
``.oracle/avm.wasm``, after its digest was found to be the pinned one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Final

WASM_VARIABLE: Final = "AIRSPEC_AVM_WASM"
WASM_FILE: Final = Path(".oracle/avm.wasm")

PACKAGE: Final = "@fluencelabs/avm@0.62.0"
MEMBER: Final = "package/dist/avm.wasm"
SHA256: Final = "4a9f248d19582a4c0c638a3e4485d092dbf707dd7ad766f5320698b082010eba"


def find_wasm() -> Path | None:
    """The Wasm file: named by the variable AIRSPEC_AVM_WASM, or where ``make oracle`` puts it."""
    named = os.environ.get(WASM_VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    project = Path(__file__).resolve().parents[2]
    return next((path for path in (WASM_FILE, project / WASM_FILE) if path.is_file()), None)


class CannotFetch(Exception):  # noqa: N818 - the sentence says what is missing
    """Why the oracle cannot be had, as one sentence."""


def digest(path: Path) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pack(folder: Path) -> Path:
    """Download the package into a folder; the path of its archive."""
    npm = shutil.which("npm")
    if npm is None:
        raise CannotFetch("the npm client is not installed; it is needed once, to download the published AquaVM")
    done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise CannotFetch(f"npm could not download {PACKAGE}: {reason[0] if reason else 'it gave no reason'}")
    return archives[0]


def unpack(archive: Path, folder: Path) -> Path:
    """Take the Wasm file out of the package; its path."""
    target = folder / "avm.wasm"
    with tarfile.open(archive) as package:
        content = package.extractfile(MEMBER) if MEMBER in package.getnames() else None
        if content is None:
            raise CannotFetch(f"{PACKAGE} has no file {MEMBER}")
        target.write_bytes(content.read())
    return target


def fetch(target: Path = WASM_FILE) -> str:
    """Make sure that the pinned Wasm file stands at `target`; one sentence that says so.  Raises CannotFetch."""
    if target.is_file() and digest(target) == SHA256:
        return f"{target} is {PACKAGE} already."
    with tempfile.TemporaryDirectory() as name:
        wasm = unpack(pack(Path(name)), Path(name))
        found = digest(wasm)
        if found != SHA256:
            raise CannotFetch(f"{MEMBER} of {PACKAGE} has the SHA-256 {found}, but {SHA256} is pinned")
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(wasm, target)
    return f"{target} is {PACKAGE}."


def main() -> int:
    """Fetch, and say what came of it; 0, or 2 when it is not possible."""
    try:
        print(fetch())
    except CannotFetch as missing:
        print(f"No oracle: {missing}.", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
