"""Output of the subcommands: files, and streams whose failure does not change a verdict."""

from __future__ import annotations

import errno
import io
import os
import sys
from collections.abc import Callable
from pathlib import Path

import click

from airspec.checker.cli._outcome import BAD_INPUT, HOLDS, BadInputError
from airspec.checker.writing import check_writable, write_file


def check_outputs(*paths: str | Path | None) -> None:
    """Refuse files that cannot be written, before the work whose result they are to take; raises `BadInputError`."""
    for path in paths:
        if path is not None:
            try:
                check_writable(path)
            except OSError as error:
                raise unwritable(path, error) from None


def tell_if_unwritable(path: str | Path) -> bool:
    """Return whether a file can be written; if not, say so now, and not only once the work is done."""
    try:
        check_outputs(path)
    except BadInputError as error:
        click.echo(f"airspec: {error}", err=True)
        return False
    return True


def write_output(path: str | Path, content: str | bytes) -> None:
    """Write a file; raises `BadInputError`, and then a file that was there before still is."""
    try:
        write_file(path, content)
    except OSError as error:
        raise unwritable(path, error) from None


def code_after_writing(code: int, path: str | Path | None, content: Callable[[], str | bytes]) -> int:
    """Write what a verdict goes with to a file, if one was asked for, and return the exit code.

    The verdict is not lost by a file that cannot be written, but then all is not well.
    """
    if path is None:
        return code
    try:
        write_output(path, content())
    except BadInputError as error:
        click.echo(f"airspec: {error}", err=True)
        return unless_well(code)
    except KeyboardInterrupt:
        click.echo(f"airspec: interrupted before {path} was written", err=True)
        return unless_well(code)
    return code


def check_folder(folder: Path) -> None:
    """Refuse a folder in which files could not be written, or that could not be made; raises `BadInputError`."""
    found = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not found.is_dir():
        raise BadInputError(f"{folder}: cannot be written: {found} is no folder")
    if not os.access(found, os.W_OK | os.X_OK):
        raise BadInputError(f"{folder}: cannot be written: {os.strerror(errno.EACCES)}")


def unwritable(path: str | Path, error: OSError) -> BadInputError:
    """Return the error for a file that cannot be written."""
    return BadInputError(f"{path}: cannot be written: {error.strerror or error}")


class Enduring(io.FileIO):
    """A stream that remembers the first error of writing, and drops what it cannot write: no verdict is lost by it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.failure: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write bytes, unless that failed before."""
        if self.failure is None:
            try:
                return super().write(data)  # type: ignore[arg-type]
            except OSError as error:
                self.failure = error
        return memoryview(data).nbytes  # type: ignore[arg-type]


def endure() -> tuple[Enduring, ...]:
    """Let the standard streams of this process endure errors, and return them.

    Streams that somebody has replaced, as tests do, are left alone.
    """
    found = []
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if isinstance(stream, io.TextIOWrapper) and stream is getattr(sys, f"__{name}__"):
            raw = Enduring(stream.fileno())
            text = io.TextIOWrapper(
                io.BufferedWriter(raw),
                stream.encoding,
                "backslashreplace",  # a terminal that cannot show a character changes no verdict either
                line_buffering=stream.line_buffering or name == "stderr",
            )
            setattr(sys, name, text)
            found.append(raw)
    return tuple(found)


def after_output(code: int, streams: tuple[Enduring, ...]) -> int:
    """Return the exit code after all output.

    A reader that has gone away changes no code.  Where output failed otherwise, a sentence says so, and a code that
    says that all is well becomes that of bad input.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    failures = [stream.failure for stream in streams if stream.failure is not None]
    told = [failure for failure in failures if failure.errno != errno.EPIPE]
    if told:
        click.echo(f"airspec: the output cannot be written: {told[0].strerror or told[0]}", err=True)
        return unless_well(code)
    return code


def unless_well(code: int) -> int:
    """Return an exit code, or that of bad input in place of one that says that all is well."""
    return code if code != HOLDS else BAD_INPUT
