#!/usr/bin/env python3
"""Agents in shared libraries on the real server: installed by script and by shell, kept over a restart, replaced while it
serves, and refused in words."""

import os
import pathlib
import shutil
import unittest

import edge
import tools

BULK = b"Subject: x\r\nX-Mailer: BulkBlaster 2.1\r\n\r\nbody\r\n"
REFUSAL = "550 5.7.1 Bulk mail is not accepted here"


def samples():
    """Where the sample agents were built."""
    return pathlib.Path(os.environ.get("EDGE_SAMPLES", pathlib.Path(tools.binary()).parent / "agents" / "samples"))


class PluginTest(unittest.TestCase):
    """Each test is a fresh server."""

    def deliver(self, server):
        """The reply to a message that the sample refuses."""
        with server.connect() as client:
            client.hello()
            return str(client.deliver(BULK))

    def assert_refused(self, server):
        self.assertIn(REFUSAL, self.deliver(server))

    def test_installed_by_shell_and_kept_over_a_restart(self):
        with edge.Edge() as server:
            listing = server.cmdlet(f"Install-TransportAgent 'Header Rule' -AssemblyPath {samples()}/libheader_rule.so")
            self.assertRegex(listing, r"Header Rule +False +6")
            self.assertIn("250 2.6.0", self.deliver(server))
            server.cmdlet("Enable-TransportAgent 'Header Rule'; Set-TransportAgent 'Header Rule' -Priority 1")
            self.assert_refused(server)
            server.stop()
            self.assertIn("Header Rule", [row["Agent"] for row in server.agent_log()])
            server.start()
            self.assertRegex(server.cmdlet("Get-TransportAgent"), r"Header Rule +True +1\n")
            self.assert_refused(server)
            server.cmdlet("Uninstall-TransportAgent 'Header Rule' -Confirm:$false")
            server.stop()
            server.start()
            self.assertNotIn("Header Rule", server.cmdlet("Get-TransportAgent"))
            self.assertTrue((samples() / "libheader_rule.so").exists())

    def test_installed_by_a_script_beside_which_it_lies(self):
        script = "Install-TransportAgent Rule -AssemblyPath libheader_rule.so\nEnable-TransportAgent Rule\n" \
                 "New-AcceptedDomain -Name A -DomainName adventureworks.com\n"
        server = edge.Edge(config=script)
        folder_of_start = server.start

        def start():
            shutil.copy(samples() / "libheader_rule.so", server.folder)
            folder_of_start()
        server.start = start
        with server:
            self.assert_refused(server)

    def test_replaced_while_it_serves(self):
        with edge.Edge() as server:
            library = server.folder / "libmine.so"
            shutil.copy(samples() / "libheader_rule.so", library)
            server.cmdlet(f"Install-TransportAgent Mine -AssemblyPath {library} -TransportAgentFactory "
                          "contoso::HeaderRuleAgent; Enable-TransportAgent Mine")
            with server.connect() as old:
                old.hello()
                # In place, as a linker would: whoever runs the file itself would fall over now.
                library.write_bytes(library.read_bytes().replace(b"Bulk mail", b"Junk mail"))
                server.cmdlet("Restart-Service MSExchangeTransport")
                self.assertIn(REFUSAL, str(old.deliver(BULK)))
            self.assertIn("550 5.7.1 Junk mail is not accepted here", self.deliver(server))

    def test_refused_in_words(self):
        with edge.Edge() as server:
            wrong = server.folder / "libwrong.so"
            wrong.write_bytes((samples() / "libheader_rule.so").read_bytes().replace(b"\ncompiler=", b"\ncompilex="))
            for path, words in ((wrong, "it was built for another edgesim (compiler unknown, here"),
                                (server.folder / "none.so", "none.so"), ("/bin/sh", "no edgesim agent"),
                                (tools.binary(), "names no agent")):
                done = server.try_cmdlet(f"Install-TransportAgent X -AssemblyPath '{path}'")
                self.assertEqual(done.code, 1, path)
                self.assertIn(words, done.errors)
            self.assertNotIn("X ", server.cmdlet("Get-TransportAgent"))

    def test_a_script_that_names_no_agent_is_found_by_check(self):
        with edge.Edge() as server:
            script = server.folder / "wrong.ps1"
            script.write_text("Install-TransportAgent X -AssemblyPath libnone.so\n", encoding="utf-8")
            done = edge.run("check", script)
            self.assertEqual(done.code, 2)
            self.assertIn(f"wrong.ps1:1:40: operation: there is no \"libnone.so\" in {server.folder}", done.errors)


if __name__ == "__main__":
    tools.main()
