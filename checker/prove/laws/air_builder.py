"""Building small scripts from instructions; all services are called ``s``."""

from __future__ import annotations


def call(function: str, *arguments: str, peer: str = "A", output: str = "") -> str:
    """Return the AIR text of a call of a service function; `arguments` and `output` are AIR texts, too."""
    tail = f" {output})" if output else ")"
    return f'(call "{peer}" ("s" "{function}") [{" ".join(arguments)}]{tail}'


def ap(value: str, target: str) -> str:
    """Return an ``ap`` that binds a value to a scalar, or appends it to a stream."""
    return f"(ap {value} {target})"


def pair(key: str, value: str, target: str = "%m") -> str:
    """Return an ``ap`` that appends a key-value pair to a map."""
    return f"(ap ({key} {value}) {target})"


def canon(stream: str, target: str, peer: str = "A") -> str:
    """Return a ``canon`` of a stream or map into `target`, which `peer` performs."""
    return f'(canon "{peer}" {stream} {target})'


def seq(*parts: str) -> str:
    """Return instructions in sequence, as nested ``seq`` instructions."""
    script = parts[-1]
    for part in reversed(parts[:-1]):
        script = f"(seq {part} {script})"
    return script


def par(left: str, right: str) -> str:
    """Return two instructions in parallel."""
    return f"(par {left} {right})"


def xor(left: str, right: str) -> str:
    """Return an ``xor``: the instruction `left`, and `right` as the handler of its errors."""
    return f"(xor {left} {right})"


def match(left: str, right: str, body: str) -> str:
    """Return a ``match``: a body that runs if two values are equal."""
    return f"(match {left} {right} {body})"


def mismatch(left: str, right: str, body: str) -> str:
    """Return a ``mismatch``: a body that runs if two values are different."""
    return f"(mismatch {left} {right} {body})"


def new(name: str, *parts: str) -> str:
    """Return instructions in sequence, in the scope of a ``new`` that declares `name`."""
    return f"(new {name} {seq(*parts)})"


def fold(iterable: str, body: str, last: str = "", iterator: str = "i") -> str:
    """Return a fold over `iterable`; `body` contains its ``next``, and `last` is an optional last instruction."""
    tail = f" {last})" if last else ")"
    return f"(fold {iterable} {iterator} {body}{tail}"


def each(iterable: str, *parts: str, iterator: str = "i") -> str:
    """Return a fold that runs the instructions in sequence for each item, one item after the other."""
    return fold(iterable, seq(*parts, f"(next {iterator})"), iterator=iterator)


def fail(code: int = 9, message: str = "nine") -> str:
    """Return a ``fail``, which raises an error with a code and a message."""
    return f'(fail {code} "{message}")'


NULL = "(null)"
NEVER = "(never)"
