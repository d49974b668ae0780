#!/usr/bin/env python3
"""Postfix's load generator: many sessions at once, a known number of messages, none lost and none twice."""

import subprocess
import unittest

import edge
import tools

MESSAGES = 2000
SESSIONS = 20


class SmtpSourceTest(unittest.TestCase):
    """Load from a client that others use, too."""

    def load(self, *options):
        """Starts a server, runs smtp-source against it and returns the replay files."""
        source = tools.tool("smtp-source")
        server = self.enterContext(edge.Edge("--quiet", relaxed=True))
        host, port = server.address
        command = [source, "-s", str(SESSIONS), "-m", str(MESSAGES), "-M", "mail.fabrikam.com", "-f", "ann@fabrikam.com",
                   "-t", "mary@adventureworks.com", *options, f"inet:{host}:{port}"]
        subprocess.run(command, check=True, timeout=240, env=tools.tool_environment(source))
        files = server.replay(MESSAGES, within=60)
        server.stop()
        self.assertEqual(len(server.replay_names()), MESSAGES)
        return files

    def test_each_message_of_2000_sessions_is_stored_once(self):
        files = self.load("-l", "2048")
        self.assertEqual(len({file.one("X-Receiver") for file in files}), 1)
        self.assertEqual({file.body for file in files}, {files[0].body})
        self.assertGreaterEqual(len(files[0].body), 2048 - 80)
        self.assertEqual(len({file.internal_id for file in files}), MESSAGES)

    def test_sessions_that_send_message_after_message(self):
        files = self.load("-d", "-l", "200")
        self.assertEqual(len({file.internal_id for file in files}), MESSAGES)


if __name__ == "__main__":
    tools.main()
