"""Files that commands write: each is written beside its place and renamed, so the old stays until the new is whole."""

from __future__ import annotations

import contextlib
import errno
import os
from pathlib import Path


def write_file(path: str | Path, content: str | bytes) -> None:
    """Write a file as a whole, as UTF-8 if `content` is a text, or leave the old file as it was and raise OSError.

    A symbolic link is followed and kept, and an existing file keeps its mode and, where possible, its owner.  A device
    or a pipe is written directly.
    """
    place = Path(os.path.realpath(path))
    data = content.encode() if isinstance(content, str) else content
    _refuse(place)
    if place.exists() and not place.is_file():
        place.write_bytes(data)
        return
    beside = _beside(place)
    try:
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if place.exists():
            found = place.stat()
            beside.chmod(found.st_mode & 0o7777)
            with contextlib.suppress(OSError, AttributeError):  # only a few may give files away, and not on all systems
                os.chown(beside, found.st_uid, found.st_gid)
        beside.replace(place)
    finally:
        beside.unlink(missing_ok=True)


def check_writable(path: str | Path) -> None:
    """Raise OSError if `write_file` could not write to this path now; nothing is changed."""
    place = Path(os.path.realpath(path))
    _refuse(place)
    if not place.exists():
        beside = _beside(place)
        beside.touch(exist_ok=False)
        beside.unlink()


def _refuse(place: Path) -> None:
    """Refuse what renaming would overwrite: a folder, and a file that its owner has protected."""
    if place.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
    if place.exists() and not os.access(place, os.W_OK):
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))


def _beside(place: Path) -> Path:
    """The name under which this process writes into the folder of a file; a leftover of a killed process is removed."""
    beside = place.with_name(f".airspec-{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    return beside
