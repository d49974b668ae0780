#!/usr/bin/env python3
"""Scenarios in both modes, and the lab as people use it: any SMTP client, and lines of JSON over a Unix socket."""

import json
import os
import pathlib
import smtplib
import socket
import subprocess
import tempfile
import threading
import unittest

import edge
import tools
from waiting import wait_until

SCENARIOS = pathlib.Path(__file__).resolve().parent.parent / "scenarios"
BOUND = 300  # seconds for a suite on a busy machine
BAD = "client 203.0.113.9\nS: 220\nC: XYZZY\nS: 250\n"


def play(folder, *arguments, path=SCENARIOS):
    """Plays a suite and returns what each of its scenarios came to, by the name of its transcript."""
    done = subprocess.run([str(tools.binary()), "test", str(path), "--quiet", "--transcripts", str(folder),
                           *map(str, arguments)], capture_output=True, text=True, timeout=BOUND, check=False)
    if done.returncode not in (0, 1):
        raise AssertionError(f"exit {done.returncode}\n{done.stdout}{done.stderr}")
    return {file.name: file.read_bytes() for file in pathlib.Path(folder).iterdir()}


class Lab:
    """A running lab, with a controller at its socket."""

    def __init__(self, folder, *arguments):
        self._socket = folder / "control"
        self.process = subprocess.Popen(
            [str(tools.binary()), "serve", "--lab", str(self._socket), "--listen", "127.0.0.1:0", "--port-file",
             str(folder / "ports"), *map(str, arguments)], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
        self.printed = [self.process.stdout.readline(), self.process.stdout.readline()]
        self._connection = socket.socket(socket.AF_UNIX)
        self._connection.connect(str(self._socket))
        self._lines = self._connection.makefile("rw", encoding="utf-8")
        port_line = (folder / "ports").read_text(encoding="utf-8").strip()
        self.address = port_line.removeprefix("smtp=").split(":")

    def ask(self, **command):
        """One command; its answer."""
        print(json.dumps(command), file=self._lines, flush=True)
        return json.loads(self._lines.readline())

    def client(self):
        """A client of Python's own."""
        return smtplib.SMTP(self.address[0], int(self.address[1]), timeout=30)

    def close(self):
        """SIGTERM; its exit code."""
        self.process.terminate()
        code = self.process.wait(30)
        self.kill()
        return code

    def kill(self):
        """Ends what a test that failed has left."""
        self._lines.close()
        self._connection.close()
        self.process.stdout.close()
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()


class BothModesTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-live-")))

    def test_our_own_suite_comes_out_the_same_in_memory_and_live(self):
        memory = play(self.folder / "memory")
        live = play(self.folder / "live", "--live", "--jobs", 4)
        self.assertGreater(len(memory), 50)
        self.assertEqual(memory.keys(), live.keys())
        for name, text in memory.items():
            self.assertEqual(text.decode(errors="replace"), live[name].decode(errors="replace"), name)

    def test_the_same_seed_comes_out_the_same_on_any_number_of_threads_and_beside_a_load(self):
        one = play(self.folder / "1", "--jobs", 1, "--seed", 7)
        for jobs in (2, 8):
            self.assertEqual(one, play(self.folder / str(jobs), "--jobs", jobs, "--seed", 7))
        stop = threading.Event()
        load = [threading.Thread(target=self._load, args=(stop, number)) for number in range(3)]
        for thread in load:
            thread.start()
        try:
            self.assertEqual(one, play(self.folder / "loaded", "--jobs", 8, "--seed", 7))
        finally:
            stop.set()
            for thread in load:
                thread.join()
        self.assertNotEqual(one, play(self.folder / "other", "--seed", 8))

    def _load(self, stop, number):
        while not stop.is_set():
            play(self.folder / f"load-{number}", "--jobs", 2)

    def test_a_failure_is_told_live_as_in_memory(self):
        path = self.folder / "bad.scenario"
        path.write_text(BAD, encoding="utf-8")
        self.assertEqual(play(self.folder / "a", path=path), play(self.folder / "b", "--live", path=path))


class LabTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-lab-")))

    def start(self, *arguments):
        lab = Lab(self.folder, *arguments)
        self.addCleanup(lab.kill)
        return lab

    def test_a_message_from_anywhere_becomes_a_real_file(self):
        lab = self.start("--data", self.folder / "data", "--quiet")
        self.assertTrue(lab.printed[1].startswith("Lab on "))
        lab.ask(do="peer", **{"from": "203.0.113.9"})
        with lab.client() as client:
            self.assertIn(b"[203.0.113.9]", client.ehlo("mail.fabrikam.com")[1])
            client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com"], "Subject: x\n\nbody\n")
        published = lab.ask(do="replay")["files"]
        self.assertEqual(len(published), 1)
        text = (self.folder / "data" / "Replay" / published[0]["name"]).read_bytes().decode()
        self.assertEqual(text, published[0]["bytes"])
        self.assertIn("(203.0.113.9)", text)
        self.assertEqual(lab.close(), 0)

    def test_a_day_passes_at_a_command(self):
        lab = self.start("--quiet")
        lab.ask(do="release", pace="still")
        client = lab.client()
        self.assertRegex(lab.ask(do="advance", by="24h")["time"], r"^2019-06-04T09:0")
        with self.assertRaises(smtplib.SMTPServerDisconnected):
            client.noop()  # the idle session's timeout has passed: it hears 421, then the end
            client.noop()
        client.close()
        self.assertEqual(lab.close(), 0)

    def test_a_script_configures_it_and_its_decisions_are_printed(self):
        script = self.folder / "edge.ps1"
        script.write_text("New-AcceptedDomain -Name F -DomainName fabrikam.com\n", encoding="utf-8")
        lab = self.start("--config", script, "--json")
        self.assertEqual(lab.ask(do="cmdlet", script="(Get-AcceptedDomain).DomainName")["output"], "fabrikam.com\n")
        with lab.client() as client:
            client.ehlo("x.com")
            client.mail("ann@contoso.com")
        lines = []
        wait_until(lambda: lines.append(lab.process.stdout.readline()) or "OnMailCommand" in lines[-1], "a decision")
        self.assertEqual(lab.close(), 0)

    def test_wrong_command_lines(self):
        for arguments in (["--threads", "2"], ["--relaxed"], ["--listen", "0.0.0.0:0"], ["--profile", "95"]):
            with self.subTest(arguments):
                done = subprocess.run([str(tools.binary()), "serve", "--lab", str(self.folder / "c"), *arguments],
                                      capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(done.returncode, 2, done.stderr)

    def test_a_lab_does_not_clear_what_is_not_its_own(self):
        (self.folder / "thesis.txt").write_text("years of work", encoding="utf-8")
        done = subprocess.run([str(tools.binary()), "serve", "--lab", str(self.folder / "c"), "--listen", "127.0.0.1:0",
                               "--data", str(self.folder)], capture_output=True, text=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 4)
        self.assertIn("no lab has been there", done.stderr)
        self.assertTrue((self.folder / "thesis.txt").exists())


class AgainstTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-against-")))

    def test_our_own_suite_against_a_plain_server(self):
        with edge.Edge("--quiet", config="New-AcceptedDomain -Name A -DomainName adventureworks.com\n",
                       relaxed=True) as server:
            done = edge.run("test", SCENARIOS, "--against", f"{server.address[0]}:{server.address[1]}", "--filter",
                            "8_errors_of_agents", "--filter", "pipelin", bound=BOUND)
        self.assertNotIn("BROKEN", done.output)
        self.assertRegex(done.output, r"needs more than a connection: ")

    def test_a_foreign_server(self):
        sink = tools.tool("smtp-sink")
        (self.folder / "sink.scenario").write_text(
            "client 203.0.113.9\nhello\nenvelope ann@fabrikam.com mary@adventureworks.com\n"
            "message <<END\nSubject: x\n\nbody\nEND\nS: 250\nC: QUIT\nS: 221\nS: closed\n", encoding="utf-8")
        (self.folder / "ours.scenario").write_text("client 203.0.113.9\nhello\nreplay 0\n", encoding="utf-8")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        process = subprocess.Popen([sink, "-u", "nobody", address, "10"] if os.geteuid() == 0 else [sink, address, "10"],
                                   env=tools.tool_environment(sink), stdin=subprocess.DEVNULL)
        try:
            wait_until(lambda: edge.run("test", self.folder, "--against", address, "--filter", "sink").code == 0,
                       "smtp-sink that answers")
            done = edge.run("test", self.folder, "--against", address)
        finally:
            process.terminate()
            process.wait()
        self.assertEqual(done.code, 0, done.output)
        self.assertIn("1 passed, 1 skipped", done.output)

    def test_wrong_command_lines(self):
        (self.folder / "a.scenario").write_text(BAD, encoding="utf-8")
        for arguments in (["nowhere"], ["127.0.0.1:1", "--live"], ["127.0.0.1:1", "--mutate"]):
            with self.subTest(arguments):
                self.assertEqual(edge.run("test", self.folder, "--against", *arguments).code, 2)
        self.assertEqual(edge.run("test", self.folder, "--against", "127.0.0.1:1").code, 4)


if __name__ == "__main__":
    unittest.main()
