"""How long it takes from starting the program until a client has its 220: what a test suite pays that starts a server for
every test.
"""

import pathlib
import signal
import socket
import subprocess
import tempfile
import threading
import time

import peers
import tools

STARTS = 20
LOOK = 0.0005  # seconds between two attempts to connect
BOUND = 60.0


def first_greeting(address, begin):
    """Seconds from `begin` to the 220."""
    pause = threading.Event()
    while time.monotonic() - begin < BOUND:
        try:
            with socket.create_connection(address) as client:
                if client.recv(4) != b"220 ":
                    raise AssertionError("the first line is no 220")
                return time.monotonic() - begin
        except (ConnectionRefusedError, ConnectionResetError):
            pause.wait(LOOK)
    raise TimeoutError("no 220")


def end(process):
    """Ends a server of ours."""
    process.send_signal(signal.SIGTERM)
    process.wait(60)


def edgesim_starts(count):
    """Each on a new data directory, with the settings of the bench."""
    for _ in range(count):
        with tempfile.TemporaryDirectory(prefix="edgesim-") as folder:
            address = ("127.0.0.1", peers.free_port())
            begin = time.monotonic()
            process = subprocess.Popen(
                [tools.binary(), "serve", "--quiet", "--relaxed", "--data", pathlib.Path(folder) / "data", "--config",
                 peers.SETTINGS / "edge.ps1", "--listen", "{}:{}".format(*address)], cwd=folder)
            try:
                yield first_greeting(address, begin)
            finally:
                end(process)


def sink_starts(count):
    """smtp-sink has nothing to prepare."""
    for _ in range(count):
        address = ("127.0.0.1", peers.free_port())
        begin = time.monotonic()
        process = peers.Sink().start(address)
        try:
            yield first_greeting(address, begin)
        finally:
            end(process)


def postfix_starts(count):
    """`postfix start` on an instance whose queue is already laid out."""
    with peers.Postfix() as server:
        for _ in range(count):
            server.stop()
            begin = time.monotonic()
            server.launch()
            took = first_greeting(server.address, begin)
            server.adopt()
            yield took


STARTERS = {"edgesim": edgesim_starts, "smtp-sink": sink_starts, "postfix": postfix_starts}


def measure(keys, count=STARTS):
    """Milliseconds of each start, by server."""
    return {key: [seconds * 1000 for seconds in STARTERS[key](count)] for key in keys}
