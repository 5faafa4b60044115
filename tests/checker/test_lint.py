"""`airspec lint`: what it finds, what it leaves alone, and that what it calls dead never runs."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from test_cli import airspec

from airspec.checker.conform.generation.idioms import write_idioms
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.lint import RULES, findings
from airspec.checker.lint.outcomes import dead_instructions
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.prove.laws.corpus import CORPUS
from airspec.checker.prove.refinement.check import PARTICLE, Answers
from airspec.semantics.configuration import Config, Eval, Halt, Return, Throw
from airspec.semantics.editions import FAITHFUL
from airspec.semantics.invoke import conclude, farewell, start
from airspec.semantics.machine import machine
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.spec.data import Data
from airspec.spec.errors import place_of
from airspec.spec.parser import Script, parse
from airspec.spec.printer import one_line
from airspec.spec.syntax import Instruction, instructions

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.air"))

FOUND = {
    # variables
    '(seq (canon relay $-hop- #-hopc-) (call "A" ("s" "f") [] relai))': ["1:13 unset-variable: `relai`?"],
    '(seq (call "A" ("s" "f") [] answer) (fail anwser))': ["1:43 unset-variable: `answer`?"],
    '(seq (ap 1 x) (ap ("k" y) %m))': ["1:24 unset-variable", "1:27 unread-stream"],
    "(seq (xor (match 1 2 (ap 1 x)) (null)) (ap x y))": ["1:11 never-taken", "1:44 unset-variable: never runs"],
    "(seq (fold [] i (seq (ap i x) (next i))) (ap x y))": ["1:46 unset-variable: in a scope that ends"],
    "(seq (fold [] i (next i)) (ap i y))": ["1:31 unset-variable: in a scope that ends"],
    "(seq (new x (ap 1 x)) (ap x y))": ["1:27 unset-variable: in a scope that ends"],
    # streams
    '(seq (call "A" ("s" "f") [] $quotes) (seq (canon "A" $qoutes #q) (ap #q x)))': [
        "1:29 unread-stream: `$qoutes`?",
        "1:54 unwritten-stream: `$quotes`?",
    ],
    "(seq (ap 1 $one) (ap 2 $two))": ["1:12 unread-stream", "1:24 unread-stream"],
    '(seq (canon "A" $nobody #nn) (call "A" ("s" "f") [#nn.$.[0]]))': ["1:17 unwritten-stream"],
    '(seq (canon "A" %m #%m) (call "A" ("s" "f") [#%m.$.k]))': ["1:17 unwritten-stream"],
    '(seq (ap 1 $s) (new $s (seq (canon "A" $s #s) (call "A" ("s" "f") [#s]))))': ["1:12 unread-stream"],
    # order
    '(seq (never) (call "A" ("s" "f") []))': ["1:14 unreachable: `never` at 1:6"],
    '(seq (seq (fail 1 "e") (null)) (call "A" ("s" "f") []))': ['1:32 unreachable: `fail 1 "e"` at 1:11'],
    '(seq (par (never) (never)) (call "A" ("s" "f") []))': ["1:28 unreachable: `never` at 1:11"],
    '(seq (seq (ap 1 $s) (fold $s i (seq (null) (next i)))) (call "A" ("s" "f") []))': [
        "1:56 fold-without-last: `fold $s i` at 1:21"
    ],
    '(seq (call "A" ("s" "f") [] x) (fold x i (call i ("s" "f") [])))': ["1:32 fold-without-next: `(next i)`"],
    '(xor (ap 1 x) (call "A" ("s" "f") []))': ["1:1 needless-handler"],
    '(xor (match "a" "a" (null)) (call "A" ("s" "f") []))': ["1:1 needless-handler"],
    '(mismatch 1 1 (call "A" ("s" "f") []))': ["1:1 never-taken"],
}
"""Scripts with their findings: place, rule, and what the message or the suggestion has."""

HOP = "(new $-hop- (new #-hopc- (canon %init_peer_id% $-hop- #-hopc-)))"
JOIN = """
(seq
  (par (call "B" ("s" "f") [] $s) (call "C" ("s" "g") [] $s))
  (new $t
    (seq
      (fold $s i
        (seq (seq (ap i $t) (canon "A" $t #tt)) (xor (match #tt.length 2 (null)) (next i)))
        (never))
      (seq (canon "A" $t #rr) (call "A" ("s" "u") [#rr])))))
"""
LEFT_ALONE = [
    HOP,
    JOIN,
    f'(xor (call "A" ("s" "f") []) (seq {HOP} (fail :error:)))',
    f'(seq (fail 1 "e") {HOP})',
    "(xor (null) (fail :error:))",
    '(seq (call "A" ("s" "f") [] ns) (par (fold ns n (par (call n ("s" "g") [] $r) (next n)) (never)) (null)))',
    '(new $nil (seq (canon "A" $nil #nil) (call "A" ("s" "f") [#nil])))',
    '(seq (ap 1 $s) (seq (fold $s i (par (call "A" ("s" "f") [i]) (next i))) (call "A" ("s" "g") [])))',
    '(seq (ap 1 $s) (seq (fold $s i (seq (null) (next i)) (null)) (call "A" ("s" "g") [])))',
    '(par (never) (seq (call "A" ("s" "f") [] x) (call "B" ("s" "g") [x])))',
    '(seq (par (never) (null)) (call "A" ("s" "f") []))',
    '(fold [] i (seq (ap i x) (seq (call "A" ("s" "f") [x]) (next i)) ) (call "A" ("s" "g") [i x]))',
    "(fold [] i (null))",
]
"""Idioms of authors and of the Aqua compiler in which nothing is wrong."""


@pytest.mark.parametrize(("text", "expected"), FOUND.items())
def test_findings_have_place_rule_and_suggestion(text: str, expected: list[str]) -> None:
    found = findings(parse(text))
    assert [f"{place_of(text, one.offset).line}:{place_of(text, one.offset).column} {one.rule}" for one in found] == [
        line.partition(": ")[0] for line in expected
    ]
    for one, line in zip(found, expected, strict=True):
        assert line.partition(": ")[2] in f"{one.message} {one.suggestion}"
        assert one.rule in RULES


@pytest.mark.parametrize("text", LEFT_ALONE)
def test_usual_idioms_are_left_alone(text: str) -> None:
    assert findings(parse(text)) == ()


def test_the_examples_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    assert airspec("lint", *EXAMPLES) == 0
    assert capsys.readouterr().out == ""


def test_findings_are_told_for_all_scripts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good, bad = tmp_path / "good.air", tmp_path / "bad.air"
    good.write_text("(null)")
    bad.write_text('(seq\n  (never)\n  (call "A\x1b[m" ("s" "f") []) ; ok=1\n)')
    assert airspec("lint", good) == 0
    assert airspec("lint", bad, good) == 12
    expected = f"{bad}:3:3: unreachable: this is never reached, as `never` at 2:3 does not complete; "
    assert capsys.readouterr().out.startswith(expected)
    assert airspec("lint", tmp_path / "missing.air", bad) == 2
    captured = capsys.readouterr()
    assert "missing.air: cannot be read" in captured.err and captured.out.startswith(expected)


# --- soundness --------------------------------------------------------------------------------------


class Watching:
    """The interpreter, which remembers every instruction that it evaluated, and those that did not wait or fail."""

    def __init__(self) -> None:
        self.evaluated: set[Instruction] = set()
        self.went_on: set[Instruction] = set()

    def __call__(
        self,
        script: Script,
        kept: Data,
        current: Data,
        particle: Particle,
        peer: str,
        results: Mapping[int, CallResult],
    ) -> Outcome:
        c = start(script, kept, current, particle, peer, results, None)
        if not isinstance(c, Config):
            return conclude(c, kept)
        stepping = machine(FAITHFUL)
        while not isinstance(c.control, Halt):
            before, c = c, stepping.step(c)
            if isinstance(before.control, Eval):
                self.evaluated.add(before.control.instruction)
                if not isinstance(c.control, Throw | Halt) and (c.complete or not isinstance(c.control, Return)):
                    self.went_on.add(before.control.instruction)
        return conclude(farewell(c), kept)


PEERS = ("A", "B", "C")
GENERATED = [write_script(RandomChoices(seed), PEERS, depth=5, budget=20) for seed in range(150)]
IDIOMS = [write_idioms(RandomChoices(seed), PEERS) for seed in range(60)]
CONSTANTS = [
    f"(seq (par {one} (null)) (xor (xor (seq {two} (ap 1 x)) {one}) (fold [] i (match 1 2 {two}))))"
    for one in ("(never)", '(fail 1 "e")', "(match 1 1 (ap 2 y))", "(mismatch 1 1 (ap 2 y))")
    for two in ('(call "A" ("s" "f") [])', "(new z (match true false (null)))", '(par (fail 1 "e") (never))')
]
CONSTANTS += [
    f'(seq (seq (ap 1 $s) (fold $s i {body})) (call "A" ("s" "f") []))'
    for body in ('(fail 1 "e")', '(seq (call "A" ("s" "err") []) (next i))', "(seq (null) (next i))", "(null)")
]
SCOPES = [
    f'(seq {setting} (call "A" ("s" "f") [x]))'
    for setting in (
        "(new x (ap 1 x))",
        "(fold [] x (next x))",
        '(seq (call "A" ("s" "arr") [] a) (fold a i (seq (ap i x) (next i))))',
        '(seq (call "A" ("s" "arr") [] a) (fold a x (next x)))',
        "(seq (ap 1 $s) (fold $s i (seq (ap i x) (next i)) (null)))",
        "(seq (ap 1 $s) (fold $s i (ap i x)))",
        '(xor (match 1 2 (call "A" ("s" "f") [] x)) (null))',
        "(new y (fold [] i (new x (ap 1 x))))",
        "(new $s (ap 1 x))",
    )
]


def test_what_is_called_dead_never_runs() -> None:
    dead_scripts = 0
    for seed, text in enumerate([*GENERATED, *IDIOMS, *CORPUS, *CONSTANTS]):
        script = parse(text)
        dead = dead_instructions(script.instruction)
        ran = sorted(one_line(node) for node in dead & watched(script, seed).evaluated)
        assert not ran, f"{text} ran {ran}"
        dead_scripts += bool(dead)
    assert dead_scripts > 20


def test_what_reads_a_variable_that_is_called_unset_never_goes_on() -> None:
    readers = 0
    for seed, text in enumerate([*GENERATED, *IDIOMS, *CORPUS, *SCOPES]):
        script = parse(text)
        offsets = [found.offset for found in findings(script) if found.rule == "unset-variable"]
        reading = {innermost(script, offset) for offset in offsets}
        went_on = sorted(one_line(node) for node in reading & watched(script, seed).went_on)
        assert not went_on, f"{text}: {went_on}"
        readers += len(reading)
    assert readers > 10


def watched(script: Script, seed: int) -> Watching:
    """Return what a random run of a script evaluated."""
    watching = Watching()
    Story(World(script, PARTICLE, Answers(), watching)).play_randomly(seed, 60)
    return watching


def innermost(script: Script, offset: int) -> Instruction:
    """Return the innermost instruction around an offset."""
    around = [node for node in instructions(script.instruction) if node.span.start <= offset < node.span.end]
    return around[-1]
