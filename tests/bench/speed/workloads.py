"""What the speed bench does to the servers, and one round of it: smtp-source begins, everything it brought is delivered, and
meanwhile we note who used the processor.
"""

import dataclasses
import os
import resource
import subprocess
import sys
import time

import knock
import machine
import tools

SIZE = 4096  # octets of content
KNOWN, UNKNOWN = "mary@adventureworks.com", "nobody@adventureworks.com"


@dataclasses.dataclass(frozen=True)
class Workload:
    """One row of the table. `floor` and `aim`: times as fast as the peer of that key."""

    name: str
    title: str
    options: tuple
    sessions: int
    stored: bool = False
    at_connect: bool = False
    floor: tuple = ()
    aim: tuple = ()


ACCEPT = ("-l", str(SIZE), "-t", KNOWN)
KEPT_FLOOR, KEPT_AIM = (("postfix", 5.0), ("smtp-sink", 0.4)), (("postfix", 10.0), ("smtp-sink", 1.0))
FRESH_FLOOR, FRESH_AIM = (("smtp-sink", 0.8),), (("postfix", 10.0), ("smtp-sink", 1.0))

WORKLOADS = (
    Workload("accept-kept", "4 KB accepted, durable, delivered; connections kept open", ("-d", *ACCEPT), 20, stored=True,
             floor=KEPT_FLOOR, aim=KEPT_AIM),
    Workload("accept-kept-100", "the same, 100 sessions", ("-d", *ACCEPT), 100, stored=True, floor=KEPT_FLOOR,
             aim=KEPT_AIM),
    Workload("accept-fresh", "4 KB accepted, durable, delivered; a connection each", ACCEPT, 20, stored=True,
             floor=FRESH_FLOOR, aim=FRESH_AIM),
    Workload("accept-fresh-100", "the same, 100 sessions", ACCEPT, 100, stored=True, floor=FRESH_FLOOR, aim=FRESH_AIM),
    Workload("refuse-rcpt", "sessions refused at RCPT", ("-A", "-l", str(SIZE), "-t", UNKNOWN), 20),
    Workload("refuse-connect", "sessions refused at connect", (), 20, at_connect=True),
)


@dataclasses.dataclass
class Round:
    """What one round showed. Rates count from the start of smtp-source."""

    answered: float  # messages or sessions a second until the client had its last answer
    finished: float  # … until the last was delivered
    server_us: float  # processor time of the server for each, its work after the answer included
    phases_us: dict  # … by what it was for
    client_share: float  # of one core, used by smtp-source
    others_share: float  # of one core, used by programs that are not part of the bench


def run_round(peer, workload, messages):
    """One round against a running server."""
    others, own, begin_server = machine.Others(), own_seconds(), peer.processor_seconds()
    begin_phases = peer.phases()
    begin, begin_clock = time.monotonic(), time.time()
    client = run_source(peer, workload, messages)
    answered = time.monotonic() - begin
    last = peer.settle(messages if workload.stored else 0)
    finished = last - begin_clock if last else answered
    whole = time.monotonic() - begin
    server = peer.processor_seconds() - begin_server
    phases = {name: (seconds - begin_phases[name]) / messages * 1e6 for name, seconds in peer.phases().items()}
    return Round(messages / answered, messages / finished, server / messages * 1e6, phases, client / answered,
                 others.used(server + client + own_seconds() - own) / whole)


def own_seconds():
    """Processor time of the bench itself."""
    own = resource.getrusage(resource.RUSAGE_SELF)
    return own.ru_utime + own.ru_stime


def run_source(peer, workload, messages):
    """Runs the client to its end; returns the processor time it used."""
    program = tools.tool("smtp-source")
    address = peer.refuses_at_connect if workload.at_connect and peer.refuses_at_connect else peer.address
    if workload.at_connect:
        command = [sys.executable, "-B", knock.__file__, *map(str, address), str(workload.sessions), str(messages)]
    else:
        command = [program, "-s", str(workload.sessions), "-m", str(messages), "-M", "mail.fabrikam.com", "-f",
                   "ann@fabrikam.com", *workload.options, "inet:{}:{}".format(*address)]
    process = subprocess.Popen(command, env=tools.tool_environment(program), stdout=subprocess.DEVNULL,
                               stderr=subprocess.PIPE)
    said = process.stderr.read().decode(errors="replace")  # ends when the program does
    process.stderr.close()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise RuntimeError(f"the client against {peer.key} ended with {process.returncode}: {said[-500:]}")
    return usage.ru_utime + usage.ru_stime
