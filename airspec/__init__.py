"""The executable specification of AIR, the choreography language of the Fluence network.

The names below are its public interface; the page "Using the package" of the book shows them at work.  They are
imported when they are used, so that `import airspec` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from airspec.checker.explore.search import Bounds, Search
    from airspec.checker.model.story import Story
    from airspec.checker.model.world import World
    from airspec.semantics.authenticity.keys import KeyPair
    from airspec.semantics.editions import Edition
    from airspec.semantics.interpret import Invocation, RawOutcome, interpret
    from airspec.semantics.invoke import invoke
    from airspec.semantics.network.services import Services
    from airspec.semantics.particle import CallRequest, CallResult, Outcome, Particle
    from airspec.spec.data import EMPTY, Data
    from airspec.spec.errors import ScriptError
    from airspec.spec.formatter import format_script
    from airspec.spec.parser import Script, parse

_PLACES = {
    "Bounds": "checker.explore.search",
    "CallRequest": "semantics.particle",
    "CallResult": "semantics.particle",
    "Data": "spec.data",
    "EMPTY": "spec.data",
    "Edition": "semantics.editions",
    "Invocation": "semantics.interpret",
    "KeyPair": "semantics.authenticity.keys",
    "Outcome": "semantics.particle",
    "Particle": "semantics.particle",
    "RawOutcome": "semantics.interpret",
    "Script": "spec.parser",
    "ScriptError": "spec.errors",
    "Search": "checker.explore.search",
    "Services": "semantics.network.services",
    "Story": "checker.model.story",
    "World": "checker.model.world",
    "format_script": "spec.formatter",
    "interpret": "semantics.interpret",
    "invoke": "semantics.invoke",
    "parse": "spec.parser",
}
"""The module of each public name."""

__all__ = [
    "EMPTY",
    "Bounds",
    "CallRequest",
    "CallResult",
    "Data",
    "Edition",
    "Invocation",
    "KeyPair",
    "Outcome",
    "Particle",
    "RawOutcome",
    "Script",
    "ScriptError",
    "Search",
    "Services",
    "Story",
    "World",
    "__version__",
    "format_script",
    "interpret",
    "invoke",
    "parse",
]

try:
    __version__ = version("airspec")
except PackageNotFoundError:  # sources that are not installed
    __version__ = "unknown"


def __getattr__(name: str) -> Any:
    """Return a public name; its module is imported now."""
    place = _PLACES.get(name)
    if place is None:
        raise AttributeError(f"module 'airspec' has no attribute {name!r}")
    value = getattr(import_module(f"airspec.{place}"), name)
    globals()[name] = value
    return value
