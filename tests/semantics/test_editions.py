"""Editions: overlays that replace rules, and leave all else as it is."""

from __future__ import annotations

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from airspec.checker.cli import airspec
from airspec.semantics.authenticity.keys import KeyPair
from airspec.semantics.editions import FAITHFUL, Edition
from airspec.semantics.interpret import Invocation, interpret
from airspec.semantics.invoke import invoke
from airspec.semantics.notation.registry import load, replacements
from airspec.semantics.particle import Particle
from airspec.spec.data import EMPTY
from airspec.spec.parser import parse

A = "A"
PAIRS = {
    "one key twice": ('("k" 1) ("k" 2)', ["1", "2"], ["2"]),
    "the place of the last": ('("k" 1) ("l" 2) ("k" 3)', ["1", "2", "3"], ["2", "3"]),
    "two keys twice": ('("k" 1) (-42 2) (-42 3) ("k" 4)', ["1", "2", "3", "4"], ["3", "4"]),
    "distinct keys": ('("k" 1) ("l" 2)', ["1", "2"], ["1", "2"]),
    "keys that are written alike": ('(42 1) ("42" 2)', ["1", "2"], ["1", "2"]),
}
"""Pairs of a map, and the values that a fold over its canon meets in AquaVM 0.62 and in 0.64.1."""


def walked(pairs: str, edition: Edition) -> list[str]:
    """The values for which a fold over a canonical map calls a service."""
    appends = [f"(ap {pair.strip()}) %m)" for pair in pairs.split(")") if pair.strip()]
    script = "(canon %init_peer_id% %m #%c)"
    for append in reversed(appends):
        script = f"(seq {append} {script})"
    body = '(par (call %init_peer_id% ("s" "f") [i.$.value]) (next i))'
    outcome = invoke(parse(f"(seq {script} (fold #%c i {body}))"), EMPTY, EMPTY, Particle(A), A, edition=edition)
    assert outcome.ret_code == 0
    return [request.arguments[0] for _, request in outcome.call_requests]


@pytest.mark.parametrize("pairs", PAIRS)
def test_a_fold_over_a_canonical_map_walks_the_last_pair_of_each_key_since_0_64(pairs: str) -> None:
    text, before, since = PAIRS[pairs]
    assert walked(text, Edition.AVM_0_62) == before
    assert walked(text, Edition.AVM_0_64) == since
    assert walked(text, Edition.REPAIRED) == before


def test_no_faithful_function_is_of_an_edition() -> None:
    assert not replacements(FAITHFUL)
    assert not [entry for entry in load() if entry.edition is FAITHFUL]
    for entry in load():
        assert (entry.edition is None) == (
            not entry.module.startswith("airspec.semantics.editions.")
        ) or entry.replaces is None


@pytest.mark.parametrize("edition", Edition)
def test_the_command_shows_what_an_edition_changes(edition: Edition) -> None:
    shown = CliRunner().invoke(airspec, ["editions", edition.value])
    assert shown.exit_code == 0
    for function, entry in replacements(edition).items():
        assert " replaces airspec.semantics." in shown.output
        assert f"-def {function.__name__}(" in shown.output
        assert f"+def {entry.name}(" in shown.output


def test_an_edition_writes_the_version_of_its_interpreter() -> None:
    key = KeyPair(b"\1" * 32)
    given = Invocation("(null)", b"", b"", Particle(key.peer_id), key.peer_id, key.secret)
    for edition, version in (
        (Edition.AVM_0_62, b"0.62.0"),
        (Edition.AVM_0_64, b"0.64.1"),
        (Edition.REPAIRED, b"0.62.0"),
    ):
        assert version in interpret(given, edition).data
        refused = interpret(replace(given, current=b"\x93"), edition)
        assert f"AquaVM version is {version.decode()} and" in refused.error_message
