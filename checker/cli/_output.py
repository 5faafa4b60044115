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
    """Check before the work begins that its result can be written to files; None stands for no file.

    Raises `BadInputError` for the first that cannot be written.
    """
    for path in paths:
        if path is not None:
            try:
                check_writable(path)
            except OSError as error:
                raise unwritable(path, error) from None


def tell_if_unwritable(path: str | Path) -> bool:
    """Return whether a file can be written, and print an error if it cannot."""
    try:
        check_outputs(path)
    except BadInputError as error:
        click.echo(f"airspec: {error}", err=True)
        return False
    return True


def write_output(path: str | Path, content: str | bytes) -> None:
    """Write a file; raises `BadInputError` if that fails, and then a file of this name is still as it was."""
    try:
        write_file(path, content)
    except OSError as error:
        raise unwritable(path, error) from None


def code_after_writing(code: int, path: str | Path | None, content: Callable[[], str | bytes]) -> int:
    """Write what belongs to a verdict to a file, unless `path` is None, and return the exit code.

    That is `code`; if the file cannot be written, an error is printed, and a code of 0 becomes that of bad input.
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
    """Check that files can be written in a folder, which may yet have to be made; raises `BadInputError` if not."""
    found = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not found.is_dir():
        raise BadInputError(f"{folder}: cannot be written: {found} is no folder")
    if not os.access(found, os.W_OK | os.X_OK):
        raise BadInputError(f"{folder}: cannot be written: {os.strerror(errno.EACCES)}")


def unwritable(path: str | Path, error: OSError) -> BadInputError:
    """Return the error for a path that cannot be written because of a system error."""
    return BadInputError(f"{path}: cannot be written: {error.strerror or error}")


class Enduring(io.FileIO):
    """A stream that remembers its first error of writing, and from then on drops what is written to it."""

    def __init__(self, descriptor: int) -> None:
        super().__init__(descriptor, "w", closefd=False)
        self.failure: OSError | None = None

    def write(self, data: object, /) -> int:
        """Write bytes, or drop them after an error; returns how many were taken, and never raises `OSError`."""
        if self.failure is None:
            try:
                return super().write(data)  # type: ignore[arg-type]
            except OSError as error:
                self.failure = error
        return memoryview(data).nbytes  # type: ignore[arg-type]


def endure() -> tuple[Enduring, ...]:
    """Replace standard output and standard error by streams that endure errors of writing, and return these.

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
    """Flush the output, and return the exit code of the command, given its code so far.

    A reader that has gone away changes no code.  If output failed otherwise, an error is printed, and a code of 0
    becomes that of bad input.
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
    """Return an exit code unchanged, but that of bad input for 0."""
    return code if code != HOLDS else BAD_INPUT
