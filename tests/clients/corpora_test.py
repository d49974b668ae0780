#!/usr/bin/env python3
"""Real mail, spam and deliberately broken mail pushed through the live server over several connections. Nobody may crash,
and the body of whatever was accepted lies in Replay as the octets that were sent.
"""

import collections
import pathlib
import queue
import re
import tarfile
import tempfile
import threading
import unittest

import edge
import replay_file
import smtp_wire
import tools
from waiting import wait_until

CONNECTIONS = 8
TRAINING_MAILS = 3821
NO_MAIL = {"README.md", "LICENSE", "COPYRIGHT", "MIT-LICENSE"}
FIREWALLED = re.compile(rb"(?im)^X-MS-Exchange-(Organization|Forest)-[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*")


def with_crlf(octets):
    """As a client sends it: every line ends with CRLF; a bare CR stays what it is."""
    octets = re.sub(rb"\r?\n", b"\r\n", octets)
    return octets if octets.endswith(b"\r\n") else octets + b"\r\n"


def training_mails():
    """(name, octets) of the spam and ham mails."""
    archive = tools.corpus("spamassassin-train") / "messages.tar.xz"
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as tar:
        tar.extractall(folder, filter="data")
        paths = sorted(path for path in pathlib.Path(folder).rglob("*") if path.is_file())
        return [(path.name, with_crlf(path.read_bytes())) for path in paths]


def odd_mails():
    """(name, octets) of the mails made to break parsers."""
    folder = tools.corpus("mime-messages")
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name not in NO_MAIL)
    return [(str(path.relative_to(folder)), with_crlf(path.read_bytes())) for path in paths]


class Push:
    """Delivers mails over several connections and keeps the replies."""

    def __init__(self, address):
        self.replies = {}  # name → the reply to the dot
        self.problems = []
        self._address = address

    def run(self, mails):
        """Returns when all mails have their reply."""
        work = queue.SimpleQueue()
        for mail in mails:
            work.put(mail)
        workers = [threading.Thread(target=self._deliver_all, args=(work,)) for _ in range(CONNECTIONS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()

    def _deliver_all(self, work):
        try:
            with smtp_wire.Client(self._address) as client:
                client.hello()
                while True:
                    name, octets = work.get_nowait()
                    self.replies[name] = client.deliver(octets)
        except queue.Empty:
            return
        except (OSError, AssertionError) as problem:
            self.problems.append(repr(problem))


class CorporaTest(unittest.TestCase):
    """One server for each corpus."""

    def push(self, what, mails):
        """Pushes the mails under --relaxed, compares what was accepted and prints the counts."""
        server = self.enterContext(edge.Edge("--quiet", relaxed=True))
        server.cmdlet("Set-AttachmentFilterListConfig -Action Reject")  # Strip would change what is compared below
        push = Push(server.address)
        push.run(mails)
        self.assertEqual(push.problems, [])
        accepted = {smtp_wire.internal_id(reply): name for name, reply in push.replies.items() if reply.code == 250}
        wait_until(lambda: len(server.replay_names()) >= len(accepted), "all accepted mails in Replay", within=60)
        server.stop()
        self.compare(dict(mails), accepted, server.replay())
        counts = collections.Counter(str(reply) if reply.code != 250 else "accepted" for reply in push.replies.values())
        print(f"{what}: {len(mails)} mails:", ", ".join(f"{count} {text}" for text, count in counts.most_common()))
        return counts

    def compare(self, sent, accepted, files):
        """Each accepted mail is there once, its body and its header lines as sent."""
        self.assertEqual(len(files), len(accepted))
        for file in files:
            name = accepted.pop(file.internal_id)
            header, body = replay_file.split_message(sent[name])
            self.assertEqual(file.body, body, name)
            self.assertIn(FIREWALLED.sub(b"", header), file.header, name)
        self.assertEqual(accepted, {})

    def test_spam_and_ham(self):
        mails = training_mails()
        self.assertEqual(len(mails), TRAINING_MAILS)
        counts = self.push("spamassassin-train", mails)
        self.assertGreater(counts["accepted"], TRAINING_MAILS * 0.99)  # they all have been delivered once

    def test_mails_made_to_break_parsers(self):
        counts = self.push("mime-messages", odd_mails())
        self.assertGreater(counts["accepted"], 0)


if __name__ == "__main__":
    tools.main()
