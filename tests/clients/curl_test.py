#!/usr/bin/env python3
"""curl speaks smtp:// with a client library of its own (libcurl), which half the world's programs link."""

import subprocess
import unittest

import edge
import tools

HEADER = b"From: ann@fabrikam.com\r\nSubject: from curl\r\n\r\n"
REFUSED = 55  # curl's CURLE_SEND_ERROR, what it makes of a refused sender or recipient


class CurlTest(unittest.TestCase):
    """curl as a mail client."""

    def setUp(self):
        self.curl = tools.tool("curl")
        self.server = self.enterContext(edge.Edge())
        self.server.set_connector("-TarpitInterval 00:00:00")

    def send(self, body, sender="ann@fabrikam.com", to=("mary@adventureworks.com",)):
        """Uploads a message; returns how curl ended."""
        host, port = self.server.address
        command = [self.curl, "-sS", "--max-time", "60", f"smtp://{host}:{port}/mail.fabrikam.com", "--mail-from", sender,
                   "--upload-file", "-"]
        for recipient in to:
            command += ["--mail-rcpt", recipient]
        return subprocess.run(command, input=HEADER + body, capture_output=True, timeout=90, check=False)

    def test_octets_arrive_as_uploaded(self):
        bodies = [b".\r\n..\r\nx\r\n.", b"no line end", b"\xff\xfe raw octets \x80\r\n", b"line\r\n" * 200_000]
        for body in bodies:
            done = self.send(body)
            self.assertEqual(done.returncode, 0, done.stderr)
        files = {file.body for file in self.server.replay(len(bodies))}
        self.assertEqual(files, {body if body.endswith(b"\r\n") else body + b"\r\n" for body in bodies})

    def test_announced_size_and_two_recipients(self):
        done = self.send(b"hello\r\n", to=("mary@adventureworks.com", "bob@adventureworks.com"))
        self.assertEqual(done.returncode, 0, done.stderr)
        [message] = self.server.replay(1)
        self.assertEqual(len(message.all("X-Receiver")), 2)

    def test_refused_sender_and_recipient_make_curl_fail(self):
        for arguments in ({"sender": "blocked@contoso.com"}, {"to": ("nobody@adventureworks.com",)}):
            done = self.send(b"hello\r\n", **arguments)
            self.assertEqual(done.returncode, REFUSED, done.stderr)
        self.assertEqual(self.server.replay_names(), [])


if __name__ == "__main__":
    tools.main()
