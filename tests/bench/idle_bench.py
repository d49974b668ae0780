#!/usr/bin/env python3
"""10,000 idle plain sessions: resident memory for each, processor time while nothing happens, and how soon a new client
gets its 220 meanwhile. Prints one JSON line; exit code 1 where a goal of issue 2, section 2 is missed.

    EDGESIM_BINARY=build/release/edgesim tests/bench/idle_bench.py [SESSIONS]
"""

import json
import pathlib
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import edge
import process_use
from idle_sessions import IdleSessions, allow_files

SESSIONS = 10_000
WARM_UP = 50
INTERVAL = 10.0  # seconds in which the processor time is measured
NEW_CLIENTS = 20
MEMORY_GOAL = 16 * 1024
PROCESSOR_GOAL = 0.01


def processor_share(pid):
    """The share of one processor used during the interval."""
    before, begin = process_use.processor_seconds(pid), time.monotonic()
    threading.Event().wait(INTERVAL)  # the measurement itself
    return (process_use.processor_seconds(pid) - before) / (time.monotonic() - begin)


def slowest_greeting(server):
    """Seconds until the slowest of some new clients had its 220."""
    slowest = 0.0
    for _ in range(NEW_CLIENTS):
        begin = time.monotonic()
        with server.connect() as client:
            assert client.reply().code == 220
        slowest = max(slowest, time.monotonic() - begin)
    return slowest


def measure(wanted):
    """One run; returns the figures."""
    count = allow_files(wanted)
    with edge.Edge("--quiet", relaxed=True) as server:
        IdleSessions(server.address, WARM_UP).close()
        before = process_use.resident_bytes(server.pid)
        begin = time.monotonic()
        sessions = IdleSessions(server.address, count)
        opened_in = time.monotonic() - begin
        after = process_use.resident_bytes(server.pid)
        share = processor_share(server.pid)
        greeting = slowest_greeting(server)
        sessions.close()
    return {"bench": "idle", "sessions": count, "seconds_to_open": round(opened_in, 2),
            "kib_per_session": round((after - before) / count / 1024, 2), "resident_mib": round(after / 2**20, 1),
            "processor_percent": round(share * 100, 3), "slowest_greeting_ms": round(greeting * 1000, 2),
            "goals": {"kib_per_session": MEMORY_GOAL // 1024, "processor_percent": PROCESSOR_GOAL * 100}}


def main():
    """Measures and judges."""
    figures = measure(int(sys.argv[1]) if len(sys.argv) > 1 else SESSIONS)
    print(json.dumps(figures))
    good = (figures["kib_per_session"] <= MEMORY_GOAL / 1024
            and figures["processor_percent"] <= PROCESSOR_GOAL * 100)
    sys.exit(not good)


if __name__ == "__main__":
    main()
