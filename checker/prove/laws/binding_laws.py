"""Equations about names: what binds them, how far they reach, and what folds do to them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
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
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour
from airspec.checker.prove.laws.schemes import ALONE, CAUGHT, PLACES, Equation, Pieces, Scheme, equation, law
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness

ARRAY: Final = call("arr", output="list")
"""Binds `list` to an array of three values."""
ITEMS: Final = tuple(f"list.$.[{i}]" for i in range(3))

BODIES: Final = Pieces(
    (
        call("f", "ITEM"),
        call("f", "ITEM", peer="B", output="x"),
        seq(call("f", "ITEM", peer="B", output="x"), call("g", "x", "ITEM", peer="C")),
        seq(ap("ITEM", "x"), call("g", "x", peer="B")),
        xor(match("ITEM", "1", NULL), call("g", "ITEM", peer="B")),
        new("$t", ap("ITEM", "$t"), canon("$t", "#tt"), call("g", "#tt", peer="B")),
    ),
    written="body[ITEM]",
)
"""Bodies of folds over what `ITEM` stands for."""

OWN: Final = re.compile(r"\bx\b|\$t|#tt")
"""The variables of bodies."""


def unrolled(body: str, items: Sequence[str]) -> list[str]:
    """The body for each item, with variables of its own."""
    return [OWN.sub(rf"\g<0>{n}", body.replace("ITEM", item)) for n, item in enumerate(items)]


def nested(bodies: Sequence[str], last: str = NULL) -> str:
    """Bodies inside one another, as ``next`` nests them: each stands in the place `NEXT` of the one before."""
    script = last
    for body in reversed(bodies):
        script = body.replace("NEXT", script)
    return script


LOOPS: Final = Pieces(
    (
        *(
            shape.replace("BODY", body)
            for body in BODIES.texts
            for shape in ("(seq BODY NEXT)", "(par BODY NEXT)", "(seq NEXT BODY)")
        ),
        seq(ap("ITEM", "x"), "NEXT", call("f", "x", "ITEM", peer="B")),
        seq(ap("ITEM", "x"), xor("NEXT", call("f", "x")), fail()),
        xor(seq(call("f", "ITEM"), fail()), "NEXT"),
        new("$t", ap("ITEM", "$t"), "NEXT", canon("$t", "#tt"), call("f", "#tt")),
        new("$t", ap("ITEM", "$t"), xor("NEXT", NULL), canon("$t", "#tt"), call("f", "#tt"), fail()),
        new("x", ap("ITEM", "x"), "NEXT", call("f", "x")),
    ),
    written="body[ITEM, NEXT]",
)
"""Bodies of folds, with the place of their `next`."""


def looped(body: str) -> str:
    """The body of a fold with the iterator `i`."""
    return body.replace("ITEM", "i").replace("NEXT", "(next i)")


def _array_unrolls(body: str, last: str) -> Iterator[Equation]:
    if not (last and body.startswith("(par")):
        unfolded = nested(unrolled(body, ITEMS), last or NULL)
        yield seq(ARRAY, fold("list", looped(body), last)), seq(ARRAY, unfolded)


def _empty(iterable: str) -> Iterator[Equation]:
    before = seq(canon("$none", "#cc"), ap("[]", "nothing"))
    yield seq(before, fold(iterable, seq(call("f", "i"), "(next i)"), call("last"))), before


def _canon_unrolls(body: str) -> Iterator[Equation]:
    filled = seq(ap("1", "$s"), call("f0", peer="B", output="$s"), ap("2", "$s"), canon("$s", "#cc"))
    items = [f"#cc.$.[{i}]" for i in range(3)]
    yield seq(filled, fold("#cc", looped(body))), seq(filled, nested(unrolled(body, items)))


def _stream_unrolls(body: str) -> Iterator[Equation]:
    results = seq(call("f1", peer="B", output="a"), call("f2", output="b"))
    filled = seq(ap("a", "$s"), ap("b", "$s"), ap("3", "$s"))
    yield seq(results, filled, each("$s", looped(body))), seq(results, *unrolled(body, ("a", "b", "3")))


def _map_unrolls() -> Iterator[Equation]:
    pairs = (('"k"', "1"), ("7", '"two"'), ('"k"', "3"))
    filled = seq(*(pair(*entry) for entry in pairs))
    body = call("f", "i.$.key", "i.$.value", peer="B")
    met = seq(*(call("f", *entry, peer="B") for entry in pairs))
    yield seq(filled, each("%m", body)), met
    yield seq(filled, canon("%m", "#%mm"), each("#%mm", body)), met


def _recursion(peer: str) -> Iterator[Equation]:
    steps = [xor(match("i", str(n), ap(str(n + 1), "$s")), NULL) for n in range(3)]
    meeting = each("$s", *steps, call("f", "i", peer=peer))
    yield seq(ap("0", "$s"), meeting), seq(*(call("f", str(n), peer=peer) for n in range(4)))


STOPPED: Final = Pieces(
    (fail(), call("err", "i", peer="B"), seq(call("f", peer="B"), match("i", "9", NULL))), "fails", "body[i]"
)


def _failures_of_stream_folds(body: str) -> Iterator[Equation]:
    script = seq(ap("1", "$s"), each("$s", body))
    yield xor(script, call("caught")), script


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


FILLED: Final = Pieces((par(seq(NEVER, ap("1", "$s")), NULL), ap("1", "$s"), seq(ap("1", "$s"), ap("2", "$s"))))


def _never_complete(x: str) -> Iterator[Equation]:
    script = seq(x, each("$s", call("f", "i", peer="B")))
    yield seq(script, call("after")), script


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
        "fold-unrolls",
        "A fold over an array is its body for each element, nested where `next` stands.",
        Scheme(_array_unrolls, (LOOPS, Pieces(("", call("last", peer="B"))))),
        contexts=(*PLACES[:1], CAUGHT),
    ),
    equation(
        "fold-empty",
        "A fold over nothing does nothing, not even its last instruction.",
        Scheme(_empty, (Pieces(("[]", "#cc", "nothing"), "is empty"),)),
    ),
    equation(
        "canon-fold-unrolls",
        "A fold over a canonical stream is its body for each element.",
        Scheme(_canon_unrolls, (LOOPS.some(0, 1, 9),)),
        contexts=ALONE,
    ),
    equation(
        "stream-fold-unrolls",
        "A fold over a stream that only its own peer filled is its body for each value, in the order of appending.",
        Scheme(_stream_unrolls, (BODIES,)),
        contexts=ALONE,
    ),
    equation(
        "map-fold-unrolls",
        "A fold over a map, canonical or not, meets every pair, those of one key included, in their order.",
        Scheme(_map_unrolls),
        contexts=ALONE,
        tetraplets=False,
    ),
    equation(
        "fold-meets-its-own",
        "A fold over a stream meets what its body appends.",
        Scheme(_recursion, (Pieces(("A", "B")),)),
        contexts=ALONE,
    ),
    equation(
        "stream-fold-never-fails",
        "A fold over a stream does not fail when its body fails.",
        Scheme(_failures_of_stream_folds, (STOPPED,)),
        contexts=ALONE,
    ),
    equation(
        "waits-for-values",
        "An instruction whose operand has no value yet neither goes on nor fails, and does not act.",
        Scheme(_waits, (USERS,)),
        contexts=PLACES[:3],
    ),
    equation(
        "streams-may-grow",
        "A fold over a stream without a last instruction is never complete, as more values may come.",
        Scheme(_never_complete, (FILLED,)),
        contexts=ALONE,
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
