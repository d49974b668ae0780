#!/usr/bin/env python3
"""Sessions that no well-behaved client has: everything in one packet, octet by octet, half-closed, reset, and the
sequences that smuggle a second message behind a false end of data (peers.md C.7).
"""

import unittest

import edge
import smtp_wire
import tools
from smtp_wire import expect, internal_id
from waiting import wait_until

CONTENT = b"From: ann@fabrikam.com\r\nSubject: wire\r\nMessage-ID: <w@fabrikam.com>\r\n\r\nHello\r\n"
TRANSACTION = (b"MAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<mary@adventureworks.com>\r\nDATA\r\n")
SESSION = b"EHLO mail.fabrikam.com\r\n" + TRANSACTION + CONTENT + b".\r\n" + b"QUIT\r\n"
FALSE_ENDS = {
    "LF.LF": b"\n.\n",
    "LF.CRLF": b"\n.\r\n",
    "CRLF.LF": b"\r\n.\n",
    "CR.CR": b"\r.\r",
    "CR.CRLF": b"\r.\r\n",
    "CRLF.CR": b"\r\n.\r",
    "CRLF.CRCRLF": b"\r\n.\r\r\n",
    "LF.LFCRLF": b"\n.\n\r\n",
    "CRLF.NULCRLF": b"\r\n.\x00\r\n",
    "NULCRLF.LF": b"\x00\r\n.\n",
}


class WireTest(unittest.TestCase):
    """One server under --relaxed: no tarpit, so that refusals come at once."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(edge.Edge(relaxed=True))

    def setUp(self):
        self.before = set(self.server.replay_names())

    def stored(self, count):
        """The replay files that this test has added."""
        files = self.server.replay(len(self.before) + count)
        return [file for file in files if file.name not in self.before]

    def assert_whole_session(self, client):
        """The replies to SESSION, in order, and its message."""
        codes = [client.reply().code for _ in range(7)]
        self.assertEqual(codes, [220, 250, 250, 250, 354, 250, 221])
        client.expect_closed()
        [message] = self.stored(1)
        self.assertEqual(message.body, b"Hello\r\n")

    def test_everything_in_one_packet(self):
        with self.server.connect() as client:
            client.send(SESSION)
            self.assert_whole_session(client)

    def test_octet_by_octet(self):
        with self.server.connect() as client:
            for octet in SESSION:
                client.send(bytes([octet]))
            self.assert_whole_session(client)

    def test_half_closed_clients_are_served_to_the_end(self):
        with self.server.connect() as client:
            client.send(SESSION)
            client.half_close()
            self.assert_whole_session(client)

    def test_half_close_inside_data_stores_nothing(self):
        with self.server.connect() as client:
            client.send(b"EHLO x\r\n" + TRANSACTION + CONTENT)
            client.half_close()
            self.assertEqual([client.reply().code for _ in range(5)], [220, 250, 250, 250, 354])
            with self.assertRaises(smtp_wire.Closed):
                client.reply()
        self.stored(0)

    def test_pipelined_replies_keep_their_order(self):
        with self.server.connect() as client:
            client.hello()
            recipients = ["mary", "nobody", "bob", "secret", "postmaster"]
            commands = ["MAIL FROM:<ann@fabrikam.com>", *(f"RCPT TO:<{name}@adventureworks.com>" for name in recipients)]
            client.send("".join(command + "\r\n" for command in commands + ["DATA"]).encode())
            self.assertEqual([client.reply().code for _ in range(7)], [250, 250, 550, 250, 550, 250, 354])
            client.send(CONTENT + b".\r\n")
            expect(client.reply(), 250)
            client.quit()
        [message] = self.stored(1)
        self.assertEqual([value.split("@")[0] for value in message.all("X-Receiver")], ["<mary", "<bob", "<postmaster"])

    def test_pipelined_data_after_refused_recipients_is_not_taken_for_commands(self):
        with self.server.connect() as client:
            client.hello()
            client.send(b"MAIL FROM:<ann@fabrikam.com>\r\nRCPT TO:<nobody@adventureworks.com>\r\nDATA\r\n")
            self.assertEqual([str(client.reply()) for _ in range(3)],
                             ["250 2.1.0 Sender OK", "550 5.1.1 User unknown", "503 5.5.2 Need rcpt command"])
            expect(client.say("NOOP"), 250)
        self.stored(0)

    def test_reset_anywhere_harms_nobody_else(self):
        with edge.Edge(relaxed=True) as server:
            for cut in range(len(SESSION)):
                with server.connect() as client:
                    client.send(SESSION[:cut])
                    client.reset()
            with server.connect() as client:
                client.hello()
                mine = internal_id(expect(client.deliver(CONTENT), 250))
                client.quit()
            server.stop()
            server.start()  # whatever was committed is published at the latest now
            wait_until(lambda: mine in [file.internal_id for file in server.replay()], "the last message")
            # A cut behind the dot leaves a message that was whole, though nobody heard the 250.
            self.assertEqual({file.body for file in server.replay()}, {b"Hello\r\n"})

    def test_only_crlf_dot_crlf_ends_data(self):
        for name, false_end in FALSE_ENDS.items():
            with self.subTest(name), self.server.connect() as client:
                client.hello()
                second = TRANSACTION.replace(b"ann@", b"smuggler@") + b"Subject: second\r\n\r\nsmuggled\r\n"
                content = CONTENT.removesuffix(b"\r\n") + false_end + second
                client.send(TRANSACTION)
                for code in (250, 250, 354):
                    expect(client.reply(), code)
                client.send(content + b".\r\n")
                mine = internal_id(expect(client.reply(), 250))
                client.quit()  # no further reply was waiting: the second message was content
                [message] = wait_until(lambda found=mine: [file for file in self.server.replay()
                                                           if file.internal_id == found], "the message")
                self.assertEqual(message.one("X-Sender").split()[0], "<ann@fabrikam.com>")
                sent = content.partition(b"\r\n\r\n")[2]
                unstuffed = b"\r\n" + sent
                self.assertEqual(message.body, unstuffed.replace(b"\r\n.", b"\r\n")[2:])
        self.stored(len(FALSE_ENDS))

    def test_sixth_protocol_error_closes(self):
        with edge.Edge() as server:
            server.set_connector("-TarpitInterval 00:00:00")
            with server.connect() as client:
                client.hello()
                for _ in range(5):
                    self.assertEqual(str(client.say("XYZZY")), "500 5.3.3 Unrecognized command")
                self.assertEqual(str(client.say("XYZZY")),
                                 "421 4.7.0 Too many errors on this connection, closing transmission channel")
                client.expect_closed()

    def test_garbage_of_other_protocols_ends_in_orderly_errors(self):
        for garbage in (b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n",
                        b"\x00" * 5000 + b"\r\n", b"A" * 100_000 + b"\r\n"):
            with self.subTest(garbage[:10]), self.server.connect() as client:
                expect(client.reply(), 220)
                client.send(garbage)
                self.assertEqual(client.reply().kind, "5")
        with self.server.connect() as client:
            client.hello()
            client.quit()


if __name__ == "__main__":
    tools.main()
