#!/usr/bin/env python3
"""A thousand idle sessions, and what each costs in memory. The full measurement, 10,000 sessions with processor time, is
tests/bench/idle_bench.py; this one is small enough for every test run.
"""

import unittest

import edge
import process_use
import tools
from idle_sessions import IdleSessions, allow_files

SESSIONS = 1000
WARM_UP = 50  # sessions opened and closed before, so that what the server needs once does not count
LIMIT = 16 * 1024  # octets a session (issue 2, section 2)


class IdleTest(unittest.TestCase):
    """Memory only: time is not measured on a machine that others use."""

    def test_an_idle_session_costs_at_most_16_kib(self):
        if tools.sanitized():
            self.skipTest("a sanitizer build needs memory of its own")
        self.assertEqual(allow_files(SESSIONS), SESSIONS)
        with edge.Edge("--quiet", relaxed=True) as server:
            IdleSessions(server.address, WARM_UP).close()
            before = process_use.resident_bytes(server.pid)
            sessions = IdleSessions(server.address, SESSIONS)
            each = (process_use.resident_bytes(server.pid) - before) / SESSIONS
            print(f"{each / 1024:.1f} KiB resident for each of {SESSIONS} idle sessions")
            with server.connect() as client:
                client.hello()
                client.quit()
            sessions.close()
        self.assertLessEqual(each, LIMIT)


if __name__ == "__main__":
    tools.main()
