"""Equations about names: what binds them, their scopes, and how folds bind them."""

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
    mismatch,
    new,
    pair,
    par,
    seq,
    xor,
)
from airspec.checker.prove.laws.equations import CAUGHT, PLACES, Equation, equal, law
from airspec.checker.prove.laws.harness import Run
from airspec.checker.prove.laws.observable import behaviour
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness

ARRAY: Final = call("arr", output="list")
"""Binds `list` to an array of three values."""
ITEMS: Final = tuple(f"list.$.[{i}]" for i in range(3))

BODIES: Final = (
    call("f", "@"),
    call("f", "@", peer="B", output="x"),
    seq(call("f", "@", peer="B", output="x"), call("g", "x", "@", peer="C")),
    seq(ap("@", "x"), call("g", "x", peer="B")),
    xor(match("@", "1", NULL), call("g", "@", peer="B")),
    new("$t", ap("@", "$t"), canon("$t", "#tt"), call("g", "#tt", peer="B")),
)
"""Bodies of folds over what `@` stands for."""

OWN: Final = re.compile(r"\bx\b|\$t|#tt")
"""The variables of bodies."""

ALONE: Final = ("{}",)


def unrolled(body: str, items: Sequence[str]) -> list[str]:
    """Return the body for each item, with variables of its own."""
    return [OWN.sub(rf"\g<0>{n}", body.replace("@", item)) for n, item in enumerate(items)]


def nested(bodies: Sequence[str], last: str = NULL) -> str:
    """Return bodies nested as ``next`` nests them: each in the place `NEXT` of the one before, `last` innermost."""
    script = last
    for body in reversed(bodies):
        script = body.replace("NEXT", script)
    return script


LOOPS: Final = (
    *(
        shape.replace("BODY", body)
        for body in BODIES
        for shape in ("(seq BODY NEXT)", "(par BODY NEXT)", "(seq NEXT BODY)")
    ),
    seq(ap("@", "x"), "NEXT", call("f", "x", "@", peer="B")),
    seq(ap("@", "x"), xor("NEXT", call("f", "x")), fail()),
    xor(seq(call("f", "@"), fail()), "NEXT"),
    new("$t", ap("@", "$t"), "NEXT", canon("$t", "#tt"), call("f", "#tt")),
    new("$t", ap("@", "$t"), xor("NEXT", NULL), canon("$t", "#tt"), call("f", "#tt"), fail()),
    new("x", ap("@", "x"), "NEXT", call("f", "x")),
)
"""Bodies of folds, with the place of their `next`."""


def _array_unrolls() -> Iterator[Equation]:
    for loop in LOOPS:
        looped = loop.replace("@", "i").replace("NEXT", "(next i)")
        for last in ("", call("last", peer="B")):
            if not (last and loop.startswith("(par")):
                yield seq(ARRAY, fold("list", looped, last)), seq(ARRAY, nested(unrolled(loop, ITEMS), last or NULL))


def _empty() -> Iterator[Equation]:
    before = seq(canon("$none", "#cc"), ap("[]", "nothing"))
    for iterable in ("[]", "#cc", "nothing"):
        yield seq(before, fold(iterable, seq(call("f", "i"), "(next i)"), call("last"))), before


def _canon_unrolls() -> Iterator[Equation]:
    filled = seq(ap("1", "$s"), call("f0", peer="B", output="$s"), ap("2", "$s"), canon("$s", "#cc"))
    items = [f"#cc.$.[{i}]" for i in range(3)]
    for loop in LOOPS[:9]:
        looped = loop.replace("@", "i").replace("NEXT", "(next i)")
        yield seq(filled, fold("#cc", looped)), seq(filled, nested(unrolled(loop, items)))


def _stream_unrolls() -> Iterator[Equation]:
    results = seq(call("f1", peer="B", output="a"), call("f2", output="b"))
    filled = seq(ap("a", "$s"), ap("b", "$s"), ap("3", "$s"))
    for body in BODIES:
        yield seq(results, filled, each("$s", body.replace("@", "i"))), seq(results, *unrolled(body, ("a", "b", "3")))


def _map_unrolls() -> Iterator[Equation]:
    pairs = (('"k"', "1"), ("7", '"two"'), ('"k"', "3"))
    filled = seq(*(pair(*entry) for entry in pairs))
    body = call("f", "i.$.key", "i.$.value", peer="B")
    met = seq(*(call("f", *entry, peer="B") for entry in pairs))
    yield seq(filled, each("%m", body)), met
    yield seq(filled, canon("%m", "#%mm"), each("#%mm", body)), met


def _recursion() -> Iterator[Equation]:
    for peer in ("A", "B"):
        steps = [xor(match("i", str(n), ap(str(n + 1), "$s")), NULL) for n in range(3)]
        looped = each("$s", *steps, call("f", "i", peer=peer))
        yield seq(ap("0", "$s"), looped), seq(*(call("f", str(n), peer=peer) for n in range(4)))


def _failures_of_stream_folds() -> Iterator[Equation]:
    for body in (fail(), call("err", "i", peer="B"), seq(call("f", peer="B"), match("i", "9", NULL))):
        script = seq(ap("1", "$s"), each("$s", body))
        yield xor(script, call("caught")), script


def _waits() -> Iterator[Equation]:
    users = (
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
    )
    for user in users:
        yield par(seq(NEVER, ap("1", "late")), seq(user, call("h"))), NEVER
        yield par(seq(NEVER, ap("1", "late")), xor(user, call("h"))), NEVER


def _never_complete() -> Iterator[Equation]:
    for filled in (par(seq(NEVER, ap("1", "$s")), NULL), ap("1", "$s"), seq(ap("1", "$s"), ap("2", "$s"))):
        script = seq(filled, each("$s", call("f", "i", peer="B")))
        yield seq(script, call("after")), script


def _unused() -> Iterator[Equation]:
    for body in (*BODIES[:4], call("err", peer="B"), fail(3, "three"), NEVER):
        script = body.replace("@", '"v"')
        for name in ("z", "$z", "%z", "#zz", "#%zz"):
            yield new(name, script), script


FAILS: Final = fail(1, "one")
SHADOWING: Final = (
    seq(ap("1", "x"), new("y", ap("2", "y"), call("f", "y", peer="B")), call("g", "x")),
    seq(ap("1", "x"), xor(new("y", ap("2", "y"), FAILS), call("f")), call("g", "x")),
    seq(ap("1", "x"), new("y", new("y", ap("3", "y"), call("f", "y")), ap("2", "y"), call("g", "y")), call("h", "x")),
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
)
"""Scripts in which the inner name is y, and shadows nothing."""


def _shadowing() -> Iterator[Equation]:
    for script in SHADOWING:
        yield re.sub(r"\by\b", "x", script), script


RENAMED: Final = (
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
)


def _renamed() -> Iterator[Equation]:
    for script in RENAMED:
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
            yield Witness(script, f"a name that means nothing, or two things, is read as {' '.join(arguments)}")


def _copies() -> Iterator[Equation]:
    for value in ('"v"', "1", "true", "[]", "2.5", "%init_peer_id%", "%timestamp%"):
        for body in BODIES[:3]:
            yield seq(ap(value, "v"), body.replace("@", "v")), body.replace("@", value)
    for body in BODIES[:3]:
        yield (
            seq(call("f0", peer="B", output="a"), ap("a", "v"), body.replace("@", "v")),
            seq(call("f0", peer="B", output="a"), body.replace("@", "a")),
        )
        yield (
            seq(call("obj", peer="B", output="a"), ap("a.$.a", "v"), body.replace("@", "v")),
            seq(call("obj", peer="B", output="a"), body.replace("@", "a.$.a")),
        )


LAWS: Final[tuple[ScriptLaw, ...]] = (
    law(
        "fold-unrolls",
        "A fold over an array is its body for each element, nested where `next` stands.",
        "(fold [v…] i b) = b[v₀, b[v₁, … last]]",
        equal(_array_unrolls, (*PLACES[:1], CAUGHT)),
    ),
    law(
        "fold-empty",
        "A fold over nothing does nothing, not even its last instruction.",
        "(fold [] i b l) = null",
        equal(_empty),
    ),
    law(
        "canon-fold-unrolls",
        "A fold over a canonical stream is its body for each element.",
        "(fold #c i b) = b[#c.$.[0], b[#c.$.[1], …]]",
        equal(_canon_unrolls, ALONE),
    ),
    law(
        "stream-fold-unrolls",
        "A fold over a stream that only its own peer filled is its body for each value, in the order of appending.",
        "(ap v₀ $s) … (fold $s i b) = b[v₀] b[v₁] …",
        equal(_stream_unrolls, ALONE),
    ),
    law(
        "map-fold-unrolls",
        "A fold over a map, canonical or not, meets every pair, those of one key included, in their order.",
        "(ap (k v) %m) … (fold %m i b) = b[{k, v}] …",
        equal(_map_unrolls, ALONE, tetraplets=False),
    ),
    law(
        "fold-meets-its-own",
        "A fold over a stream meets what its body appends.",
        "(fold $s i (… (ap v $s) …)) ⊇ b[v]",
        equal(_recursion, ALONE),
    ),
    law(
        "stream-fold-never-fails",
        "A fold over a stream does not fail when its body fails.",
        "(xor (fold $s i b) y) = (fold $s i b)",
        equal(_failures_of_stream_folds, ALONE),
    ),
    law(
        "waits-for-values",
        "An instruction whose operand has no value yet neither goes on nor fails, and does not act.",
        "(seq (use x) y) = never, (xor (use x) y) = never while x has no value",
        equal(_waits, PLACES[:3]),
    ),
    law(
        "streams-may-grow",
        "A fold over a stream without a last instruction is never complete, as more values may come.",
        "(seq (fold $s i b) x) = (fold $s i b)",
        equal(_never_complete, ALONE),
    ),
    law("new-unused", "`new` of a name that is not used changes nothing.", "(new n x) = x", equal(_unused)),
    law(
        "shadowing-is-renaming",
        "A name that is bound again inside is another name.",
        "(new x b) = (new y b[y/x])",
        equal(_shadowing, ALONE),
    ),
    law("renaming", "Names do not matter.", "x = x[b/a]", equal(_renamed, ALONE)),
    law(
        "names-do-not-leak",
        "A name means nothing outside of its fold or `new`, and is never bound twice.",
        "(seq (fold v i (… x …)) (use x)) never uses x",
        _hidden,
    ),
    law(
        "ap-copies", "A copy of a value is the value, with its tetraplet.", "(seq (ap v x) b[x]) = b[v]", equal(_copies)
    ),
)
