#!/usr/bin/env python3
"""How fast edgesim diff compares two configurations, and whether its memory stays flat.

The corpus is an mbox made of the SpamAssassin training mails, repeated until it is long enough: 4,000 messages, then
ten times as many. Prints one JSON object: messages a second (both configurations together count as one) and the
largest resident set of each run.
"""

import argparse
import json
import os
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import time

AIM = 1000  # messages a second, on two cores
# Peak memory of the long run beside the short one, which is long enough to have met the worst batches. The allocator
# keeps what it was given back; who kept a message would need three times as much.
FLAT = 1.3

SETTINGS = """New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com
Add-ContentFilterPhrase -Phrase "click here" -Influence BadWord
Set-ContentFilterConfig -SCLRejectThreshold {threshold}
"""


def quoted(message):
    """Lines that begin with From_ get one bracket more (mboxrd)."""
    lines = message.replace(b"\r\n", b"\n").split(b"\n")
    return b"\n".join(b">" + line if line.lstrip(b">").startswith(b"From ") else line for line in lines)


def write_mbox(path, messages, count):
    with open(path, "wb") as mbox:
        for number in range(count):
            mbox.write(b"From ann@fabrikam.com Mon Jun  3 09:00:00 2019\n")
            mbox.write(quoted(messages[number % len(messages)]).rstrip(b"\n") + b"\n\n")


def training_mails(corpora):
    with tarfile.open(pathlib.Path(corpora, "spamassassin-train", "messages.tar.xz")) as archive:
        members = sorted((member for member in archive if member.isfile()), key=lambda member: member.name)
        return [archive.extractfile(member).read() for member in members]


def run(binary, folder, mbox, jobs):
    """Seconds, seconds of all processors, peak resident set in MiB, and the report."""
    command = [binary, "diff", "--config", "a.ps1", "--config", "b.ps1", "--json", "--jobs", str(jobs), str(mbox)]
    begin = time.monotonic()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE)
    output = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.stdout.close()
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"edgesim diff ended with {process.returncode}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, json.loads(output)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--counts", type=int, nargs="+", default=[40000, 120000])
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    arguments = parser.parse_args()
    binary = os.path.abspath(os.environ.get("EDGESIM_BINARY", "build/release/edgesim"))
    messages = training_mails(os.environ.get("EDGE_CORPORA", "../shared/corpora"))
    runs = []
    with tempfile.TemporaryDirectory(prefix="edgesim-diff-bench-") as folder:
        for name, threshold in (("a.ps1", 7), ("b.ps1", 1)):
            pathlib.Path(folder, name).write_text(SETTINGS.format(threshold=threshold), encoding="utf-8")
        mbox = pathlib.Path(folder, "mbox")
        for count in arguments.counts:
            write_mbox(mbox, messages, count)
            seconds, busy, peak, report = run(binary, folder, mbox, arguments.jobs)
            if report["messages"] != count or report["unreadable"] != 0:
                sys.exit(f"{report['messages']} messages of {count} were judged")
            runs.append({"messages": count, "mbox_mib": round(mbox.stat().st_size / 2**20, 1),
                         "seconds": round(seconds, 2), "messages_per_second": round(count / seconds),
                         "messages_per_processor_second": round(count / busy),
                         "peak_rss_mib": round(peak, 1), "changed": report["changed"]})
    flat = runs[-1]["peak_rss_mib"] <= FLAT * runs[0]["peak_rss_mib"]
    fast = runs[-1]["messages_per_second"] >= AIM
    print(json.dumps({"bench": "diff", "jobs": arguments.jobs, "runs": runs, "aim_messages_per_second": AIM,
                      "fast_enough": fast, "memory_is_flat": flat}, indent=2))
    return 0 if flat and fast else 1


if __name__ == "__main__":
    sys.exit(main())
