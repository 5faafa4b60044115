"""What becomes of a particle, and which instructions no run reaches, in words."""

from __future__ import annotations

from collections.abc import Iterator

from airspec.checker.explore.ends import End, classify, told_instruction
from airspec.checker.explore.knowledge import common_knowledge
from airspec.checker.explore.search import Verdict
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.spec.syntax import Instruction, children, instructions

MOST_UNREACHED = 8
"""Instructions without evaluation that are named."""


def told_end(end: End) -> Iterator[str]:
    """Yield an end in words: its kind and whether the starter was told of it, then each reason."""
    if end.kind == "contradictory":
        yield "contradictory: what peers know cannot be merged"
    else:
        yield f"{end.kind}, and {end.starter} was {'told' if end.told else 'not told'}"
    yield from end.reasons


def story_end(story: Story) -> Iterator[str]:
    """Yield in words what became of the particle of a run; nothing while moves are still possible."""
    if story.state.is_quiescent():
        yield from told_end(classify(story.world, story.state, common_knowledge(story.world, story.state)).end)


def unreached(world: World, verdict: Verdict) -> tuple[Instruction, ...]:
    """Return the instructions that no peer evaluates on the way to any end, without those nested in one of them.

    The result is empty if the search did not see everything.
    """
    if verdict.cut is not None or not verdict.evaluated:
        return ()
    inside = {
        part
        for whole in instructions(world.script.instruction)
        if whole not in verdict.evaluated
        for part in children(whole)
    }
    everything = instructions(world.script.instruction)
    return tuple(each for each in everything if each not in verdict.evaluated and each not in inside)


def told_coverage(world: World, verdict: Verdict) -> Iterator[str]:
    """Yield how many instructions are never evaluated, then the first of them; nothing if all are evaluated."""
    never = unreached(world, verdict)
    if not never:
        return
    everything = tuple(instructions(world.script.instruction))
    yield f"{len(everything) - len(verdict.evaluated)} of {len(everything)} instructions are never evaluated:"
    yield from (told_instruction(world, instruction) for instruction in never[:MOST_UNREACHED])
    if len(never) > MOST_UNREACHED:
        yield f"… and {len(never) - MOST_UNREACHED} more"
