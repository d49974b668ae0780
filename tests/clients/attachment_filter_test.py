#!/usr/bin/env python3
"""Attachments that nobody should get, sent by Python's own mail library and by swaks as people would send them: the
reply on the wire, the replay folder, the agent log (which says nothing: agents.md 8.4) and the terminal.
"""

import email
import email.message
import email.policy
import io
import smtplib
import subprocess
import unittest
import zipfile

import edge
import tools

REFUSED = b"5.7.1 Message rejected due to unacceptable attachments"
PROGRAM = b"MZ\x90\x00\x03\x00\x00\x00"
# Long and not ASCII: Python writes it with RFC 2231, encoded.
NAME = "Rechnung für März " + "x" * 60 + ".exe"


def message(name, content=PROGRAM, subtype="octet-stream"):
    """A text with an attachment of that name."""
    mail = email.message.EmailMessage(policy=email.policy.SMTP)
    mail["From"] = "Ann <ann@fabrikam.com>"
    mail["To"] = "Mary <mary@adventureworks.com>"
    mail["Subject"] = "Invoice"
    mail["Message-ID"] = "<invoice@fabrikam.com>"
    mail.set_content("Dear Mary,\nsee the attachment.\n")
    mail.add_attachment(content, maintype="application", subtype=subtype, filename=name)
    return mail


def parsed(replayed):
    """A replay file as a mail reader has it."""
    return email.message_from_bytes(replayed.header + b"\r\n" + replayed.body, policy=email.policy.SMTP)


def archive(*names):
    """A ZIP with files of these names."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as packed:
        for name in names:
            packed.writestr(name, PROGRAM)
    return octets.getvalue()


class AttachmentFilterTest(unittest.TestCase):
    """Each test is one message to a fresh server."""

    def setUp(self):
        self.server = self.enterContext(edge.Edge())
        self.server.set_connector("-TarpitInterval 00:00:00")

    def action(self, word):
        """Sets what happens to forbidden attachments."""
        self.server.cmdlet(f"Set-AttachmentFilterListConfig -Action {word} -AdminMessage 'Removed by IT.'")

    def send(self, mail):
        """The reply to the final dot: code and text."""
        host, port = self.server.address
        with smtplib.SMTP(host, port, local_hostname="mail.fabrikam.com") as client:
            client.ehlo()
            client.mail("ann@fabrikam.com")
            client.rcpt("mary@adventureworks.com")
            return client.data(mail.as_bytes())

    def parts(self):
        """The parts of the one message in the replay folder, as a mail reader has them: name and content."""
        [replayed] = self.server.replay(1)
        mail = parsed(replayed)
        return [(part.get_filename(), part.get_content()) for part in mail.walk() if not part.is_multipart()]

    def assert_nothing_stored(self):
        """No file, and no row of this agent: it writes none."""
        self.assertEqual(self.server.replay_names(), [])
        self.server.stop()
        self.assertEqual(self.server.replay_names(), [])
        self.assertEqual([row for row in self.server.agent_log() if row["Agent"] == "Attachment Filtering Agent"], [])

    def test_program_under_an_rfc_2231_name_is_refused(self):
        self.action("Reject")
        mail = message(NAME)
        self.assertIn(b"filename*", mail.as_bytes())
        self.assertEqual(self.send(mail), (550, REFUSED))
        self.assertIn("FileName:*.exe", self.server.terminal_line("Attachment Filtering Agent"))
        self.assert_nothing_stored()

    def test_strip_leaves_the_text_and_a_notice(self):
        self.action("Strip")
        code, _ = self.send(message("setup.exe"))
        self.assertEqual(code, 250)
        self.assertEqual(self.parts(), [(None, "Dear Mary,\r\nsee the attachment.\r\n"),
                                        ("setup.exe.txt", "Removed by IT.")])

    def test_silent_delete_accepts_and_delivers_nothing(self):
        self.action("SilentDelete")
        code, _ = self.send(message("setup.exe"))
        self.assertEqual(code, 250)
        self.assert_nothing_stored()

    def test_program_in_an_archive_is_refused_whatever_the_archive_is_called(self):
        self.action("Reject")
        self.assertEqual(self.send(message("photo.jpg", archive("docs/readme.txt", "docs/Setup.EXE"))), (550, REFUSED))
        self.assert_nothing_stored()

    def test_harmless_attachments_arrive_unchanged(self):
        content = archive("docs/readme.txt")
        for action in ("Reject", "Strip", "SilentDelete"):
            self.action(action)
            code, _ = self.send(message(f"{action}.zip", content, "zip"))
            self.assertEqual(code, 250)
        for replayed in self.server.replay(3):
            [attachment] = parsed(replayed).iter_attachments()
            self.assertEqual(attachment.get_content(), content)

    def test_swaks_attachment_is_refused(self):
        swaks = tools.tool("swaks")
        self.action("Reject")
        host, port = self.server.address
        done = subprocess.run([swaks, "--server", host, "--port", str(port), "--ehlo", "mail.fabrikam.com", "--from",
                               "ann@fabrikam.com", "--to", "mary@adventureworks.com", "--attach-type",
                               "application/octet-stream", "--attach-name", "setup.exe", "--attach", "MZ"],
                              capture_output=True, timeout=60, check=False)
        self.assertIn("<** 550 " + REFUSED.decode(), done.stdout.decode("utf-8", "replace"))
        self.assert_nothing_stored()


if __name__ == "__main__":
    tools.main()
