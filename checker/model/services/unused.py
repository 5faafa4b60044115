"""Entries of service files that answered no call, which are most often misspelt."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from airspec.checker.model.services.toml_file import ANY_FUNCTION, Key, ServiceFile


def unused_entries(file: ServiceFile) -> Iterator[str]:
    """Yield a sentence for each entry of a service file that answered no call so far, with a likely correction."""
    for key in file.definitions:
        if key not in file.used:
            place = key[2] if file.is_host_data else _place(key)
            yield f"{file.name}: {place} answered no call{_meant(key, file)}"


def _place(key: Key) -> str:
    owner, service, function = key
    where = f"services.{service}.{function}"
    return where if owner is None else f"peers.{owner}.{where}"


def _meant(key: Key, file: ServiceFile) -> str:
    """The part of a key that no call has, and the name in calls that is the likeliest in its place."""
    owner, service, function = key
    calls = file.asked
    if owner is not None:
        if all(peer != owner for peer, _, _ in calls):
            return _instead("peer", owner, (peer for peer, _, _ in calls))
        calls = {call for call in calls if call[0] == owner}
    if all(name != service for _, name, _ in calls):
        return _instead("service", service, (name for _, name, _ in calls))
    if function == ANY_FUNCTION:
        return ""
    called = {name for _, of, name in calls if of == service}
    if function in called:
        return ""  # another entry or file, which comes first, answers it
    own = {name for at, of, name in file.definitions if (at, of) == (owner, service)}
    return _instead("function", function, called - own)


def _instead(what: str, name: str, others: Iterable[str]) -> str:
    near = get_close_matches(name, sorted(set(others)), 1)
    return f", as none is of the {what} {name!r}" + (f" (is {near[0]!r} meant?)" if near else "")
