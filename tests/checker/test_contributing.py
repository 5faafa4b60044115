"""The worked changes of CONTRIBUTING.md do what it says."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of the sources, to which the changes can be applied."""
    for folder in ("spec", "semantics", "checker", "examples", "docs"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    return tmp_path


def apply(checkout: Path, name: str) -> None:
    subprocess.run(["git", "apply", str(ROOT / "docs" / "tutorials" / name)], cwd=checkout, check=True)


def airspec(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "airspec.checker.cli", *words]
    return subprocess.run(command, cwd=checkout, capture_output=True, text=True, check=False)


def test_the_changed_rule_is_in_the_notation_and_violates_a_law(checkout: Path) -> None:
    apply(checkout, "changed-rule.diff")
    assert airspec(checkout, "lint-rules").returncode == 0
    checked = airspec(checkout, "check", "examples/gather-stream.air")
    assert checked.returncode == 12
    assert "silent-replay" in checked.stdout
    fuzzed = airspec(
        checkout, "fuzz", "spec", "--against", f"{sys.executable} -m checker.cli adapter spec", "--runs", "3"
    )
    assert fuzzed.returncode == 0  # both sides have the change
    unchanged = (
        f"{sys.executable} -c \"import sys; sys.path.insert(0, '{ROOT}'); from checker.cli import main; main()\""
    )
    against = airspec(checkout, "fuzz", "spec", "--against", f"{unchanged} adapter spec", "--runs", "60")
    assert against.returncode == 12
    assert "difference in next_peers" in against.stdout


def test_the_new_instruction_is_known_at_once(checkout: Path) -> None:
    apply(checkout, "new-instruction.diff")
    assert airspec(checkout, "lint-rules").returncode == 0
    checked = airspec(checkout, "check", "examples/await.air")
    assert checked.returncode == 0, checked.stdout + checked.stderr
    stepped = airspec(checkout, "step", "examples/await.air").stdout
    assert "Step/premise-waits" in stepped
    assert airspec(checkout, "fmt", "--check", "examples/await.air").returncode == 0
    assert "(await stock)" in (checkout / "examples" / "await.air").read_text()
