"""Waiting for something another process does: ask again and again, within a bound, and say what was missing.

Blind pauses make tests slow on fast machines and wrong on slow ones, so nothing here waits for a time to pass.
"""

import threading
import time

INTERVAL = 0.005  # between two looks; short beside anything a test waits for


def wait_until(condition, what, within=15.0):
    """Returns the first true value of `condition()`, or raises TimeoutError saying that `what` did not happen."""
    pause = threading.Event()
    end = time.monotonic() + within
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > end:
            raise TimeoutError(f"not within {within:g} s: {what}")
        pause.wait(INTERVAL)
