"""Equations between scripts: pairs of texts that services cannot distinguish, in any context within a script."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from itertools import product
from typing import Final, TypeAlias

from airspec.checker.prove.laws.air_builder import NEVER, NULL, call, each, fail, par, seq, xor
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour, difference
from airspec.checker.prove.laws.script_law import ONE_ORDER, Check, ScriptLaw, Witness
from airspec.checker.prove.laws.tally import noted

Equation: TypeAlias = "tuple[str, str]"


FAIL: Final = fail()

# What stands for x, y and z in equations.  `@` is replaced by the place, so that no two share a name.
CALM: Final = (
    NULL,
    call("f@"),
    call("f@", peer="B", output="x@"),
    seq(call("f@", peer="B", output="x@"), call("g@", "x@", peer="C")),
    par(call("f@", peer="B"), call("g@", peer="C")),
    xor(call("err", peer="B"), call("g@")),
)
"""Instructions that never fail."""

WAITING: Final = (NEVER, par(seq(NEVER, "(ap 1 late@)"), xor(call("f@", "late@"), call("h@"))))
"""Instructions that wait for ever."""

FAILING: Final = (fail(3, "three"), call("err"), seq(call("f@", peer="B"), FAIL), "(match 1 2 (null))")

ALL: Final = (*CALM, *WAITING, *FAILING)

PLACES: Final = (
    "{}",
    seq("{}", call("after")),
    seq(par("{}", NEVER), call("after")),
    seq(call("arr", output="outer"), each("outer", "{}", iterator="item")),
)
CAUGHT: Final = seq(xor("{}", call("caught", ":error:.$.error_code", ":error:.$.message")), call("after"))
LAST: Final = xor("{}", call("caught", "%last_error%"))
LEFT_BEHIND: Final = seq(xor("{}", NULL), call("after", ":error:"))

CONTEXTS: Final = (*PLACES, CAUGHT, LAST, LEFT_BEHIND)
"""Where the sides of an equation are put: the last three let a service see the error registers.

Not all equations hold where registers are seen, as in AquaVM: a branch of a par that failed leaves its error in
``:error:`` though the par succeeds, a comparison that fails in a handler leaves the error before it in
``%last_error%``, and raising ``:error:`` again makes it the last error.
"""


def placed(pieces: Iterable[str], place: int) -> tuple[str, ...]:
    """Return texts with names of their own for one place of an equation."""
    return tuple(piece.replace("@", str(place)) for piece in pieces)


def equal(
    equations: Callable[[], Iterator[Equation]], contexts: Iterable[str] = CONTEXTS, *, tetraplets: bool = True
) -> Check:
    """Return the check of equations, each in all contexts; tetraplets of arguments may be left out of it."""

    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for left, right in equations():
            for context in contexts:
                ours, theirs = context.format(left), context.format(right)
                told = difference(behaviour(ours), behaviour(theirs), tetraplets)
                if told is not None:
                    yield Witness(ours, f"differs from {theirs}: {told}")

    return check


def _seq_unit() -> Iterator[Equation]:
    for x in placed(ALL, 1):
        yield seq(NULL, x), x
        yield seq(x, NULL), x


def _seq_associative() -> Iterator[Equation]:
    for x, y, z in product(placed(ALL[1::2], 1), placed(ALL[2::3], 2), placed(CALM[3:4], 3)):
        yield f"(seq (seq {x} {y}) {z})", f"(seq {x} (seq {y} {z}))"


def _seq_stops() -> Iterator[Equation]:
    for x in placed(ALL, 1):
        for stopped in placed((*WAITING, *FAILING), 2):
            yield seq(stopped, x), stopped


def _xor_keeps() -> Iterator[Equation]:
    for x, y in product(placed((*CALM, *WAITING), 1), placed(ALL[1:], 2)):
        yield xor(x, y), x


def _xor_catches() -> Iterator[Equation]:
    for y in placed(ALL, 1):
        yield xor(FAIL, y), y
        yield xor("(match 1 2 (null))", y), y


def _xor_associative() -> Iterator[Equation]:
    for x, y, z in product(placed(FAILING, 1), placed(ALL[1::3], 2), placed(ALL[1::4], 3)):
        yield xor(xor(x, y), z), xor(x, xor(y, z))


def _rethrown() -> Iterator[Equation]:
    for x in placed(ALL, 1):
        yield xor(x, "(fail :error:)"), x


def _par_symmetric() -> Iterator[Equation]:
    for x, y in product(placed(ALL[1::2], 1), placed((*CALM[1::2], NEVER), 2)):
        yield par(x, y), par(y, x)


def _par_unit() -> Iterator[Equation]:
    for x in placed((*CALM, *WAITING), 1):
        yield par(x, NEVER), x
        yield par(NEVER, x), x


def _par_fails() -> Iterator[Equation]:
    for x in placed((*CALM, *WAITING), 1):
        yield par(x, FAIL), x
        yield par(FAIL, x), x
    for x in placed(FAILING, 1):
        yield par(FAIL, xor(x, FAIL)), xor(x, FAIL)


SEEDS: Final = range(1, 6)


def _orders(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for run in noted(runs):
        script = run.script.text
        for seed in SEEDS:
            told = difference(behaviour(script), behaviour(script, seed))
            if told is not None:
                yield Witness(script, f"two orders of its moves differ: {told}")


def law(name: str, sentence: str, formula: str, check: Check, how: str = ONE_ORDER) -> ScriptLaw:
    """Return a law of scripts on the network."""
    return ScriptLaw(name, sentence, formula, "network", check, how=how)


LAWS: Final = (
    law(
        "orders-do-not-show",
        "Whatever the order of deliveries and answers, the same calls are made with the same arguments.",
        "calls(s, σ) = calls(s, σ')",
        _orders,
        f"each in {len(SEEDS) + 1} orders of its messages and answers",
    ),
    law("seq-unit", "`null` before or after changes nothing.", "(seq null x) = x = (seq x null)", equal(_seq_unit)),
    law(
        "seq-associative",
        "How a sequence is grouped does not matter.",
        "(seq (seq x y) z) = (seq x (seq y z))",
        equal(_seq_associative),
    ),
    law(
        "seq-stops",
        "Nothing happens after what fails or waits.",
        "(seq x y) = x where x fails or waits for ever",
        equal(_seq_stops),
    ),
    law("xor-keeps", "What does not fail needs no handler.", "(xor x y) = x where x does not fail", equal(_xor_keeps)),
    law(
        "xor-catches",
        "What fails at once is its handler.",
        "(xor fail y) = y",
        equal(_xor_catches, (*PLACES, CAUGHT, LEFT_BEHIND)),
    ),
    law(
        "xor-associative",
        "How handlers are grouped does not matter.",
        "(xor (xor x y) z) = (xor x (xor y z))",
        equal(_xor_associative, (*PLACES[:2], CAUGHT, LEFT_BEHIND)),
    ),
    law(
        "rethrow",
        "Raising again what was caught is not catching it.",
        "(xor x (fail :error:)) = x",
        equal(_rethrown, (*PLACES, CAUGHT)),
    ),
    law(
        "par-symmetric",
        "The order of branches does not matter, unless both fail.",
        "(par x y) = (par y x)",
        equal(_par_symmetric, (*PLACES, CAUGHT)),
    ),
    law("par-unit", "`never` beside changes nothing.", "(par x never) = x = (par never x)", equal(_par_unit)),
    law(
        "par-fails",
        "A branch that fails does not show, unless both do; then the right one's error is that of the par.",
        "(par x fail) = x = (par fail x); (par fail x) = x where x fails",
        equal(_par_fails, (*PLACES, CAUGHT)),
    ),
)
