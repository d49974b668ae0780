#!/usr/bin/env python3
"""edgesim explain and edgesim shell --lab as programs: exit codes, output, the published schema."""

import json
import os
import pathlib
import pty
import subprocess
import tempfile
import unittest

import tools

try:
    import jsonschema
except ImportError:
    jsonschema = None

SCHEMA = tools.ROOT / "docs" / "explain.schema.json"
MESSAGE = "From: Ann <ann@fabrikam.com>\r\nSubject: Lunch\r\n\r\nat noon?\r\n"
EXE = ('From: Ann <ann@fabrikam.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n'
       '\r\ntext\r\n--b\r\nContent-Disposition: attachment; filename="setup.exe"\r\n\r\nMZ\r\n--b--\r\n')
CLIENT = ["--ip", "203.0.113.9", "--helo", "mail.fabrikam.com"]
ANN = [*CLIENT, "--from", "ann@fabrikam.com", "--to", "mary@adventureworks.com", "--at", "2019-06-03T09:00"]


class ProgramTest(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(self.enterContext(tempfile.TemporaryDirectory(prefix="edgesim-explain-")))
        self.message = self.put("message.eml", MESSAGE)

    def put(self, name, text):
        path = self.folder / name
        path.write_bytes(text.encode())
        return path

    def run_program(self, *arguments, code=0, text=None):
        done = subprocess.run([tools.binary(), *map(str, arguments)], cwd=self.folder, capture_output=True, text=True,
                              timeout=60, check=False, input=text or "")
        self.assertEqual(done.returncode, code, done.stdout + done.stderr)
        return done


class ExplainTest(ProgramTest):
    def explain(self, *arguments, code=0, text=None):
        return self.run_program("explain", *arguments, code=code, text=text)

    def document(self, *arguments):
        return json.loads(self.explain(*arguments, "--json").stdout)

    def test_an_accepted_message(self):
        done = self.explain(self.message, *ANN)
        self.assertIn("-> MAIL FROM:<ann@fabrikam.com>", done.stdout)
        self.assertIn("Accepted: It lies in Replay for every recipient.", done.stdout)
        self.assertEqual(done.stderr, "")

    def test_a_refusal_names_the_cmdlet_that_would_have_helped(self):
        done = self.explain(self.message, *CLIENT, "--from", "<>", "--to", "mary@adventureworks.com")
        self.assertIn("Refused: 554 5.1.0 Sender denied", done.stdout)
        self.assertIn("    Set-SenderFilterConfig -BlankSenderBlockingEnabled $false\n", done.stdout)

    def test_that_cmdlet_does_help(self):
        done = self.document(self.message, *CLIENT, "--from", "<>", "--to", "mary@adventureworks.com")
        cmdlet = done["nearestChange"]["server"][0]["cmdlet"]
        config = self.put("edge.ps1", self.run_program("shell", "--lab", "-c", "Export-EdgeSimConfig").stdout +
                          "\n" + cmdlet + "\n")
        again = self.document(self.message, "--config", config, *CLIENT, "--from", "<>", "--to",
                              "mary@adventureworks.com", "--recipients", "mary@adventureworks.com")
        self.assertEqual(again["end"]["verdict"], "accepted")

    def test_all_that_is_missing_is_told_at_once(self):
        done = self.explain("--helo", "x", code=2)
        for option in ("MESSAGE", "--ip", "--from", "--to"):
            self.assertIn(option, done.stderr)
        self.assertEqual(done.stdout, "")

    def test_at_a_terminal_it_is_asked_for(self):
        process, terminal = pty.fork()
        if process == 0:
            os.execv(tools.binary(), ["edgesim", "explain", str(self.message), *ANN[2:]])
        said = b""
        try:
            while chunk := os.read(terminal, 4096):
                said += chunk
                if said.endswith(b"(--ip): "):
                    os.write(terminal, b"203.0.113.9\n")
        except OSError:
            pass  # the end of a terminal
        status = os.waitpid(process, 0)[1]
        self.assertEqual(status, 0, said)
        self.assertIn(b"Address that the client connects from (--ip): ", said)
        self.assertIn(b"Accepted", said)

    def test_bare_line_feeds_are_mended_and_that_is_said(self):
        done = self.explain(self.put("unix.eml", MESSAGE.replace("\r", "")), *ANN)
        self.assertIn("the file's lines end with a bare LF (4 of them); it is sent with CRLF", done.stdout)

    def test_a_message_from_the_input(self):
        done = self.explain("-", *ANN, text=MESSAGE)
        self.assertIn("Accepted", done.stdout)

    def test_mistakes_are_told_and_nothing_is_played(self):
        config = self.put("wrong.ps1", "Set-SenderFilterConfig -BlokedDomains x\n")
        self.assertIn("wrong.ps1:1:", self.explain(self.message, *ANN, "--config", config, code=2).stderr)
        for wrong in (["--at", "tomorrow"], ["--profile", "1999"], ["--zones", "nowhere"], ["--ip", "1.2.3"]):
            with self.subTest(wrong):
                arguments = {"--ip": ANN[2:], "--at": ANN[:-2]}.get(wrong[0], ANN)
                self.assertEqual(self.explain(self.message, *arguments, *wrong, code=2).stdout, "")

    def test_the_page(self):
        self.explain(self.message, *CLIENT, "--from", "<>", "--to", "mary@adventureworks.com", "--html", "why.html")
        page = (self.folder / "why.html").read_text(encoding="utf-8")
        self.assertIn("554 5.1.0 Sender denied", page)
        self.assertNotIn("<script", page)

    def test_documents_follow_the_published_schema(self):
        if jsonschema is None:
            tools.missing("the Python module jsonschema")
        schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        config = self.put("edge.ps1", "New-AcceptedDomain -Name A -DomainName adventureworks.com\n"
                          "Set-AttachmentFilterListConfig -Action Reject\n"
                          "Set-ContentFilterConfig -SCLDeleteEnabled $true -SCLDeleteThreshold 8\n"
                          "Add-ContentFilterPhrase -Phrase \"at noon\" -Influence BadWord\n"
                          "Add-IPBlockListEntry -IPAddress 192.0.2.1\n")
        exe = self.put("exe.eml", EXE)
        sessions = {
            "accepted": [self.message, *ANN],
            "refused": [exe, *ANN, "--config", config],
            "deleted": [self.message, *ANN, "--config", config],
            "partly accepted": [self.message, *ANN, "--to", "nobody@adventureworks.com"],
        }
        for verdict, arguments in sessions.items():
            with self.subTest(verdict):
                document = self.document(*arguments)
                validator.validate(document)
                self.assertEqual(document["end"]["verdict"], verdict)


class LabShellTest(ProgramTest):
    def test_cmdlets_without_a_server(self):
        done = self.run_program("shell", "--lab", "-c", "(Get-AcceptedDomain).DomainName")
        self.assertEqual(done.stdout, "adventureworks.com\n")
        self.assertEqual(list(self.folder.iterdir()), [self.message])

    def test_a_script_on_a_configuration(self):
        config = self.put("edge.ps1", "New-AcceptedDomain -Name F -DomainName fabrikam.com\n")
        script = self.put("script.ps1", "(Get-AcceptedDomain).DomainName\n")
        done = self.run_program("shell", "--lab", "--config", config, "--profile", "2010", script)
        self.assertEqual(done.stdout, "fabrikam.com\n")

    def test_exit_codes(self):
        self.run_program("shell", "--lab", "-c", "Get-Nothing", code=1)
        self.run_program("shell", "--lab", "-c", "Get-AcceptedDomain |", code=2)
        self.run_program("shell", "--zones", "x", "-c", "1", code=2)
        self.run_program("shell", "--lab", "--config", "nowhere", "-c", "1", code=2)


if __name__ == "__main__":
    tools.main()
