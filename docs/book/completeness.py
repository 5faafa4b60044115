"""Completeness of the book: every rule is on a page, and every name that a page uses exists."""

from __future__ import annotations

from collections.abc import Iterable

Use = tuple[str, int, str]
"""A page, a line, and the name that is used there."""


def never_shown(names: Iterable[str], shown: Iterable[str]) -> list[str]:
    """Return those of the names, in their order, that are not among the names that pages show."""
    on_pages = set(shown)
    return [name for name in names if name not in on_pages]


def unknown(uses: Iterable[Use], names: Iterable[str]) -> list[Use]:
    """Return the uses whose name is not among the names that exist."""
    known = set(names)
    return [use for use in uses if use[2] not in known]


def complaint(missing: list[str], dangling: list[Use]) -> str | None:
    """Return the message with which a build fails, or None if there is nothing to complain about.

    `missing` are names that no page shows, and `dangling` are uses of names that do not exist.
    """
    lines = [f"no page shows {name}" for name in missing]
    lines += [f"{page}:{line}: there is no rule {name}" for page, line, name in dangling]
    return "\n".join(lines) or None
