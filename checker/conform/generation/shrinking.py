"""Recorded choices, by which a game is played again, and shrinking of choices and of scripts."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from airspec.spec.errors import ScriptError
from airspec.spec.parser import parse
from airspec.spec.syntax import Null, children, instructions

T = TypeVar("T")


class RecordedChoices:
    """Choices of a seeded random generator; `made` collects the index of each chosen option."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.made: list[int] = []

    def pick(self, options: Sequence[T]) -> T:
        """Return one of the options, all equally likely."""
        index = self.random.randrange(len(options))
        self.made.append(index)
        return options[index]


class RepeatedChoices:
    """Choices by the recorded indices `made`; when these are used up, each choice is the first option."""

    def __init__(self, made: Sequence[int]) -> None:
        self.rest = iter(made)

    def pick(self, options: Sequence[T]) -> T:
        """Return the option at the next recorded index, or the last option if there are fewer now."""
        return options[min(next(self.rest, 0), len(options) - 1)]


def shrink(made: Sequence[int], still_shows: Callable[[Sequence[int]], bool], attempts: int = 2000) -> list[int]:
    """Return a shorter, simpler sequence of choices for which `still_shows` holds.

    Runs of choices are left out, long ones first, and single choices are set to the first option, until this makes
    nothing simpler or `attempts` sequences were tried.
    """
    best = list(made)
    improved = True
    while improved and attempts > 0:
        improved = False
        for candidate in simpler(best):
            attempts -= 1
            if attempts < 0:
                break
            if still_shows(candidate):
                best, improved = candidate, True
                break
    return best


def simpler(made: list[int]) -> Iterator[list[int]]:
    """Yield simpler sequences of choices: first without long runs of them, last with one set to the first option."""
    size = len(made) // 2
    while size > 0:
        for start in range(0, len(made), size):
            yield made[:start] + made[start + size :]
        size //= 2
    for i, index in enumerate(made):
        if index > 0:
            yield [*made[:i], 0, *made[i + 1 :]]


def smaller_scripts(script: str) -> Iterator[str]:
    """Yield copies of a script with one instruction replaced by one of its parts or ``(null)``; some are invalid."""
    for instruction in instructions(parse(script).instruction):
        start, end = instruction.span.start, instruction.span.end
        for child in children(instruction):
            yield script[:start] + script[child.span.start : child.span.end] + script[end:]
        if not isinstance(instruction, Null):
            yield f"{script[:start]}(null){script[end:]}"


def shrink_script(script: str, still_shows: Callable[[str], bool], attempts: int = 500) -> str:
    """Return a smaller valid script for which `still_shows` holds, after at most `attempts` tries."""
    improved = True
    while improved:
        improved = False
        for candidate in smaller_scripts(script):
            attempts -= 1
            if attempts < 0:
                return script
            if is_valid(candidate) and still_shows(candidate):
                script, improved = candidate, True
                break
    return script


def is_valid(script: str) -> bool:
    """Return whether a text can be parsed as a script and passes static validation."""
    try:
        parse(script)
    except ScriptError:
        return False
    return True
