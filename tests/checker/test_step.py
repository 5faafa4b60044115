"""`airspec step`: on every example each step of the machine is one rule of Step, which says where it begins."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from checker.cli.step import told_steps
from checker.service_files.annotations import read_annotated
from checker.service_files.sources import ServiceSources
from semantics.editions import Edition
from semantics.network.story import Story
from semantics.network.world import World
from semantics.notation.reading import all_cases
from semantics.particle import Particle

EXAMPLES = sorted((Path(__file__).parents[2] / "examples").glob("*.air"))
NUMBERED = re.compile(r" *\d+  ")
STEPS = {case.name for case in all_cases() if case.relation == "Step"}
MOST_MOVES = 200


def story_of(path: Path, edition: Edition, seed: int) -> Story:
    """A run of an example, to its end."""
    annotated = read_annotated(path.read_text(), path.name)
    world = World(annotated.script, Particle("init"), ServiceSources(annotated.definitions), edition=edition)
    story = Story(world)
    assert story.play_randomly(seed, MOST_MOVES)
    return story


@pytest.mark.parametrize("edition", Edition)
@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_every_step_is_one_rule(path: Path, edition: Edition) -> None:
    story = story_of(path, edition, 0)
    invocations = [event.invocation for event in story.events if event.invocation is not None]
    assert invocations
    for invocation in invocations:
        lines = list(told_steps(story.world, invocation, 1000))
        starts = [i for i, line in enumerate(lines) if NUMBERED.match(line)]
        for start, end in zip(starts, [*starts[1:], len(lines)], strict=True):
            fired = [line.strip() for line in lines[start:end] if line.strip() in STEPS]
            assert fired == [lines[start + 1].strip()], lines[start:end]
        assert lines[-2].strip() in ("Step/end", "Step/end-failed", "Step/premise-stops", "Step/premise-contradicts")
        assert lines[-1].strip().startswith("halted")
