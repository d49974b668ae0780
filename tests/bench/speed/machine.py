"""The machine of a measurement: what it is, how busy it is, and what others used of it meanwhile. A figure from a busy machine
is worth little, so the report says when it was one.
"""

import os
import pathlib
import platform
import re


KERNEL_THREADS = 2  # the parent of all of them
TICK = 1 / os.sysconf("SC_CLK_TCK")


def description(folder):
    """What somebody else would want to know to compare."""
    cpu = re.search(r"^model name\s*: (.*)$", pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text(encoding="ascii"), re.MULTILINE)
    return {"processor": cpu.group(1) if cpu else platform.machine(), "cores": os.cpu_count(),
            "memory_gib": round(int(memory.group(1)) / 2**20), "kernel": platform.release(),
            "file_system": file_system(folder), "load_average": round(os.getloadavg()[0], 2)}


def file_system(folder):
    """The type of the file system that holds the folder."""
    folder = str(pathlib.Path(folder).resolve())
    best, kind = "", "unknown"
    for line in pathlib.Path("/proc/mounts").read_text(encoding="utf-8").splitlines():
        _, place, name = line.split()[:3]
        if (folder + "/").startswith(place.rstrip("/") + "/") and len(place) >= len(best):
            best, kind = place, name
    return kind


class Others:
    """Processor time of everybody but us: what the machine spent in programs, without kernel threads (they work for the file
    system under test) and without what the bench knows to be its own."""

    def __init__(self):
        self._begin = self._programs()

    def used(self, own):
        """Seconds since construction beyond `own`."""
        return max(0.0, self._programs() - self._begin - own)

    @staticmethod
    def _programs():
        user, nice, system = map(int, pathlib.Path("/proc/stat").read_text(encoding="ascii").split()[1:4])
        kernel = 0
        for path in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(fields[1]) == KERNEL_THREADS:
                kernel += int(fields[11]) + int(fields[12])
        return (user + nice + system - kernel) * TICK

