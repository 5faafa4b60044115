"""Topologies: who reaches whom, the file that says so, and what is told of messages that are lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from airspec.checker.model.topology import EVERYWHERE, Topology, TopologyError, read_topology
from airspec.semantics.network.state import Link

PEERS = st.sampled_from("ABCD")
TOPOLOGIES = st.builds(
    Topology,
    st.dictionaries(PEERS, st.lists(PEERS, max_size=3).map(tuple), max_size=3),
    st.lists(PEERS, max_size=1).map(tuple),
)


@given(TOPOLOGIES, PEERS, PEERS)
def test_messages_go_both_ways_or_neither_unless_nobody_reaches_a_peer(
    topology: Topology, one: str, other: str
) -> None:
    assert topology.reaches(one, one)
    assert EVERYWHERE.reaches(one, other)
    if not {one, other} & {*topology.unreachable}:
        assert topology.reaches(one, other) == topology.reaches(other, one)
        if not {one, other} & {*topology.neighbours}:
            assert topology.reaches(one, other)


@given(TOPOLOGIES, PEERS, PEERS)
def test_what_is_told_of_a_lost_message_names_only_ways_that_there_are(
    topology: Topology, sender: str, receiver: str
) -> None:
    if topology.reaches(sender, receiver):
        return
    sentence = topology.told(Link(sender, receiver))
    assert sentence.startswith(f"{receiver} cannot be reached")
    _, found, ways = sentence.partition("; it can from ")
    if found:
        assert all(topology.reaches(peer, receiver) for peer in ways.replace(" and ", ", ").split(", "))


def test_a_client_behind_a_relay_is_reached_from_the_relay_only(tmp_path: Path) -> None:
    path = tmp_path / "topology.toml"
    path.write_text('[reach]\ninit = ["R"]\nphone = ["R", "S"]\nalone = []\n')
    topology = Topology(read_topology(path))
    assert topology.told(Link("C", "init")) == "init cannot be reached from C; it can from R"
    assert topology.told(Link("init", "phone")) == "phone cannot be reached from init; it can from R and S"
    assert topology.told(Link("phone", "C")) == "C cannot be reached from phone, which reaches R and S only"
    assert topology.told(Link("C", "alone")) == "alone cannot be reached from C, nor from anywhere else"
    assert topology.told(Link("alone", "C")) == "C cannot be reached from alone, which reaches nobody"
    assert Topology(unreachable=("B",)).told(Link("A", "B")) == "B cannot be reached"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (f"[reach]\ninit = {'9' * 5000}\n", "is no TOML: a number has too many digits"),
        ("[reach\n", "is no TOML: Expected ']' at the end of a table declaration (at line 1, column 7)"),
        ('[links]\ninit = ["R"]\n', "'links' is not known here; a topology has one table, [reach]"),
        ("", "needs a table [reach]"),
        ("[reach]\n", "needs a table [reach]"),
        ('[reach]\ninit = "R"\n', "reach.init has to be a list of names of peers"),
        ("[reach]\ninit = [1]\n", "reach.init has to be a list of names of peers"),
    ],
)
def test_a_file_that_is_no_topology_is_refused_with_what_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "topology.toml"
    path.write_text(text)
    with pytest.raises(TopologyError) as caught:
        read_topology(path)
    assert str(caught.value).startswith(f"{path}: ") and message in str(caught.value)
