"""The book: every rule has a readable typeset form, nothing is left out, and links lead somewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html import unescape
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from airspec.book import typeset
from airspec.book.completeness import complaint, never_shown, unknown
from airspec.book.functions import FUNCTIONS
from airspec.book.join_tables import join_table
from airspec.book.rendering import body, function, rule
from airspec.book.seeded_faults_page import CHANGED, figures
from airspec.book.typeset import Typesetter, UnknownNotationError
from airspec.book.updates import FORMS, written
from airspec.checker.explore.counterexample import Counterexample
from airspec.checker.mutation.catalogue import MUTANTS
from airspec.checker.mutation.rules_digest import rules_digest
from airspec.checker.mutation.verdicts import Broken, MutationRun, Verdict
from airspec.semantics.merge import join
from airspec.semantics.merge.join import join_call
from airspec.semantics.notation.lint import BUILTINS, LIBRARY, METHODS
from airspec.semantics.notation.reading import Case, all_cases
from airspec.semantics.notation.registry import Entry, entry_of, load
from airspec.semantics.notation.transitions import UPDATES

ROOT = Path(__file__).resolve().parents[2]

WORDS = {"None", "True", "False", "lambda", "def", "codes", "json_text", "strict", "fromkeys"}
SAID = {"all", "any", "bool", "len", "map", "max", "min", "next", "range", "set", "sum"}
"""Functions whose names are also words or signs of the book; only their calls are looked for."""

LEFTOVER = re.compile(
    rf"\b(?:{'|'.join(sorted(BUILTINS | LIBRARY))})\("
    rf"|\b(?:{'|'.join(sorted(WORDS | (BUILTINS | LIBRARY) - SAID - {'replace', 'List'}))})\b"
    rf"|\.(?:{'|'.join(sorted(METHODS))})\("
    r"|\b[A-Z]\w*\.[A-Z][A-Z_]+\b|\b_\w|\w_(?!\w)|\[::|\{\{"
)
"""What only a reader of Python understands: its functions, those of its libraries, members of enumerations."""


def plain(html: str) -> str:
    """The text of a piece of HTML."""
    return unescape(re.sub(r"<[^>]*>", "", html))


def notation(html: str) -> str:
    """What is typeset in a piece of HTML, without sentences, and without literal texts."""
    html = re.sub(r"<figcaption>.*?</figcaption>|<[a-z]+ class=\"name\".*?</[a-z]+>", "", html, flags=re.DOTALL)
    return plain(re.sub(r'<span class="v">.*?</span>', "", html).replace("</div>", "\n"))


@pytest.mark.parametrize("case", all_cases(), ids=lambda case: str(case.name))
def test_every_rule_is_typeset_without_python(case: Case) -> None:
    """A rule has its anchor, its name, its sentence and a conclusion, all in the notation of the book."""
    html = rule(case)
    inference = html.partition('<div class="inference">')[2]
    assert f'id="{case.name}"' in html
    assert plain(inference.partition('<div class="conclusion">')[2]).strip()
    assert not LEFTOVER.search(notation(html)), notation(html)
    assert ("⟶" in plain(html)) == (case.relation == "Step")


@pytest.mark.parametrize("entry", [entry for entry in load() if entry.kind in ("definition", "premises")])
def test_every_definition_is_typeset_without_python(entry: Entry) -> None:
    """So are the equations of definitions, and shared premises."""
    assert not LEFTOVER.search(notation(body(entry))), notation(body(entry))


def test_everything_that_the_notation_allows_has_a_form() -> None:
    """Every function of Python and its libraries, every method of collections, every update of a configuration."""
    assert FUNCTIONS.keys() == BUILTINS | LIBRARY
    assert FORMS.keys() == UPDATES


TYPESET = {
    "call-forward": (
        "reach(c, call) as it",
        "it.state = ∅",
        "it.triplet.peer_pk ≠ c.me",
        "⟨call | c⟩ ⟶ ⟨return | it.at, next peers + it.triplet.peer_pk, trace ⧺ Sent(c.me), incomplete⟩",
    ),
    "canon-known": (
        "⟨canon : Canon or CanonMap or CanonMapScalar | c⟩ ⟶ "
        "⟨return | met.at, signed + executed.cid if peer = me, scope := scope, trace ⧺ executed⟩",
    ),
    "seq-left": ("⟨seq ; κ | c⟩ ⟶ ⟨seq.left ; SeqRight(seq.right) ∷ κ | c, complete⟩",),
    "seq-right": ("c.complete", "⟨return ; SeqRight frame ∷ κ | c⟩ ⟶ ⟨frame.right ; κ | c⟩"),
    "par-both-failed": (
        "frame.left_error ≠ ∅",
        "⟨throw error ; ParRight frame ∷ κ | c⟩ ⟶ ⟨throw error ; κ | c, memory := closed(c, frame), incomplete⟩",
    ),
    "fold-stream-lost": (
        "walked_on(c, ended, frame) as it",
        "|it.batch| = 0",
        "find(c.streams, frame.fold.stream.name, frame.fold.span.start) = ∅",
        "⟨ended : return or throw ; StreamFold frame ∷ κ | c⟩ ⟶ ⟨halt Trap(“stream-lost-in-fold”) ; κ | c⟩",
    ),
    "end": ("⟨return ; ε | c⟩ ⟶ ⟨halt ; ε | c⟩",),
    "premise-raises": (
        "a premise ⇓ of the instruction fails with failure",
        "failure is Catchable",
        "⟨instruction | …⟩ ⟶ ⟨throw failure | c, registers + (failure, instruction, blame)⟩",
    ),
    "premise-waits": (
        "a premise ⇓ʷ of the instruction fails, as a variable is not there yet",
        "⟨instruction | …⟩ ⟶ ⟨return | c, incomplete⟩",
    ),
}


def lines(html: str) -> list[str]:
    """The premises of a rule, and its conclusion."""
    found = re.findall(r'<div class="(?:premise|conclusion)">(.*?)</div>', html)
    return [" ".join(plain(line).split()) for line in found]


@pytest.mark.parametrize("name", TYPESET)
def test_a_transition_shows_both_of_its_sides(name: str) -> None:
    """The left side is whole, and the right side has the cells that change."""
    case = next(case for case in all_cases() if case.name == f"Step/{name}")
    assert lines(rule(case))[-len(TYPESET[name]) :] == list(TYPESET[name])


class Formed(Entry, frozen=True, eq=False):
    """A judgement with another form."""

    form: str = ""
    reads: str = ""


def test_a_judgement_is_written_in_its_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where it is concluded, where it is needed, where it is waited for, and above its rules with how it is read."""
    case = next(case for case in all_cases() if case.name == "Resolve/resolve-triplet")
    own = case.entry
    formed = Formed(
        own.kind, own.note, own.function, own.plain, form="{c} ⊢ {call} at ⇓", reads="in {c}, the call {call} goes to"
    )
    assert lines(rule(replace(case, entry=formed)))[-1].startswith("c ⊢ call at ⇓ Tetraplet(")
    assert "c ⊢ call at ⇓ v is read: in c, the call call goes to v" in plain(function(formed))

    def asked(target: object) -> Entry | None:
        found = entry_of(target)
        return formed if found is not None and found.name == own.name else found

    monkeypatch.setattr(typeset, "entry_of", asked)
    reached = next(entry for entry in load() if entry.name == "reach")
    assert lines(body(reached))[0] == "c ⊢ call at ⇓ʷ triplet"


def test_every_registered_function_is_typeset() -> None:
    """Definitions and opaque functions are shown as well; HTML elements are closed."""
    for entry in load():
        html = function(entry)
        for element in ("div", "span", "section", "figure", "details", "a"):
            assert len(re.findall(rf"<{element}[ >]", html)) == html.count(f"</{element}>"), (entry.name, element)


def test_the_sentence_of_a_rule_comes_before_what_else_is_said_of_it() -> None:
    """A rule shows the first sentence of its docstring itself; the rest of the docstring follows the rule."""
    shown = plain(function(next(entry for entry in load() if entry.name == "call_forward")))
    places = [
        shown.index(part) for part in ("Neither trace has the call", "trace ⧺ Sent", "The arguments may still be")
    ]
    assert places == sorted(places)


def test_what_another_judgement_yields_is_a_premise() -> None:
    """A judgement that concludes in what another one yields has that as its last premise."""
    case = next(case for case in all_cases() if case.name == "Resolve/scalar-with-lens")
    assert lines(rule(case)) == [
        "value is ScalarWithLens(name, lens)",
        "c ⊢ name ↦ whole",
        "c ⊢ scalar whole.lens ⇓ v",
        "c ⊢ value ⇓ v",
    ]


def test_a_construct_without_a_form_is_an_error() -> None:
    """There are no holes: what the typesetter does not know stops the build."""
    import ast

    setter = Typesetter(next(entry for entry in load() if entry.kind == "rules"))
    with pytest.raises(UnknownNotationError):
        setter.expression(ast.parse("lambda: 1", mode="eval").body)
    with pytest.raises(UnknownNotationError):
        written(setter, "forget", {})


def test_a_rule_on_no_page_and_an_unknown_name_are_said() -> None:
    """The check of the whole book names what is missing and what does not exist."""
    names = [case.name for case in all_cases()]
    missing = never_shown(names, names[1:])
    dangling = unknown([("index", 3, "Step/nowhere"), ("index", 4, names[0])], names)
    assert missing == names[:1]
    assert dangling == [("index", 3, "Step/nowhere")]
    assert complaint(missing, dangling) == f"no page shows {names[0]}\nindex:3: there is no rule Step/nowhere"
    assert complaint([], []) is None


def build(source: Path, target: Path) -> subprocess.CompletedProcess[str]:
    """Run Sphinx with the command of the Makefile."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "html", str(source), str(target)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


ATTRIBUTE = {name: re.compile(rf"""(?<=\b{name}=["'])[^"']+(?=["'])""") for name in ("id", "href")}


def test_a_site_that_leaves_rules_out_does_not_build(tmp_path: Path) -> None:
    """A site with one module of rules fails, and names a rule of another and the name that does not exist."""
    source = tmp_path / "site"
    source.mkdir()
    (source / "conf.py").write_text("extensions = ['airspec.book']\nprimary_domain = 'air'\n")
    (source / "index.rst").write_text(
        "Site\n====\n\n.. air-rules:: airspec.semantics.merge.join\n\n:rule:`Join/nowhere`\n"
    )
    done = build(source, tmp_path / "out")
    assert done.returncode != 0
    assert "no page shows Step/seq-right" in done.stderr
    assert "no page shows Join/call-current" not in done.stderr
    assert "there is no rule Join/nowhere" in done.stderr


def test_the_book_builds_and_its_links_resolve(tmp_path: Path) -> None:
    """Every link inside of the book leads to a page and an anchor that exist, and nothing is fetched from elsewhere."""
    done = build(ROOT / "docs", tmp_path)
    assert done.returncode == 0, done.stderr
    pages = {page: page.read_text(encoding="utf-8") for page in tmp_path.rglob("*.html") if "_static" not in page.parts}
    anchors = {page.resolve(): set(ATTRIBUTE["id"].findall(text)) for page, text in pages.items()}
    shown = {anchor for found in anchors.values() for anchor in found}
    assert {case.name for case in all_cases()} <= shown
    for page, text in pages.items():
        assert not re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="(?:https?:)?//', text), page
        for address in set(ATTRIBUTE["href"].findall(text)):
            check_link(page, unescape(address), anchors)


def check_link(page: Path, address: str, anchors: dict[Path, set[str]]) -> None:
    """A relative link leads to a file of the book and, if it names one, to an anchor there."""
    if re.match(r"[a-z]+:", address):
        return
    path, _, fragment = address.partition("#")
    target = (page.parent / path.partition("?")[0]).resolve() if path else page.resolve()
    assert target.exists(), (page.name, address)
    if fragment and target in anchors:
        assert fragment in anchors[target], (page.name, address)


def test_the_verdicts_on_seeded_faults_are_of_the_faults_that_there_are() -> None:
    """`airspec mutants --json docs/_evidence/mutants.json` makes them anew."""
    evidence = ROOT / "docs" / "_evidence" / "mutants.json"
    run = msgspec.json.decode(evidence.read_bytes(), type=MutationRun)
    verdicts = {verdict.mutant: verdict.status for verdict in run.verdicts}
    assert verdicts.keys() == {mutant.name for mutant in MUTANTS}
    for mutant in MUTANTS:
        assert verdicts[mutant.name] == ("equivalent" if mutant.equivalent else "killed")


def test_the_tables_of_the_join_are_answered_by_the_rules() -> None:
    """Each cell has what the rules answer for a pair of states, and every rule of the table is in a cell."""
    shown = join_table(join_call)
    assert 'prev <a href="#Join/sent-sent">' in shown
    assert 'current <a href="#Join/sent-done">' in shown
    assert 'conflict <a href="#Join/executed-conflict">' in shown
    assert 'nothing <a href="#Join/call-not-met">' in shown
    for case in all_cases():
        if case.entry.name in ("join_call", "join_canon", "join_ap"):
            table = join_table(getattr(join, case.entry.name))
            assert f'<a href="#{case.name}">' in table


def test_the_page_of_seeded_faults_says_whether_the_verdicts_are_of_these_rules() -> None:
    """A digest of the rules stands beside the verdicts; without any, the page says so."""
    name = MUTANTS[0].name
    broken = (Broken("unit", "proved", 1.0, Counterexample("", "it is refuted")),)
    killed = (Verdict(name, "killed", 1.0, True, broken),)
    assert CHANGED not in figures(MutationRun(rules_digest(), killed))
    assert figures(MutationRun("of other rules", killed)).endswith(CHANGED)
    assert figures(MutationRun("", ())) == "No run of the faults is recorded."


def test_the_paths_that_the_architecture_names_exist() -> None:
    """Files and folders are named there from the top of a checkout."""
    page = (ROOT / "docs" / "architecture.rst").read_text(encoding="utf-8")
    named = re.findall(r"``((?:spec|semantics|checker|docs)/[\w/.-]+)", page)
    assert [path for path in named if not (ROOT / path).exists()] == []
    assert len(named) > 30
