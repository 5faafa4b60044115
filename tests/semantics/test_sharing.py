"""The compiler of *Step*: rules that share premises do what the rules do when each is tried by itself."""

from __future__ import annotations

import random

import pytest

from airspec.checker.bench.recorder import record
from airspec.checker.bench.workloads import generated
from airspec.checker.prove.validation.abstraction_check import same
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.configuration import Config, Halt
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.interpret import Invocation, decode
from airspec.semantics.invoke import Admitted, Verified, authenticate, prepare
from airspec.semantics.machine import Machine, machine
from airspec.semantics.notation.reading import NotationError
from airspec.semantics.notation.sharing import parting_problems, shared, trees
from airspec.semantics.notation.transitions import Left, left_sides, rules_by_left
from airspec.spec.faults import Uncatchable
from airspec.spec.parser import parse
from airspec.spec.syntax import Call


def starts(count: int, seed: int) -> list[Config]:
    """The configurations in which the invocations of generated networks start."""
    given: list[Invocation[bytes]] = [one.given for play in generated(count, seed) for one in record(play, 7, 20)]
    found = []
    for one in given:
        decoded = decode(one.prev, one.current)
        assert not isinstance(decoded, Uncatchable)
        data = authenticate(decoded, one.particle.particle_id, True)
        assert isinstance(data, Verified)
        script, key = parse(one.script), KeyPair(one.key)
        found.append(prepare(Admitted(script, data, one.particle, one.current_peer_id, one.results, key)))
    return found


@pytest.mark.parametrize("edition", Edition)
def test_shared_premises_change_no_step(edition: Edition) -> None:
    """Both machines go through the same configurations, cell by cell."""
    sharing, alone = machine(edition), machine(edition, is_shared=False)
    steps = 0
    for start in starts(60, 4_000):
        one = other = start
        while not isinstance(one.control, Halt):
            one, other = sharing.step(one), alone.step(other)
            steps += 1
            assert same(one.control, other.control)
            assert one.complete == other.complete
        for cell in Config.__struct_fields__:
            assert same(getattr(one, cell), getattr(other, cell)), cell
    assert steps > 1_000


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_rules_does_not_matter(seed: int) -> None:
    """Rules that are read in another order take every step to the same configuration."""
    shuffled = Machine(FAITHFUL, recorded=False)
    mixed = random.Random(seed)
    for table in (shuffled.evaluate, shuffled.return_into, shuffled.throw_into):
        table.rules = {left: tuple(mixed.sample(entries, len(entries))) for left, entries in table.rules.items()}
    for start in starts(20, 5_000 + seed):
        one = other = start
        while not isinstance(one.control, Halt):
            one, other = machine().step(one), shuffled.step(other)
            assert same(one.control, other.control)
        assert all(same(getattr(one, cell), getattr(other, cell)) for cell in Config.__struct_fields__)


@pytest.mark.parametrize("edition", Edition)
def test_every_left_side_has_rules_that_do_not_depend_on_their_order(edition: Edition) -> None:
    assert [problem for tree in trees(edition) for problem in parting_problems(tree)] == []


@pytest.mark.parametrize("edition", Edition)
def test_a_rule_is_read_for_each_of_its_left_sides(edition: Edition) -> None:
    for left, entries in rules_by_left(edition).items():
        tree = shared(left, entries, edition)
        assert [rule.entry for rule in tree.rules] == list(entries)
        assert all(left in left_sides(entry) for entry in entries)


def test_two_rules_with_the_same_premises_are_refused() -> None:
    left = Left("evaluate", Call)
    entries = rules_by_left()[left]
    with pytest.raises(NotationError, match="has the premises of another rule"):
        shared(left, (*entries, entries[0]))
