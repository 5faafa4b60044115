"""Pages: one file, nothing loaded, each move with its details; annotations as AquaVM's framework reads them."""

from __future__ import annotations

import re
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest

from airspec.checker.explore.search import Bounds, Search
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.event_text import names_of_peers
from airspec.checker.report.page import check_page, story_page
from airspec.checker.report.sequence_diagram import CHARACTER, sequence_diagram
from airspec.semantics.particle import Particle
from airspec.spec.errors import ScriptError

RACE = (Path(__file__).parents[2] / "examples" / "canon-race.air").read_text()


def world(text: str) -> World:
    annotated = read_annotated(text, "script")
    return World(annotated.script, Particle("init"), ServiceSources(), annotations=annotated.annotations)


class Outline(HTMLParser):
    """The ids, links and loaded addresses of a page; checks that its elements are closed in order."""

    VOID = frozenset({"meta", "br", "line", "circle", "path"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.links: set[str] = set()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        self.ids.add(found.get("id") or "")
        if tag == "a":
            self.links.add((found.get("href") or "").removeprefix("#"))
        self.loaded += [found[name] or "" for name in ("src", "srcset") if name in found]
        if tag not in self.VOID and tag != "li":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in self.VOID and tag != "li":
            assert self.open.pop() == tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    found.close()
    assert found.open == [] and found.loaded == []
    assert not re.search(r"@import|url\(h|https?://(?!www\.w3\.org/2000/svg)", page)
    assert found.links <= found.ids
    return found


def test_a_story_page_stands_alone() -> None:
    story = Story(world(RACE))
    story.play_randomly(1, 100)
    found = outline(story_page("<race> & more", story))
    assert {f"move-{number}" for number in range(1, len(story.events) + 1)} <= found.ids & found.links


def test_a_check_page_draws_both_runs() -> None:
    w = world(RACE)
    page = check_page([("race", w, Search(w).run(Bounds()))], [("airspec", "run", "race.air")])
    outline(page)
    assert page.count("<svg") == 2 and "same-calls" in page and "airspec run race.air --schedule" in page


def test_the_diagrams_of_two_runs_mark_where_they_part_and_name_what_is_called() -> None:
    w = world(RACE)
    page = check_page([("race", w, Search(w).run(Bounds()))], [("airspec", "run", "race.air")])
    assert page.count(">the runs part</text>") == 2
    assert page.count(">c1 (&quot;price&quot; &quot;offer&quot;)</text>") == 2


def test_a_diagram_fits_a_narrow_screen_and_says_how_much_of_a_label_is_left_out() -> None:
    """Every label stands within the drawing, if a character is as wide as it is taken to be."""
    calls = "\n".join(f'(seq (call "peer-number-{n}" ("{"long" * n}" "f") []) ; ok=1' for n in range(1, 7))
    story = Story(world(f"{calls}\n(null){')' * 6}"))
    assert story.play_randomly(0, 100)
    drawn = sequence_diagram(story, "a")
    width = int(re.findall(r'viewBox="0 0 (\d+) ', drawn)[0])
    assert len(names_of_peers(story)) == 7 and width <= 350
    left_out = 0
    for is_leftward, x, label in re.findall(r'<text (class="leftward" )?x="(\d+)" y="\d+">(.*?)</text></a>', drawn):
        length = len(unescape(label)) * CHARACTER
        assert int(x) - length >= 0 if is_leftward else int(x) + length <= width
        if (marked := re.fullmatch(r"(c(\d+) .*)… \(\+(\d+)\)", unescape(label))) is not None:
            whole = f'c{marked[2]} ("{"long" * int(marked[2])}" "f")'
            assert whole.startswith(marked[1]) and len(marked[1]) + int(marked[3]) == len(whole)
            left_out += 1
    assert left_out


def test_hostile_names_are_escaped() -> None:
    story = Story(world('(call "<script>alert(1)</script>" ("s" "f") [] x) ; ok="<b>"'))
    story.play_randomly(1, 100)
    page = story_page("x", story)
    outline(page)
    assert "<script>alert" not in page and "<b>&" not in page


@pytest.mark.parametrize(
    ("comment", "results"),
    [
        ("ok = 42", ["42", "42"]),
        ('ok=@"B"', ['"B"', '"B"']),
        ("echo", ["7", "7"]),
        ("behaviour = echo", ["7", "7"]),
        ("behaviour=arg.0", ["7", "7"]),
        ("behaviour=function", ['"f"', '"f"']),
        ("behaviour=service", ['"s"', '"s"']),
        ("dbg_behaviour=unit", ['"result from unit_call_service"'] * 2),
        ('map={"7": "seven"}', ['"seven"', '"seven"']),
        ('map={"8": 1}', ["null", "null"]),
        ('seq_ok={"default": 1, "1": 2}', ["1", "2"]),
        ('seq_error={"0": {"ret_code": 0, "result": 5}, "1": {"ret_code": 0, "result": 6}}', ["5", "6"]),
        ('err={"ret_code": 0, "result": [1]}', ["[1]", "[1]"]),
        ("behaviour=tetraplet", ['[[{"function_name":"","lens":"","peer_pk":"init","service_id":""}]]'] * 2),
    ],
)
def test_annotations_mean_what_aquavms_framework_says(comment: str, results: list[str]) -> None:
    fold = f'(seq (ap 7 x) (fold l i (seq (call "init" ("s" "f") [x]) (next i)))) ; {comment}'
    text = f'(seq (call "init" ("list" "two") [] l) ; ok=[1,2]\n {fold}\n)'
    text = text.replace("[x]) (next i)))) ;", f"[x]) ; {comment}\n (next i)))) ;;")
    story = Story(world(text))
    assert story.play_randomly(0, 50)
    answered = [result for event in story.events[2:] if event.invocation for _, result in event.invocation.results]
    assert [result.result for result in answered] == results


def test_an_annotation_behind_a_list_belongs_to_its_last_call() -> None:
    annotated = read_annotated('(seq (null) (seq (null) (call "A" ("s" "f") []))) ; ok=1', "script")
    assert list(annotated.annotations.definitions) == [0]


@pytest.mark.parametrize(
    ("comment", "message"),
    [
        ("ok=", "the value is no JSON"),
        ("okay=1", "'okay' defines no service"),
        ("behaviour=ech", "is no behaviour"),
        ('err={"ret_code": 0}', "needs objects with an integer"),
        ('seq_ok={"first": 1}', "keys are numbers of calls"),
        ("seq_ok=[1]", "needs an object"),
    ],
)
def test_a_wrong_annotation_is_refused_with_its_place(comment: str, message: str) -> None:
    with pytest.raises(ScriptError, match="in the annotation") as caught:
        read_annotated(f'(call "A" ("s" "f") []) ; {comment}', "script")
    assert message in str(caught.value) and caught.value.place is not None


def test_remarks_are_no_annotations() -> None:
    text = '; a title\n(call "A" ("s" "f") []) ;; ok=1\n; see (call) x=1'
    assert read_annotated(text, "script").annotations.definitions == {}
