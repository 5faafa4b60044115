"""`airspec step`: on every example each step of the machine is one rule of Step, which says where it begins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from airspec.checker.cli import main
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.services.annotations import read_annotated
from airspec.checker.model.services.resolution import ServiceSources
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.semantics.editions import Edition
from airspec.semantics.notation.reading import all_cases
from airspec.semantics.particle import Particle

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.air"))
NUMBERED = re.compile(r" *\d+  ")
STEPS = {case.name for case in all_cases() if case.relation == "Step"}
LAST = ("Step/end", "Step/end-failed", "Step/premise-stops", "Step/premise-contradicts")
MOST_MOVES = 200


def schedules(path: Path, edition: Edition) -> list[str]:
    """The beginnings of a whole run of an example whose last move runs the script."""
    annotated = read_annotated(path.read_text(), path.name)
    world = World(
        annotated.script, Particle("init"), ServiceSources(), edition=edition, annotations=annotated.annotations
    )
    story = Story(world)
    assert story.play_randomly(0, MOST_MOVES)
    moves = range(1, len(story.words) + 1)
    return [write_schedule(story.words[:n]) for n in moves if story.events[n - 1].invocation is not None]


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_step_is_one_rule(path: Path, edition: Edition, capsys: pytest.CaptureFixture[str]) -> None:
    for schedule in schedules(path, edition):
        with pytest.raises(SystemExit) as left:
            main(["step", str(path), "--schedule", schedule, "--edition", edition.value])
        assert left.value.code == 0
        lines = capsys.readouterr().out.splitlines()
        starts = [i for i, line in enumerate(lines) if NUMBERED.match(line)]
        assert starts
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            fired = [line.strip() for line in lines[start:end] if line.strip() in STEPS]
            assert fired == [lines[start + 1].strip()], lines[start:end]
        assert fired[-1] in LAST
        assert any(line.strip().startswith("halted") for line in lines[starts[-1] :])
