#!/usr/bin/env python3
"""The helper processes that read archives for a running server: what happens when one is killed, when the server stops
or is killed, and what a helper may do.
"""

import email.message
import email.policy
import io
import os
import pathlib
import signal
import smtplib
import unittest
import zipfile

import edge
from waiting import wait_until


def archive(name):
    """A ZIP with one file of that name."""
    octets = io.BytesIO()
    with zipfile.ZipFile(octets, "w") as packed:
        packed.writestr(name, b"no program")
    return octets.getvalue()


def state(pid):
    """The letter by which the kernel calls a process's state; Z where there is none any more."""
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return "Z"


class ArchivesTest(unittest.TestCase):
    """Each test has a server of its own that has read one archive."""

    def setUp(self):
        self.server = self.enterContext(edge.Edge(relaxed=True))
        self.server.cmdlet("Set-AttachmentFilterListConfig -Action Reject")
        self.assertEqual(self.send("notes.txt"), 250)

    def send(self, name):
        """Sends an archive with that file inside; the code of the reply to the final dot."""
        mail = email.message.EmailMessage(policy=email.policy.SMTP)
        mail["From"] = "ann@fabrikam.com"
        mail.set_content("See the archive.")
        mail.add_attachment(archive(name), maintype="application", subtype="zip", filename="files.zip")
        with smtplib.SMTP(*self.server.address, local_hostname="mail.fabrikam.com") as client:
            client.ehlo()
            client.mail("ann@fabrikam.com")
            client.rcpt("mary@adventureworks.com")
            return client.data(mail.as_bytes())[0]

    def helpers(self):
        """Process ids of the server's children that live."""
        pids = []
        for thread in pathlib.Path(f"/proc/{self.server.pid}/task").iterdir():
            pids += map(int, (thread / "children").read_text(encoding="ascii").split())
        return [pid for pid in pids if state(pid) != "Z"]

    def test_a_server_survives_the_death_of_its_helper(self):
        """The next archive is read by another one."""
        [helper] = self.helpers()
        os.kill(helper, signal.SIGKILL)
        wait_until(lambda: state(helper) == "Z", "the end of the helper")
        self.assertEqual(self.send("notes.txt"), 250)
        self.assertEqual(self.send("setup.exe"), 550)
        [other] = self.helpers()
        self.assertNotEqual(other, helper)
        self.server.replay(2)

    def test_helpers_end_with_the_server(self):
        """In good order, and when it is killed."""
        [helper] = self.helpers()
        self.server.stop()
        self.assertEqual(state(helper), "Z")
        self.server.start()
        self.assertEqual(self.send("notes.txt"), 250)
        [helper] = self.helpers()
        self.server.kill()
        wait_until(lambda: state(helper) == "Z", "the end of the helper")

    def test_a_signal_for_everybody_leaves_the_helper_to_the_server(self):
        """A service manager tells all processes to stop; sessions may still need an archive read."""
        [helper] = self.helpers()
        os.kill(helper, signal.SIGTERM)
        os.kill(helper, signal.SIGINT)
        self.assertEqual(self.send("setup.exe"), 550)
        self.assertEqual(self.helpers(), [helper])

    @unittest.skipIf(os.environ.get("EDGE_SANITIZED"), "sanitizers need what is taken away")
    def test_a_helper_is_confined(self):
        """As the kernel sees it."""
        [helper] = self.helpers()
        status = pathlib.Path(f"/proc/{helper}/status").read_text(encoding="ascii")
        self.assertIn("NoNewPrivs:\t1", status)
        self.assertIn("Seccomp:\t2", status)
        limits = pathlib.Path(f"/proc/{helper}/limits").read_text(encoding="ascii")
        self.assertRegex(limits, r"Max file size +0 +0 ")
        self.assertRegex(limits, r"Max open files +4 +4 ")
        self.assertRegex(limits, r"Max processes +0 +0 ")
        self.assertRegex(limits, r"Max core file size +0 +0 ")
        self.assertNotIn("confined", self.server.terminal())

    def test_the_helper_is_nothing_for_people(self):
        """Started by hand it says so and ends."""
        done = edge.run("archive-helper", stdin="")
        self.assertEqual(done.code, 2)
        self.assertIn("edgesim serve", done.errors)


if __name__ == "__main__":
    unittest.main()
