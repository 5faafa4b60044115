"""Annotations: services in the comments of a script, in the forms of AquaVM's testing framework."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec import Struct

from airspec.checker.cli import main
from airspec.checker.conform.adapters.avm import AquaVM
from airspec.checker.conform.adapters.interpreters import AquaVMOnWire, Interpreter, Specification, SpecificationOnWire
from airspec.checker.conform.generation.scripts import RandomChoices, write_script
from airspec.checker.conform.lockstep.given_game import Cast, GivenGame
from airspec.checker.conform.lockstep.numbered_environment import Answers
from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.moves import Faults
from airspec.checker.model.schedule import read_schedule
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.behaviours import ServiceError
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.services.toml_file import ServiceFile
from airspec.checker.model.sites import calls_of
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.semantics.invoke import invoke
from airspec.semantics.particle import CallResult, Outcome, Particle
from airspec.spec.comments import comments
from airspec.spec.data import Data, data_to_json
from airspec.spec.errors import ScriptError
from airspec.spec.parser import Script, parse
from airspec.spec.syntax import Literal

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.air"))
PARTICLE = Particle("init")


class Ended(Struct):
    """What the command printed, and its exit code."""

    exit_code: int
    output: str
    stderr: str


Airspec = Callable[..., Ended]


@pytest.fixture
def airspec(capsys: pytest.CaptureFixture[str]) -> Airspec:
    """The command, run in this process."""

    def run(*words: object) -> Ended:
        with pytest.raises(SystemExit) as left:
            main([str(word) for word in words])
        assert isinstance(left.value.code, int)
        return Ended(left.value.code, *capsys.readouterr())

    return run


def world(text: str, init: str = "init") -> World:
    """The world of an annotated script, without other services."""
    annotated = read_annotated(text, "script")
    return World(annotated.script, Particle(init), ServiceSources(), annotations=annotated.annotations)


def answers(story: Story) -> list[tuple[str, str]]:
    """What was answered in a run, by peer."""
    return [(e.peer, result.result) for e in story.events if e.invocation for _, result in e.invocation.results]


def test_annotations_over_several_lines(tmp_path: Path, airspec: Airspec) -> None:
    """`#| .. |#` behind a call means the same as a comment, on one line or on several."""
    script = tmp_path / "script.air"
    script.write_text(
        '(seq\n  (call "A" ("s" "f") [1] x) #|\n    map = {\n      "1": {"a": 5}\n    }\n  |#\n'
        '  (call "B" ("s" "g") [x.$.a] y) #| echo |#)\n'
    )
    result = airspec("run", script)
    assert '("s" "f") [1] → {"a":5}' in result.output
    assert '("s" "g") [5] → 5' in result.output


def test_literals_are_no_annotations() -> None:
    """Whatever stands between quotes stays as it is, even when it looks like a form of annotations."""
    text = '(call "A" ("a@" "b") ["x) #| ok=1 |#" "; ok=2" "@"] x) ; ok=@"B"'
    call = calls_of(read_annotated(text, "script").script)[0]
    assert call.service == Literal("a@")
    assert call.arguments == (Literal("x) #| ok=1 |#"), Literal("; ok=2"), Literal("@"))


# --- the script runs as it is written -------------------------------------------------------------------


def without_comments(script: Script) -> Script:
    """The script with blanks in place of its comments."""
    text = script.text
    for span in comments(script):
        text = text[: span.start] + " " * (span.end - span.start) + text[span.end :]
    return parse(text, "plain")


def as_file(text: str) -> tuple[World, World]:
    """A world with annotations, and one of the same script without comments whose services are in a file.

    Calls of functions that variables name are not annotated, and are answered by the file in both.
    """
    annotated = read_annotated(text, "script")
    calls, definitions = annotated.annotations.calls, annotated.annotations.definitions
    file: dict[tuple[str | None, str, str], object] = {}
    for site, definition in definitions.items():
        call = calls[site]
        assert isinstance(call.service, Literal) and isinstance(call.function, Literal)
        peer = call.peer.text if isinstance(call.peer, Literal) else None
        key = (peer, call.service.text, call.function.text)
        assert file.setdefault(key, definition) == definition, "no file can say this"
    sources = ServiceSources((ServiceFile("services.toml", file),), "echo")  # type: ignore[arg-type]
    return (
        World(annotated.script, PARTICLE, sources, annotations=annotated.annotations),
        World(without_comments(annotated.script), PARTICLE, sources),
    )


def told(world: World, seed: int) -> list[tuple[object, ...]]:
    """All that can be observed of a random run: moves, data, requests, messages, receivers, results."""
    story = Story(world)
    assert story.play_randomly(seed, 500)
    return [
        (
            str(event.word),
            event.invocation and event.invocation.results,
            data_to_json(world.data(event.after)),
            [(call.call_id, world.request(call.request)) for call in event.called],
            [(message.receiver, data_to_json(world.data(message.data))) for message in event.sent],
            event.effect and (event.effect.ret_code, event.effect.error_message, event.effect.trap),
        )
        for event in story.events
    ]


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_an_example_runs_as_it_does_with_a_service_file(path: Path) -> None:
    annotated, plain = as_file(path.read_text())
    for seed in range(10):
        assert told(annotated, seed) == told(plain, seed)


def annotation(function: str) -> str:
    """An annotation for a function of generated scripts."""
    known = {"arr": '[1,2,"a"]', "obj": '{"a":[1,{"k":"x"}],"k":"v"}', "num": "7", "key": '"k"'}
    match function:
        case "echo":
            return "echo"
        case "err" | "text" | "wild":
            return 'err={"ret_code":1,"result":"oops"}'
        case "fails":
            return 'ok={"error_code":5,"message":"five"}'
        case _:
            return f"ok={known.get(function, json.dumps(function))}"


def annotated_by_function(text: str) -> str:
    """A script in which each call whose function is a literal is annotated, and calls of one function alike."""
    for call in reversed(calls_of(parse(text, "generated"))):
        if isinstance(call.service, Literal) and isinstance(call.function, Literal):
            text = f"{text[: call.span.end]} ; {annotation(call.function.text)}\n{text[call.span.end :]}"
    return text


def test_generated_scripts_run_as_they_do_with_a_service_file() -> None:
    errors = 0
    for seed in range(300):
        text = annotated_by_function(write_script(RandomChoices(seed), ["init", "B", "C"]))
        annotated, plain = as_file(text)
        found = told(annotated, seed)
        assert found == told(plain, seed), text
        errors += any(event[-1] and event[-1][0] for event in found)  # type: ignore[index]
    assert errors > 30, "too few runs with messages"


def test_the_text_that_a_script_reads_of_itself_is_as_written(tmp_path: Path, airspec: Airspec) -> None:
    script = tmp_path / "script.air"
    script.write_text(
        '(xor\n (call %init_peer_id% ("op" "id") [] x) ; err={"ret_code":1,"result":"no"}\n'
        ' (call %init_peer_id% ("out" "text") [%last_error%.$.instruction])) ; behaviour=arg.0\n'
    )
    result = airspec("run", script)
    assert result.exit_code == 0
    assert '→ "call %init_peer_id% (\\"op\\" \\"id\\") [] x"' in result.output


def test_a_call_is_never_answered_by_the_comment_of_another(tmp_path: Path, airspec: Airspec) -> None:
    script = tmp_path / "script.air"
    script.write_text('(seq (call "A" ("x..0" "f") [] x) (call "B" ("s" "g") [x] y)) ; ok=42')
    for words in (["check", script], ["run", script], ["step", script, "--schedule", "s m1 c1"]):
        result = airspec(*words)
        assert result.exit_code == 2
        assert f'{script}:1:6: nothing says what ("x..0" "f") answers on peer A' in result.stderr
    script.write_text('(seq (call "A" ("x..0" "f") [] x) (call "B" ("x..0" "f") [x] y)) ; ok=42')
    services = tmp_path / "services.toml"
    services.write_text('[services."x..0"]\nf = { ok = 1 }\n')
    result = airspec("run", script, "--services", services)
    assert '("x..0" "f") [] → 1' in result.output and '("x..0" "f") [1] → 42' in result.output


def test_reports_show_services_as_they_are_named(tmp_path: Path, airspec: Airspec) -> None:
    script = tmp_path / "script.air"
    script.write_text('(par (call "init" ("x..0" "f") [] y) ; ok=1\n (call "init" ("x..1" "f") [] z)) ; ok=2')
    for words in (["run", script], ["step", script]):
        output = airspec(*words).output
        assert '("x..0" "f")' in output and '("x..1" "f")' in output


# --- each request is answered by the comment of its own call --------------------------------------------

ALIKE = """(par
 (call "init" ("s" "f") [] x) ; ok=1
 (par (call "init" ("s" "f") [] y) ; ok=2
  (par (call "init" ("s" "f") [] z)
   (call "init" ("s" "f") [] w)))) ; ok=4
"""

IN_FOLDS = """(seq (call "init" ("l" "l") [] l) ; ok=["B","C"]
 (fold l p (par
  (seq (call p ("s" "f") [p] $x) ; ok=1
   (call p ("s" "f") [p] $y)) ; seq_ok={"0":2,"1":3}
  (next p))))
"""


def test_calls_alike_on_one_peer_are_answered_each_by_its_own_comment(tmp_path: Path, airspec: Airspec) -> None:
    services = tmp_path / "services.toml"
    services.write_text("[services.s]\nf = { ok = 3 }\n")
    script = tmp_path / "script.air"
    script.write_text(ALIKE)
    result = airspec("run", script, "--services", services, "--schedule", "s c4 c1 c3 c2")
    assert re.findall(r"^c.*→ (\d)$", result.output, re.MULTILINE) == ["4", "1", "3", "2"]
    result = airspec("run", script)
    assert f'{script}:4:8: nothing says what ("s" "f") answers on peer init' in result.stderr


def test_calls_in_folds_are_answered_by_their_comments_whatever_the_order() -> None:
    for seed in range(20):
        story = Story(world(IN_FOLDS))
        assert story.play_randomly(seed, 100)
        given = answers(story)[1:]
        for peer in ("B", "C"):
            assert next(result for name, result in given if name == peer) == "1"
        assert sorted(result for _, result in given) == ["1", "1", "2", "3"]


def test_a_counter_belongs_to_its_call() -> None:
    text = '(par (call "init" ("s" "f") []) ; seq_ok={"0":10,"1":11}\n (call "init" ("s" "f") [])) ; seq_ok={"0":20}\n'
    for schedule in ("s c1 c2", "s c2 c1"):
        story = Story(world(text))
        story.play(read_schedule(schedule))
        assert sorted(result for _, result in answers(story)) == ["10", "20"]


def test_duplicates_and_restarts_ask_the_same_comment_again() -> None:
    """A particle that comes twice, and a peer that forgot its calls, lead to no answer of another comment."""
    text = '(par (seq (call "B" ("s" "f") [] x) ; ok=1\n (call "B" ("s" "f") [x] x2)) ; ok=2\n'
    text += '(seq (call "B" ("s" "f") [] y) ; ok=3\n (call "C" ("t" "f") [x y x2]))) ; behaviour=echo\n'
    made = world(text)
    search = Search(made, Faults(duplicates=1, restarts=1))
    search.run(Bounds())
    asked = [made.request(owed.request) for effect in made.effects.values() for owed in effect.requests]
    assert any(request.service_id == "t" for request in asked)
    assert {request.arguments for request in asked if request.service_id == "t"} == {("1", "3", "2")}


def test_a_call_whose_names_are_variables_can_be_annotated() -> None:
    text = '(seq (call "init" ("n" "n") [] n) ; ok={"s":"s","f":"f"}\n (call "init" (n.$.s n.$.f) [])) ; ok=2'
    story = Story(world(text))
    assert story.play_randomly(0, 10)
    assert [result for _, result in answers(story)] == ['{"f":"f","s":"s"}', "2"]


def test_a_call_has_one_annotation() -> None:
    with pytest.raises(ScriptError, match="the call has an annotation already") as caught:
        read_annotated('(seq (null) (call "A" ("s" "f") []) ; ok=1\n) ; ok=2', "script")
    assert caught.value.place is not None and caught.value.place.line == 2


def renumbered(
    script: Script, prev: Data, current: Data, particle: Particle, peer: str, results: Mapping[int, CallResult]
) -> Outcome:
    """An interpreter that numbers its requests from 101."""
    outcome = invoke(script, prev, current, particle, peer, {call - 100: result for call, result in results.items()})
    requests = tuple((call_id + 100, request) for call_id, request in outcome.call_requests)
    return Outcome(outcome.ret_code, outcome.error_message, outcome.data, outcome.next_peers, requests, outcome.trap)


def test_an_interpreter_with_ids_of_its_own_is_answered_where_one_call_can_have_asked() -> None:
    annotated = read_annotated('(seq (call "A" ("s" "f") [] x) ; ok=1\n (call "B" ("s" "f") [])) ; ok=2', "script")
    other = World(annotated.script, PARTICLE, ServiceSources(), renumbered, annotations=annotated.annotations)
    story = Story(other)
    assert story.play_randomly(0, 20)
    assert answers(story) == [("A", "1"), ("B", "2")]
    annotated = read_annotated(ALIKE, "script")
    other = World(annotated.script, PARTICLE, ServiceSources(), renumbered, annotations=annotated.annotations)
    with pytest.raises(ServiceError, match=r"which of 4 calls asks .* on peer init cannot be told"):
        Story(other).play(read_schedule("s"))


@pytest.mark.parametrize("text", [ALIKE.replace("[] z)", "[] z) ; ok=3\n"), IN_FOLDS], ids=["alike", "in folds"])
def test_interpreters_with_records_and_bytes_are_answered_by_the_same_comments(text: str) -> None:
    sides: tuple[Interpreter, ...] = (Specification(), SpecificationOnWire())
    for side in sides:
        assert sorted(played(text, (side, side))) == expected(text)


def test_aquavm_is_answered_by_the_same_comments(avm: AquaVM) -> None:
    sides = (AquaVMOnWire(avm), SpecificationOnWire())
    for text in (ALIKE.replace("[] z)", "[] z) ; ok=3\n"), IN_FOLDS):
        assert sorted(played(text, sides)) == expected(text)


def expected(text: str) -> list[str]:
    """The answers of any run of a script."""
    story = Story(world(text))
    assert story.play_randomly(0, 100)
    return sorted(result for _, result in answers(story))


def played(text: str, sides: tuple[Interpreter, Interpreter]) -> list[str]:
    """The answers of a game of two interpreters."""
    annotated = read_annotated(text, "script")
    cast = Cast(["init", "B", "C"])
    game = GivenGame(
        annotated.script.text, cast, "init", Answers(annotated.annotations, ServiceSources()), sides, RandomChoices(1)
    )
    assert game.play(100).difference is None
    return [cast.text(answer.result, cast.names) for answer in game.answers]
