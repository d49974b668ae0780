#!/usr/bin/env python3
"""What a refused session costs the server with a hundred entries on the IP Block list and with a million, over TCP. Two servers
take turns, so that a busy moment hits both; what counts is their processor time. Prints one JSON line for each block stage.

    EDGESIM_BINARY=build/release/edgesim tests/bench/ip_list_tcp_bench.py [ROUNDS]
"""

import contextlib
import json
import os
import pathlib
import random
import re
import statistics
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "clients"), str(HERE / "speed")]

import knock
from waiting import wait_until

FEW, MANY = 100, 1_000_000
SESSIONS, PARALLEL = 8_000, 20
ROUNDS = 50  # even so, two servers with the same list differ by 1 %
# Set-EdgeSimConnectionFilter -BlockStage, and what the client says until it is refused.
STAGES = {"Connect": (), "Rcpt": (b"HELO client.test\r\n", b"MAIL FROM:<ann@fabrikam.com>\r\n", b"RCPT TO:<mary@adventureworks.com>\r\n")}
GOAL = 1.02


def addresses(count):
    """The client's own address and others that it is not."""
    draw = random.Random(1)
    drawn = {"127.0.0.1"}
    while len(drawn) < count:
        drawn.add(f"{draw.randrange(1, 126)}." + ".".join(str(draw.randrange(256)) for _ in range(3)))
    return sorted(drawn)


class Refusing:
    """A server that refuses this machine at that stage, with so many entries on its list."""

    def __init__(self, stack, stage, entries):
        folder = pathlib.Path(stack.enter_context(tempfile.TemporaryDirectory()))
        (folder / "list.txt").write_text("\n".join(addresses(entries)) + "\n", encoding="ascii")
        script, port_file = folder / "edge.ps1", folder / "port"
        script.write_text(f"New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com\n"
                          f"Set-EdgeSimConnectionFilter -BlockStage {stage}\n"
                          f"Import-EdgeSimIPListEntry -List Block -Path {folder}/list.txt\n", encoding="ascii")
        command = [os.environ["EDGESIM_BINARY"], "serve", "--quiet", "--relaxed", "--data", folder / "data", "--listen",
                   "127.0.0.1:0", "--config", script, "--port-file", port_file]
        self._process = stack.enter_context(subprocess.Popen(command, stdout=subprocess.DEVNULL))
        stack.callback(self._process.terminate)
        text = wait_until(lambda: port_file.exists() and port_file.read_text(encoding="ascii"), "the server's port", within=120)
        self._port = int(re.search(r"^smtp=.*:(\d+)$", text, re.M)[1])
        self._commands = STAGES[stage]

    def _processor_time(self):
        tasks = pathlib.Path(f"/proc/{self._process.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks)

    def round(self):
        """Microseconds of processor time for each refused session."""
        before = self._processor_time()
        knock.main("127.0.0.1", self._port, PARALLEL, SESSIONS, self._commands)
        return (self._processor_time() - before) / SESSIONS / 1000


def compare(stage, rounds):
    """Both servers, turn by turn; who begins changes."""
    with contextlib.ExitStack() as stack:
        servers = {entries: Refusing(stack, stage, entries) for entries in (FEW, MANY)}
        costs = {entries: [] for entries in servers}
        for number in range(rounds):
            for entries in (FEW, MANY) if number % 2 else (MANY, FEW):
                costs[entries].append(servers[entries].round())
    ratio = statistics.median(many / few for few, many in zip(costs[FEW], costs[MANY]))
    print(json.dumps({"bench": "ip_list_refused_session_tcp", "stage": stage, "rounds": rounds,
                      f"microsecondsWith{FEW}": round(statistics.median(costs[FEW]), 2),
                      f"microsecondsWith{MANY}": round(statistics.median(costs[MANY]), 2), "ratio": round(ratio, 3), "goal": GOAL}))


if __name__ == "__main__":
    for each in STAGES:
        compare(each, int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
