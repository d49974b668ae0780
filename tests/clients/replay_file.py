"""Replay files as platform.md 4.4 describes them: an injected block of X-headers up to X-EndOfInjectedXHeaders, then the
message. Tests compare octets, so nothing is decoded but the injected lines.
"""

import dataclasses
import pathlib

LAST_INJECTED = b"x-endofinjectedxheaders"


@dataclasses.dataclass(frozen=True)
class ReplayFile:
    """One accepted message as it lies in Replay."""

    name: str
    injected: tuple  # of (name, value), as str, in order
    header: bytes  # with its final CRLF, without the blank line
    body: bytes

    @property
    def internal_id(self):
        """The InternalId of the 250: file names begin with it."""
        return self.name.split("-", 1)[0].removesuffix(".eml")

    def all(self, name):
        """The values of an injected header."""
        return [value for key, value in self.injected if key.lower() == name.lower()]

    def one(self, name):
        """The value of an injected header that must be there exactly once."""
        values = self.all(name)
        if len(values) != 1:
            raise AssertionError(f"{self.name}: {name} occurs {len(values)} times")
        return values[0]

    def header_lines(self):
        """The lines of the header, folded ones as they stand."""
        return self.header.split(b"\r\n")[:-1] if self.header else []


def split_message(octets):
    """(header with its final CRLF, body): the first empty line divides them (RFC 5322 2.1)."""
    if octets.startswith(b"\r\n"):
        return b"", octets[2:]
    end = octets.find(b"\r\n\r\n")
    return (octets, b"") if end < 0 else (octets[: end + 2], octets[end + 4 :])


def parse(name, octets):
    """Takes a replay file apart; a file without the whole injected block raises ValueError."""
    injected = []
    rest = octets
    while True:
        line, found, rest = rest.partition(b"\r\n")
        key, colon, value = line.partition(b":")
        if not (found and colon and key.lower().startswith(b"x-")):
            raise ValueError(f"{name}: the injected block breaks off at {line[:80]!r}")
        injected.append((key.decode("ascii"), value.strip().decode("utf-8", "surrogateescape")))
        if key.lower() == LAST_INJECTED:
            break
    header, body = split_message(rest)
    return ReplayFile(name, tuple(injected), header, body)


def read(path):
    """Reads one file."""
    path = pathlib.Path(path)
    return parse(path.name, path.read_bytes())


def read_folder(folder):
    """All files of a folder in the order of acceptance; a consumer may take one away meanwhile."""
    files = []
    for path in pathlib.Path(folder).glob("*.eml"):
        try:
            files.append(read(path))
        except FileNotFoundError:
            continue
    return sorted(files, key=lambda file: int(file.internal_id))
