"""The servers of the speed bench, each in a folder of its own on the same volume: edgesim, Postfix's smtp-sink, and a Postfix
that stores and delivers. All of them stay up while the rounds of a workload alternate; an idle one costs nothing.
"""

import grp
import os
import pathlib
import pwd
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import threading

import edge
import process_use
import tools
from waiting import wait_until

SETTINGS = pathlib.Path(__file__).resolve().parent
SINK_BACKLOG = 500
SINK_SESSIONS = 1000
SETTLE_BOUND = 180.0  # seconds until everything accepted is delivered
QUIET_LOOK = 0.2  # seconds between two looks at whether a server still works
QUIET_SECONDS = 0.002  # of processor time in between: that is nothing
DOMAIN = "adventureworks.com"
# What edgesim's threads are called, by what they do for a message. Others count as "other".
PHASES = {"sessions": "sessions", "commit": "commit", "bodies": "commit", "categorizer": "categorize and publish",
          "log": "logs"}


def free_port():
    """A loopback port that nobody holds at the moment."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        return free.getsockname()[1]


def answers(address):
    """Does somebody accept connections there?"""
    try:
        socket.create_connection(address).close()
        return True
    except (ConnectionRefusedError, ConnectionResetError):
        return False


class Peer:
    """What the bench wants of a server."""

    key = ""  # in the JSON
    refuses_at_connect = None  # the address that does, where one server has both

    def processor_seconds(self):
        """Processor time used so far, of everything that belongs to the server."""
        raise NotImplementedError

    def phases(self):
        """Processor time so far by what it was used for."""
        return {}

    def delivered(self):
        """The folder in which delivered mail appears, or None where nothing is stored."""
        return None

    def settle(self, count):
        """Waits until so many messages are delivered and the server has nothing left to do, and moves them aside. Returns
        when the last of them got its final name (seconds since the epoch), None where nothing is stored."""
        folder = self.delivered()
        last = None
        if folder is not None and count:
            last = last_change(folder, count)
            self._move_aside(folder)
        self._wait_until_quiet()
        return last

    def _move_aside(self, folder):
        """A round must not pay for the one before. Deleting would make it pay: ext4 looks for an inode past all those that
        were freed in the last seconds."""
        aside = pathlib.Path(tempfile.mkdtemp(dir=self.folder))
        for name in os.listdir(folder):
            os.rename(folder / name, aside / name)

    def _wait_until_quiet(self):
        pause = threading.Event()
        for _ in range(int(SETTLE_BOUND / QUIET_LOOK)):
            before = self.processor_seconds()
            pause.wait(QUIET_LOOK)
            if self.processor_seconds() - before < QUIET_SECONDS:
                return
        raise TimeoutError(f"{self.key} does not come to rest")


def last_change(folder, count):
    """Waits for `count` files and returns the time of the last rename: a file's ctime, as the kernel noted it, so that looking
    seldom does not make the measurement coarse and looking does not take the processor from the server."""
    pause = threading.Event()
    waited = 0.0
    while True:
        names = os.listdir(folder)
        if len(names) >= count:
            break
        if waited > SETTLE_BOUND:
            raise TimeoutError(f"{len(names)} of {count} messages in {folder}")
        pause.wait(0.1)
        waited += 0.1
    if len(names) > count:
        raise AssertionError(f"{len(names)} files in {folder} for {count} messages")
    return max(os.stat(folder / name).st_ctime for name in names)


class Simulator(edge.Edge, Peer):
    """edgesim with every filter on, without the limits that would end a bench."""

    key = "edgesim"

    def __init__(self, *settings, arguments=()):
        script = "\n".join((SETTINGS / name).read_text(encoding="utf-8") for name in ("edge.ps1", *settings))
        super().__init__("--quiet", *arguments, config=script, relaxed=True)

    def processor_seconds(self):
        return process_use.processor_seconds(self.pid)

    def phases(self):
        found = dict.fromkeys([*PHASES.values(), "other"], 0.0)
        for name, seconds in process_use.processor_seconds_by_thread(self.pid).items():
            found[PHASES.get(name, "other")] += seconds
        return found

    def delivered(self):
        return self.replay_folder


class Sink(Peer):
    """smtp-sink, which answers and forgets."""

    key = "smtp-sink"

    def __init__(self, *options):
        self._options = options

    def __enter__(self):
        self.address = ("127.0.0.1", free_port())
        self._process = self.start(self.address)
        wait_until(lambda: answers(self.address), "smtp-sink")
        return self

    def start(self, address):
        """Starts the program; returns the process."""
        program = tools.tool("smtp-sink")
        # Under root it insists on another user.
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        return subprocess.Popen([program, *user, "-m", str(SINK_SESSIONS), *self._options, "{}:{}".format(*address),
                                 str(SINK_BACKLOG)], env=tools.tool_environment(program))

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()

    def processor_seconds(self):
        return process_use.processor_seconds(self._process.pid)


class Postfix(Peer):
    """A Postfix instance of its own: own configuration, queue, data and ports. Needs Debian's package installed, as its
    programs find each other by path, and root, as its parts run under different users."""

    key = "postfix"

    @staticmethod
    def obstacle():
        """Why it cannot be measured here, or None."""
        if os.geteuid() != 0:
            return "Postfix needs root to start"
        program = tools.find_tool("postfix")
        if not program or str(program).startswith(str(tools.PEERS)):
            return "Postfix is not installed (apt-get install postfix)"
        return None

    def __enter__(self):
        # Not under tools' folder of the caller: the path must be open to Postfix's users.
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="edgesim-postfix-"))
        os.chmod(self.folder, 0o711)
        self._script = self._master = None
        try:
            self._write_settings()
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _write_settings(self):
        self.address, self.refuses_at_connect = (("127.0.0.1", free_port()) for _ in range(2))
        owner, reader = pwd.getpwnam("postfix"), pwd.getpwnam("nobody")
        self._mail = self.folder / "mail"
        for name, user in (("etc", None), ("queue", None), ("data", owner), ("mail", reader)):
            (self.folder / name).mkdir()
            if user:
                os.chown(self.folder / name, user.pw_uid, user.pw_gid)
        values = {"DIRECTORY": self.folder, "MAIL": self._mail, "UID": reader.pw_uid,
                  "GID": grp.getgrnam("nogroup").gr_gid, "PORT": self.address[1], "BLOCKED": self.refuses_at_connect[1]}
        for name in ("main.cf", "master.cf"):
            text = (SETTINGS / "postfix" / name).read_text(encoding="utf-8")
            (self.folder / "etc" / name).write_text(
                re.sub("@([A-Z]+)@", lambda found: str(values[found.group(1)]), text), encoding="utf-8")

    def start(self):
        """Starts it and waits until it answers."""
        self.launch()
        wait_until(lambda: answers(self.address), "Postfix", within=60)
        self.adopt()

    def launch(self):
        """Starts it as its own script does; that script stays as the parent of the master process."""
        (self.folder / "queue/pid/master.pid").unlink(missing_ok=True)
        self._script = subprocess.Popen([tools.tool("postfix"), "-c", self.folder / "etc", "start-fg"],
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def adopt(self):
        """Notes the master, once it answers."""
        self._master = self._written_pid()

    def stop(self):
        """Ends the master by its process id and waits for its children, which end with it: they hold the ports, too."""
        if not self._script:
            return
        master = self._master or self._written_pid()
        if master:
            os.kill(master, signal.SIGTERM)
        else:
            self._script.terminate()
        self._script.wait(30)
        wait_until(lambda: not answers(self.address), "the end of Postfix", within=30)
        self._script = self._master = None

    def _written_pid(self):
        """The master's, or None before it wrote it."""
        try:
            return int((self.folder / "queue/pid/master.pid").read_text(encoding="ascii"))
        except (FileNotFoundError, ValueError):
            return None

    def processor_seconds(self):
        children = pathlib.Path(f"/proc/{self._master}/task/{self._master}/children").read_text(encoding="ascii").split()
        used = process_use.processor_seconds(self._master) + process_use.ended_children_seconds(self._master)
        for child in children:
            try:
                used += process_use.processor_seconds(child)
            except FileNotFoundError:
                continue  # ended just now, counted next time
        return used

    def delivered(self):
        folder = self._mail / "mary" / "new"
        return folder if folder.exists() else None

    def settle(self, count):
        if count:
            wait_until(lambda: self.delivered() is not None, "Postfix's first delivery", SETTLE_BOUND)
        last = super().settle(count)
        queue = self.folder / "queue"
        wait_until(lambda: not any(any(path.iterdir()) for path in (queue / "active", queue / "incoming")),
                   "Postfix's queue to be empty", SETTLE_BOUND)
        return last
