"""One data directory that is killed again and again under load while a consumer takes files. After each restart the books are
balanced: every message that was ever acknowledged must have come out once, octet for octet.
"""

import collections
import dataclasses
import json
import random
import subprocess
import sys
import threading

import consumer
import edge
import replay_file
from load import Load, content_of, random_block
from smtp_wire import expect, internal_id
from waiting import wait_until

CONNECTIONS = 6
LONGEST_LIFE = 0.6  # seconds of load before the kill
LONGEST_RECOVERY = 0.05  # seconds before a server that has just begun to recover is killed again
RECOVERY_KILLED = 4  # of so many restarts one
DRAIN_BOUND = 60.0
SENTINELS = 2


@dataclasses.dataclass
class Kill:
    """What one restart showed."""

    seed: str
    kills: int  # two where the recovering server was killed, too
    after_ms: int  # of load
    acknowledged: int = 0
    under_way: int = 0  # sent, not acknowledged
    published_under_way: int = 0  # … and there all the same
    lost: int = 0
    torn: int = 0
    doubled: int = 0
    stray_files: int = 0

    def line(self):
        """As JSON."""
        return json.dumps({"crash": "kill", **dataclasses.asdict(self)})

    def holds(self):
        """Was the promise kept?"""
        return not (self.lost or self.torn or self.doubled or self.stray_files)


class KillSeries:
    """The server, its consumer, and the books. A context manager."""

    def __init__(self, seed):
        self._seed = seed
        self._random = random.Random(seed)
        self._server = edge.Edge("--quiet", relaxed=True)
        self._block = random_block(seed)
        self._expected = {}  # message name → digest of what was sent
        self._acknowledged = set()
        self._seen = collections.Counter()
        self._taken = set()  # InternalIds
        self._torn = set()  # file names
        self._read = 0  # octets of the journal
        self._lives = 0

    def __enter__(self):
        self._server.__enter__()
        self._journal = self._server.folder / "journal"
        program = [sys.executable, "-B", consumer.__file__, self._server.replay_folder, self._journal]
        self._consumer = subprocess.Popen(program, stdin=subprocess.PIPE)
        wait_until(self._journal.exists, "the consumer")
        return self

    def __exit__(self, *details):
        self._consumer.stdin.close()
        self._consumer.wait(30)
        self._server.__exit__(*details)

    def kill(self):
        """Load, kill, restart, balance; returns what it showed."""
        self._lives += 1
        prefix = f"k{self._lives}-"
        load = Load(self._server.address, f"{self._seed}/{prefix}", CONNECTIONS, prefix)
        if not load.first_acknowledged.wait(30):
            raise AssertionError(load.odd_replies)
        life = self._random.uniform(0, LONGEST_LIFE)
        threading.Event().wait(life)  # the random moment, not a wait for anything
        self._server.kill()
        load.join()
        if load.odd_replies:
            raise AssertionError(load.odd_replies)
        result = Kill(f"{self._seed}/{prefix}", 1, round(life * 1000), len(load.acknowledged),
                      len(load.sent) - len(load.acknowledged), stray_files=self._strays())
        self._server.start()
        if self._random.randrange(RECOVERY_KILLED) == 0:
            threading.Event().wait(self._random.uniform(0, LONGEST_RECOVERY))
            self._server.kill()
            result.kills += 1
            result.stray_files += self._strays()
            self._server.start()
        self._note(load)
        self._drain(prefix)
        self._balance(load, result)
        return result

    def repeats_after_clean_restart(self):
        """Stops and starts in order; returns how many messages came out again."""
        before = self._seen.copy()
        self._server.stop()
        self._server.start()
        self._drain("end-")
        return sum((self._seen - before).values()) - SENTINELS  # those are new

    def _note(self, load):
        for name, content in load.sent.items():
            header, body = replay_file.split_message(content)
            self._expected[name] = consumer.digest(header.split(b"\r\n"), body)
        self._acknowledged.update(load.acknowledged)

    def _strays(self):
        """Files on the disk as the crash left it that nobody may see: .tmp names, and .eml outside Replay."""
        return sum(path.suffix == ".tmp" or (path.suffix == ".eml" and path.parent != self._server.replay_folder)
                   for path in self._server.data.rglob("*"))

    def _drain(self, prefix):
        """More messages, one after the other; once the consumer has had the last, it has had everything before the first. One
        would not do: what is published while the consumer lists the folder may be missed by that look although the later
        sentinel is seen."""
        for number in range(SENTINELS):
            self._send_and_await(f"{prefix}sentinel-{number}")

    def _send_and_await(self, name):
        content = content_of(self._seed, name, self._block)
        header, body = replay_file.split_message(content)
        self._expected[name] = consumer.digest(header.split(b"\r\n"), body)
        with self._server.connect() as client:
            client.hello()
            mine = internal_id(expect(client.deliver(content), 250))
            client.quit()
        self._acknowledged.add(name)
        wait_until(lambda: self._read_journal(mine), f"{name} taken", DRAIN_BOUND)

    def _read_journal(self, mine):
        """Takes in what the consumer has noted since; returns whether it has had the message of this InternalId."""
        with open(self._journal, "rb") as journal:
            journal.seek(self._read)
            octets = journal.read()
        lines = octets[: octets.rfind(b"\n") + 1]
        self._read += len(lines)
        for line in lines.splitlines():
            self._take_in(json.loads(line))
        return mine in self._taken

    def _take_in(self, entry):
        self._taken.add(entry["file"].split("-", 1)[0])
        name = entry.get("name")
        if name not in self._expected or self._expected[name] != entry["digest"]:
            self._torn.add(entry["file"])
        else:
            self._seen[name] += 1

    def _balance(self, load, result):
        result.published_under_way = sum(name in self._seen for name in load.sent if name not in load.acknowledged)
        result.lost = sum(name not in self._seen for name in self._acknowledged)
        result.torn = len(self._torn)
        result.doubled = sum(times > 1 for times in self._seen.values())
