"""Judgements of many things at once."""

from __future__ import annotations

from typing import TypeVar

from airspec.semantics.notation import definition
from airspec.spec.faults import Failure

T = TypeVar("T")


@definition
def all_of(judged: tuple[T | Failure, ...]) -> tuple[T, ...] | Failure:
    """Return the results of all judgements in their order, or the first failure among them."""
    failed = next((found for found in judged if isinstance(found, Failure)), None)
    if failed is None:
        return tuple(found for found in judged if not isinstance(found, Failure))
    else:
        return failed
