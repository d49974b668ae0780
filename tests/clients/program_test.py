#!/usr/bin/env python3
"""The program round the server: port file, listeners, data directory, signals, exit codes, shell."""

import os
import pathlib
import re
import socket
import tempfile
import threading
import unittest

import edge
import smtp_wire
import tools
from smtp_wire import expect
from waiting import wait_until

CONTENT = b"From: ann@fabrikam.com\r\nSubject: program\r\n\r\nHello\r\n"
CONFIGURATION_ERROR = 2


class StopTest(unittest.TestCase):
    """SIGTERM, whatever the sessions are doing."""

    def setUp(self):
        self.server = self.enterContext(edge.Edge())

    def test_without_sessions(self):
        self.server.stop()

    def test_idle_sessions_are_told_421(self):
        fresh, greeted, with_sender = (self.enterContext(self.server.connect()) for _ in range(3))
        expect(fresh.reply(), 220)
        greeted.hello()
        with_sender.hello()
        expect(with_sender.say("MAIL FROM:<ann@fabrikam.com>"), 250)
        self.server.ask_to_stop()
        for client in (fresh, greeted, with_sender):
            self.assertEqual(str(client.reply())[:9], "421 4.3.2")
            client.expect_closed()
        self.assertEqual(self.server.wait_for_exit(), 0)

    def in_data(self):
        """A client that has been told 354 and has sent half a message."""
        client = self.enterContext(self.server.connect())
        client.hello()
        client.send(b"MAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\nDATA\r\n")
        for code in (250, 250, 354):
            expect(client.reply(), code)
        client.send(CONTENT)
        return client

    def stop_is_under_way(self):
        """True once no new session is served."""
        try:
            with self.server.connect() as client:
                return client.reply().code != 220
        except (ConnectionError, smtp_wire.Closed):
            return True

    def test_a_message_under_way_may_end(self):
        client = self.in_data()
        self.server.ask_to_stop()
        wait_until(self.stop_is_under_way, "the end of service")
        client.send(b"the rest\r\n.\r\n")
        expect(client.reply(), 250)
        self.assertEqual(client.reply().code, 421)
        self.assertEqual(self.server.wait_for_exit(), 0)
        self.server.start()  # what was acknowledged is there, at latest now
        [message] = self.server.replay(1)
        self.assertEqual(message.body, b"Hello\r\nthe rest\r\n")

    def test_a_message_that_never_ends_does_not_hold_the_server(self):
        client = self.in_data()
        self.server.ask_to_stop()
        self.assertEqual(self.server.wait_for_exit(), 0)
        try:
            self.assertEqual(client.reply().code, 421)
        except ConnectionError:
            pass  # cut off at the bound without a word is allowed: it had no reply to wait for
        self.server.start()
        self.assertEqual(self.server.replay_names(), [])

    def test_a_second_start_finds_what_the_first_had_accepted(self):
        with self.server.connect() as client:
            client.hello()
            expect(client.deliver(CONTENT), 250)
            client.quit()
        self.server.stop()
        self.server.start()
        [message] = self.server.replay(1)
        self.assertEqual(message.body, b"Hello\r\n")


class PortFileTest(unittest.TestCase):
    """Scripts read the port file the moment it is there."""

    def test_it_is_never_seen_unfinished(self):
        folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))
        stop = threading.Event()
        seen = set()

        def watch():
            while not stop.is_set():
                for path in folder.glob("*/ports"):
                    try:
                        seen.add(path.read_text(encoding="utf-8"))
                    except FileNotFoundError:
                        continue

        watcher = threading.Thread(target=watch)
        watcher.start()
        try:
            for run in range(5):
                place = folder / str(run)
                place.mkdir()
                with edge.Edge(port_file=place / "ports") as server:
                    wait_until(lambda expected=run + 1: len(seen) >= expected, "a look at the port file")
                    self.assertEqual(server.ports()[0][0], "smtp")
        finally:
            stop.set()
            watcher.join()
        self.assertEqual(len(seen), 5, seen)
        for text in seen:
            self.assertRegex(text, r"\Asmtp=127\.0\.0\.1:\d+\nhttp=unix:/\S+/edgesim\.sock\n\Z")

    def test_every_listener_has_its_line_and_serves(self):
        with edge.Edge(listen=("127.0.0.1:0", "127.0.0.1:0")) as server:
            self.assertEqual([key for key, _ in server.ports()], ["smtp", "smtp", "http"])
            self.assertEqual(len(set(server.listeners)), 2)
            for address in server.listeners:
                with smtp_wire.Client(address) as client:
                    client.hello()
                    expect(client.deliver(CONTENT), 250)
            server.replay(2)

    def test_the_socket_it_names_takes_cmdlets_from_its_owner_only(self):
        with edge.Edge() as server:
            path = dict(server.ports())["http"].removeprefix("unix:")
            self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
            with socket.socket(socket.AF_UNIX) as client:
                client.connect(path)
                client.sendall(b"GET /livez HTTP/1.1\r\nHost: edge\r\nConnection: close\r\n\r\n")
                self.assertTrue(client.recv(4096).startswith(b"HTTP/1.1 200"))


class RefusedStartTest(unittest.TestCase):
    """What must not start says why, and touches nothing."""

    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory()))

    def refused(self, *arguments):
        """Runs serve, which must end by itself; returns how."""
        done = edge.run("serve", "--data", self.folder / "data", *arguments)
        self.assertNotEqual(done.code, 0, done)
        return done

    def test_a_socket_for_everybody_needs_a_flag(self):
        done = self.refused("--listen", "0.0.0.0:0")
        self.assertRegex(done.errors, r"0\.0\.0\.0.*--\w+|--\w+.*0\.0\.0\.0")

    def test_the_data_directory_serves_one_server(self):
        with edge.Edge(data=self.folder / "data") as server:
            done = self.refused("--listen", "127.0.0.1:0")
            self.assertIn(str(self.folder / "data"), done.errors)
            with server.connect() as client:
                client.hello()
                client.quit()

    def test_a_port_in_use(self):
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = taken.getsockname()[1]
            self.assertIn(str(port), self.refused("--listen", f"127.0.0.1:{port}").errors)

    def test_a_wrong_configuration_is_told_by_line_and_column(self):
        script = self.folder / "edge.ps1"
        script.write_text("Set-SenderFilterConfig -BlankSenderBlockingEnabled $true\n"
                          "Set-SenderFilterConfig -BlockedSender x@y.com -BlockedDomain 17\n"
                          "Set-SenderFiltrConfig -Enabled $true\n", encoding="utf-8")
        checked = edge.run("check", script)
        served = self.refused("--config", script, "--listen", "127.0.0.1:0")
        for done in (checked, served):
            self.assertEqual(done.code, CONFIGURATION_ERROR, done)
            self.assertRegex(done.output + done.errors, rf"{re.escape(str(script))}:3:1: .*Set-SenderFilterConfig")
        self.assertEqual(edge.run("check", self.folder / "nowhere.ps1").code, CONFIGURATION_ERROR)

    def test_a_good_configuration_passes(self):
        script = self.folder / "edge.ps1"
        script.write_text("Set-SenderFilterConfig -BlankSenderBlockingEnabled $true\n", encoding="utf-8")
        self.assertEqual(edge.run("check", script).code, 0)

    def test_words_it_does_not_know(self):
        self.assertIn("--lissten", self.refused("--lissten", "127.0.0.1:0").errors)


class ShellTest(unittest.TestCase):
    """Cmdlets reach the running server and count from the next session on."""

    def test_changes_apply_to_new_sessions_and_survive_a_restart(self):
        with edge.Edge() as server:
            server.set_connector("-TarpitInterval 00:00:00")
            with server.connect() as before:
                before.hello()
                server.cmdlet("Set-SenderFilterConfig -BlockedSenders @{Add='ann@fabrikam.com'}")
                self.assertIn("ann@fabrikam.com", server.cmdlet("Get-SenderFilterConfig | fl BlockedSenders"))
                expect(before.say("MAIL FROM:<ann@fabrikam.com>"), 250)
            server.stop()
            server.start()
            with server.connect() as after:
                after.hello()
                self.assertEqual(str(after.say("MAIL FROM:<ann@fabrikam.com>")), "554 5.1.0 Sender denied")

    def test_a_configuration_file_is_never_written(self):
        config = "Set-ReceiveConnector \"Default*\" -TarpitInterval 00:00:00\n".replace(
            "\"Default*\"", f"\"{edge.PRESET_CONNECTOR}\"")
        with edge.Edge(config=config) as server:
            server.cmdlet("Set-SenderFilterConfig -BlankSenderBlockingEnabled $true")
            self.assertRegex(server.cmdlet("Get-SenderFilterConfig | fl BlankSenderBlockingEnabled"), r": True")
            server.stop()
            self.assertEqual((server.folder / "edge.ps1").read_text(encoding="utf-8"), config)
            server.start()
            self.assertRegex(server.cmdlet("Get-SenderFilterConfig | fl BlankSenderBlockingEnabled"), r": False")

    def test_get_transport_pipeline_fills_with_the_first_message(self):
        with edge.Edge() as server:  # platform.md 9, item 20
            self.assertNotIn("Filter Agent", server.cmdlet("Get-TransportPipeline"))
            with server.connect() as client:
                client.hello()
                expect(client.deliver(CONTENT), 250)
                client.quit()
            shown = server.cmdlet("Get-TransportPipeline")
            self.assertRegex(shown, r"OnMailCommand\s+\{Connection Filtering Agent, Sender Filter Agent\}")
            self.assertRegex(shown, r"OnRcptCommand\s+\{Connection Filtering Agent, Recipient Filter Agent\}")
            self.assertRegex(shown, r"OnEndOfData\s+\{Content Filter Agent, Attachment Filtering Agent\}")
            self.assertLess(shown.index("OnMailCommand"), shown.index("OnRcptCommand"))

    def test_errors_are_exit_codes(self):
        with edge.Edge() as server:
            done = server.try_cmdlet("Set-SenderFilterConfg -Enabled $true")
            self.assertNotEqual(done.code, 0)
            self.assertIn("Set-SenderFilterConfig", done.output + done.errors)

    def test_without_a_server(self):
        folder = self.enterContext(tempfile.TemporaryDirectory())
        done = edge.run("shell", "--data", folder, "-c", "Get-TransportAgent")
        self.assertNotEqual(done.code, 0)
        self.assertIn(folder, done.errors)


if __name__ == "__main__":
    tools.main()
