"""Topologies: who reaches whom, as TOML.

Peers that the file does not name reach one another.  A peer that it names exchanges messages with those listed only, as
a client does that is connected to its relay::

    [reach]
    init = ["R"]
    phone = ["R", "S"]

Here ``init`` sends to ``R`` only, and only ``R`` sends to ``init``.  JavaScript peers are such clients (js-client,
``packages/core/js-client/src/connection/RelayConnection.ts``).
"""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from msgspec import Struct

from airspec.checker.model.services.toml_file import why_no_toml
from airspec.semantics.network.state import Link


class TopologyError(ValueError):
    """A topology file that cannot be read; the message is one sentence."""


class Topology(Struct, frozen=True):
    """Which peers exchange messages with which others.

    `neighbours` has, for each peer that is restricted, all others that it exchanges messages with.  Nobody reaches the
    `unreachable` peers.
    """

    neighbours: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    unreachable: tuple[str, ...] = ()

    def reaches(self, sender: str, receiver: str) -> bool:
        """Return whether data that `sender` sends arrive at `receiver`; every peer reaches itself."""
        if sender == receiver or not (self.neighbours or self.unreachable):
            return True
        return (
            receiver not in self.unreachable
            and sender in self.neighbours.get(receiver, (sender,))
            and receiver in self.neighbours.get(sender, (receiver,))
        )

    def names(self) -> tuple[str, ...]:
        """Return the peers that the topology restricts or makes unreachable, sorted."""
        return tuple(sorted({*self.neighbours, *self.unreachable}))

    def told(self, link: Link) -> str:
        """Return in words why data on a link are lost, and which other peers the sender or receiver is connected to.

        If there are none, the words say so.
        """
        if link.receiver in self.unreachable:
            return f"{link.receiver} cannot be reached"
        parted = f"{link.receiver} cannot be reached from {link.sender}"
        if link.sender not in self.neighbours.get(link.receiver, (link.sender,)):
            others = [peer for peer in self.neighbours[link.receiver] if self.reaches(peer, link.receiver)]
            return f"{parted}; it can from {_listed(others)}" if others else f"{parted}, nor from anywhere else"
        others = [peer for peer in self.neighbours[link.sender] if self.reaches(link.sender, peer)]
        return f"{parted}, which reaches {_listed(others)} only" if others else f"{parted}, which reaches nobody"

    def told_all(self, links: Collection[Link], complete: bool, peers: Collection[str] = ()) -> Iterator[str]:
        """Yield sentences for a report on a search: why data were lost on `links`, and which names had no effect.

        `complete` says whether the search saw everything; only then names without a part in any run are reported.
        `peers` are those that took part in runs.
        """
        known = {*peers, *self.unreachable, *(peer for link in links for peer in (link.sender, link.receiver))}
        if complete:
            yield from (
                f"note: the topology names {peer}, which has no part in any run"
                for peer in self.neighbours
                if peer not in known
            )
        yield from (f"lost: {self.told(link)}" for link in links)
        met = {link.receiver for link in links} if complete else {*self.unreachable}
        yield from (
            f"note: no data were sent to {peer}, which was to be unreachable"
            for peer in self.unreachable
            if peer not in met
        )


EVERYWHERE: Final = Topology()
"""Every peer reaches every other one."""


def read_topology(path: Path) -> Mapping[str, tuple[str, ...]]:
    """Return the neighbours of each peer that a TOML file names under ``[reach]``; raises `TopologyError`."""
    try:
        content = tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        raise TopologyError(f"{path}: cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError as error:
        raise TopologyError(f"{path}: is not UTF-8 (byte {error.start})") from None
    except (ValueError, RecursionError) as error:
        raise TopologyError(f"{path}: is no TOML: {why_no_toml(error)}") from None
    for unknown in sorted(content.keys() - {"reach"}):
        raise TopologyError(f"{path}: {unknown!r} is not known here; a topology has one table, [reach]")
    table = content.get("reach")
    if not isinstance(table, dict) or not table:
        raise TopologyError(f'{path}: needs a table [reach] with lines such as  init = ["R"]')
    return {peer: _peers(path, peer, listed) for peer, listed in table.items()}


def _peers(path: Path, peer: str, listed: Any) -> tuple[str, ...]:
    if not isinstance(listed, list) or not all(isinstance(name, str) and name for name in listed):
        raise TopologyError(f'{path}: reach.{peer} has to be a list of names of peers, such as ["R"]')
    return tuple(listed)


def _listed(names: Collection[str]) -> str:
    """Names as a list in a sentence."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last
