"""The envelope of data: MessagePack with the versions and, as bytes, the archive.

AquaVM 0.62: ``crates/air-lib/interpreter-data/src/interpreter_data.rs``.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

import msgspec
from msgspec import Struct

from airspec.semantics.aquavm.versions import DATA_VERSION, INTERPRETER_VERSION, MINIMUM, version_of
from airspec.semantics.editions import Edition
from airspec.semantics.notation import opaque
from airspec.semantics.wire.archive import MalformedArchiveError
from airspec.semantics.wire.message_pack import Extension, MalformedError, Opened, Scanner, Text, Token
from airspec.semantics.wire.records import read_data
from airspec.semantics.wire.writing import write_data
from airspec.spec.data import EMPTY, Data
from airspec.spec.faults import DataMalformed, EnvelopeMalformed, Uncatchable, VersionsMalformed, VersionTooOld

U64_MAX: Final = 2**64 - 1
IDENTIFIERS: Final = r"[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*"
SEMVER: Final = re.compile(rf"([0-9]+)\.([0-9]+)\.([0-9]+)(?:-({IDENTIFIERS}))?(?:\+{IDENTIFIERS})?").fullmatch
LEADING_ZERO: Final = re.compile(r"0[0-9]+").fullmatch


class Versions(Struct, frozen=True):
    """The version of the data format, and that of the interpreter that wrote the data."""

    data: str = DATA_VERSION
    interpreter: str = INTERPRETER_VERSION


class Envelope(Struct, frozen=True):
    """The versions in an envelope, and the bytes of its archive, which has not been read yet."""

    versions: Versions
    archive: bytes


OURS: Final = Versions()
NO_ENVELOPE: Final = Envelope(Versions(DATA_VERSION, MINIMUM), write_data(EMPTY))
"""The data that an empty byte string stands for: those of a particle that has not run on any peer."""


@opaque("the versions of AquaVM")
def versions_of(edition: Edition) -> Versions:
    """Return the versions of the data format and of the interpreter that an edition writes into data."""
    return Versions(DATA_VERSION, version_of(edition))


@opaque("MessagePack and the format of archives")
def encode(data: Data, versions: Versions = OURS) -> bytes:
    """Return the envelope that holds a particle's data. Raise OverflowError if a number does not fit 32 bits."""
    return msgspec.msgpack.encode(
        {
            "version": versions.data,
            "interpreter_version": versions.interpreter,
            "inner_data": write_data(data),
        }
    )


@opaque("MessagePack")
def open_envelope(raw: bytes) -> Envelope | Uncatchable:
    """Return the versions and the archive in an envelope; an empty byte string stands for empty data.

    If the bytes are not an envelope, return the error, which has the versions if at least these could be read.
    """
    if not raw:
        return NO_ENVELOPE
    scanner = Scanner(raw)
    try:
        top = scanner.token()
        if not (isinstance(top, Opened) and top.is_map):
            return refused_top(top, scanner.rest(top, 0))
        return from_pairs(scanner, top.values // 2)
    except MalformedError as error:
        return envelope_not_decoded(str(error))


# The values found under one key, each with the tokens of its direct parts.
Found = list[tuple[Token, tuple[Token, ...]]]


def refused_top(top: Token, parts: tuple[Token, ...]) -> Uncatchable:
    """Return the error for an envelope whose outermost value, with these direct parts, is not a map.

    As in AquaVM, it has the versions if the value is an array of just the two.
    """
    complaint = "the envelope is not a map"
    if isinstance(top, Opened) and len(parts) == 2:
        data, interpreter = (version_text(part) for part in parts)
        if data is not None and interpreter is not None:
            return envelope_not_decoded(complaint, Versions(data, interpreter))
    return envelope_not_decoded(complaint)


def from_pairs(scanner: Scanner, pairs: int) -> Envelope | Uncatchable:
    """Read this many pairs of a map, and return the envelope in them; unknown keys are ignored.

    Raise MalformedError if the bytes are not MessagePack.
    """
    found: dict[bytes, Found] = {b"version": [], b"interpreter_version": [], b"inner_data": []}
    is_plain = True
    for _ in range(pairs):
        key = scanner.token()
        if isinstance(key, (Opened, Extension)):
            raise MalformedError("a key is an array, a map or an extension")
        value = scanner.token()
        name = key.data if isinstance(key, Text) else key
        parts = scanner.rest(value, 1) if isinstance(value, Opened) else ()
        is_plain = is_plain and is_plain_key(name)
        if isinstance(name, bytes) and name in found:
            found[name].append((value, parts))
    opened = assembled(found[b"version"], found[b"interpreter_version"], found[b"inner_data"])
    return opened if is_plain or isinstance(opened, Envelope) else envelope_not_decoded("keys are not texts")


def is_plain_key(key: Token) -> bool:
    """Return whether AquaVM's second reader, which looks only for the versions, reads on after this key.

    To that reader the numbers 0 and 1 are the two versions, which are there already.
    """
    return isinstance(key, bytes) or (type(key) is int and key > 1)


def assembled(data: Found, interpreter: Found, archive: Found) -> Envelope | Uncatchable:
    """Return the envelope of the values found under each of its keys, or an error unless each has one valid value."""
    texts = [version_text(found[0][0]) if len(found) == 1 else None for found in (data, interpreter)]
    if texts[0] is None or texts[1] is None:
        return envelope_not_decoded("there are not just two versions")
    versions = Versions(texts[0], texts[1])
    content = byte_array(*archive[0]) if len(archive) == 1 else None
    if content is None:
        return envelope_not_decoded("there is not just one archive", versions)
    return Envelope(versions, content)


def version_text(token: Token) -> str | None:
    """Return the text of a token that is a semantic version; None for any other token."""
    return semantic_version(token.data) if isinstance(token, Text) else None


@lru_cache(maxsize=64)
def semantic_version(data: bytes) -> str | None:
    """Return the text of these bytes if it is a semantic version, as AquaVM reads them; else None."""
    text = data.decode("utf-8", "replace")
    parts = SEMVER(text)
    if parts is None:
        return None
    numbers, pre = parts.group(1, 2, 3), parts.group(4)
    identifiers = [] if pre is None else [part for part in pre.split(".") if part.isdigit()]
    if any(LEADING_ZERO(number) for number in [*numbers, *identifiers]):
        return None
    return text if all(int(number[:21]) <= U64_MAX for number in numbers) else None


def byte_array(token: Token, parts: tuple[Token, ...]) -> bytes | None:
    """Return the bytes in a value that is given by its token and its direct parts; None if it holds none.

    It may be bytes, a string, or an array of numbers below 256.
    """
    match token:
        case bytes():
            return token
        case Text(data):
            return data
        case Opened(False, _):
            fits = all(type(part) is int and 0 <= part <= 255 for part in parts)
            return bytes(part for part in parts if isinstance(part, int)) if fits else None
        case _:
            return None


@opaque("a comparison of semantic versions")
@lru_cache(maxsize=64)
def check_version(versions: Versions) -> Uncatchable | None:
    """Return the error if the interpreter that wrote the data is too old; None if it is not.

    Only current data are checked.
    """
    parts = SEMVER(versions.interpreter)
    numbers = (0, 0, 0) if parts is None else tuple(int(number) for number in parts.group(1, 2, 3))
    is_prerelease = parts is not None and parts.group(4) is not None
    # A pre-release comes before its release.
    if (numbers, not is_prerelease) >= (tuple(int(number) for number in MINIMUM.split(".")), True):
        return None
    return Uncatchable(VersionTooOld(versions.interpreter))


@opaque("the format of archives")
@lru_cache(maxsize=64)
def open_archive(archive: bytes) -> Data | Uncatchable:
    """Return the data in an envelope's archive, or the error if the archive is malformed."""
    try:
        return read_data(archive)
    except MalformedArchiveError as error:
        return Uncatchable(DataMalformed(str(error)))


def decode(raw: bytes) -> tuple[Versions, Data] | Uncatchable:
    """Return the versions and the data in an envelope, or the error if it or its archive is malformed."""
    envelope = open_envelope(raw)
    if isinstance(envelope, Uncatchable):
        return envelope
    found = open_archive(envelope.archive)
    return found if isinstance(found, Uncatchable) else (envelope.versions, found)


# --- errors -------------------------------------------------------------------------------------------


def envelope_not_decoded(complaint: str, versions: Versions | None = None) -> Uncatchable:
    """Return the error for an envelope that cannot be read, with its versions if at least these could be."""
    if versions is None:
        return Uncatchable(EnvelopeMalformed(complaint))
    return Uncatchable(VersionsMalformed(complaint, versions.data, versions.interpreter))
