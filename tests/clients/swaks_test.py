#!/usr/bin/env python3
"""What an administrator tries first: swaks against the server as it comes, one clean message and one of each kind that
must be refused. Checks the reply on the wire, the replay folder, the agent log of agents.md 13 and the terminal.
"""

import re
import subprocess
import unittest

import edge
import tools

CONTENT = (b"From: Ann <ann@fabrikam.com>\r\nTo: Mary <mary@adventureworks.com>\r\nSubject: Lunch\r\n"
           b"Message-ID: <lunch@fabrikam.com>\r\nDate: Tue, 1 Apr 2008 10:11:12 -0700\r\n\r\n"
           b"..two dots\r\n.\tone dot\r\ncaf\xc3\xa9, trailing blanks  \r\n\r\nlast line\r\n")
AGENT_LOG_FIELDS = ("Timestamp SessionId LocalEndpoint RemoteEndpoint EnteredOrgFromIP MessageId P1FromAddress "
                    "P2FromAddresses Recipient NumRecipients Agent Event Action SmtpResponse Reason ReasonData Diagnostics "
                    "NetworkMsgID TenantID Directionality").split()
CLOSED_BY_REMOTE = "*** Remote host closed connection unexpectedly."


class SwaksTest(unittest.TestCase):
    """Each test is one run of swaks against a fresh server."""

    def setUp(self):
        self.swaks = tools.tool("swaks")
        self.server = self.enterContext(edge.Edge())
        self.server.set_connector("-TarpitInterval 00:00:00")  # limits_test.py shows it held back

    def send(self, sender="ann@fabrikam.com", to="mary@adventureworks.com", content=CONTENT):
        """Runs swaks and returns its transcript."""
        host, port = self.server.address
        command = [self.swaks, "--server", host, "--port", str(port), "--ehlo", "mail.fabrikam.com", "--from", sender,
                   "--to", to, "--data", "-"]
        lines = content.replace(b"\r\n", b"\n").removesuffix(b"\n")  # swaks ends the last line itself
        done = subprocess.run(command, input=lines, capture_output=True, timeout=60, check=False)
        return (done.stdout + done.stderr).decode("utf-8", "replace")

    def refused_rows(self):
        """Stops the server; nothing may have been stored. Returns the agent log's rows."""
        self.assertEqual(self.server.replay_names(), [])
        self.server.stop()
        self.assertEqual(self.server.replay_names(), [])
        return self.server.agent_log()

    def assert_row(self, row, **expected):
        """Compares one agent-log row field by field; what is not named is empty."""
        self.assertEqual(list(row), AGENT_LOG_FIELDS)
        self.assertRegex(row.pop("Timestamp"), r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$")
        self.assertRegex(row.pop("SessionId"), r"^[0-9A-F]{16}$")
        host, port = self.server.address
        self.assertEqual(row.pop("LocalEndpoint"), f"{host}:{port}")
        self.assertRegex(row.pop("RemoteEndpoint"), r"^127\.0\.0\.1:\d+$")
        self.assertEqual(row.pop("EnteredOrgFromIP"), "127.0.0.1")
        self.assertEqual(row, dict.fromkeys(row, "") | {"TenantID": ""} | expected)

    def assert_line(self, pattern):
        """One line of the terminal tells the decision."""
        lines = self.server.terminal().splitlines()
        self.assertTrue([line for line in lines if re.search(pattern, line)], lines)

    def test_clean_message_is_accepted_and_lies_in_replay_unchanged(self):
        transcript = self.send()
        self.assertRegex(transcript, r"<-  250 2\.6\.0 <lunch@fabrikam\.com> \[InternalId=\d+, Hostname=[^]]+\] .*"
                                     r"Queued mail for delivery")
        [message] = self.server.replay(1)
        self.assertEqual(message.body, CONTENT.partition(b"\r\n\r\n")[2])
        self.assertEqual(message.one("X-Sender").split()[0], "<ann@fabrikam.com>")
        self.assertEqual(message.one("X-Receiver").split()[0], "<mary@adventureworks.com>")
        self.assertEqual(message.one("X-HeloDomain"), "mail.fabrikam.com")
        self.assertEqual(message.one("X-SourceIPAddress"), "127.0.0.1")
        self.server.stop()
        [row] = self.server.agent_log()  # the content filter's score, and nobody refused anything (agents.md 6.9, 13.3)
        self.assertEqual((row["Agent"], row["Action"]), ("Content Filter Agent", "AcceptMessage"))
        self.assert_line(r"accepted .*mary@adventureworks\.com.* 250 2\.6\.0")

    def test_blank_sender_is_refused_and_the_connection_closed(self):
        transcript = self.send(sender="<>")
        self.assertIn("<** 554 5.1.0 Sender denied", transcript)
        self.assertIn(CLOSED_BY_REMOTE, transcript)
        [row] = self.refused_rows()
        self.assert_row(row, P1FromAddress="<>", NumRecipients="0", Agent="Sender Filter Agent", Event="OnMailCommand",
                        Action="RejectCommand", SmtpResponse="554 5.1.0 Sender denied", Reason="BlankSender",
                        ReasonData="<>", Directionality="Undefined")
        self.assert_line(r"refused MAIL FROM:<>.*554 5\.1\.0 Sender denied.*closed.*Sender Filter Agent.*BlankSender")

    def test_blocked_sender_is_refused_and_the_connection_closed(self):
        transcript = self.send(sender="Blocked@Contoso.com")
        self.assertIn("<** 554 5.1.0 Sender denied", transcript)
        self.assertIn(CLOSED_BY_REMOTE, transcript)
        [row] = self.refused_rows()
        self.assert_row(row, P1FromAddress="Blocked@Contoso.com", NumRecipients="0", Agent="Sender Filter Agent",
                        Event="OnMailCommand", Action="RejectCommand", SmtpResponse="554 5.1.0 Sender denied",
                        Reason="SenderInBlockList", ReasonData="blocked@contoso.com", Directionality="Undefined")
        self.assert_line(r"refused .*Blocked@Contoso\.com.*554 5\.1\.0.*SenderInBlockList blocked@contoso\.com")

    def test_sender_below_a_blocked_domain_is_refused(self):
        transcript = self.send(sender="offers@deep.spam.fabrikam.com")
        self.assertIn("<** 554 5.1.0 Sender denied", transcript)
        [row] = self.refused_rows()
        self.assertEqual((row["Reason"], row["ReasonData"]), ("SenderInBlockList", "spam.fabrikam.com"))

    def test_unknown_recipient_is_refused(self):
        transcript = self.send(to="nobody@adventureworks.com")
        self.assertIn("<** 550 5.1.1 User unknown", transcript)
        self.assertIn("<-  221 2.0.0 Service closing transmission channel", transcript)  # not closed by us
        [row] = self.refused_rows()
        self.assert_row(row, P1FromAddress="ann@fabrikam.com", Recipient="nobody@adventureworks.com", NumRecipients="1",
                        Agent="Recipient Filter Agent", Event="OnRcptCommand", Action="RejectCommand",
                        SmtpResponse="550 5.1.1 User unknown", Reason="RecipientDoesNotExist",
                        ReasonData="nobody@adventureworks.com", Directionality="Undefined")
        self.assert_line(r"refused RCPT TO:<nobody@adventureworks\.com>.*550 5\.1\.1.*RecipientDoesNotExist")

    def test_blocked_recipient_is_refused_in_the_same_words(self):
        transcript = self.send(to="secret@adventureworks.com")
        self.assertIn("<** 550 5.1.1 User unknown", transcript)
        [row] = self.refused_rows()
        self.assert_row(row, P1FromAddress="ann@fabrikam.com", Recipient="secret@adventureworks.com", NumRecipients="1",
                        Agent="Recipient Filter Agent", Event="OnRcptCommand", Action="RejectCommand",
                        SmtpResponse="550 5.1.1 User unknown", Reason="RecipientInBlockList",
                        ReasonData="secret@adventureworks.com", Directionality="Undefined")

    def test_relaying_is_refused_by_the_server_itself(self):
        transcript = self.send(to="someone@proseware.com")
        self.assertRegex(transcript, r"<\*\* 550 5\.7\.(1|54) (SMTP; )?Unable to relay")
        self.assertEqual(self.refused_rows(), [])  # no agent, no row (agents.md 13.2)
        self.assert_line(r"refused RCPT TO:<someone@proseware\.com>.*550 5\.7\..*New-AcceptedDomain")

    def test_one_bad_recipient_does_not_harm_the_others(self):
        self.send(to="nobody@adventureworks.com,bob@adventureworks.com,mary@adventureworks.com")
        [message] = self.server.replay(1)
        self.assertEqual([value.split()[0] for value in message.all("X-Receiver")],
                         ["<bob@adventureworks.com>", "<mary@adventureworks.com>"])


if __name__ == "__main__":
    tools.main()
