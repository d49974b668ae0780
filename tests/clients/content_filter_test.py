#!/usr/bin/env python3
"""The content filter as an administrator sees it, with swaks against the real server: a bad phrase, a score, quarantine.
Checks the reply on the wire, the replay folder and the agent log of agents.md 13.
"""

import email
import email.policy
import subprocess
import unittest

import edge
import tools

HEADER = "From: Ann <ann@fabrikam.com>\nTo: Mary <mary@adventureworks.com>\nSubject: Offer\nMessage-ID: <offer@fabrikam.com>\n" \
         "Date: Tue, 1 Apr 2008 10:11:12 -0700\n"
SPAM = "550 5.7.1 Message rejected as spam by Content Filtering."
QUARANTINED = "550 5.2.1 Content Filter agent quarantined this message"
GTUBE = "XJS*C4JDBQADN1.NSBN3*2IDNEN*" + "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"


def parsed(replayed):
    """A replay file as a mail reader has it."""
    return email.message_from_bytes(replayed.header + b"\r\n" + replayed.body, policy=email.policy.SMTP)


class ContentFilterTest(unittest.TestCase):
    """Each test is a fresh server."""

    def setUp(self):
        self.swaks = tools.tool("swaks")
        self.server = self.enterContext(edge.Edge())
        self.server.set_connector("-TarpitInterval 00:00:00")

    def send(self, content, to="mary@adventureworks.com"):
        """Runs swaks and returns its transcript."""
        host, port = self.server.address
        command = [self.swaks, "--server", host, "--port", str(port), "--ehlo", "mail.fabrikam.com",
                   "--from", "ann@fabrikam.com", "--to", to, "--data", "-"]
        done = subprocess.run(command, input=content, capture_output=True, timeout=60, check=False, encoding="utf-8")
        return done.stdout + done.stderr

    def rows(self):
        """Stops the server; what the content filter logged, the columns that it decides."""
        self.server.stop()
        columns = ("Recipient", "Event", "Action", "SmtpResponse", "Reason", "ReasonData", "Diagnostics")
        return [tuple(row[column] for column in columns) for row in self.server.agent_log()
                if row["Agent"] == "Content Filter Agent"]

    def assert_refused(self, transcript, scl, report):
        """The reply, an empty Replay, and one row."""
        self.assertIn("<** " + SPAM, transcript)
        self.assertEqual(self.server.replay_names(), [])
        self.assertEqual(self.rows(), [("mary@adventureworks.com", "OnEndOfData", "RejectMessage", SPAM,
                                        "SclAtOrAboveRejectThreshold", scl, report)])

    def test_bad_phrase_in_base64(self):
        self.server.cmdlet("Add-ContentFilterPhrase -Phrase 'free money' -Influence BadWord")
        transcript = self.send(HEADER + "Content-Transfer-Encoding: base64\n\nRlJFRQogIE1PTkVZIQo=\n")
        self.assert_refused(transcript, "9", "DV:1.0.0.0;CW:CustomList;OrigIP:127.0.0.1")

    def test_score_of_the_lab_header(self):
        self.server.cmdlet("Set-EdgeSimContentFilter -SclHeaderEnabled $true")
        self.assertIn("<-  250 2.6.0", self.send(HEADER + "X-EdgeSim-SCL: 6\n\nhello\n"))
        [replayed] = self.server.replay(1)
        self.assertEqual(parsed(replayed)["X-MS-Exchange-Organization-SCL"], "6")
        self.assertIn("<** " + SPAM, self.send(HEADER + "X-EdgeSim-SCL: 7\n\nhello\n"))
        self.assertEqual(len(self.server.replay_names()), 1)
        accepted, refused = self.rows()
        self.assertEqual(accepted[2:6], ("AcceptMessage", "", "SCL", "6"))
        self.assertEqual(refused[2:6], ("RejectMessage", SPAM, "SclAtOrAboveRejectThreshold", "7"))

    def test_gtube(self):
        self.assert_refused(self.send(HEADER + "\n" + GTUBE + "\n"), "9", "DV:1.0.0.0;OrigIP:127.0.0.1")

    def test_quarantine(self):
        self.server.cmdlet("Set-ContentFilterConfig -QuarantineMailbox spam@adventureworks.com "
                           "-SCLQuarantineEnabled $true -SCLQuarantineThreshold 9 -SCLRejectEnabled $false")
        transcript = self.send(HEADER + "\n" + GTUBE + "\n")
        self.assertIn("<-  250 2.6.0", transcript)
        [replayed] = self.server.replay(1)
        self.assertEqual(replayed.one("X-Sender").split()[0], "<>")
        self.assertEqual(replayed.one("X-Receiver"), "<spam@adventureworks.com>")
        report = parsed(replayed)
        self.assertEqual(report.get_content_type(), "multipart/report")
        self.assertEqual(report.get_param("report-type"), "delivery-status")
        self.assertEqual(report["From"], "postmaster@adventureworks.com")
        self.assertEqual(report["X-MS-Exchange-Organization-Original-Scl"], "9")
        [_, status, original] = report.iter_parts()
        [_, recipient] = status.get_payload()
        self.assertEqual(recipient["Final-Recipient"], "rfc822;mary@adventureworks.com")
        self.assertEqual(recipient["Status"], "5.2.1")
        self.assertEqual(original.get_content_type(), "message/rfc822")
        self.assertIn((HEADER + "\n" + GTUBE + "\n").replace("\n", "\r\n").encode(), replayed.body)
        self.assertEqual([row[2:6] for row in self.rows()],
                         [("QuarantineMessage", QUARANTINED, "SclAtOrAboveQuarantineThreshold", "9")])


if __name__ == "__main__":
    tools.main()
