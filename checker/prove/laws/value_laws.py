"""Laws of values: selection by lenses, contents of canons and maps, origins of values, and arguments of services."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any, Final

from airspec.checker.conform.generation.services import ANSWERS
from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.laws.air_builder import (
    NULL,
    ap,
    call,
    canon,
    fail,
    match,
    mismatch,
    new,
    pair,
    par,
    seq,
    xor,
)
from airspec.checker.prove.laws.harness import INIT, Run
from airspec.checker.prove.laws.observable import behaviour
from airspec.checker.prove.laws.schemes import ALONE, ANY, Equation, Pieces, Scheme, equation, law
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness
from airspec.spec.values import Tetraplet

# --- lenses -----------------------------------------------------------------------------------------------

STRUCTURED: Final = ("arr", "obj", "deep")
ACCESSORS: Final[tuple[tuple[str, int | str], ...]] = (
    (".[0]", 0),
    (".[1]", 1),
    (".[2]", 2),
    (".[3]", 3),
    (".a", "a"),
    (".k", "k"),
    (".[one]", 1),
    (".[key]", "a"),
)
KEYS: Final = seq(ap("1", "one"), ap('"a"', "key"))
ABSENT: Final = object()


def indexed(value: Any, path: Sequence[int | str]) -> Any:
    """Return the part of a parsed JSON value that a path of indices and keys selects, or `ABSENT` if there is none."""
    for key in path:
        fits = isinstance(value, list if isinstance(key, int) else dict)
        if not fits or (key not in value if isinstance(value, dict) else int(key) >= len(value)):
            return ABSENT
        value = value[key]
    return value


def paths(longest: int) -> Iterator[tuple[str, tuple[int | str, ...]]]:
    """Yield all lenses of up to `longest` accessors, as pairs of the AIR text and the path of indices and keys."""
    for length in range(1, longest + 1):
        for chosen in product(ACCESSORS, repeat=length):
            yield ".$" + "".join(text for text, _ in chosen), tuple(key for _, key in chosen)


def probed(before: str, operands: Sequence[str]) -> list[Any]:
    """Return the value of each operand after the instructions `before`, or `ABSENT` if a call with it fails."""
    probes = [xor(call(f"probe{n}", operand), NULL) for n, operand in enumerate(operands)]
    run = behaviour(seq(before, *probes))
    found = {
        request.function_name: json.loads(request.arguments[0]) for _, request, _ in run.calls if request.arguments
    }
    return [found.get(f"probe{n}", ABSENT) for n in range(len(operands))]


def _selected(before: str, cases: Sequence[tuple[str, Any]]) -> Iterator[Witness]:
    """Yield a witness for each operand whose value is not the expected one."""
    for begin in range(0, len(cases), 16):
        some = cases[begin : begin + 16]
        for (operand, expected), found in zip(some, probed(before, [operand for operand, _ in some]), strict=True):
            if found is not expected and (ABSENT in (found, expected) or found != expected):
                sentence = f"{operand} is {_shown(found)}, not {_shown(expected)}"
                yield Counterexample(seq(before, call("probe", operand)), sentence)


def _shown(value: Any) -> str:
    return "an error" if value is ABSENT else json.dumps(value)


def _lenses(runs: tuple[Run, ...]) -> Iterator[Witness]:
    for name in STRUCTURED:
        value = json.loads(ANSWERS[name].result)
        cases = [(f"v{text}", indexed(value, path)) for text, path in paths(2)]
        cases.append(("v.length", len(value) if isinstance(value, list) else ABSENT))
        yield from _selected(seq(KEYS, call(name, output="v")), cases)


def _canon_lenses(runs: tuple[Run, ...]) -> Iterator[Witness]:
    values = [json.loads(ANSWERS[name].result) for name in STRUCTURED]
    before = seq(KEYS, *(call(name, output="$s") for name in STRUCTURED), canon("$s", "#cc"))
    cases = [(f"#cc{text}", indexed(values, path)) for text, path in paths(2)]
    yield from _selected(before, [*cases, ("#cc", values), ("#cc.length", len(values))])


PAIRS: Final = (("a", "arr"), ("k", "obj"), ("a", "deep"))


def _map_lenses(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """A canonical map is an object with all values under each key; an absent key has none, whatever follows."""
    values = {name: json.loads(ANSWERS[name].result) for name in STRUCTURED}
    under = {key: [values[name] for other, name in PAIRS if other == key] for key, _ in PAIRS}
    filled = [seq(call(name, output=name), pair(f'"{key}"', name)) for key, name in PAIRS]
    before = seq(KEYS, *filled, canon("%m", "#%mm"), canon("%m", "object"))
    cases: list[tuple[str, Any]] = [
        ("#%mm", under),
        ("#%mm.length", len(PAIRS)),
        ("#%mm.$.zz", []),
        ("#%mm.$.zz.[0]", []),
    ]
    for key in under:
        cases.append((f"#%mm.$.{key}", under[key]))
        cases.append((f"object.$.{key}", under[key][0]))
        cases += [(f"#%mm.$.{key}{text.removeprefix('.$')}", indexed(under[key], path)) for text, path in paths(2)]
    yield from _selected(before, cases)


# --- canons -----------------------------------------------------------------------------------------------

FILLED: Final = seq(ap("1", "$s"), call("f", peer="B", output="$s"), ap('"v"', "$s"))


def _canon_holds(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """A canon holds what was appended, in its order, wherever it is made and seen."""
    values = ("1", "x", '"v"')
    filled = seq(call("f", peer="B", output="x"), *(ap(value, "$s") for value in values))
    for maker, reader in product("ABC", repeat=2):
        script = seq(filled, canon("$s", "#cc", maker), call("probe", "#cc", "#cc.$.[1]", *values, peer=reader))
        told = behaviour(script).arguments("probe")
        if not told:
            yield Counterexample(script, "the canon is never seen")
        for whole, second, *alone in told:
            if whole != f"[{','.join(alone)}]" or second != alone[1]:
                yield Counterexample(
                    script, f"{', '.join(alone)} were appended, and the canon is {whole}, its second {second}"
                )


def _canon_fixed(x: str, maker: str, later: str) -> Iterator[Equation]:
    """What comes into a stream after a canon does not change it."""
    before, seen = seq(x, canon("$s", "#cc", maker)), call("seen", "#cc", peer="C")
    more = call("late", peer=later, output="$s")
    yield seq(before, more, seen), seq(before, call("late", peer=later), seen)
    yield seq(before, par(more, seen)), seq(before, par(call("late", peer=later), seen))
    yield par(more, seq(canon("$s", "#cc"), seen)), par(call("late", peer=later), seq(canon("$t", "#cc"), seen))


# --- provenance -------------------------------------------------------------------------------------------


LITERAL: Final = Tetraplet(INIT, "", "", "")
OURS: Final = Tetraplet("A", "s", "obj", "")
THEIRS: Final = Tetraplet("B", "s", "arr", "")
PART: Final = Tetraplet("A", "s", "obj", ".$.a.[0]")
ORIGINS: Final[dict[str, tuple[Tetraplet, ...]]] = {
    "1": (LITERAL,),
    "%timestamp%": (LITERAL,),
    "x": (OURS,),
    "y": (THEIRS,),
    "x.$.a.[0]": (PART,),
    "z": (PART,),
    "#cc": (OURS, THEIRS, LITERAL),
    "#cc.$.[0]": (OURS,),
    "#cc.$.[0].a": (OURS,),
    "w": (THEIRS,),
    "e": (LITERAL,),
}
"""Where the values of the following script come from."""


def _moved(end: str) -> str:
    """Return a script that moves results and a literal through scalars, a stream and a canon, and part of an error."""
    moved = seq(call("obj", output="x"), call("arr", peer="B", output="y"), ap("x", "$s"), ap("y", "$s"), ap("1", "$s"))
    moved = seq(moved, ap("x.$.a.[0]", "z"), canon("$s", "#cc", "C"), ap("#cc.$.[1]", "w"), end)
    return xor(fail(), seq(ap("%last_error%", "error"), ap("error.$.message", "e"), moved))


def _origins(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """A value names the same call whatever way it takes."""
    for reader in "AC":
        script = _moved(call("probe", *ORIGINS, peer=reader))
        requests = behaviour(script).requests("probe")
        if not requests:
            yield Counterexample(script, "the values never come together")
        for request in requests:
            for operand, found in zip(ORIGINS, request.tetraplets, strict=True):
                if found != ORIGINS[operand]:
                    yield Counterexample(script, f"the tetraplets of {operand} are {found}, not {ORIGINS[operand]}")


def _makers(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """A result names its call, to its own peer and to others, at once and later."""
    for maker, reader in product("AB", repeat=2):
        script = seq(call("f", peer=maker, output="x"), call("probe", "x", peer=reader))
        for request in behaviour(script).requests("probe"):
            if request.tetraplets != ((Tetraplet(maker, "s", "f", ""),),):
                yield Counterexample(script, f"a result of {maker} is said to be {request.tetraplets[0][0]}")


def _arguments(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """A service is told each argument as if it were the only one."""
    before = seq(FILLED, canon("$s", "#cc"), call("obj", peer="B", output="x"))
    operands = ("x", '"v"', "#cc", "x.$.a", "7", "#cc.$.[1]", "%init_peer_id%", "#cc.length")
    together = behaviour(seq(before, call("probe", *operands))).requests("probe")
    if len(together) != 1:
        yield Counterexample(seq(before, call("probe", *operands)), f"the service is called {len(together)} times")
        return
    for operand, argument, tetraplets in zip(operands, together[0].arguments, together[0].tetraplets, strict=True):
        script = seq(before, call("probe", operand))
        for alone in behaviour(script).requests("probe"):
            if (argument, tetraplets) != (alone.arguments[0], alone.tetraplets[0]):
                yield Counterexample(script, f"{operand} is told in another way than among other arguments")


# --- comparisons ------------------------------------------------------------------------------------------

COMPARED: Final = ("1", "1.0", '"1"', "true", "[]", '""', "x", "y", "x.$.[0]", "#cc", "%ttl%")


def _compared(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Exactly one of ``match`` and ``mismatch`` holds: the first one where services would see the same JSON."""
    before = seq(call("arr", output="x"), call("arr", peer="B", output="y"), canon("$s", "#cc"))
    told = behaviour(seq(before, call("probe", *COMPARED))).arguments("probe") or (COMPARED,)
    seen = dict(zip(COMPARED, told[0], strict=True))
    for left in COMPARED:
        tests = []
        for n, right in enumerate(COMPARED):
            tests.append(xor(match(left, right, call(f"same{n}")), call(f"other{n}")))
            tests.append(xor(mismatch(left, right, call(f"other{n}")), call(f"same{n}")))
        script = seq(before, *tests)
        run = behaviour(script)
        for n, right in enumerate(COMPARED):
            counts = len(run.arguments(f"same{n}")), len(run.arguments(f"other{n}"))
            if counts != ((2, 0) if seen[left] == seen[right] else (0, 2)):
                yield Counterexample(
                    seq(before, tests[2 * n]), f"{left} and {right} are {seen[left]} and {seen[right]}"
                )


# --- calls ------------------------------------------------------------------------------------------------


def _by_name(peer: str) -> Iterator[Equation]:
    """A peer, service or function may be named by a variable."""
    plain = f'(call "{peer}" ("s" "f") ["v"] x)'
    for text in (f'"{peer}"', '"s"', '"f"'):
        yield seq(ap(text, "p"), plain.replace(text, "p", 1)), plain
    yield (
        seq(call("echo", f'"{peer}"', output="p"), plain.replace(f'"{peer}"', "p")),
        seq(call("echo", f'"{peer}"'), plain),
    )


def _output_unused(peer: str, output: str) -> Iterator[Equation]:
    yield call("f", '"v"', peer=peer, output=output), call("f", '"v"', peer=peer)
    yield new("$s", call("f", '"v"', peer=peer, output=output)), call("f", '"v"', peer=peer)


def _in_order(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """What follows in a sequence begins when all that goes before was answered."""
    for x in ANY.placed(1):
        if "(par" not in x:
            script = seq(x, call("after"))
            calls = behaviour(script).calls
            for _, request, answered in calls:
                if request.function_name == "after" and answered != len(calls) - 1:
                    yield Counterexample(
                        script, f"'after' is called when {answered} of {len(calls) - 1} calls were answered"
                    )


LAWS: Final[tuple[ScriptLaw, ...]] = (
    law("lenses-index", "A lens selects what indexing selects, and fails where that fails.", _lenses),
    law("canon-lenses-index", "A canonical stream is the array of its values.", _canon_lenses),
    law(
        "map-lenses-index",
        "A canonical map is an object with all values under each key.",
        _map_lenses,
    ),
    law("canon-holds", "A canon holds what was appended, in its order, for everyone.", _canon_holds),
    equation(
        "canon-fixed",
        "Values that come after a canon do not change it.",
        Scheme(_canon_fixed, (Pieces((FILLED,)), Pieces(("A", "B")), Pieces(("A", "B", "C")))),
        contexts=ALONE,
    ),
    law(
        "provenance",
        "A result names its call, whatever way it takes; a literal names the initial peer.",
        _origins,
    ),
    law(
        "results-name-their-calls",
        "A result names its call, to whoever reads it.",
        _makers,
    ),
    law(
        "arguments",
        "A service is told each argument as if it were the only one.",
        _arguments,
    ),
    law(
        "comparison",
        "Exactly one of match and mismatch holds; match where the JSON is the same.",
        _compared,
    ),
    equation(
        "by-name",
        "A peer, service or function may be named by a variable.",
        Scheme(_by_name, (Pieces(("A", "B", "C")),)),
    ),
    equation(
        "output-unused",
        "Where a result is bound does not show while nobody reads it.",
        Scheme(_output_unused, (Pieces(("A", "B")), Pieces(("x", "$s")))),
    ),
    law(
        "in-order",
        "What follows begins when all that goes before was answered.",
        _in_order,
    ),
)
