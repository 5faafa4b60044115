"""Equations between scripts: two texts that services cannot tell apart, wherever in a script they stand.

A scheme is an equation with variables.  It is checked of what stands for these, and printed with their names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from inspect import signature
from itertools import product
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.evidence import NO_FORMULA, Formula
from airspec.checker.prove.laws.air_builder import NEVER, NULL, call, each, fail, par, seq, xor
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour, difference
from airspec.checker.prove.laws.script_law import ONE_ORDER, Check, ScriptLaw, Witness
from airspec.checker.prove.reading.symbols import ALIKE, between

Equation: TypeAlias = "tuple[str, str]"


class Pieces(Struct, frozen=True):
    """The AIR texts that a variable of a scheme stands for.

    `what` says in words which texts these are, for a formula; it is empty where any others would do.  The variable is
    printed as `written`, or if that is empty as the parameter is called; it is given for variables with holes:
    ``body[ITEM]``.  In a text, ``@`` stands for the position of the variable, so that no two pieces share a name.
    """

    texts: tuple[str, ...]
    what: str = ""
    written: str = ""

    def placed(self, place: int) -> tuple[str, ...]:
        """Return the texts, with ``@`` replaced by the number `place`."""
        return tuple(text.replace("@", str(place)) for text in self.texts)

    def some(self, first: int, step: int = 1, last: int | None = None) -> Pieces:
        """Return a sample of the pieces: those from index `first` up to `last` (exclusive), `step` apart."""
        return replace(self, texts=self.texts[first:last:step])


class Scheme(Struct, frozen=True):
    """A function from texts to equations, and the pieces for each of its parameters."""

    equations: Callable[..., Iterator[Equation]]
    pieces: tuple[Pieces, ...] = ()

    def instances(self) -> Iterator[Equation]:
        """Yield the equations for every combination of pieces, as pairs of scripts."""
        for chosen in product(*(pieces.placed(place) for place, pieces in enumerate(self.pieces, 1))):
            yield from self.equations(*chosen)

    def lines(self) -> Iterator[str]:
        """Yield the equations between variables, as lines of a formula."""
        names = signature(self.equations).parameters
        variables = [pieces.written or name for name, pieces in zip(names, self.pieces, strict=True)]
        told = [f"{name} {pieces.what}" for name, pieces in zip(names, self.pieces, strict=True) if pieces.what]
        where = f", where {' and '.join(told)}" if told else ""
        for left, right in self.equations(*variables):
            yield between(ALIKE).format(left, right) + where


# What stands for x, y and z in equations.
FAIL: Final = fail()
CALM: Final = Pieces(
    (
        NULL,
        call("f@"),
        call("f@", peer="B", output="x@"),
        seq(call("f@", peer="B", output="x@"), call("g@", "x@", peer="C")),
        par(call("f@", peer="B"), call("g@", peer="C")),
        xor(call("err", peer="B"), call("g@")),
    )
)
"""Instructions that do not fail, and come to an end."""

WAITING: Final = Pieces(
    (NEVER, par(seq(NEVER, "(ap 1 late@)"), xor(call("f@", "late@"), call("h@")))), "waits for ever"
)
FAILING: Final = Pieces((fail(3, "three"), call("err"), seq(call("f@", peer="B"), FAIL), "(match 1 2 (null))"), "fails")
QUIET: Final = Pieces((*CALM.texts, *WAITING.texts), "does not fail")
STOPPING: Final = Pieces((*WAITING.texts, *FAILING.texts), "fails or waits for ever")
ANY: Final = Pieces((*CALM.texts, *WAITING.texts, *FAILING.texts))

PLACES: Final = (
    "{}",
    seq("{}", call("after")),
    seq(par("{}", NEVER), call("after")),
    seq(call("arr", output="outer"), each("outer", "{}", iterator="item")),
)
CAUGHT: Final = seq(xor("{}", call("caught", ":error:.$.error_code", ":error:.$.message")), call("after"))
LAST: Final = xor("{}", call("caught", "%last_error%"))
LEFT_BEHIND: Final = seq(xor("{}", NULL), call("after", ":error:"))
ALONE: Final = ("{}",)

CONTEXTS: Final = (*PLACES, CAUGHT, LAST, LEFT_BEHIND)
"""Where the sides of an equation are put: the last three let a service see the error registers.

Not all equations hold where registers are seen, as in AquaVM: a branch of a par that failed leaves its error in
``:error:`` though the par succeeds, a comparison that fails in a handler leaves the error before it in
``%last_error%``, and raising ``:error:`` again makes it the last error.
"""


def law(name: str, sentence: str, check: Check, how: str = ONE_ORDER, formula: Formula = NO_FORMULA) -> ScriptLaw:
    """Return a law of scope ``network`` that `check` tests; `how` says in which orders its scripts are run."""
    return ScriptLaw(name, sentence, "network", check, how=how, formula=formula)


def equation(
    name: str, sentence: str, *schemes: Scheme, contexts: Iterable[str] = CONTEXTS, tetraplets: bool = True
) -> ScriptLaw:
    """Return a law that holds if both sides of each equation behave alike in every context.

    The equations are those of the schemes, for all pieces.  A context is a script with ``{}`` for the place of either
    side.  Without `tetraplets`, those of arguments are not compared.
    """

    def compared(left: str, right: str) -> Iterator[Witness]:
        for context in contexts:
            ours, theirs = context.format(left), context.format(right)
            told = difference(behaviour(ours), behaviour(theirs), tetraplets)
            if told is not None:
                yield Counterexample(ours, f"differs from {theirs}: {told}")

    return of_schemes(name, sentence, schemes, compared)


def of_schemes(
    name: str,
    sentence: str,
    schemes: tuple[Scheme, ...],
    compared: Callable[[str, str], Iterator[Witness]],
    where: tuple[str, ...] = (),
) -> ScriptLaw:
    """Return a law whose check yields the witnesses of `compared` for the two sides of each equation.

    `where` are lines that explain, below the formula, what the equations mean.
    """

    @wraps(schemes[0].equations)
    def check(runs: tuple[Run, ...]) -> Iterator[Witness]:
        for scheme in schemes:
            for left, right in scheme.instances():
                yield from compared(left, right)

    lines = tuple(line for scheme in schemes for line in scheme.lines())
    return law(name, sentence, check, formula=Formula(lines, where))
