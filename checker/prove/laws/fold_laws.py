"""Equations about folds: over arrays, canons, streams and maps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

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
    new,
    pair,
    par,
    seq,
    xor,
)
from airspec.checker.prove.laws.schemes import ALONE, CAUGHT, PLACES, Equation, Pieces, Scheme, equation
from airspec.checker.prove.laws.script_law import ScriptLaw

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
    """Return the body of a fold once for each item: the item in its place, and variables of its own."""
    return [OWN.sub(rf"\g<0>{n}", body.replace("ITEM", item)) for n, item in enumerate(items)]


def nested(bodies: Sequence[str], last: str = NULL) -> str:
    """Return the bodies inside one another: each in the place `NEXT` of the one before, `last` in the innermost."""
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
    """Return a body of a fold with ``i`` (the iterator) in place of `ITEM`, and ``(next i)`` in place of `NEXT`."""
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


FILLED: Final = Pieces((par(seq(NEVER, ap("1", "$s")), NULL), ap("1", "$s"), seq(ap("1", "$s"), ap("2", "$s"))))


def _never_complete(x: str) -> Iterator[Equation]:
    script = seq(x, each("$s", call("f", "i", peer="B")))
    yield seq(script, call("after")), script


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
        "streams-may-grow",
        "A fold over a stream without a last instruction is never complete, as more values may come.",
        Scheme(_never_complete, (FILLED,)),
        contexts=ALONE,
    ),
)
