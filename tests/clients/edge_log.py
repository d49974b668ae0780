"""Reads Exchange's logs (platform.md 6.1): five lines beginning with '#', then CSV rows with the columns of #Fields."""

import csv
import io
import pathlib


class EdgeLog:
    """One log file."""

    def __init__(self, path):
        self.path = pathlib.Path(path)
        self.octets = self.path.read_bytes()
        text = self.octets.decode("utf-8")
        self.preamble = {}
        lines = []
        for line in text.splitlines():
            if line.startswith("#"):
                key, _, value = line[1:].partition(": ")
                self.preamble[key] = value
            else:
                lines.append(line)
        self.fields = self.preamble["Fields"].split(",")
        self.rows = [dict(zip(self.fields, row, strict=True)) for row in csv.reader(io.StringIO("\n".join(lines)))]


def read_folder(folder, pattern):
    """All rows of the files that match, in the order of their names."""
    rows = []
    for path in sorted(pathlib.Path(folder).glob(pattern)):
        rows += EdgeLog(path).rows
    return rows
