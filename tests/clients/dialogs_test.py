#!/usr/bin/env python3
"""Recorded conversations with other servers, replayed against ours: same first digit for every reply. Where we differ on
purpose the table says so with the reason, and an exception that is no longer one fails the test as well.
"""

import contextlib
import json
import unittest

import edge
import smtp_wire
import tools

CONFIG = f"""
New-AcceptedDomain -Name testserver -DomainName testserver -DomainType Authoritative
New-AcceptedDomain -Name cern -DomainName cern.ch -DomainType Authoritative
New-AcceptedDomain -Name localhost -DomainName localhost -DomainType Authoritative
Set-SenderFilterConfig -BlankSenderBlockingEnabled $false
Set-RecipientFilterConfig -RecipientValidationEnabled $false
Set-ReceiveConnector "{edge.PRESET_CONNECTOR}" -TarpitInterval 00:00:00
"""
BARE_LINEFEEDS = f'Set-ReceiveConnector "{edge.PRESET_CONNECTOR}" -BareLinefeedRejectionEnabled $true'
SMALL = f'Set-ReceiveConnector "{edge.PRESET_CONNECTOR}" -MaxMessageSize 65536'

# What the recorded server was set to, beside CONFIG.
SETTINGS = {
    "chasquid-bad_data_dot": BARE_LINEFEEDS,
    "chasquid-bad_data_dot_2": BARE_LINEFEEDS,
    "chasquid-bad_data_dot_on_message_too_big": BARE_LINEFEEDS,
    "chasquid-message_too_big": SMALL,
}

# (conversation, what was sent last) → (first digit recorded, ours), why.
EXCEPTIONS = {
    ("chasquid-bad_data", ".\r\n"):
        (("5", "2"), "a line without colon in the header: Exchange takes such mail, chasquid refuses it as unparsable"),
    ("chasquid-empty_helo", "HELO\r\n"):
        (("5", "2"), "accepted without a name unless RequireEHLODomain is set (platform.md 2.5, documented)"),
    ("chasquid-empty_helo", "EHLO\r\n"):
        (("5", "2"), "accepted without a name unless RequireEHLODomain is set (platform.md 2.5, documented)"),
    ("zeek-rfc3030-bdat-0-last", "BDAT 0 LAST\r\n"):
        (("2", "5"), "CHUNKING comes later; until then it is neither announced nor taken (docs/protocol.md)"),
    ("zeek-rfc3030-bdat-example1",
     "To: Susan@random.com\r\nFrom: Sam@random.com\r\nSubject: This is a bodyless test message\r\n"):
        (("2", "5"), "CHUNKING comes later; until then it is neither announced nor taken (docs/protocol.md)"),
}
# Conversations that cannot take place yet, and why.
NOT_YET = {
    "chasquid-auth_multi_dialog": "opened inside TLS; STARTTLS and AUTH come later",
    "chasquid-auth_too_many_failures": "opened inside TLS; STARTTLS and AUTH come later",
}
# The recording's last reply came minutes after the one before it, when the client stayed silent.
RECORDED_SILENCE = "451 4.7.0 Timeout waiting for client input"


def load(path):
    """The JSON lines of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def recorded_replies(octets):
    """The first digits of the replies in a segment that a server sent."""
    lines = [line for line in octets.split("\r\n") if line and line != RECORDED_SILENCE]
    return [line[0] for line in lines if line[3:4] != "-"]


class Conversation:
    """One connection of a recording, and what it said last."""

    def __init__(self, name, server, used):
        self.name = name
        self.client = server.connect()
        self.last = ""
        self._used = used

    def send(self, text):
        """Sends a client's segment."""
        self.client.send(text.encode("latin-1") if text.isascii() else text.encode("utf-8"))
        self.last = text

    def expect(self, digit):
        """The next reply has the recorded first digit, or the table knows why not."""
        reply = self.client.reply()
        exception = EXCEPTIONS.get((self.name, self.last))
        if exception and exception[0][0] == digit:
            self._used.add((self.name, self.last))
            digit = exception[0][1]
        if reply.kind != digit:
            raise AssertionError(f"{self.name}: {reply!r} to {self.last[:80]!r}, recorded was {digit}yz")
        return reply

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.client.close()


class DialogsTest(unittest.TestCase):
    """Both kinds of recordings."""

    def setUp(self):
        self.folder = tools.corpus("smtp-sessions")
        self.used = set()

    def server(self, name):
        """A server set like the recorded one."""
        return edge.Edge(config=CONFIG + SETTINGS.get(name, ""))

    def replay_dialog(self, name, steps, server):
        """Plays chasquid's dialogues."""
        with contextlib.ExitStack() as connections:
            for step in steps:
                [(kind, value)] = step.items()
                if kind == "open":
                    connections.close()
                    talk = connections.enter_context(Conversation(name, server, self.used))
                elif kind == "send":
                    talk.send(value)
                elif kind != "close":
                    talk.expect(value[0])

    def replay_wire(self, name, segments, server):
        """Plays a recorded connection: before each client segment as many replies as were recorded."""
        with Conversation(name, server, self.used) as talk:
            for segment in segments:
                if segment["dir"] == "C":
                    talk.send(segment["data"])
                else:
                    for digit in recorded_replies(segment["data"]):
                        talk.expect(digit)
            if segments[-1]["dir"] == "S" and "221" in segments[-1]["data"]:
                talk.client.expect_closed()

    def replay(self, paths, play):
        """Plays all recordings, each against a server of its own."""
        for path in paths:
            name = path.stem
            if name in NOT_YET:
                print(f"not replayed: {name}: {NOT_YET[name]}")
                continue
            with self.subTest(name), self.server(name) as server:
                play(name, load(path), server)

    def assert_exceptions_used(self, prefix):
        """An exception that did not occur has to leave the table."""
        expected = {key for key in EXCEPTIONS if key[0].startswith(prefix)}
        self.assertEqual(expected - self.used, set())

    def test_dialogues_get_the_recorded_kinds_of_replies(self):
        self.replay(sorted((self.folder / "dialogs").glob("*.jsonl")), self.replay_dialog)
        self.assert_exceptions_used("chasquid")

    def test_wire_recordings_get_the_recorded_kinds_of_replies(self):
        self.replay(sorted((self.folder / "wire").glob("*.jsonl")), self.replay_wire)
        self.assert_exceptions_used("zeek")

    def test_nothing_is_queued_after_an_aborted_transaction(self):
        with self.server("aborted") as server:
            for path in sorted((self.folder / "dialogs").glob("*.jsonl")):
                steps = load(path)
                if steps[0] != {"open": "tcp"} or not any("DATA" in step.get("send", "") for step in steps):
                    continue
                sent = [step["send"].encode() for step in steps if "send" in step]
                with smtp_wire.Client(server.address) as client:
                    client.send(b"".join(sent[: sent.index(b"DATA\r\n") + 2]))
                    client.half_close()
                    with self.assertRaises(smtp_wire.Closed):
                        while True:
                            client.reply()
            server.stop()
            server.start()
            self.assertEqual(server.replay_names(), [])


if __name__ == "__main__":
    tools.main()
