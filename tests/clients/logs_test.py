#!/usr/bin/env python3
"""The protocol log of a whole session in the form of platform.md 6.2, old and new, and the agent log's preamble, read
from the files that the real server wrote. Form and columns are compared with logs of real servers.
"""

import re
import unittest

import edge
import edge_log
import tools
from smtp_wire import expect

CONTENT = b"From: ann@fabrikam.com\r\nSubject: logs\r\nMessage-ID: <l@fabrikam.com>\r\n\r\nsecret body line\r\n"
PERMISSIONS = r"SMTPSubmit SMTPAcceptAnySender( SMTPAcceptAuthoritativeDomainSender)? AcceptRoutingHeaders"
BANNER = r"220 \S+ Microsoft ESMTP MAIL Service ready at \w{3}, \d{1,2} \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4}"
QUEUED = r"250 2\.6\.0 <l@fabrikam\.com>.* Queued mail for delivery"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
RECEIVING = rf"[0-9A-F]{{16}};{TIME};1"

# (event, data, context) of the session in `talk`, data as a pattern.
BEGIN = [("+", "", "")]
GREETING = [(">", BANNER, ""), ("<", r"EHLO mail\.fabrikam\.com", "")]
BEFORE_MAIL = [("<", r"MAIL FROM:<ann@fabrikam\.com>", "")]
SET_PERMISSIONS = [("*", PERMISSIONS, "Set Session Permissions")]
REST = [
    ("*", RECEIVING, "receiving message"),
    (">", r"250 2\.1\.0 Sender OK", ""),
    ("<", r"RCPT TO:<nobody@adventureworks\.com>", ""),
    ("*", r"Tarpit for '0\.00:00:01'", ""),
    (">", r"550 5\.1\.1 User unknown", ""),
    ("<", r"RCPT TO:<mary@adventureworks\.com>", ""),
    (">", r"250 2\.1\.5 Recipient OK", ""),
    ("<", "DATA", ""),
    (">", r"354 Start mail input; end with <CRLF>\.<CRLF>", ""),
    (">", QUEUED, ""),
    ("<", "QUIT", ""),
    (">", r"221 2\.0\.0 Service closing transmission channel", ""),
    ("-", "", "Local"),
]
EHLO_NEW = [(">", r"250  \S+ Hello \[127\.0\.0\.1\] SIZE 37748736 PIPELINING DSN ENHANCEDSTATUSCODES 8BITMIME.*", "")]
EHLO_OLD = [(">", rf"250[- ]{word}", "") for word in
            (r"\S+ Hello \[127\.0\.0\.1\]", r"SIZE \d+", "PIPELINING", "DSN", "ENHANCEDSTATUSCODES", "8BITMIME")]
SESSIONS = {
    "2019": BEGIN + GREETING + EHLO_NEW + BEFORE_MAIL + SET_PERMISSIONS + REST,
    "2010": BEGIN + SET_PERMISSIONS + GREETING + EHLO_OLD + BEFORE_MAIL + REST,
}


class LogsTest(unittest.TestCase):
    """Files as an administrator finds them."""

    def talk(self, server):
        """One session with a refusal and a message; returns the client's endpoint."""
        with server.connect() as client:
            endpoint = client.endpoint
            client.hello()
            expect(client.say("MAIL FROM:<ann@fabrikam.com>"), 250)
            expect(client.say("RCPT TO:<nobody@adventureworks.com>"), 550)
            expect(client.say("RCPT TO:<mary@adventureworks.com>"), 250)
            expect(client.say("DATA"), 354)
            client.send(CONTENT + b".\r\n")
            expect(client.reply(), 250)
            client.quit()
        return endpoint

    def protocol_log(self, *arguments):
        """Lets a server with the log switched on hold the session; returns (log, our endpoint, its endpoint)."""
        server = self.enterContext(edge.Edge(*arguments))
        server.set_connector("-ProtocolLoggingLevel Verbose -TarpitInterval 00:00:01")
        ours = self.talk(server)
        theirs = "{}:{}".format(*server.address)
        server.stop()
        folders = [path for path in server.data.rglob("RECV*")]
        self.assertEqual(len(folders), 1, folders)
        return edge_log.EdgeLog(folders[0]), ours, theirs

    def assert_session(self, log, ours, theirs, expected):
        """The rows are the expected ones, numbered from 0, in one session."""
        self.assertEqual([row["sequence-number"] for row in log.rows], [str(n) for n in range(len(log.rows))])
        self.assertEqual(len({row["session-id"] for row in log.rows}), 1)
        self.assertRegex(log.rows[0]["session-id"], r"^[0-9A-F]{16}$")
        for row in log.rows:
            self.assertRegex(row["date-time"], rf"^{TIME}$")
            self.assertEqual(row["connector-id"], "EDGE01\\" + edge.PRESET_CONNECTOR)
            self.assertEqual((row["local-endpoint"], row["remote-endpoint"]), (theirs, ours))
        said = [(row["event"], row["data"], row["context"]) for row in log.rows]
        self.assertEqual(len(said), len(expected), said)
        for got, (event, data, context) in zip(said, expected, strict=True):
            self.assertEqual((got[0], got[2]), (event, context), got)
            self.assertRegex(got[1], rf"\A{data}\Z")

    def test_protocol_log_of_a_session_in_the_newer_form(self):
        log, ours, theirs = self.protocol_log()
        self.assertRegex(log.path.name, r"^RECV\d{10}-1\.LOG$")
        self.assertEqual(log.preamble["Version"], "15.0.0.0")
        self.assert_session(log, ours, theirs, SESSIONS["2019"])

    def test_protocol_log_of_a_session_in_the_older_form(self):
        log, ours, theirs = self.protocol_log("--profile", "2010")
        self.assertRegex(log.path.name, r"(?i)^RECV\d{8}-1\.LOG$")
        self.assertEqual(log.preamble["Version"], "14.0.0.0")
        self.assert_session(log, ours, theirs, SESSIONS["2010"])

    def test_protocol_log_quotes_like_the_real_one(self):
        log, _, _ = self.protocol_log()
        lines = log.octets.decode().split("\r\n")
        self.assertEqual(lines.pop(), "")
        self.assertNotIn("\n", "".join(lines))
        self.assertEqual([line.split(":")[0] for line in lines[:5]],
                         ["#Software", "#Version", "#Log-type", "#Date", "#Fields"])
        self.assertTrue(re.search(rf',>,"{BANNER}",$', lines[6]), lines[6])
        self.assertNotIn("secret body line", log.octets.decode())  # content is never logged

    def test_columns_are_those_of_real_servers(self):
        samples = tools.corpus("exchange-samples")
        log, _, _ = self.protocol_log()
        real = edge_log.EdgeLog(samples / "smtpreceive-2019-sample.log")
        self.assertEqual(log.fields, real.fields)
        for key in ("Software", "Version", "Log-type", "Fields"):
            self.assertEqual(log.preamble[key], real.preamble[key])
        [agent_log] = log.path.parents[2].rglob("AGENTLOG*")
        ours, real = edge_log.EdgeLog(agent_log), edge_log.EdgeLog(samples / "agentlog-sample.log")
        for key in ("Software", "Version", "Log-type", "Fields"):
            self.assertEqual(ours.preamble[key], real.preamble[key])
        self.assertEqual([row["Reason"] for row in ours.rows], ["RecipientDoesNotExist", "SCL"])

    def test_without_verbose_there_is_no_protocol_log(self):
        with edge.Edge() as server:
            server.set_connector("-TarpitInterval 00:00:00")
            self.talk(server)
            server.stop()
            self.assertEqual(list(server.data.rglob("RECV*")), [])

    def test_get_agent_log_shows_the_refusal(self):
        with edge.Edge() as server:
            server.set_connector("-TarpitInterval 00:00:00")
            self.talk(server)
            shown = server.cmdlet("Get-AgentLog | fl P1FromAddress,Agent,Event,Action,SmtpResponse,Reason,ReasonData")
        for text in ("ann@fabrikam.com", "Recipient Filter Agent", "OnRcptCommand", "RejectCommand",
                     "550 5.1.1 User unknown", "RecipientDoesNotExist", "nobody@adventureworks.com"):
            self.assertIn(text, shown)


if __name__ == "__main__":
    tools.main()
