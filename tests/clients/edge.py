"""The real edgesim in a folder of its own, as a context manager: started on ephemeral ports, asked by cmdlets, stopped by
SIGTERM with its exit code checked. What it printed is shown when a test fails, and nothing of it stays behind.
"""

import dataclasses
import os
import pathlib
import shutil
import signal
import subprocess
import sys
import tempfile

import edge_log
import replay_file
import smtp_wire
import tools
from waiting import wait_until

START_BOUND = 60.0  # seconds until the port file is there; a sanitizer build on a busy machine needs some of them
STOP_BOUND = 60.0  # seconds from SIGTERM to the exit
CMDLET_BOUND = 60.0
TAIL = 60  # lines of the server's output shown with a failure
PRESET_CONNECTOR = "Default internal receive connector EDGE01"


@dataclasses.dataclass(frozen=True)
class Finished:
    """How a run of the program that does not serve ended."""

    code: int
    output: str
    errors: str


def run(*arguments, bound=CMDLET_BOUND, stdin=None):
    """Runs `edgesim arguments…` to its end."""
    done = subprocess.run([tools.binary(), *map(str, arguments)], capture_output=True, timeout=bound, check=False,
                          input=stdin, encoding="utf-8", errors="replace")
    return Finished(done.returncode, done.stdout, done.stderr)


class Edge:
    """A running server. `config` is the text of an edge.ps1; without it the server uses its own default."""

    def __init__(self, *arguments, config=None, data=None, port_file=None, listen=("127.0.0.1:0",), relaxed=False):
        self._extra = [str(argument) for argument in arguments]
        self._config = config
        self._listen = listen
        self._relaxed = relaxed
        self._given_data = data
        self._given_port_file = port_file
        self._starts = 0
        self.process = None
        self.exit_code = None
        self.listeners = []
        self.folder = None
        self.data = None

    # Life

    def __enter__(self):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="edgesim-"))
        self.data = pathlib.Path(self._given_data) if self._given_data else self.folder / "data"
        try:
            self.start()
        except BaseException:
            self._clean_up(failed=True)
            raise
        return self

    def __exit__(self, kind, *_):
        failed = kind is not None
        try:
            if self.running() and not failed:
                self.stop()
        except BaseException:
            failed = True
            raise
        finally:
            self._clean_up(failed)

    def start(self):
        """Starts the server (again) on the same data directory and waits for its ports."""
        self._starts += 1
        self.exit_code = None
        self.port_file.unlink(missing_ok=True)
        command = [*_dies_with_us(), tools.binary(), "serve", "--data", self.data, "--port-file", self.port_file]
        for listen in self._listen:
            command += ["--listen", listen]
        if self._config is not None:
            (self.folder / "edge.ps1").write_text(self._config, encoding="utf-8")
            command += ["--config", self.folder / "edge.ps1"]
        if self._relaxed:
            command.append("--relaxed")
        with open(self._output("out"), "wb") as out, open(self._output("err"), "wb") as err:
            self.process = subprocess.Popen([str(word) for word in command + self._extra], stdin=subprocess.DEVNULL,
                                            stdout=out, stderr=err, cwd=self.folder)
        wait_until(self._is_up, "the port file", START_BOUND)
        self.listeners = [_address(value) for key, value in self.ports() if key == "smtp"]

    def stop(self):
        """SIGTERM, and the exit must be 0."""
        self.ask_to_stop()
        code = self.wait_for_exit()
        if code != 0:
            raise AssertionError(f"edgesim ended with {code} after SIGTERM")

    def ask_to_stop(self):
        """SIGTERM, without waiting."""
        self.process.send_signal(signal.SIGTERM)

    def wait_for_exit(self, within=STOP_BOUND):
        """The exit code, once the server has ended."""
        self.exit_code = self.process.wait(within)
        return self.exit_code

    def kill(self):
        """SIGKILL: what a crash looks like to the disk."""
        self.process.kill()
        self.process.wait()

    def running(self):
        """Has it been started and not ended yet?"""
        return self.process is not None and self.process.poll() is None

    # What it offers

    @property
    def pid(self):
        """Its process id."""
        return self.process.pid

    @property
    def address(self):
        """(host, port) of the first listener."""
        return self.listeners[0]

    @property
    def port_file(self):
        """Where it writes its ports."""
        return self._given_port_file or self.folder / "ports"

    def ports(self):
        """The lines of the port file as (key, value)."""
        lines = self.port_file.read_text(encoding="utf-8").splitlines()
        return [tuple(line.split("=", 1)) for line in lines]

    def connect(self, source=None):
        """A raw client."""
        return smtp_wire.Client(self.address, source)

    def try_cmdlet(self, text):
        """Runs cmdlets in the server and returns how the shell ended."""
        return run("shell", "--data", self.data, "-c", text)

    def cmdlet(self, text):
        """Runs cmdlets in the server and returns what they printed; errors fail the test."""
        done = self.try_cmdlet(text)
        if done.code != 0:
            raise AssertionError(f"{text}: exit {done.code}\n{done.output}{done.errors}")
        return done.output

    def set_connector(self, parameters):
        """Sets parameters on every receive connector."""
        self.cmdlet(f"Get-ReceiveConnector | Set-ReceiveConnector {parameters}")

    @property
    def replay_folder(self):
        """Where accepted mail appears."""
        return self.data / "Replay"

    def replay_names(self):
        """The names of the files there now."""
        return sorted(name for name in os.listdir(self.replay_folder) if name.endswith(".eml"))

    def replay(self, count=None, within=30.0):
        """The replay files; with `count`, once so many are there (and not more)."""
        if count:
            wait_until(lambda: len(self.replay_names()) >= count, f"{count} replay files", within)
        files = replay_file.read_folder(self.replay_folder)
        if count is not None and len(files) != count:
            raise AssertionError(f"{len(files)} replay files instead of {count}")
        return files

    def agent_log(self):
        """The rows of the agent log; complete only after `stop()`."""
        return edge_log.read_folder(self.data / "Logs" / "Edge" / "AgentLog", "AGENTLOG*.LOG")

    def protocol_log_files(self):
        """The protocol log's files."""
        return sorted((self.data / "Logs" / "Edge" / "ProtocolLog" / "SmtpReceive").glob("RECV*"))

    def terminal(self):
        """What the present run has printed so far, standard error last."""
        return self._printed("out") + self._printed("err")

    def terminal_line(self, text):
        """The first printed line with this text; printing does not hold the sessions up, so it may come a bit later."""
        return wait_until(lambda: next((line for line in self.terminal().splitlines() if text in line), None),
                          f"a printed line with {text!r}")

    # Inside

    def _is_up(self):
        code = self.process.poll()
        if code is not None:
            raise AssertionError(f"edgesim did not start: exit {code}")
        return self.port_file.exists()

    def _output(self, which):
        return self.folder / f"run-{self._starts}.{which}"

    def _printed(self, which):
        return self._output(which).read_text(encoding="utf-8", errors="replace")

    def _clean_up(self, failed):
        if self.running():
            self.kill()
        if failed and self._starts:
            lines = self.terminal().splitlines()
            print(f"--- edgesim, start {self._starts}, last lines:", *lines[-TAIL:], "---", sep="\n", file=sys.stderr)
        shutil.rmtree(self.folder, ignore_errors=True)


def _dies_with_us():
    """A test that CTest kills must not leave its server running."""
    setpriv = tools.find_tool("setpriv")
    return [setpriv, "--pdeathsig", "KILL"] if setpriv else []


def _address(text):
    host, _, port = text.rpartition(":")
    return host.strip("[]"), int(port)
