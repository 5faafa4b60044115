"""Signals that ask a command to end: it ends in good order, with the verdict on what it has seen."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

ENDING = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


class Ended(KeyboardInterrupt):
    """A signal that asks the process to end; commands handle it like an interrupt by the user.  `number` names it."""

    def __init__(self, number: int) -> None:
        super().__init__("it was terminated")
        self.number = number


@contextmanager
def ending_in_good_order() -> Iterator[None]:
    """Make SIGTERM and SIGHUP raise `Ended` in the main thread within the `with` block, unless they are ignored."""
    is_main = threading.current_thread() is threading.main_thread()
    changed = [number for number in ENDING if is_main and signal.getsignal(number) == signal.SIG_DFL]
    for number in changed:
        signal.signal(number, _end)
    try:
        yield
    finally:
        for number in changed:
            signal.signal(number, signal.SIG_DFL)


def _end(number: int, frame: FrameType | None) -> None:
    raise Ended(number)


def exit_code_of(interrupt: BaseException | None) -> int:
    """Return the exit code of a command that was interrupted without a verdict: 128 plus the number of the signal.

    An interrupt that is not `Ended` counts as SIGINT.
    """
    return 128 + (interrupt.number if isinstance(interrupt, Ended) else signal.SIGINT)
