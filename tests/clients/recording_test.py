#!/usr/bin/env python3
"""serve --record, and what replay, shrink and to-scenario make of real sessions."""

import pathlib
import smtplib
import stat
import subprocess
import tempfile
import unittest

import edge
import tools
from smtp_wire import expect
from waiting import wait_until

SAME, DIFFERS, UNREADABLE = 0, 1, 2
MESSAGE = "From: ann@fabrikam.com\r\nTo: mary@adventureworks.com\r\nSubject: recorded\r\n\r\n" + "A line.\r\n" * 40
BLOCKING = "New-AcceptedDomain -Name AdventureWorks -DomainName adventureworks.com\n" \
           "Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com,eve@fabrikam.com\n"


class RecordingTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-recording-")))
        self.recordings = self.folder / "recordings"

    def serve(self, *arguments):
        return self.enterContext(edge.Edge("--record", self.recordings, *arguments))

    def recorded(self, count=1):
        def ready():
            files = sorted(self.recordings.glob("*.edgerec"))
            return files if len(files) >= count else None

        files = wait_until(ready, f"{count} recordings")
        self.assertEqual(len(files), count)
        return files

    def send(self, server, sender="ann@fabrikam.com"):
        with smtplib.SMTP(*server.address, timeout=30) as client:
            return client.sendmail(sender, ["mary@adventureworks.com"], MESSAGE)

    def test_a_session_replays_the_same_and_differs_under_another_configuration(self):
        self.send(self.serve())
        recording, = self.recorded()
        done = edge.run("replay", recording)
        self.assertEqual((done.code, done.output), (SAME, f"same     {recording}\n"), done.errors)

        other = self.folder / "other.ps1"
        other.write_text(BLOCKING, encoding="utf-8")
        done = edge.run("replay", recording, "--config", other)
        self.assertEqual(done.code, DIFFERS, done.errors)
        self.assertIn("- expected: S: 250 2.1.0 Sender OK", done.output)
        self.assertIn("+ got:      S: 554 5.1.0 Sender denied", done.output)

    def test_swaks_with_pipelining(self):
        swaks = tools.find_tool("swaks")
        if not swaks:
            self.skipTest("swaks is not installed")
        server = self.serve()
        host, port = server.address
        subprocess.run([swaks, "--server", host, "--port", str(port), "--from", "ann@fabrikam.com", "--to",
                        "mary@adventureworks.com", "--pipeline", "--silent", "3"], check=True, timeout=60)
        done = edge.run("replay", *self.recorded())
        self.assertEqual(done.code, SAME, done.output + done.errors)

    def test_a_recording_becomes_a_scenario_that_passes(self):
        self.send(self.serve())
        recording, = self.recorded()
        scenario = self.folder / "recorded.scenario"
        done = edge.run("to-scenario", recording, "-o", scenario)
        self.assertEqual(done.code, 0, done.errors)
        done = edge.run("test", scenario)
        self.assertEqual(done.code, 0, done.output)

    def test_the_line_that_a_new_configuration_breaks_on_is_found(self):
        self.send(self.serve())
        recording, = self.recorded()
        other = self.folder / "other.ps1"
        other.write_text(BLOCKING, encoding="utf-8")
        whole = edge.run("to-scenario", recording).output
        done = edge.run("shrink", recording, "--config", other)
        self.assertEqual(done.code, 0, done.errors)
        self.assertLess(len(done.output.splitlines()) * 4, len(whole.splitlines()))
        self.assertIn("PS> Set-SenderFilterConfig -BlockedSenders ann@fabrikam.com\n", done.output)
        small = self.folder / "small.scenario"
        small.write_text(done.output, encoding="utf-8")
        self.assertEqual(edge.run("test", small).code, 0)

    def test_shrink_asks_a_command(self):
        self.send(self.serve())
        recording, = self.recorded()
        done = edge.run("shrink", recording, "--check", 'grep -q "Subject: recorded" "$1"')
        self.assertEqual(done.code, 0, done.errors)
        self.assertIn("Subject: recorded", done.output)
        self.assertNotIn("A line.", done.output)
        self.assertNotIn("RCPT", done.output.replace("envelope", ""))

    def test_nobody_else_reads_them(self):
        self.send(self.serve())
        recording, = self.recorded()
        self.assertEqual(stat.S_IMODE(recording.stat().st_mode), 0o600)

    def test_nothing_is_recorded_unasked(self):
        self.send(self.enterContext(edge.Edge()))
        self.assertFalse(self.recordings.exists())

    def test_a_session_cut_by_the_stop_is_kept(self):
        server = self.serve()
        client = self.enterContext(server.connect())
        expect(client.reply(), 220)
        server.stop()
        recording, = self.recorded()
        self.assertIn("ended stopping", recording.read_text(encoding="utf-8"))
        self.assertEqual(edge.run("replay", recording).code, SAME)

    def test_what_is_no_recording_is_said(self):
        self.send(self.serve())
        recording, = self.recorded()
        broken = self.folder / "broken.edgerec"
        broken.write_bytes(recording.read_bytes()[:-10])
        for file, words in ((broken, "the recording is cut off"), (self.folder / "none", "none"),
                            (pathlib.Path(__file__), "this is no recording of edgesim")):
            for command in ("replay", "shrink", "to-scenario"):
                done = edge.run(command, file)
                self.assertEqual(done.code, UNREADABLE)
                self.assertIn(words, done.errors)

    def test_a_lab_is_not_recorded(self):
        done = edge.run("serve", "--lab", self.folder / "lab.sock", "--record", self.recordings)
        self.assertEqual(done.code, 2)
        self.assertIn("--record", done.errors)

    def test_what_a_client_does_behind_xclient_cannot_be_recorded_and_is_not_half_recorded(self):
        done = edge.run("serve", "--data", self.folder / "data", "--listen", "127.0.0.1:0", "--trust-xclient", "127.0.0.1",
                        "--record", self.recordings)
        self.assertEqual(done.code, 2)
        self.assertIn("exclude each other", done.errors)

    def test_two_servers_do_not_share_a_folder(self):
        self.serve()
        done = edge.run("serve", "--data", self.folder / "second", "--listen", "127.0.0.1:0", "--record", self.recordings)
        self.assertEqual(done.code, 4)
        self.assertIn("another server records into", done.errors)


if __name__ == "__main__":
    tools.main()
