"""A process that takes replay files as they appear, as a real Exchange would: each is renamed where it lies, read, and
then deleted or moved away. Its journal is what the kill test believes. Ends when its standard input does.

    consumer.py REPLAY-FOLDER JOURNAL
"""

import hashlib
import json
import os
import pathlib
import select
import sys

import replay_file

OWN_LINES = (b"from:", b"subject:", b"message-id:", b"date:")  # of load.py's messages
INTERVAL = 0.002  # seconds between two looks: files are taken within the time the server needs for the next batch


def message_name(file):
    """The name that load.py gave the message, from its Message-ID."""
    for line in file.header_lines():
        if line.lower().startswith(b"message-id: <"):
            return line[len(b"message-id: <") :].partition(b"@")[0].decode()
    raise ValueError(f"{file.name}: no Message-ID")


def digest(header_lines, body):
    """What must not change on the way: the message's own header lines and its body."""
    own = [line for line in header_lines if line.lower().startswith(OWN_LINES)]
    return hashlib.sha256(b"\r\n".join([*own, b"", body])).hexdigest()


def entry_of(path):
    """The journal line of one file: whose it is and what it holds, or why that cannot be told."""
    try:
        file = replay_file.read(path)
        return {"file": path.name, "name": message_name(file), "digest": digest(file.header_lines(), file.body)}
    except ValueError as problem:
        return {"file": path.name, "problem": str(problem)}


def take(path, away, number):
    """Takes one file the way a consumer does; returns its journal line."""
    taken = path.with_suffix(".taken")
    os.rename(path, taken)
    entry = entry_of(taken)
    if number % 2:
        os.unlink(taken)
    else:
        os.rename(taken, away / taken.name)
    return entry


def main(folder, journal):
    """Takes files until nobody holds our standard input any more, then once more all that is left."""
    folder = pathlib.Path(folder)
    away = pathlib.Path(journal).parent / "taken"
    away.mkdir()
    number = 0
    with open(journal, "w", encoding="utf-8") as out:
        while True:
            over = bool(select.select([sys.stdin], [], [], INTERVAL)[0])
            for path in folder.glob("*.eml"):
                out.write(json.dumps(take(path, away, number)) + "\n")
                number += 1
            out.flush()
            if over:
                return


if __name__ == "__main__":
    main(*sys.argv[1:])
