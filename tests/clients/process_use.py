"""What a process costs, read from /proc: memory that is really there, and processor time to the nanosecond (the ticks of
/proc/PID/stat are too coarse for "at most one per cent").
"""

import os
import pathlib
import re


def resident_bytes(pid):
    """VmRSS."""
    status = pathlib.Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    return int(re.search(r"^VmRSS:\s+(\d+) kB$", status, re.MULTILINE).group(1)) * 1024


def processor_seconds(pid):
    """Time on a processor, all threads together."""
    total = 0
    for task in os.listdir(f"/proc/{pid}/task"):
        total += int(pathlib.Path(f"/proc/{pid}/task/{task}/schedstat").read_text(encoding="ascii").split()[0])
    return total / 1e9
