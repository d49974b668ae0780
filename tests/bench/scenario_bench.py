#!/usr/bin/env python3
"""How long a thousand small scenarios take, start of the program included.

Half of them are refused at MAIL and check decision, log and reply; half deliver a message and look at the published
file. Each is a file of its own and a server of its own. Prints seconds for every number of threads.
"""

import argparse
import os
import pathlib
import resource
import statistics
import subprocess
import tempfile
import time

REFUSED = """# Blocked sender {number}
PS> Set-SenderFilterConfig -BlankSenderBlockingEnabled $true
client 203.0.113.9
S: 220
C: EHLO mail.fabrikam.com
S: 250
C: MAIL FROM:<>
S: 554 5.1.0 after 5s
S: closed
agent "Sender Filter Agent" OnMailCommand RejectCommand reason BlankSender
log agent rows 1
replay 0
"""

ACCEPTED = """# Message {number}
client 203.0.113.9
hello
envelope ann@fabrikam.com mary@adventureworks.com
message <<END
Subject: m{number}

Dear Mary
END
S: 250 2.6.0
replay 1
file Replay/1 header Subject is m{number}
"""

AIM = 2.0  # seconds, on two cores


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    binary = os.environ.get("EDGESIM_BINARY", "build/release/edgesim")
    with tempfile.TemporaryDirectory(prefix="edgesim-scenario-bench-") as folder:
        for number in range(arguments.count):
            text = (REFUSED if number % 2 else ACCEPTED).format(number=number)
            pathlib.Path(folder, f"{number:06}.scenario").write_text(text, encoding="utf-8")
        for jobs in sorted({1, os.cpu_count() or 1}):
            wall, processor = [], []
            for _ in range(arguments.rounds):
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                begin = time.monotonic()
                subprocess.run([binary, "test", folder, "--quiet", "--jobs", str(jobs)], check=True,
                               stdout=subprocess.DEVNULL)
                wall.append(time.monotonic() - begin)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                processor.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
            median = statistics.median(wall)
            print(f"{arguments.count} scenarios, {jobs} thread(s): median {median:.2f} s, best {min(wall):.2f} s, "
                  f"processor {statistics.median(processor):.2f} s; aim {AIM:.0f} s: {'met' if median < AIM else 'missed'}")


if __name__ == "__main__":
    main()
