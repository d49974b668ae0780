#!/usr/bin/env python3
"""The promise of the 250, tested the hard way: the server is killed at random moments under load, started again, and then
every acknowledged message is in Replay (or with the consumer that takes files as they appear) once and unchanged.
"""

import collections
import json
import os
import random
import subprocess
import sys
import threading
import unittest

import consumer
import edge
import replay_file
import tools
from load import Load, content_of, random_block
from smtp_wire import expect, internal_id
from waiting import wait_until

RUNS = 20
CONNECTIONS = 6
LONGEST_LIFE = 0.8  # seconds of load before the kill
SEED = int(os.environ.get("EDGE_KILL_SEED", "20081"))
DRAIN_BOUND = 60.0
SENTINEL = "sentinel"


class Found:
    """What is where after a run: the journal of the consumer and the files still in Replay."""

    def __init__(self, server, journal):
        self.problems = []
        self.digests = collections.defaultdict(list)  # message name → digests found
        for entry in self._entries(server, journal):
            if "problem" in entry:
                self.problems.append(entry["problem"])
            else:
                self.digests[entry["name"]].append(entry["digest"])

    @staticmethod
    def _entries(server, journal):
        if journal and journal.exists():
            for line in journal.read_text(encoding="utf-8").splitlines():
                yield json.loads(line)
        for name in server.replay_names():
            try:
                yield consumer.entry_of(server.replay_folder / name)
            except FileNotFoundError:
                continue  # the consumer was quicker


class KillTest(unittest.TestCase):
    """Every odd run has a consumer, every third run is killed a second time while it recovers."""

    def setUp(self):
        self.acknowledged = 0

    def start_consumer(self, server):
        """Starts the process that takes files; returns it and its journal."""
        journal = server.folder / "journal"
        program = [sys.executable, "-B", consumer.__file__]
        process = subprocess.Popen([*program, server.replay_folder, journal], stdin=subprocess.PIPE)
        wait_until(journal.exists, "the consumer")
        return process, journal

    def finish_consumer(self, process):
        """Lets it take what is left."""
        process.stdin.close()
        self.assertEqual(process.wait(30), 0)

    def assert_no_half_file(self, server):
        """Looks at the disk as a crash left it: every .eml is in Replay and whole, and no name ends in .tmp."""
        for path in server.data.rglob("*"):
            self.assertNotEqual(path.suffix, ".tmp", path)
            if path.suffix == ".eml":
                self.assertEqual(path.parent, server.replay_folder)
        for name in server.replay_names():
            try:
                replay_file.read(server.replay_folder / name)
            except FileNotFoundError:
                continue

    def deliver_sentinel(self, server, journal, name):
        """One more message; once it has come through, everything before it has."""
        with server.connect() as client:
            client.hello()
            content = content_of(SEED, name, random_block(0))
            mine = internal_id(expect(client.deliver(content), 250))
            client.quit()
        wait_until(lambda: self.is_published(server, journal, mine), f"{name} published", DRAIN_BOUND)

    def is_published(self, server, journal, mine):
        """Has the message of this InternalId reached Replay or the consumer?"""
        if any(name.startswith(mine) for name in server.replay_names()):
            return True
        return journal and f'"file": "{mine}' in journal.read_text(encoding="utf-8")

    def assert_promise(self, load, found):
        """Acknowledged: exactly once. Sent but not acknowledged: at most once. Always the octets sent."""
        self.assertEqual(found.problems, [])
        for name, digests in found.digests.items():
            if name.startswith(SENTINEL):
                self.assertEqual(len(digests), 1, name)
                continue
            header, body = replay_file.split_message(load.sent[name])
            self.assertEqual(digests, [consumer.digest(header.split(b"\r\n"), body)], name)
        lost = sorted(set(load.acknowledged) - set(found.digests))
        self.assertEqual(lost, [], f"{len(lost)} of {len(load.acknowledged)} acknowledged messages are lost")

    def one_run(self, number):
        """Load, kill, restart, drain, compare; then a clean restart that must repeat nothing."""
        rng = random.Random(f"{SEED}/{number}")
        with edge.Edge("--quiet", relaxed=True) as server:
            process = journal = None
            if number % 2:
                process, journal = self.start_consumer(server)
            try:
                load = Load(server.address, f"{SEED}/{number}", CONNECTIONS)
                self.assertTrue(load.first_acknowledged.wait(30), load.odd_replies)
                threading.Event().wait(rng.uniform(0, LONGEST_LIFE))  # the random moment, not a wait for anything
                server.kill()
                load.join()
                self.assertEqual(load.odd_replies, [])
                self.assert_no_half_file(server)
                server.start()
                if number % 3 == 0:
                    threading.Event().wait(rng.uniform(0, 0.05))
                    server.kill()
                    self.assert_no_half_file(server)
                    server.start()
                self.deliver_sentinel(server, journal, SENTINEL + "-1")
                server.stop()
                server.start()
                self.deliver_sentinel(server, journal, SENTINEL + "-2")
                server.stop()
            finally:
                if process:
                    self.finish_consumer(process)
            self.assert_no_half_file(server)
            self.assert_promise(load, Found(server, journal))
            self.acknowledged += len(load.acknowledged)
            return len(load.acknowledged), len(load.sent) - len(load.acknowledged)

    def test_every_acknowledged_message_survives_a_kill_once(self):
        for number in range(RUNS):
            with self.subTest(run=number, seed=SEED):
                acknowledged, open_ones = self.one_run(number)
                print(f"run {number}: {acknowledged} acknowledged, {open_ones} under way, "
                      f"{'with' if number % 2 else 'without'} consumer", flush=True)
        self.assertGreater(self.acknowledged, RUNS * CONNECTIONS)


if __name__ == "__main__":
    tools.main()
