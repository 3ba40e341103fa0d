"""Waiting for other programs: browsers, servers, readers, validators.

Three test workers share two cores, so a program may take many times as long as on an idle machine. A wait that succeeds
costs nothing: the limits only end a run in which a program hangs. What a program may lose while it is still opening, such
as a click or an address, is repeated. No plugin repeats failed tests: the browser or server of a module would be the same
one, and a fault of the program that shows up in one of ten runs would be hidden.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")

WAIT = 300.0  # s, for what takes a fraction of a second on an idle machine
LONG = 900.0  # s, for a process that builds, converts or validates
AGAIN = 10.0  # s until an action is repeated, then twice as long, and so on: it may only be slow


def wait_for(
    done: Callable[[], Found], act: Callable[[], object] | None = None, passing: tuple[type[Exception], ...] = ()
) -> Found:
    """Wait until a condition is true; return its value.

    `act` is called first, and again if the condition stays false. Exceptions of the types `passing` are not errors until
    the time is over.
    """
    start = time.monotonic()
    end, due, pause, failure = start + WAIT, start, AGAIN, None
    while True:
        try:
            if act and time.monotonic() >= due:
                due, pause = time.monotonic() + pause, 2 * pause
                act()
            if found := done():
                return found
            failure = None
        except passing as error:
            failure = error
        if time.monotonic() > end:
            raise AssertionError("timed out") from failure
        time.sleep(0.02)
