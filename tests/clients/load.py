"""Load for the kill test: several connections deliver messages, every one different, and remember exactly which the
server has acknowledged. Contents follow from the seed, so a failed run can be repeated.
"""

import random
import threading

import smtp_wire

SIZES = (0,) + (200,) * 8 + (2_000,) * 16 + (30_000,) * 4 + (400_000,) * 2 + (1_500_000,)  # octets; large ones get files


def content_of(seed, name, block):
    """The octets of one message; `block` is the run's random text, cut differently for each."""
    own = random.Random(f"{seed}/{name}")
    size = own.choice(SIZES)
    begin = own.randrange(4_000)
    lines = (b"%d " % own.getrandbits(64) + block[begin : begin + size]).replace(b"\n", b"\r\n")
    return (f"From: ann@fabrikam.com\r\nSubject: {name}\r\nMessage-ID: <{name}@kill.test>\r\n"
            "Date: Tue, 1 Apr 2008 10:11:12 -0700\r\n\r\n").encode() + lines + b"\r\n"


def random_block(seed):
    """Text in lines, some of which begin with dots."""
    own = random.Random(seed)
    letters = bytes(own.choices(b"abcdefghijklmnopqrstuvwxyz.", k=64_000))
    lines = b"\n".join(letters[at : at + 60] for at in range(0, len(letters), 60))
    return lines * (max(SIZES) // len(lines) + 2)


class Load:
    """Begins to send when constructed, ends when the server dies or at `stop()`."""

    def __init__(self, address, seed, connections, prefix=""):
        self.sent = {}  # name → content, as soon as the server could have it all
        self.acknowledged = {}  # name → InternalId
        self.odd_replies = []
        self.first_acknowledged = threading.Event()
        self._address = address
        self._seed = seed
        self._prefix = prefix
        self._block = random_block(seed)
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, args=(number,)) for number in range(connections)]
        for thread in self._threads:
            thread.start()

    def _run(self, connection):
        try:
            with smtp_wire.Client(self._address) as client:
                client.hello()
                number = 0
                while not self._stop.is_set():
                    self._deliver(client, f"{self._prefix}m{connection}-{number}")
                    number += 1
        except OSError:
            return  # the server is gone: that is the test
        except AssertionError as problem:
            self.odd_replies.append(str(problem))

    def _deliver(self, client, name):
        content = content_of(self._seed, name, self._block)
        self.sent[name] = content
        reply = smtp_wire.expect(client.deliver(content), 250)
        self.acknowledged[name] = smtp_wire.internal_id(reply)
        self.first_acknowledged.set()

    def stop(self):
        """No further message."""
        self._stop.set()
        self.join()

    def join(self):
        """Returns when every connection has ended."""
        for thread in self._threads:
            thread.join()
