#!/usr/bin/env python3
"""A blocked address and an allowed one, as swaks meets them: reply, agent log, empty Replay; and the lists after a restart."""

import re
import subprocess
import unittest

import edge
import tools

BLOCKED = "127.0.0.2"
REFUSAL = f"550 5.7.1 External client with IP address {BLOCKED} does not have permissions to submit to this server."


class ConnectionFilterTest(unittest.TestCase):
    """Each test is a fresh server with 127.0.0.2 on its block list."""

    def setUp(self):
        self.swaks = tools.tool("swaks")
        self.server = self.enterContext(edge.Edge())
        self.server.set_connector("-TarpitInterval 00:00:00")
        self.server.cmdlet(f"Add-IPBlockListEntry -IPRange {BLOCKED}/31 -Comment 'a test'")

    def send(self, source, *options, sender="ann@fabrikam.com", to="mary@adventureworks.com"):
        """Runs swaks from that address and returns its transcript."""
        host, port = self.server.address
        done = subprocess.run([self.swaks, "--server", host, "--port", str(port), "--local-interface", source,
                               "--ehlo", "mail.fabrikam.com", "--from", sender, "--to", to, *options],
                              capture_output=True, timeout=60, check=False, encoding="utf-8", errors="replace")
        return done.stdout + done.stderr

    def rows(self):
        """The agent's rows, after the server has stopped."""
        self.server.stop()
        return [row for row in self.server.agent_log() if row["Agent"] == "Connection Filtering Agent"]

    def test_blocked_address_is_refused_at_rcpt(self):
        transcript = self.send(BLOCKED, to="mary@adventureworks.com,bob@adventureworks.com")
        self.assertEqual(transcript.count(f"<** {REFUSAL}"), 2)
        self.assertEqual(self.server.replay_names(), [])
        rows = self.rows()
        self.assertEqual(self.server.replay_names(), [])
        self.assertEqual([row["Recipient"] for row in rows], ["mary@adventureworks.com", "bob@adventureworks.com"])
        for row in rows:
            self.assertRegex(row["RemoteEndpoint"], rf"^{re.escape(BLOCKED)}:\d+$")
            self.assertEqual(row["EnteredOrgFromIP"], BLOCKED)
            self.assertEqual((row["Event"], row["Action"], row["SmtpResponse"]),
                             ("OnRcptCommand", "RejectCommand", REFUSAL))
            self.assertEqual((row["Reason"], row["ReasonData"]), ("LocalBlockList", "127.0.0.2-127.0.0.3"))

    def test_other_addresses_send_as_ever(self):
        self.assertRegex(self.send("127.0.0.1"), r"<-  250 2\.6\.0 .*Queued mail for delivery")
        self.server.replay(1)
        self.assertEqual(self.rows(), [])

    def test_refusal_at_connect_takes_the_place_of_the_banner(self):
        self.server.cmdlet("Set-EdgeSimConnectionFilter -BlockStage Connect")
        self.assertIn(f"<** {REFUSAL}", self.send(BLOCKED))
        [row] = self.rows()
        self.assertEqual((row["Event"], row["Action"]), ("OnConnect", "RejectConnection"))
        self.assertEqual(self.server.replay_names(), [])

    def test_allowed_address_skips_all_filters(self):
        self.server.cmdlet(f"Add-IPAllowListEntry -IPAddress {BLOCKED}")
        transcript = self.send(BLOCKED, sender="blocked@contoso.com", to="nobody@adventureworks.com")
        self.assertRegex(transcript, r"<-  250 2\.6\.0 .*Queued mail for delivery")
        self.server.replay(1)
        [row] = self.rows()
        self.assertEqual((row["Action"], row["Reason"], row["ReasonData"]), ("AcceptMessage", "LocalAllowList", BLOCKED))

    def test_lists_outlive_a_crash_of_the_server(self):
        self.server.cmdlet("Add-IPBlockListEntry -IPAddress 2001:db8::1; Remove-IPBlockListEntry 2")
        self.server.kill()
        self.server.start()
        self.assertIn(f"<** {REFUSAL}", self.send(BLOCKED))
        self.assertEqual(self.server.cmdlet("(Get-IPBlockListEntry).Comment").strip(), "a test")
        self.assertEqual(self.server.cmdlet("(Add-IPBlockListEntry -IPAddress 192.0.2.1).Identity").strip(), "3")

    def test_import_names_the_wrong_line_and_takes_the_right_file(self):
        path = self.server.folder / "list.txt"
        path.write_text("192.0.2.1\nsomewhere\n", encoding="utf-8")
        done = self.server.try_cmdlet(f"Import-EdgeSimIPListEntry -List Block '{path}'")
        self.assertNotEqual(done.code, 0)
        self.assertIn("line 2", done.output + done.errors)
        path.write_text("# good\n192.0.2.1\n127.0.0.9\n", encoding="utf-8")
        self.server.cmdlet(f"Import-EdgeSimIPListEntry -List Block '{path}'")
        self.assertIn("550 5.7.1 External client with IP address 127.0.0.9", self.send("127.0.0.9"))


if __name__ == "__main__":
    tools.main()
