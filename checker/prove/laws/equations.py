"""Equations between scripts about how instructions are put together: ``seq``, ``xor`` and ``par``."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.laws.air_builder import NEVER, NULL, par, seq, xor
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour, difference
from airspec.checker.prove.laws.schemes import (
    ANY,
    CALM,
    CAUGHT,
    FAIL,
    FAILING,
    LEFT_BEHIND,
    PLACES,
    QUIET,
    STOPPING,
    Equation,
    Pieces,
    Scheme,
    equation,
    law,
)
from airspec.checker.prove.laws.script_law import Witness
from airspec.checker.prove.laws.tally import noted


def _seq_unit(x: str) -> Iterator[Equation]:
    yield seq(NULL, x), x
    yield seq(x, NULL), x


def _seq_associative(x: str, y: str, z: str) -> Iterator[Equation]:
    yield seq(seq(x, y), z), seq(x, seq(y, z))


def _seq_stops(x: str, y: str) -> Iterator[Equation]:
    yield seq(x, y), x


def _xor_keeps(x: str, y: str) -> Iterator[Equation]:
    yield xor(x, y), x


def _xor_catches(y: str) -> Iterator[Equation]:
    yield xor(FAIL, y), y
    yield xor("(match 1 2 (null))", y), y


def _xor_associative(x: str, y: str, z: str) -> Iterator[Equation]:
    yield xor(xor(x, y), z), xor(x, xor(y, z))


def _rethrown(x: str) -> Iterator[Equation]:
    yield xor(x, "(fail :error:)"), x


def _par_symmetric(x: str, y: str) -> Iterator[Equation]:
    yield par(x, y), par(y, x)


def _par_unit(x: str) -> Iterator[Equation]:
    yield par(x, NEVER), x
    yield par(NEVER, x), x


def _par_fails(x: str) -> Iterator[Equation]:
    yield par(x, FAIL), x
    yield par(FAIL, x), x


def _par_fails_twice(x: str) -> Iterator[Equation]:
    yield par(FAIL, xor(x, FAIL)), xor(x, FAIL)


SEEDS: Final = range(1, 6)


def _orders(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for run in noted(runs):
        script = run.script.text
        for seed in SEEDS:
            told = difference(behaviour(script), behaviour(script, seed))
            if told is not None:
                yield Counterexample(script, f"two orders of its moves differ: {told}")


LAWS: Final = (
    law(
        "orders-do-not-show",
        "Whatever the order of deliveries and answers, the same calls are made with the same arguments.",
        _orders,
        f"each in {len(SEEDS) + 1} orders of its messages and answers",
    ),
    equation("seq-unit", "`null` before or after changes nothing.", Scheme(_seq_unit, (ANY,))),
    equation(
        "seq-associative",
        "How a sequence is grouped does not matter.",
        Scheme(_seq_associative, (ANY.some(1, 2), ANY.some(2, 3), ANY.some(3, 1, 4))),
    ),
    equation("seq-stops", "Nothing happens after what fails or waits.", Scheme(_seq_stops, (STOPPING, ANY))),
    equation("xor-keeps", "What does not fail needs no handler.", Scheme(_xor_keeps, (QUIET, ANY.some(1)))),
    equation(
        "xor-catches",
        "What fails at once is its handler.",
        Scheme(_xor_catches, (ANY,)),
        contexts=(*PLACES, CAUGHT, LEFT_BEHIND),
    ),
    equation(
        "xor-associative",
        "How handlers are grouped does not matter.",
        Scheme(_xor_associative, (FAILING, ANY.some(1, 3), ANY.some(1, 4))),
        contexts=(*PLACES[:2], CAUGHT, LEFT_BEHIND),
    ),
    equation(
        "rethrow",
        "Raising again what was caught is not catching it.",
        Scheme(_rethrown, (ANY,)),
        contexts=(*PLACES, CAUGHT),
    ),
    equation(
        "par-symmetric",
        "The order of branches does not matter, unless both fail.",
        Scheme(_par_symmetric, (ANY.some(1, 2), Pieces((*CALM.texts[1::2], NEVER), QUIET.what))),
        contexts=(*PLACES, CAUGHT),
    ),
    equation("par-unit", "`never` beside changes nothing.", Scheme(_par_unit, (QUIET,))),
    equation(
        "par-fails",
        "A branch that fails does not show, unless both do; then the right one's error is that of the par.",
        Scheme(_par_fails, (QUIET,)),
        Scheme(_par_fails_twice, (FAILING,)),
        contexts=(*PLACES, CAUGHT),
    ),
)
