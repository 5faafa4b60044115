"""Why a counterexample is one: where its runs part, which instruction breaks the law, and what differs in the end."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from airspec.checker.explore.breach import Breach
from airspec.checker.explore.counterexample import Counterexample, Moves
from airspec.checker.explore.invocation_steps import Step
from airspec.checker.model.schedule import write_schedule
from airspec.checker.model.story import Story
from airspec.checker.model.world import World
from airspec.checker.report.difference import Difference, differences
from airspec.checker.report.event_text import told_consequences, told_function, told_move
from airspec.checker.report.fork import fork_of
from airspec.checker.report.instruction_text import told_with_place
from airspec.checker.report.judgement_text import failed_judgement
from airspec.checker.report.retelling import Act, Retelling
from airspec.checker.report.shortening import shorten
from airspec.checker.report.trace_tree import describe_state
from airspec.checker.report.visible import on_one_line
from airspec.semantics.authenticity.cids import PREFIX, argument_hash
from airspec.semantics.merge.observations import observations
from airspec.semantics.merge.sliders import peek
from airspec.semantics.persistent import first
from airspec.semantics.rules.call_judgements import Arguments, resolve_arguments
from airspec.spec.states import CanonExecuted, Executed, ScalarResult
from airspec.spec.syntax import Call
from airspec.spec.values import Cid, Json


class Parting(Struct, frozen=True):
    """The place where two runs part: after how many moves, and the schedule of these.

    `rests` are the schedules of what follows in each run, and `moves` the first move of each rest in words.
    """

    after: int
    common: str
    rests: tuple[str, str]
    moves: tuple[str, str]


class Culprit(Struct, frozen=True):
    """An instruction at which a law was broken, with its line and column, the rule that fired, and what that does."""

    where: str
    rule: str
    deed: str


class Explanation(Struct, frozen=True):
    """What explains a counterexample to a reader.

    `stories` are its runs; two runs may have their moves in another order than those that were found, with the same
    ends. `contents` has the content ids that the breach and the culprits mention, each with what it stands for.
    `titles` name the two halves of each difference, and `more` counts the differences that are left out.
    """

    stories: tuple[Story, ...]
    parting: Parting | None
    culprits: tuple[Culprit, ...]
    contents: tuple[tuple[Cid, str], ...]
    titles: tuple[str, str]
    differences: tuple[Difference, ...]
    more: int


MOST_DIFFERENCES: Final = 12
"""Places at which two sides differ that are told of a breach."""

TITLES: Final = {
    "same-calls": ("one run", "the other"),
    "agreement": ("one run", "the other"),
    "nothing-lost": ("known", "after"),
    "scalar-agreement": ("the others", "this peer"),
    "no-uncatchable-error": ("kept", "arrived"),
}
"""The names of the two sides of a breach, where they are not what a peer knew before and after a run."""

CONTENT_ID: Final = re.compile(rf"\b{PREFIX}[a-z2-7]+\b")


def explain(world: World, violation: Counterexample[Breach, Moves]) -> Explanation:
    """Return the explanation of a counterexample: its runs, where they part, the culprits, and what differs."""
    breach, runs, common = violation.breach, violation.runs, None
    if len(runs) == 2:
        fork = fork_of(world, runs[0], runs[1])
        runs, common = fork.runs, fork.common
    retold = tuple(Retelling(world, moves, breach.invocation) for moves in runs)
    breaking = None if breach.invocation is None else Act(world, "", breach.invocation)
    culprits = () if breaking is None else tuple(_culprits(retold[0], breaking))
    found = list(_differences(world, breach, retold, culprits))
    told = " ".join((breach.sentence, *(culprit.deed for culprit in culprits)))
    return Explanation(
        stories=tuple(run.story for run in retold),
        parting=None if common is None else _parting(retold[0].story, retold[1].story, common),
        culprits=culprits,
        contents=tuple(_contents(told, retold, breaking)),
        titles=TITLES.get(breach.law, ("before", "after")),
        differences=tuple(found[:MOST_DIFFERENCES]),
        more=max(0, len(found) - MOST_DIFFERENCES),
    )


def _differences(
    world: World, breach: Breach, runs: tuple[Retelling, ...], culprits: tuple[Culprit, ...]
) -> Iterator[Difference]:
    """The differences of both sides; those at the instruction where a run was abandoned, where one was."""
    if breach.left is None or breach.right is None:
        return
    effect = None if breach.invocation is None else world.effect(breach.invocation)
    is_abandoned = effect is not None and effect.is_uncatchable()
    is_after = effect is not None and not is_abandoned and effect.data == breach.right
    for difference in differences((runs[0], runs[-1]), breach.left, breach.right, is_after):
        if not is_abandoned or any(difference.where == culprit.where for culprit in culprits):
            yield difference


def _parting(story: Story, other: Story, common: int) -> Parting:
    """The words of a fork."""
    rests = tuple(write_schedule(told.words[common:]) for told in (story, other))
    moves = tuple(_move(told, common) for told in (story, other))
    return Parting(common, write_schedule(story.words[:common]), (rests[0], rests[1]), (moves[0], moves[1]))


def _move(story: Story, number: int) -> str:
    if number == len(story.events):
        return "nothing more happens"
    event = story.events[number]
    return "; ".join((told_move(story.world, event), *told_consequences(story.world, event)))


def _culprits(run: Retelling, act: Act) -> Iterator[Culprit]:
    """The instruction at which an invocation was abandoned; of one that was not, those that ask for something."""
    world = run.world
    if world.effect(act.invocation).is_uncatchable():
        step = next((step for step in reversed(act.steps) if step.instruction is not None), None)
        if step is not None and step.failed is not None:
            deed = f"{failed_judgement(step.failed)} fails"
            yield _culprit(world, step, "; ".join((deed, *_mistaken(run, step))))
        return
    for step in act.steps:
        before, after = step.before.host, step.after.host
        if len(after.requests) > len(before.requests):
            call_id, request = first(after.requests)
            yield _culprit(world, step, f"asks for {told_function(request)}, as call {call_id}")
        if len(after.next_peers) > len(before.next_peers):
            yield _culprit(world, step, f"sends the data to {on_one_line(first(after.next_peers))}")


def _mistaken(run: Retelling, step: Step) -> Iterator[str]:
    """The states that a step found in the traces though another instruction recorded them."""
    memory = step.before.memory
    for name, slider in (("previous", memory.prev), ("current", memory.current)):
        sites = {seen.position: (site, seen.state) for site, seen in observations(slider.trace).items()}
        if peek(slider) is None or slider.position not in sites:
            continue
        making = run.making(*sites[slider.position])
        recorder = None if making is None else making.step.instruction
        if making is not None and recorder is not None and recorder is not step.instruction:
            where = told_with_place(run.world.script, recorder)
            yield f"the next state of the {name} data is that of {where} in {making.act.words}"


def _culprit(world: World, step: Step, deed: str) -> Culprit:
    instruction = step.instruction
    assert instruction is not None
    return Culprit(told_with_place(world.script, instruction), step.rule or "", on_one_line(deed))


def _contents(told: str, runs: tuple[Retelling, ...], breaking: Act | None) -> Iterator[tuple[Cid, str]]:
    """What the content ids in a text stand for, where the runs tell it."""
    named = dict.fromkeys(Cid(found) for found in CONTENT_ID.findall(told))
    if not named:
        return
    arguments = {argument_hash(found): found for found in _arguments(runs, breaking)}
    values = {cid: json for run in runs for cid, json in run.answers.items()}
    for cid in named:
        if cid in arguments:
            yield cid, f"the arguments [{' '.join(map(shorten, arguments[cid]))}]"
        elif cid in values:
            yield cid, f"the value {shorten(values[cid])}"
        else:
            yield from ((cid, found) for found in _stored(cid, runs))


def _stored(cid: Cid, runs: tuple[Retelling, ...]) -> Iterator[str]:
    """The result of a service or the canonical stream that has a content id, if a peer of the runs knows it."""
    for run in runs:
        for peer in run.story.state.peers:
            info = run.world.data(peer.kept).cid_info
            if cid in info.service_result_store:
                yield f"the result {describe_state(Executed(ScalarResult(cid)), info)}"
                return
            if cid in info.canon_result_store:
                yield describe_state(CanonExecuted(cid), info)
                return


def _arguments(runs: tuple[Retelling, ...], breaking: Act | None) -> Iterator[tuple[Json, ...]]:
    """The arguments that calls had in runs, and those of the calls that an invocation reached."""
    for run in runs:
        for event in run.story.events:
            yield from (run.world.request(call.request).arguments for call in event.called)
    for step in () if breaking is None else breaking.steps:
        if isinstance(step.instruction, Call):
            found = resolve_arguments(step.before, step.instruction)
            if isinstance(found, Arguments):
                yield tuple(value.json for value in found.values)
