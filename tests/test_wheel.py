"""The wheel: one package, beside any other, with all that the command needs outside of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = ["airspec.book", "airspec.book.laws_page", "airspec.book.seeded_faults_page", "airspec.book.anomalies_page"]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the installed wheel, and with another distribution's package that is called ``spec``."""
    folder = tmp_path_factory.mktemp("wheel")
    checkout = folder / "checkout"
    ignored = shutil.ignore_patterns(".*", "build", "*.egg-info", "__pycache__")
    shutil.copytree(ROOT, checkout, symlinks=True, ignore=ignored)  # what earlier builds left is no part of the wheel
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet"]
    subprocess.run([*pip, "wheel", "--no-deps", "--wheel-dir", str(folder), str(checkout)], check=True)
    (wheel,) = folder.glob("airspec-*.whl")
    target = folder / "site"
    for name in ("spec", "semantics", "checker"):
        (target / name).mkdir(parents=True)
        (target / name / "__init__.py").write_text(f"NAME = 'another {name}'\n")
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


def airspec(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the command of the installed wheel, outside of the checkout."""
    environment = {**os.environ, "PYTHONPATH": str(site)}
    command = [sys.executable, "-P", "-m", "airspec.checker.cli", *words]
    return subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True, check=False)


def test_it_installs_nothing_but_airspec(site: Path) -> None:
    assert (site / "spec" / "__init__.py").read_text() == "NAME = 'another spec'\n"
    installed = {path.name for path in site.iterdir()} - {"spec", "semantics", "checker", "bin"}
    assert {name for name in installed if not name.endswith(".dist-info")} == {"airspec"}
    for file in (
        "py.typed",
        "examples/gather-stream.air",
        "spec/air.peg",
        "semantics/aquavm/escaped_characters.txt",
        "book/static/rules.css",
    ):
        assert (site / "airspec" / file).is_file(), file
    assert (site / "airspec" / "checker" / "conform" / "adapters" / "protocol.schema.json").is_file()


def test_the_command_works_outside_of_a_checkout(site: Path) -> None:
    script = site.parent / "script.air"
    script.write_text('(seq (call %init_peer_id% ("s" "f") [] x) (call "B" ("s" "g") [x])) ; ok=1\n')
    for words, code in (
        (("--version",), 0),
        (("check", str(script), "--default-service", "echo"), 0),
        (("run", str(script), "--default-service", "echo"), 0),
        (("step", str(script), "--default-service", "echo"), 0),
        (("lint-rules",), 0),
        (("editions", "repaired"), 0),
        (("prove", "--law", "unit"), 0),
        (("fuzz", "spec", "--runs", "3"), 0),
    ):
        done = airspec(site, *words)
        assert done.returncode == code, (words, done.stdout[-500:], done.stderr[-500:])


TYPESET = """
from airspec.book.rendering import function
from airspec.book.sources import source_pages
from airspec.semantics.notation.registry import load

shown = function(next(entry for entry in load() if entry.name == "seq_left"))
assert 'id="seq-left"' in shown or 'id="Step/seq-left"' in shown, shown
assert "source:semantics/rules/control.py#L-" in shown, shown
assert "source/semantics/rules/control" in {name for name, _, _ in source_pages()}
"""


def test_the_generator_of_the_book_works_outside_of_a_checkout(site: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-P", "-c", TYPESET],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    (tmp_path / "conf.py").write_text(f"extensions = {PAGES!r}\nprimary_domain = 'air'\n")
    (tmp_path / "index.rst").write_text(
        "Site\n====\n\n.. air-rules:: airspec.semantics.rules.control\n\n.. seeded-faults::\n"
    )
    sphinx = [sys.executable, "-P", "-m", "sphinx", "-q", "-b", "html", str(tmp_path), str(tmp_path / "out")]
    done = subprocess.run(sphinx, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert "no page shows Step/canon-known" in done.stderr, done.stderr  # the site has a page of rules, but not all
    assert "no page shows Step/seq-left" not in done.stderr


def test_it_says_what_to_do_where_aquavm_is_missing(site: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(site), "AIRSPEC_AVM_WASM": ""}
    command = [sys.executable, "-P", "-m", "airspec.checker.cli", "fuzz", "avm", "--runs", "1"]
    done = subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "airspec fetch-avm" in done.stderr
