"""Finding and fetching AquaVM 0.62.0.

The npm client downloads the package of a fixed version, which the npm registry serves without an account.  Its Wasm
file is kept only if it has the expected digest.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import Final

from airspec.checker.writing import write_file

WASM_VARIABLE: Final = "AIRSPEC_AVM_WASM"
CHECKOUT_FILE: Final = Path(".oracle/avm.wasm")

PACKAGE: Final = "@fluencelabs/avm@0.62.0"
MEMBER: Final = "package/dist/avm.wasm"
SHA256: Final = "4a9f248d19582a4c0c638a3e4485d092dbf707dd7ad766f5320698b082010eba"

MISSING: Final = "AquaVM is not there: run `airspec fetch-avm` (it needs npm), or set AIRSPEC_AVM_WASM to an avm.wasm"
"""The message when AquaVM is missing."""


def kept_file() -> Path:
    """Return the path in the user's cache folder at which the Wasm file is kept; it need not exist."""
    cache = os.environ.get("XDG_CACHE_HOME")
    return (Path(cache) if cache else Path.home() / ".cache") / "airspec" / "avm-0.62.0.wasm"


def find_wasm() -> Path | None:
    """Return the path of AquaVM's Wasm file, or None if it is not found.

    The file is the one that AIRSPEC_AVM_WASM names; if that is not set, the one of a checkout, or the one in the cache.
    """
    named = os.environ.get(WASM_VARIABLE)
    if named:
        return Path(named) if Path(named).is_file() else None
    project = Path(__file__).resolve().parents[2]
    return next((path for path in (CHECKOUT_FILE, project / CHECKOUT_FILE, kept_file()) if path.is_file()), None)


class CannotFetch(Exception):  # noqa: N818 - the sentence says what is missing
    """An error for AquaVM that cannot be fetched; its message is one sentence with the reason."""


def digest(path: Path) -> str:
    """Return the SHA-256 of a file, in hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def pack(folder: Path) -> Path:
    """Download AquaVM's npm package into a folder, and return the path of the archive; raises `CannotFetch`."""
    npm = shutil.which("npm")
    if npm is None:
        raise CannotFetch("the npm client is not installed; it is needed once, to download AquaVM")
    done = subprocess.run([npm, "pack", "--silent", PACKAGE], cwd=folder, capture_output=True, text=True, check=False)
    archives = list(folder.glob("*.tgz"))
    if done.returncode != 0 or not archives:
        reason = (done.stderr or done.stdout).strip().splitlines()
        raise CannotFetch(f"npm could not download {PACKAGE}: {reason[0] if reason else 'it gave no reason'}")
    return archives[0]


def unpack(archive: Path, folder: Path) -> Path:
    """Extract the Wasm file of the package's archive into a folder, and return its path; raises `CannotFetch`."""
    target = folder / "avm.wasm"
    with tarfile.open(archive) as package:
        content = package.extractfile(MEMBER) if MEMBER in package.getnames() else None
        if content is None:
            raise CannotFetch(f"{PACKAGE} has no file {MEMBER}")
        target.write_bytes(content.read())
    return target


def fetch(target: Path) -> str:
    """Make sure that `target` is the pinned Wasm file, and return a sentence that says how.

    The file is fetched if it is missing or differs.  Raises `CannotFetch`.
    """
    if target.is_file() and digest(target) == SHA256:
        return f"{target} is {PACKAGE} already."
    with tempfile.TemporaryDirectory() as name:
        wasm = unpack(pack(Path(name)), Path(name))
        found = digest(wasm)
        if found != SHA256:
            raise CannotFetch(f"{MEMBER} of {PACKAGE} has the SHA-256 {found}, but {SHA256} is pinned")
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(target, wasm.read_bytes())
    return f"{target} is {PACKAGE}."
