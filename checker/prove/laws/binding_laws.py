"""Equations about names: what binds them, and how far they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.laws.air_builder import (
    NEVER,
    NULL,
    ap,
    call,
    canon,
    each,
    fail,
    fold,
    match,
    mismatch,
    new,
    pair,
    par,
    seq,
    xor,
)
from airspec.checker.prove.laws.fold_laws import ARRAY, BODIES
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour
from airspec.checker.prove.laws.schemes import ALONE, PLACES, Equation, Pieces, Scheme, equation, law
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness

USERS: Final = Pieces(
    (
        ap("late", "y"),
        ap("late", "$s"),
        pair('"k"', "late"),
        pair("late", "1"),
        match("late", "1", NULL),
        mismatch("2", "late", NULL),
        each("late", call("f", "i")),
        call("f", "late"),
        call("f", "late.$.a", peer="B"),
        '(call late ("s" "f") [])',
        canon("$s", "#cc").replace('"A"', "late"),
        new("x", ap("late", "x")),
    ),
    written="use[late]",
)
"""Instructions that have `late` as an operand."""


def _waits(use: str) -> Iterator[Equation]:
    yield par(seq(NEVER, ap("1", "late")), seq(use, call("h"))), NEVER
    yield par(seq(NEVER, ap("1", "late")), xor(use, call("h"))), NEVER


USING_NOTHING: Final = Pieces(
    (
        *(body.replace("ITEM", '"v"') for body in BODIES.texts[:4]),
        call("err", peer="B"),
        fail(3, "three"),
        NEVER,
    ),
    "does not use name",
)
NAMES: Final = Pieces(("z", "$z", "%z", "#zz", "#%zz"))


def _unused(x: str, name: str) -> Iterator[Equation]:
    yield new(name, x), x


FAILS: Final = fail(1, "one")
SHADOWING: Final = Pieces(
    (
        seq(ap("1", "x"), new("y", ap("2", "y"), call("f", "y", peer="B")), call("g", "x")),
        seq(ap("1", "x"), xor(new("y", ap("2", "y"), FAILS), call("f")), call("g", "x")),
        seq(
            ap("1", "x"), new("y", new("y", ap("3", "y"), call("f", "y")), ap("2", "y"), call("g", "y")), call("h", "x")
        ),
        seq(call("f", output="x"), new("y", call("g", peer="B", output="y"), call("h", "y")), call("i", "x")),
        seq(ARRAY, ap("1", "x"), each("list", call("f", "i", output="y"), call("g", "y")), call("h", "x")),
        seq(ARRAY, ap("1", "x"), fold("list", seq(ap("i", "y"), par("(next i)", call("g", "y")))), call("h", "x")),
        seq(ARRAY, ap("1", "x"), xor(each("list", ap("i", "y"), FAILS), call("g", "x")), call("h", "x")),
        seq(
            ap("1", "$x"),
            new("$y", ap("2", "$y"), canon("$y", "#in"), call("f", "#in")),
            canon("$x", "#cc"),
            call("g", "#cc"),
        ),
        seq(ap("1", "$x"), new("$y", ap("2", "$y"), each("$y", call("f", "i"))), each("$x", call("g", "i"))),
        seq(
            ap("1", "$x"),
            xor(new("$y", ap("2", "$y"), FAILS), NULL),
            ap("3", "$x"),
            canon("$x", "#cc", "B"),
            call("g", "#cc"),
        ),
        seq(
            ap("1", "$x"),
            new("$y", call("f", peer="B", output="$y"), canon("$y", "#in", "B")),
            canon("$x", "#cc", "C"),
            call("g", "#cc"),
        ),
        seq(ap("1", "$x"), new("$y", canon("$y", "#in"), call("f", "#in")), canon("$x", "#cc"), call("g", "#cc")),
        seq(
            pair('"k"', "1", "%x"),
            new("%y", pair('"k"', "2", "%y"), canon("%y", "#%in"), call("f", "#%in")),
            canon("%x", "#%mm"),
            call("g", "#%mm"),
        ),
    ),
    written="script[y]",
)
"""Scripts in which the inner name is y, and shadows nothing."""


def _shadowing(script: str) -> Iterator[Equation]:
    yield re.sub(r"\by\b", "x", script), script


RENAMED: Final = Pieces(
    (
        seq(call("f", output="a"), call("g", "a", peer="B", output="bb"), call("h", "a", "bb", "a.length")),
        seq(
            ap("1", "$a"),
            ap("2", "$bb"),
            canon("$a", "#cc"),
            canon("$bb", "#dd", "B"),
            call("f", "#cc", "#dd.$.[0]", peer="C"),
        ),
        seq(ARRAY, each("list", each("list", call("f", "a", "bb", peer="B"), iterator="bb"), iterator="a")),
        seq(pair('"k"', "1", "%a"), canon("%a", "#%cc"), canon("%a", "bb"), call("f", "#%cc.$.k", "bb.$.k")),
    ),
    written="script[a, bb]",
)


def _renamed(script: str) -> Iterator[Equation]:
    yield re.sub(r"\b(a|bb|cc|dd)\b(?!\")", lambda word: f"other_{word[0]}", script), script


PROBE: Final = call("probe", "x")
HIDDEN: Final = (
    seq(ARRAY, each("list", ap("i", "x")), PROBE),
    seq(ARRAY, each("list", call("f", output="x")), PROBE),
    seq(ARRAY, each("list", xor(match("i", "1", ap("i", "x")), NULL), xor(mismatch("i", "1", PROBE), NULL))),
    seq(ARRAY, xor(each("list", ap("i", "x"), fail()), NULL), PROBE),
    seq(ap("1", "$s"), each("$s", ap("i", "x")), PROBE),
    seq(new("x", ap("1", "x"), call("f", "x")), PROBE),
    seq(ap("1", "x"), new("x", PROBE)),
    seq(ap("1", "x"), ap("2", "x"), PROBE),
    seq(call("f", output="x"), call("g", output="x"), PROBE),
    seq(call("f", peer="B", output="x"), call("g", peer="B", output="x"), PROBE),
)
"""Scripts in which `probe` asks for a name that means nothing, or is bound twice: it must never be called."""


def _hidden(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for script in HIDDEN:
        for arguments in behaviour(script).arguments("probe"):
            yield Counterexample(script, f"a name that means nothing, or two things, is read as {' '.join(arguments)}")


LITERALS: Final = Pieces(('"v"', "1", "true", "[]", "2.5", "%init_peer_id%", "%timestamp%"))
RESULTS: Final = Pieces(("a", "a.$.a"))


def _copies(value: str, body: str) -> Iterator[Equation]:
    yield seq(ap(value, "v"), body.replace("ITEM", "v")), body.replace("ITEM", value)


def _copies_of_results(value: str, body: str) -> Iterator[Equation]:
    result = call("obj", peer="B", output="a")
    yield seq(result, ap(value, "v"), body.replace("ITEM", "v")), seq(result, body.replace("ITEM", value))


LAWS: Final[tuple[ScriptLaw, ...]] = (
    equation(
        "waits-for-values",
        "An instruction whose operand has no value yet neither goes on nor fails, and does not act.",
        Scheme(_waits, (USERS,)),
        contexts=PLACES[:3],
    ),
    equation(
        "new-unused", "`new` of a name that is not used changes nothing.", Scheme(_unused, (USING_NOTHING, NAMES))
    ),
    equation(
        "shadowing-is-renaming",
        "A name that is bound again inside is another name.",
        Scheme(_shadowing, (SHADOWING,)),
        contexts=ALONE,
    ),
    equation("renaming", "Names do not matter.", Scheme(_renamed, (RENAMED,)), contexts=ALONE),
    law("names-do-not-leak", "A name means nothing outside of its fold or `new`, and is never bound twice.", _hidden),
    equation(
        "ap-copies",
        "A copy of a value is the value, with its tetraplet.",
        Scheme(_copies, (LITERALS, BODIES.some(0, 1, 3))),
        Scheme(_copies_of_results, (RESULTS, BODIES.some(0, 1, 3))),
    ),
)
