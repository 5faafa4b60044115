"""Deadlines for work that never looks at a clock.

The operating system rings once the time is over, and the main thread is interrupted wherever it is then, so that the
work itself costs no more.  Where there is no such alarm, or in another thread, work is not interrupted.
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from types import FrameType
from typing import TypeVar

T = TypeVar("T")

AGAIN = 0.2
"""Seconds after which the alarm rings again, if an exception of the first was lost, as it is in a callback."""

SOON = 1e-6
"""The time of an alarm that rings at once; zero would be none."""


class OutOfTimeError(BaseException):
    """The time for some work is over; this is no `Exception`, so that the work does not handle it as a failure."""


def within(seconds: float | None, work: Callable[[], T]) -> T:
    """Return `work()`, interrupted after so many seconds; None sets no limit.

    Raises `OutOfTimeError` when the time is over; what the work was changing at that moment may be half changed.  There
    is no limit outside the main thread, and on systems without an interval timer.
    """
    has_alarm = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    if seconds is None or not has_alarm:
        return work()
    before = signal.signal(signal.SIGALRM, _ring)
    try:
        signal.setitimer(signal.ITIMER_REAL, max(seconds, SOON), AGAIN)
        return _timed(work)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _timed(work: Callable[[], T]) -> T:
    return work()


def _ring(number: int, frame: FrameType | None) -> None:
    """Interrupt the work, and nothing that comes before or after it."""
    while frame is not None:
        if frame.f_code is _timed.__code__:
            raise OutOfTimeError
        frame = frame.f_back
