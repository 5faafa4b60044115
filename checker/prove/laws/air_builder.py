"""Building small scripts out of instructions; all services are called ``s``."""

from __future__ import annotations


def call(function: str, *arguments: str, peer: str = "A", output: str = "") -> str:
    """A call of a service."""
    tail = f" {output})" if output else ")"
    return f'(call "{peer}" ("s" "{function}") [{" ".join(arguments)}]{tail}'


def ap(value: str, target: str) -> str:
    """A value bound to a scalar, or appended to a stream."""
    return f"(ap {value} {target})"


def pair(key: str, value: str, target: str = "%m") -> str:
    """A key-value pair appended to a map."""
    return f"(ap ({key} {value}) {target})"


def canon(stream: str, target: str, peer: str = "A") -> str:
    """The contents of a stream or map, fixed."""
    return f'(canon "{peer}" {stream} {target})'


def seq(*parts: str) -> str:
    """Instructions one after another."""
    script = parts[-1]
    for part in reversed(parts[:-1]):
        script = f"(seq {part} {script})"
    return script


def par(left: str, right: str) -> str:
    """Two instructions side by side."""
    return f"(par {left} {right})"


def xor(left: str, right: str) -> str:
    """An instruction with its handler."""
    return f"(xor {left} {right})"


def match(left: str, right: str, body: str) -> str:
    """A body for equal values."""
    return f"(match {left} {right} {body})"


def mismatch(left: str, right: str, body: str) -> str:
    """A body for different values."""
    return f"(mismatch {left} {right} {body})"


def new(name: str, *parts: str) -> str:
    """Instructions with a name of their own."""
    return f"(new {name} {seq(*parts)})"


def fold(iterable: str, body: str, last: str = "", iterator: str = "i") -> str:
    """A fold; its body says where `next` stands."""
    tail = f" {last})" if last else ")"
    return f"(fold {iterable} {iterator} {body}{tail}"


def each(iterable: str, *parts: str, iterator: str = "i") -> str:
    """A fold that runs instructions for each item in turn."""
    return fold(iterable, seq(*parts, f"(next {iterator})"), iterator=iterator)


def fail(code: int = 9, message: str = "nine") -> str:
    """An error of the script."""
    return f'(fail {code} "{message}")'


NULL = "(null)"
NEVER = "(never)"
