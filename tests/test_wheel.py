"""The wheel: one package, beside any other, with all that the command needs outside of a checkout."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


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
    for file in ("py.typed", "examples/gather-stream.air", "spec/air.peg", "semantics/aquavm/escaped_characters.txt"):
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


def test_it_says_what_to_do_where_aquavm_is_missing(site: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(site), "XDG_CACHE_HOME": str(site), "AIRSPEC_AVM_WASM": ""}
    command = [sys.executable, "-P", "-m", "airspec.checker.cli", "fuzz", "avm", "--runs", "1"]
    done = subprocess.run(command, cwd=site.parent, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "airspec fetch-avm" in done.stderr
