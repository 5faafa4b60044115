"""The program of the process in which the Python functions of a service file run.

It reads requests, and writes answers, a line of JSON each.  What functions print goes to standard error.  It imports
nothing of airspec, and ends when nobody asks any more, or when a function outlives whoever waited for it.
"""

from __future__ import annotations

import faulthandler
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from typing import Any

GRACE = 5.0
"""Seconds beyond the time limit after which the process ends itself, as nobody has ended it."""

modules: dict[str, Any] = {}
functions: dict[str, Any] = {}


def serve() -> None:
    """Read requests from standard input, and write the answer to each to standard output, until the input ends."""
    requests = os.fdopen(os.dup(0), encoding="utf-8")
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.dup2(2, 1)
    silence = os.fdopen(nothing, "w")
    for line in requests:
        asked = json.loads(line)
        faulthandler.dump_traceback_later(asked["limit"] + GRACE, exit=True, file=silence)
        try:
            answer = do(asked)
        except BaseException as error:
            answer = {"error": f"{type(error).__name__}: {error}"}
        faulthandler.cancel_dump_traceback_later()
        answers.write(json.dumps({**answer, "number": asked["number"]}) + "\n")
        answers.flush()
    os._exit(0)  # whatever threads the functions have started


def do(asked: dict[str, Any]) -> dict[str, Any]:
    """Carry out a request, and return the answer: to set the module path, to load a function, or to call one.

    The answer to a call says in `drew` which state Python's generator of chance is left in, if the function drew from
    it.
    """
    match asked["do"]:
        case "prepare":
            sys.path[:] = asked["path"]
            return {}
        case "load":
            functions[asked["name"]] = load(asked["folder"], asked["name"])
            return {"files": loaded_files()}
        case _:
            arguments = [json.loads(argument) for argument in asked["arguments"]]
            function = functions[asked["name"]]
            before = generator()
            answer = told(function(asked["peer"], asked["service"], asked["function"], arguments, asked["count"]))
            after = generator()
            return answer if before in (None, after) else {**answer, "drew": after}


def load(folder: str, name: str) -> Any:
    """Return the function that is named as ``file.py:function``, with the file in `folder`, or ``module:function``.

    Raises whatever loading it raises.
    """
    place, _, function_name = name.rpartition(":")
    if place not in modules:
        modules[place] = (
            module_of_file(Path(folder) / place) if place.endswith(".py") else importlib.import_module(place)
        )
    function = getattr(modules[place], function_name)
    if not callable(function):
        raise TypeError(f"{function_name} is no function")
    return function


def module_of_file(location: Path) -> Any:
    """Run a Python file, and return its module; raises `ImportError` if it is no Python file."""
    specification = importlib.util.spec_from_file_location(location.stem, location)
    if specification is None or specification.loader is None:
        raise ImportError(f"{location} is no Python file")
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def loaded_files() -> list[str]:
    """Return the paths of the files of all modules that are loaded, sorted."""
    loaded = [*sys.modules.values(), *modules.values()]
    return sorted({file for module in loaded if isinstance(file := getattr(module, "__file__", None), str)})


def generator() -> int | None:
    """Return a hash of the state of the module random's generator; None if that module is not loaded."""
    chance = sys.modules.get("random")
    return None if chance is None else hash(chance.getstate())


def told(value: Any) -> dict[str, Any]:
    """Return the answer for what a function returned: a `CallResult` as it is, anything else as a JSON value.

    The answer is an error if it is no JSON value.
    """
    particle = sys.modules.get("airspec.semantics.particle")
    if particle is not None and isinstance(value, particle.CallResult):
        return {"ret_code": value.ret_code, "result": value.result}
    try:
        return {"value": json.dumps(value)}
    except (TypeError, ValueError, RecursionError):
        return {"error": f"{str(value)[:60]} is no JSON value"}


if __name__ == "__main__":
    serve()
