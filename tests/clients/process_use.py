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


def processor_seconds_by_thread(pid):
    """Time on a processor by the name of the thread; threads of one name together."""
    found = {}
    for task in os.listdir(f"/proc/{pid}/task"):
        place = pathlib.Path(f"/proc/{pid}/task/{task}")
        name = place.joinpath("comm").read_text(encoding="ascii").strip()
        seconds = int(place.joinpath("schedstat").read_text(encoding="ascii").split()[0]) / 1e9
        found[name] = found.get(name, 0.0) + seconds
    return found


def ended_children_seconds(pid):
    """Processor time of the children that have ended and were waited for, in ticks of the kernel."""
    stat = pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    fields = stat.rpartition(")")[2].split()  # from field 3 on: a name may have blanks
    return (int(fields[13]) + int(fields[14])) / os.sysconf("SC_CLK_TCK")
