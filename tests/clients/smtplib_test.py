#!/usr/bin/env python3
"""Python's smtplib: what scripts use. One test for each thing its users do besides sending."""

import smtplib
import unittest

import edge
import tools

MESSAGE = "From: ann@fabrikam.com\r\nSubject: from smtplib\r\n\r\nHello\r\n"


class SmtplibTest(unittest.TestCase):
    """One server for all tests: none of them leaves a trace that the next would notice."""

    @classmethod
    def setUpClass(cls):
        cls.server = cls.enterClassContext(edge.Edge())
        cls.server.set_connector("-TarpitInterval 00:00:00")

    def setUp(self):
        self.client = self.enterContext(smtplib.SMTP(*self.server.address, local_hostname="mail.fabrikam.com", timeout=30))
        self.client.ehlo()
        self.before = set(self.server.replay_names())

    def stored(self, count):
        """The replay files that this test has added."""
        files = self.server.replay(len(self.before) + count)
        return [file for file in files if file.name not in self.before]

    def test_ehlo_offers_what_it_keeps(self):
        for keyword in ("size", "pipelining", "dsn", "enhancedstatuscodes", "8bitmime"):
            self.assertTrue(self.client.has_extn(keyword), keyword)
        self.assertEqual(self.client.esmtp_features["size"], "37748736")
        for keyword in ("starttls", "auth", "chunking", "binarymime"):
            self.assertFalse(self.client.has_extn(keyword), keyword)

    def test_dsn_parameters_reach_the_replay_file(self):
        self.client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com"], MESSAGE,
                             mail_options=["RET=HDRS", "ENVID=QQ314159"],
                             rcpt_options=["NOTIFY=SUCCESS,DELAY", "ORCPT=rfc822;mary+2Bx@adventureworks.com"])
        [message] = self.stored(1)
        sender, *parameters = message.one("X-Sender").split()
        self.assertEqual(sender, "<ann@fabrikam.com>")
        self.assertEqual(dict(item.upper().split("=", 1) for item in parameters).items()
                         & {("RET", "HDRS"), ("ENVID", "QQ314159")}, {("RET", "HDRS"), ("ENVID", "QQ314159")})
        receiver = message.one("X-Receiver")
        self.assertIn("ORCPT=rfc822;mary+2Bx@adventureworks.com", receiver)
        [notify] = [word for word in receiver.replace(";", " ").split() if word.upper().startswith("NOTIFY=")]
        self.assertEqual(set(notify.upper().removeprefix("NOTIFY=").split(",")), {"SUCCESS", "DELAY"})

    def test_eight_bit_content(self):
        text = MESSAGE.encode() + "caf\u00e9\r\n".encode("latin-1")
        self.client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com"], text, mail_options=["BODY=8BITMIME"])
        [message] = self.stored(1)
        self.assertTrue(message.body.endswith(b"caf\xe9\r\n"))
        self.assertIn("BODY=8BITMIME", message.one("X-Sender").upper())

    def test_declared_size_over_the_limit_is_refused_at_mail(self):
        code, text = self.client.mail("ann@fabrikam.com", ["SIZE=37748737"])
        self.assertEqual((code, text), (552, b"5.3.4 Message size exceeds fixed maximum message size"))
        code, _ = self.client.mail("ann@fabrikam.com", ["SIZE=37748736"])
        self.assertEqual(code, 250)

    def test_partly_refused_recipients_are_told_one_by_one(self):
        refused = self.client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com", "nobody@adventureworks.com",
                                                            "x@proseware.com"], MESSAGE)
        self.assertEqual({address: reply[0] for address, reply in refused.items()},
                         {"nobody@adventureworks.com": 550, "x@proseware.com": 550})
        [message] = self.stored(1)
        self.assertEqual(message.one("X-Receiver").split()[0], "<mary@adventureworks.com>")

    def test_rset_forgets_the_transaction(self):
        self.assertEqual(self.client.mail("ann@fabrikam.com")[0], 250)
        self.assertEqual(self.client.rcpt("mary@adventureworks.com")[0], 250)
        self.assertEqual(self.client.rset(), (250, b"2.0.0 Resetting"))
        self.assertEqual(self.client.docmd("DATA"), (503, b"5.5.2 Need mail command"))
        self.client.sendmail("kim@fabrikam.com", ["bob@adventureworks.com"], MESSAGE)
        [message] = self.stored(1)
        self.assertEqual(message.one("X-Sender").split()[0], "<kim@fabrikam.com>")
        self.assertEqual(message.one("X-Receiver").split()[0], "<bob@adventureworks.com>")

    def test_help_vrfy_and_noop(self):
        code, text = self.client.docmd("HELP")
        self.assertEqual(code, 214)
        self.assertIn(b"HELO EHLO STARTTLS RCPT DATA RSET MAIL QUIT HELP AUTH BDAT", text)
        self.assertEqual(self.client.verify("mary"), (252, b"2.1.5 Cannot VRFY user"))
        self.assertEqual(self.client.noop(), (250, b"2.0.0 OK"))

    def test_helo_without_extensions(self):
        code, text = self.client.helo("old.fabrikam.com")
        self.assertEqual(code, 250)
        self.assertRegex(text.decode(), r"^\S+ Hello \[127\.0\.0\.1\]$")
        self.client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com"], MESSAGE)
        [message] = self.stored(1)
        self.assertEqual(message.one("X-HeloDomain"), "old.fabrikam.com")

    def test_several_messages_in_one_session(self):
        for number in range(5):
            self.client.sendmail("ann@fabrikam.com", ["mary@adventureworks.com"], MESSAGE + f"{number}\r\n")
        self.assertEqual([file.body for file in self.stored(5)], [b"Hello\r\n%d\r\n" % n for n in range(5)])


if __name__ == "__main__":
    tools.main()
