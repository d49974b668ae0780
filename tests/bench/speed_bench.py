#!/usr/bin/env python3
"""How fast edgesim is beside its peers, in one run on one machine: Postfix's smtp-sink, which stores nothing, and a Postfix
that stores and delivers. The client is smtp-source; where a connection is refused at once it is speed/knock.py. Rounds of
edgesim and smtp-sink take turns, so that a busy moment hits both; a rate counts until the last message is delivered. Postfix
comes when they are done with everything: it frees an inode for each message, and ext4 without a journal makes files slowly for
minutes after that (docs/performance.md). Settings of both sides: tests/bench/speed/.

    ./dev bench speed                                          everything, some ten minutes
    ./dev bench speed --only accept-kept --against none        a quick look while optimising
    ./dev bench speed --write-docs                             and into docs/performance.md
"""

import argparse
import contextlib
import datetime
import json
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent / "clients"), str(HERE), str(HERE / "speed")]

import idle_bench
import machine
import peers
import report
import starting
import tools
import workloads

MESSAGES, QUICK_MESSAGES = 10_000, 5_000
ROUNDS = 5
KEYS = ("edgesim", "smtp-sink", "postfix")
EXTRAS = ("idle", "start")  # beside the workloads


def arguments():
    """The command line."""
    names = [one.name for one in workloads.WORKLOADS]
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, help=f"rounds of each workload (default {ROUNDS}; against none: 3)")
    parser.add_argument("--messages", type=int, help=f"messages or sessions in a round (default {MESSAGES:,}; against none: "
                        f"{QUICK_MESSAGES:,})")
    parser.add_argument("--only", action="append", choices=[*names, *EXTRAS], help="this one only; may be repeated")
    parser.add_argument("--against", choices=["all", "smtp-sink", "postfix", "none"], default="all", help="the peers")
    parser.add_argument("--threads", help="edgesim's threads for sessions (default: one a core)")
    parser.add_argument("--json", metavar="FILE", help="write everything that was measured")
    parser.add_argument("--write-docs", action="store_true", help="write docs/performance/speed.json and the section of "
                        "docs/performance.md")
    given = parser.parse_args()
    given.rounds = given.rounds or (3 if given.against == "none" else ROUNDS)
    given.messages = given.messages or (QUICK_MESSAGES if given.against == "none" else MESSAGES)
    given.only = given.only or [*names, *EXTRAS]
    if given.write_docs and (given.against != "all" or set(given.only) != {*names, *EXTRAS}):
        parser.error("the documentation gets whole runs only")
    return given


def wanted_keys(against):
    """Which servers take part, and why others do not."""
    keys = [key for key in KEYS if key == "edgesim" or against in ("all", key)]
    left_out = {}
    if "smtp-sink" in keys and not tools.find_tool("smtp-sink"):
        left_out["smtp-sink"] = "smtp-sink is missing (./dev deps)"
    if "postfix" in keys and peers.Postfix.obstacle():
        left_out["postfix"] = peers.Postfix.obstacle()
    return [key for key in keys if key not in left_out], left_out


class Servers:
    """The servers of a run, each started when first needed and kept until the end."""

    def __init__(self, stack, threads):
        self._stack = stack
        self._arguments = ("--threads", threads) if threads else ()
        self._running = {}

    def find(self, key, workload):
        """The server for a workload."""
        kind = "connect" if workload.at_connect else "rcpt" if workload.name == "refuse-rcpt" else "accept"
        if key == "postfix" or (key == "edgesim" and kind == "rcpt"):
            kind = "accept"  # one server does both
        if (key, kind) not in self._running:
            self._running[key, kind] = self._stack.enter_context(self._make(key, kind))
        return self._running[key, kind]

    def _make(self, key, kind):
        if key == "postfix":
            return peers.Postfix()
        if key == "smtp-sink":
            return peers.Sink(*{"accept": (), "rcpt": ("-f", "RCPT"), "connect": ("-f", "CONNECT")}[kind])
        return peers.Simulator(*(["edge-blocked.ps1"] if kind == "connect" else []), arguments=self._arguments)


class Contest:
    """One workload: who took part, and the rounds of each."""

    def __init__(self, workload, left_out):
        self._workload = workload
        self._left_out = dict(left_out)
        self._rounds = {}

    def run(self, servers, keys, given):
        """All rounds of these servers, turn by turn."""
        running = {}
        for key in keys:
            try:
                running[key] = servers.find(key, self._workload)
            except AssertionError:  # it has shown why
                self._left_out[key] = "this build does not understand its settings in tests/bench/speed"
        for number in range(given.rounds):
            for key, server in running.items():
                one = workloads.run_round(server, self._workload, given.messages)
                self._rounds.setdefault(key, []).append(one)
                print(f"{self._workload.name} {number + 1}/{given.rounds} {key}: {one.finished:,.0f} /s", file=sys.stderr, flush=True)

    def result(self, messages):
        """Its part of the report."""
        summaries = {key: report.summary(ones) for key, ones in self._rounds.items()}
        return {"name": self._workload.name, "title": self._workload.title, "sessions": self._workload.sessions, "messages": messages,
                "servers": summaries, "ratios": report.judged(self._workload, summaries), "left_out": self._left_out}


def revision():
    """Which edgesim this is."""
    done = subprocess.run(["git", "describe", "--always", "--dirty"], cwd=tools.ROOT, capture_output=True, text=True,
                          check=False)
    return done.stdout.strip() or "unknown"


def measure(given):
    """Everything asked for."""
    keys, left_out = wanted_keys(given.against)
    result = {"bench": "speed", "date": datetime.date.today().isoformat(), "revision": revision(),
              "machine": machine.description(tempfile.gettempdir()), "rounds": given.rounds}
    if result["machine"]["file_system"] == "tmpfs":
        sys.exit("the temporary folder is in memory, where nothing is durable: set TMPDIR to a folder on a disk")
    with contextlib.ExitStack() as stack:
        servers = Servers(stack, given.threads)
        contests = [Contest(workload, left_out) for workload in workloads.WORKLOADS if workload.name in given.only]
        for group in ([key for key in keys if key != "postfix"], [key for key in keys if key == "postfix"]):
            for contest in contests:
                contest.run(servers, group, given)
        result["workloads"] = [contest.result(given.messages) for contest in contests]
    if "idle" in given.only:
        result["idle"] = idle_bench.measure(idle_bench.SESSIONS)
    if "start" in given.only:
        result["start_ms"] = {key: report.spread(values, 1) for key, values in starting.measure(keys).items()}
    return result


def main():
    """Measures, prints and writes."""
    given = arguments()
    if not tools.find_tool("smtp-source"):
        print("skipped: smtp-source is missing (./dev deps)", file=sys.stderr)
        return
    result = measure(given)
    print(report.terminal(result))
    text = json.dumps(result, indent=1, ensure_ascii=False) + "\n"
    if given.json:
        pathlib.Path(given.json).write_text(text, encoding="utf-8")
    if given.write_docs:
        report.DATA.parent.mkdir(exist_ok=True)
        report.DATA.write_text(text, encoding="utf-8")
        report.write_section(report.PAGE, report.markdown(result))


if __name__ == "__main__":
    main()
