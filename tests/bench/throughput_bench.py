#!/usr/bin/env python3
"""Messages a second with Postfix's smtp-source as the client, for edgesim and, in the same run, for Postfix's smtp-sink.
smtp-sink is no competitor: it throws mail away without storing it. It shows what this client on this machine can reach
at all. Prints one JSON line for each measurement: the median of some rounds, and their extremes.

    EDGESIM_BINARY=build/release/edgesim tests/bench/throughput_bench.py [MESSAGES]
"""

import contextlib
import json
import os
import pathlib
import socket
import statistics
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "clients"))

import edge
import process_use
import tools
from waiting import wait_until

MESSAGES = 10_000
ROUNDS = 3
SESSIONS = 20  # at the same time
SIZE = 2048  # octets of content
REJECTED = 9  # of ten transactions in the reject-heavy mix
SINK_BACKLOG = 200
# Under root smtp-sink insists on another user.
SINK_USER = ["-u", "nobody"] if os.geteuid() == 0 else []


class Sink:
    """smtp-sink, which answers and forgets."""

    name = "smtp-sink (discards)"

    def __init__(self, *options):
        self._options = options

    def __enter__(self):
        with socket.create_server(("127.0.0.1", 0)) as free:
            port = free.getsockname()[1]
        self.address = ("127.0.0.1", port)
        program = tools.tool("smtp-sink")
        self._process = subprocess.Popen([program, *SINK_USER, *self._options, f"127.0.0.1:{port}", str(SINK_BACKLOG)],
                                         env=tools.tool_environment(program))
        wait_until(self._answers, "smtp-sink")
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    @property
    def pid(self):
        """Its process id."""
        return self._process.pid

    def settle(self, accepted):
        """There is nothing that it would still do."""

    def _answers(self):
        try:
            socket.create_connection(self.address).close()
            return True
        except ConnectionRefusedError:
            return False


class Simulator(edge.Edge):
    """edgesim as it comes, without the limits that would end a benchmark."""

    name = "edgesim"

    def __init__(self):
        super().__init__("--quiet", relaxed=True)

    def settle(self, accepted):
        """Waits until all of it lies in Replay, and moves it aside: a round does not pay for the one before. Deleting it
        would make the next round pay: ext4 looks for an inode past all those that were freed in the last seconds."""
        wait_until(lambda: len(self.replay_names()) >= accepted, f"{accepted} replay files", within=120)
        aside = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name in self.replay_names():
            os.rename(self.replay_folder / name, aside / name)


def source(address, messages, *options):
    """Starts smtp-source."""
    program = tools.tool("smtp-source")
    command = [program, "-A", "-s", str(SESSIONS), "-m", str(messages), "-l", str(SIZE), "-M", "mail.fabrikam.com", "-f",
               "ann@fabrikam.com", *options, "inet:{}:{}".format(*address)]
    return subprocess.Popen(command, env=tools.tool_environment(program), stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL)


def processor_seconds(servers):
    """What the servers have used so far."""
    return sum(process_use.processor_seconds(server.pid) for server in servers)


def run_once(servers, messages, accepted, starts):
    """One round: (messages a second, processor time for each message in microseconds)."""
    used, begin = processor_seconds(servers), time.monotonic()
    processes = [start() for start in starts]
    codes = [process.wait() for process in processes]
    seconds = time.monotonic() - begin
    if any(codes):
        raise RuntimeError(f"smtp-source ended with {codes}")
    for server in servers:
        server.settle(accepted)
    return messages / seconds, (processor_seconds(servers) - used) / messages * 1e6


def run(workload, servers, messages, accepted, starts):
    """Measures one workload in several rounds against running servers: `starts` begin the load."""
    rounds = [run_once(servers, messages, accepted, starts) for _ in range(ROUNDS)]
    speeds = [speed for speed, _ in rounds]
    print(json.dumps({"bench": "throughput", "workload": workload, "server": servers[0].name, "messages": messages,
                      "rounds": ROUNDS, "per_second": round(statistics.median(speeds)),
                      "slowest": round(min(speeds)), "fastest": round(max(speeds)),
                      "server_processor_us_per_message": round(statistics.median(used for _, used in rounds), 1)}),
          flush=True)


def accept(server, messages, *options):
    """All messages are taken."""
    return lambda: source(server.address, messages, "-t", "mary@adventureworks.com", *options)


def reject(server, messages, *options):
    """Every recipient is refused (edgesim: unknown, smtp-sink: told to refuse)."""
    return lambda: source(server.address, messages, "-t", "nobody@adventureworks.com", *options)


def measure(messages):
    """All workloads, both servers. Idle servers cost nothing, so all of them stay, and nothing is deleted before the end."""
    few = messages // (REJECTED + 1)
    with contextlib.ExitStack() as servers:
        for make in (Simulator, Sink):
            server = servers.enter_context(make())
            run("W1 accept 2 KB, a connection each", [server], messages, messages, [accept(server, messages)])
            server = servers.enter_context(make())
            run("W1 accept 2 KB, connections reused", [server], messages, messages, [accept(server, messages, "-d")])
        server = servers.enter_context(Simulator())
        run("W2 nine of ten refused at RCPT", [server], messages, few,
            [reject(server, messages - few), accept(server, few)])
        # smtp-sink cannot tell recipients apart: one of each kind.
        refusing, accepting = servers.enter_context(Sink("-f", "RCPT")), servers.enter_context(Sink())
        run("W2 nine of ten refused at RCPT", [refusing, accepting], messages, few,
            [reject(refusing, messages - few), accept(accepting, few)])


def main():
    """Measures, where the tools are there."""
    for program in ("smtp-source", "smtp-sink"):
        if not tools.find_tool(program):
            print(f"skipped: {program} is missing (./dev deps)", file=sys.stderr)
            return
    measure(int(sys.argv[1]) if len(sys.argv) > 1 else MESSAGES)


if __name__ == "__main__":
    main()
