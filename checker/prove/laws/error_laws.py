"""Laws of errors: how handlers see them, and how they appear in registers afterwards."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from airspec.checker.conform.generation.services import ANSWERS
from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.prove.laws.air_builder import NULL, ap, call, fail, par, seq, xor
from airspec.checker.prove.laws.harness import INIT, Run
from airspec.checker.prove.laws.observable import behaviour
from airspec.checker.prove.laws.schemes import FAILING, Equation, Pieces, Scheme, law, of_schemes
from airspec.checker.prove.laws.script_law import ScriptLaw, Witness
from airspec.checker.prove.reading.symbols import ALIKE
from airspec.spec.values import Tetraplet

STUCK: Final = (
    seq(call("arr@", output="v@"), call("f@", "v@.$.zz")),
    seq(call("obj@", output="v@"), f"(fold v@ i@ {call('f@', 'i@')})"),
    seq(ap("1", "v@"), "(fail v@)"),
    '(new v@ (call "A" ("s" "f@") [v@]))',
)
"""Instructions that fail for what their operands are."""

FAILURES: Final = Pieces((*FAILING.texts, *STUCK), "fails")
HANDLERS: Final = Pieces((call("err@"), fail(3, "three"), *STUCK), "fails")


def _caught(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """The handler sees the code with which the script would have ended."""
    for x in FAILURES.placed(1):
        codes = {code for code, _ in behaviour(x).codes}
        script = xor(x, call("probe", ":error:.$.error_code"))
        seen = {int(arguments[0]) for arguments in behaviour(script).arguments("probe")}
        if seen != codes or not codes:
            yield Counterexample(
                script, f"without its handler the script ends with {sorted(codes)}, its handler sees {sorted(seen)}"
            )


def _fields(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """What the registers show of ``fail`` and of a service that fails, on the peer that raised it."""
    code, message = 7, "seven"
    oops = ANSWERS["err"]
    cases: list[tuple[str, str, dict[str, Any]]] = [
        (fail(code, message), "%last_error%", {"error_code": code, "message": message, "peer_id": INIT}),
        *(
            (call("err", peer=peer), register, {"peer_id": peer, "instruction": f"call {json.dumps(peer)}"})
            for peer in "AB"
            for register in ("%last_error%", ":error:")
        ),
    ]
    for x, register, expected in cases:
        script = xor(x, call("probe", register))
        for (text,) in behaviour(script).arguments("probe") or (("null",),):
            seen = json.loads(text) or {}
            wrong = [field for field in expected if not str(seen.get(field)).startswith(str(expected[field]))]
            if wrong:
                yield Counterexample(script, f"the {wrong[0]} of {register} is {seen.get(wrong[0])}")
            elif "err" in x and oops.result not in seen["message"]:
                yield Counterexample(script, f"the message of {register} does not say what the service said")


def _clear_afterwards(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Once an error was handled, ``:error:`` is as if there had been none."""
    nothing = behaviour(call("probe", ":error:")).arguments("probe")
    for x in FAILURES.placed(1):
        for handler in (NULL, call("h", ":error:")):
            script = seq(xor(x, handler), call("probe", ":error:"))
            for arguments in behaviour(script).arguments("probe"):
                if (arguments,) != nothing:
                    yield Counterexample(script, f"after the handler, the error register holds {arguments[0]}")


def _origins(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """An error of a call has the tetraplet of that call, any other error that of a literal."""
    literal = Tetraplet(INIT, "", "", "")
    for x, origin in (
        (call("err"), Tetraplet("A", "s", "err", "")),
        (call("err", peer="B"), Tetraplet("B", "s", "err", "")),
        (fail(), literal),
        (seq(ap("1", "x"), "(fail x)"), literal),
        ("(null)", literal),
    ):
        for register in ("%last_error%", ":error:", "%last_error%.$.message"):
            probe = call("probe", register)
            script = xor(seq(x, probe), probe)
            for request in behaviour(script).requests("probe"):
                if request.tetraplets != ((origin,),):
                    yield Counterexample(
                        script, f"{register} is said to come from {request.tetraplets[0][0]}, not {origin}"
                    )


def _probed_alike(name: str, sentence: str, *schemes: Scheme) -> ScriptLaw:
    """A law of scripts in which `probe` is told the same, whatever else they call."""

    def compared(left: str, right: str) -> Iterator[Witness]:
        ours, theirs = (tuple(r.arguments for r in behaviour(s).requests("probe")) for s in (left, right))
        if ours != theirs:
            yield Counterexample(left, f"tells {_told(ours)}, but {right} tells {_told(theirs)}")

    return of_schemes(
        name, sentence, schemes, compared, (f"{ALIKE}: `probe` is told the same, whatever else is called.",)
    )


def _told(requests: tuple[tuple[str, ...], ...]) -> str:
    return "; ".join(" ".join(arguments) for arguments in requests) or "nothing"


def _as_if_first(x: str, y: str) -> Iterator[Equation]:
    seen = call("probe", "%last_error%", ":error:")
    yield seq(xor(x, NULL), xor(y, seen)), xor(y, seen)
    yield xor(seq(xor(x, NULL), y), seen), xor(y, seen)
    yield seq(xor(x, par(fail(), NULL)), xor(y, seen)), xor(y, seen)


def _same_for_all(runs: tuple[Run, ...]) -> Iterator[Witness]:
    """Yield a witness if peers that handle a failure of a service see it differently."""
    told = {}
    for peer in "ABC":
        script = xor(call("err", peer="B"), call("probe", "%last_error%", ":error:", peer=peer))
        told[script] = behaviour(script).arguments("probe")
    first = next(iter(told.values()))
    for script, seen in told.items():
        if seen != first or not seen:
            yield Counterexample(script, f"the handler tells {_told(seen)}, elsewhere {_told(first)}")


BEFORE: Final = Pieces((NULL, xor(fail(), NULL), xor(call("err"), NULL)))
COMPARISONS: Final = Pieces(("(match 1 2 (null))", "(mismatch 1 1 (null))"), "is a comparison that fails")


def _comparisons_are_no_errors(x: str, y: str) -> Iterator[Equation]:
    """A comparison that fails leaves the last error as it is."""
    probe = call("probe", "%last_error%")
    yield seq(x, xor(y, probe)), seq(x, probe)
    yield seq(x, xor(y, NULL), probe), seq(x, probe)


def _raised_again(x: str, y: str) -> Iterator[Equation]:
    """A handler that fails replaces the error; the enclosing handler sees the new one."""
    seen = call("probe", ":error:.$.error_code", ":error:.$.message", "%last_error%")
    code = call("probe", ":error:.$.error_code")
    yield xor(xor(x, y), seen), xor(y, seen)
    yield xor(par(fail(), xor(x, y)), code), xor(y, code)


LAWS: Final[tuple[ScriptLaw, ...]] = (
    law(
        "errors-name-their-calls",
        "An error of a call has the tetraplet of that call, any other error that of a literal.",
        _origins,
    ),
    law("caught", "A handler sees the error with which its left side would have ended.", _caught),
    law("error-fields", "The registers say what failed, why, and on which peer.", _fields),
    law("handled-is-cleared", "After an error was handled, `:error:` holds none.", _clear_afterwards),
    _probed_alike(
        "as-if-first",
        "After an error was handled, the next one is seen as if it were the first.",
        Scheme(_as_if_first, (FAILURES, HANDLERS)),
    ),
    _probed_alike(
        "comparisons-are-no-errors",
        "A comparison that fails leaves `%last_error%` as it is.",
        Scheme(_comparisons_are_no_errors, (BEFORE, COMPARISONS)),
    ),
    law("failures-are-the-same", "A service's failure is told alike by every peer.", _same_for_all),
    _probed_alike(
        "raised-again", "Of a handler that fails the new error is seen.", Scheme(_raised_again, (FAILURES, HANDLERS))
    ),
)
